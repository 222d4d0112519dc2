/**
 * Instantiation: size parameters become numbers and type parameters types, so a function body can be lowered. The types
 * it gives are closed: every size is a constant. Also the layouts of closed types, by which values lie in tensors.
 */
import { mapArg, mapType, substitute } from '../check/substitute.ts';
import type { GenericArg, GenericParam, Size, Type } from '../check/types.ts';
import { sizeOf } from '../ir/graph.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { Bug, must } from '../text/result.ts';

/** What the generic parameters in scope stand for. Types are closed. */
export interface Generics {
  readonly sizes: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, Type>;
}

export const NO_GENERICS: Generics = { sizes: new Map(), types: new Map() };

/** The number of elements a size stands for. The checker refuses sizes that may be negative. */
export function sizeIn(size: Size, generics: Generics): number {
  const n = signedSizeIn(size, generics);
  if (n < 0) throw new Bug(`a size of ${n}`);
  return n;
}

/** The same as an integer, which may be negative. */
export function signedSizeIn(size: Size, generics: Generics): number {
  let n = size.constant;
  for (const term of size.terms) {
    const value = generics.sizes.get(term.param);
    if (value === undefined) throw new Bug(`the size ${term.param} is not known`);
    n += term.times * value;
  }
  return n;
}

const constant = (n: number): Size => ({ constant: n, terms: [] });

/** What `mapType` puts in the place of a type and of a size. */
function closing(generics: Generics): readonly [(name: string) => Type, (size: Size) => Size] {
  const onType = (name: string): Type => must(generics.types.get(name), `the type ${name} is not known`);
  return [onType, (size) => (size.terms.length === 0 ? size : constant(sizeIn(size, generics)))];
}

/** The closed type that `type` is under `generics`. */
export const closed = (type: Type, generics: Generics): Type => mapType(type, ...closing(generics));

export const closedArg = (arg: GenericArg, generics: Generics): GenericArg => mapArg(arg, ...closing(generics));

/** The generics of a callee from the arguments of a call, which mean what they mean in `outer`. */
export function genericsOf(params: readonly GenericParam[], args: readonly GenericArg[], outer: Generics): Generics {
  const sizes = new Map<string, number>();
  const types = new Map<string, Type>();
  for (const [i, param] of params.entries()) {
    const arg = args[i];
    if (arg?.kind === 'size') sizes.set(param.name, sizeIn(arg.size, outer));
    else if (arg?.kind === 'type') types.set(param.name, closed(arg.type, outer));
    else throw new Bug(`no argument for ${param.name}`);
  }
  return { sizes, types };
}

/** The types of a record's fields. */
export const fieldTypes = (type: Extract<Type, { kind: 'record' }>): readonly Type[] =>
  type.decl.fields.map((f) => closed(substitute(f.type, type.decl.generics, type.args), NO_GENERICS));

/** The parts of a record or tuple type; undefined for others. */
export function partTypes(type: Type): readonly Type[] | undefined {
  if (type.kind === 'record') return fieldTypes(type);
  return type.kind === 'tuple' ? type.items : undefined;
}

/** An array type as its axes and what they hold. */
export function peel(type: Type): { readonly axes: readonly number[]; readonly of: Type } {
  const axes: number[] = [];
  let of = type;
  while (of.kind === 'array') {
    axes.push(of.size.constant);
    of = of.of;
  }
  return { axes, of };
}

/** The cases of `E`, `Index<n>`, `Soft<...>`: how many, their type's name, and their names. */
export function casesOf(type: Type): {
  readonly size: number;
  readonly name: string;
  readonly cases?: readonly string[];
} {
  switch (type.kind) {
    case 'enum':
      return { size: type.decl.cases.length, name: type.decl.name, cases: type.decl.cases };
    case 'index':
      return { size: type.size.constant, name: `Index<${type.size.constant}>` };
    case 'bool':
      return { size: 2, name: 'bool' };
    case 'soft':
      return casesOf(type.of);
    default:
      throw new Bug(`${type.kind} has no cases`);
  }
}

/** How a value of a closed type lies in tensors; undefined for what exists only while compiling. */
export function layoutOf(type: Type): Layout | undefined {
  switch (type.kind) {
    case 'f32':
      return { kind: 'number' };
    case 'bool':
    case 'truth':
      return { kind: type.kind };
    case 'enum':
    case 'index':
      return { kind: 'cases', soft: false, ...casesOf(type) };
    case 'soft':
      return { kind: 'cases', soft: true, ...casesOf(type) };
    case 'array': {
      const of = layoutOf(type.of);
      const cases = type.cases && { cases: type.cases.cases };
      return of && { kind: 'array', size: type.size.constant, of, ...cases };
    }
    case 'tuple': {
      const items = type.items.map(layoutOf);
      return items.every((l) => l !== undefined) ? { kind: 'tuple', items } : undefined;
    }
    case 'record': {
      const layouts = fieldTypes(type).map(layoutOf);
      if (!layouts.every((l) => l !== undefined)) return undefined;
      const fields = type.decl.fields.map((f, i) => ({ name: f.name, layout: layouts[i] as Layout }));
      return { kind: 'record', name: type.decl.name, fields };
    }
    case 'int':
    case 'string':
    case 'fn':
    case 'var':
    case 'error':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** The layout of a type that must have one. */
export function tensorLayout(type: Type): Layout {
  const layout = layoutOf(type);
  if (!layout) throw new Bug(`a value of kind ${type.kind} is not made of tensors`);
  return layout;
}

/** The shapes of a value's leaves, in order. */
export const leafShapes = (type: Type): readonly Shape[] => leavesOf(tensorLayout(type), '').map((leaf) => leaf.shape);

/** How many numbers a value holds. */
export const volumeOf = (type: Type): number => leafShapes(type).reduce((n, shape) => n + sizeOf(shape), 0);

/** The shape of the one tensor that a type is. */
export function shapeOfType(type: Type): Shape {
  const [shape, ...more] = leafShapes(type);
  if (!shape || more.length > 0) throw new Bug('a value of one tensor was expected');
  return shape;
}
