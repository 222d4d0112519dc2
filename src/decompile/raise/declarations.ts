/**
 * What stands at the head of a raised file: enums and records of its signature, params with their types and values, constant arrays.
 * Large numbers stand in a file beside it.
 */

import { writeSafetensors } from '../../interop/safetensors.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Layout } from '../../ir/layout.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { printF32 } from '../../num/literal.ts';
import { sha256 } from '../../num/sha256.ts';
import { must } from '../../text/result.ts';
import { axesAround, type Kind, literalOf } from './kinds.ts';
import type { Names } from './names.ts';

/** A param of the graph, with what its declaration says of it. */
export interface RaisedParam {
  readonly value: Float32Array;
  readonly shape: Shape;
  readonly kind: Kind;
  readonly frozen?: boolean;
  readonly range?: readonly [number, number];
}

export interface Side {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Declarations {
  param(own: string): string;
  constant(wish: string, kind: Kind, shape: Shape, data: Float32Array): string;
  literal(kind: Kind, data: Float32Array): string;
  typeText(kind: Kind, shape: Shape): string;
  /** The type of a whole value. */
  layoutText(layout: Layout): string;
  recordName(layout: Layout): string;
  /** A case: alone where no other enum has it. */
  caseText(kind: Kind, at: number): string;
  /** Old names of params to new ones. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The head of the file and the file beside it. */
  finish(path: string): { readonly head: readonly string[]; readonly side?: Side };
}

/** Stands for the call that loads a tensor until the hash of the file is known. */
const LOAD = (name: string): string => `load("?", "${name}")`;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `shared`: names of cases that two enums have. `mostInline`: more numbers than this stand beside the source. */
export function declarations(
  names: Names,
  params: ReadonlyMap<string, RaisedParam>,
  { shared, mostInline }: { readonly shared: ReadonlySet<string>; readonly mostInline: number },
): Declarations {
  const types: string[] = [];
  const values: string[] = [];
  const known = new Map<string, string>();
  const renamed = new Map<string, string>();
  const constants = new Map<string, string>();
  const tensors: { name: string; shape: Shape; data: Float32Array }[] = [];

  const declare = (key: string, wish: string, text: (name: string) => string): string => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const name = names.declared(wish);
    known.set(key, name);
    types.push(text(name));
    return name;
  };
  const enumName = (kind: Kind): string => {
    if (kind.kind !== 'cases' || !kind.cases) return '';
    const list = kind.cases.join(', ');
    return declare(`enum ${kind.name} ${list}`, kind.name, (name) => `enum ${name} { ${list} }`);
  };
  const leafText = (kind: Kind): string => {
    if (kind.kind === 'number') return 'f32';
    if (kind.kind !== 'cases') return kind.kind;
    const crisp = kind.cases ? enumName(kind) : `Index<${kind.size}>`;
    return kind.soft ? `Soft<${crisp}>` : crisp;
  };
  const withAxes = (of: string, axes: Shape): string => (axes.length === 0 ? of : `${of}[${axes.join(', ')}]`);
  const typeText = (kind: Kind, shape: Shape): string => withAxes(leafText(kind), axesAround(kind, shape));
  const recordName = (layout: Layout): string => {
    if (layout.kind !== 'record') return '';
    const fields = layout.fields.map((f) => `${f.name}: ${layoutText(f.layout)}`).join(', ');
    return declare(`record ${layout.name} ${fields}`, layout.name, (name) => `record ${name} { ${fields} }`);
  };
  const layoutText = (layout: Layout): string => {
    switch (layout.kind) {
      case 'record':
        return recordName(layout);
      case 'tuple':
        return `(${layout.items.map(layoutText).join(', ')})`;
      case 'array': {
        const inner = layoutText(layout.of);
        return layout.of.kind === 'array' ? inner.replace('[', `[${layout.size}, `) : `${inner}[${layout.size}]`;
      }
      default:
        return leafText(layout);
    }
  };
  const literal = (kind: Kind, data: Float32Array): string => literalOf(kind, data, printF32, caseText);
  const caseText = (kind: Kind, at: number): string => {
    const name = kind.kind === 'cases' ? kind.cases?.[at] : undefined;
    if (name === undefined) return String(at);
    return shared.has(name) ? `${enumName(kind)}.${name}` : name;
  };
  const numbers = (name: string, kind: Kind, shape: Shape, data: Float32Array): string => {
    if (kind.kind === 'number' && data.length > mostInline) {
      tensors.push({ name, shape, data });
      return LOAD(name);
    }
    const axes = axesAround(kind, shape);
    const each = data.length / Math.max(1, sizeOf(axes));
    const go = (axis: number, at: number): string => {
      if (axis === axes.length) return literal(kind, data.subarray(at, at + each));
      const step = each * sizeOf(axes.slice(axis + 1));
      return `[${Array.from({ length: axes[axis] ?? 0 }, (_, i) => go(axis + 1, at + i * step)).join(', ')}]`;
    };
    return go(0, 0);
  };
  return {
    renamed,
    caseText,
    typeText,
    layoutText,
    recordName,
    literal,
    param(own) {
      const found = renamed.get(own);
      if (found !== undefined) return found;
      const { value, shape, kind, frozen, range } = must(params.get(own), () => `the param ${own} has no value`);
      const name = names.declared(own);
      renamed.set(own, name);
      const bounds = range ? ` in [${range.map(printF32).join(', ')}]` : '';
      const head = `${frozen ? 'frozen ' : ''}param ${name}: ${typeText(kind, shape)}${bounds}`;
      values.push(`${head} = ${numbers(name, kind, shape, value)};`);
      return name;
    },
    constant(wish, kind, shape, data) {
      const key = `${typeText(kind, shape)} ${new Uint32Array(data.slice().buffer).join()}`;
      const found = constants.get(key);
      if (found !== undefined) return found;
      const name = names.declared(wish);
      constants.set(key, name);
      values.push(`let ${name}: ${typeText(kind, shape)} = ${numbers(name, kind, shape, data)};`);
      return name;
    },
    finish(path) {
      if (tensors.length === 0) return { head: [...types, ...values] };
      const side = { path: `${path.replace(/\.su$/, '')}.safetensors`, bytes: writeSafetensors(tensors) };
      const hash = sha256(side.bytes);
      const loaded = (line: string): string =>
        line.replace(
          /load\("\?", ("[^"]*")\)/,
          (_, name: string) => `load("${baseName(side.path)}", ${name}, sha256 = "${hash}")`,
        );
      return { head: [...types, ...values.map(loaded)], side };
    },
  };
}
