/**
 * Raising: a graph as readable Sutra whose graph is equal to it. Names come from the model; each step that is used twice
 * or is too long for its line becomes a `let`. Large weights stand in a file beside the source. What was written is
 * compiled again and compared, so `equal` is a fact about this text and not a hope. Used by `road.ts`.
 */
import { writeSafetensors } from '../../interop/safetensors.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { printF32 } from '../../num/literal.ts';
import { sha256 } from '../../num/sha256.ts';
import { format } from '../../syntax/index.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { compileSource } from '../compile.ts';
import { sameNetwork } from './compare.ts';
import { expression, isBool } from './expressions.ts';
import { type Names, names } from './names.ts';
import { windowed } from './products.ts';
import { CALL, type Expression, type Operand } from './template.ts';

export interface Raised {
  readonly text: string;
  /** The weights beside the source, where there are large ones. */
  readonly side?: { readonly path: string; readonly bytes: Uint8Array };
  readonly fn: string;
  /** Whether the text compiles to a graph equal to the given one, and every weight to the same bits. */
  readonly equal: boolean;
  /** Numbers in the weights. */
  readonly numbers: number;
  /** Products of matrices. */
  readonly layers: number;
}

export interface RaiseOptions {
  /** The path of the source that is written; the weights stand beside it. */
  readonly path: string;
  /** What the function is called. */
  readonly fn?: string;
  /** A line about where the graph comes from. */
  readonly about?: string;
}

/** More numbers than this stand beside the source. */
const MOST_INLINE = 64;
const MOST_LINE = 72;

/** A value on its way into the text. */
interface Step {
  readonly shape: Shape;
  readonly bool: boolean;
  expression: Expression;
  /** Set once it is bound to a name. */
  name?: string;
  readonly wish: string;
  /** Picked elements of a value, not yet written: a reshape may make windows of them. */
  readonly picked?: { readonly base: Step; readonly lists: ReadonlyMap<number, readonly number[]> };
}

interface Raising {
  readonly graph: Graph;
  readonly names: Names;
  readonly steps: Map<ValueId, Step>;
  readonly uses: ReadonlyMap<ValueId, number>;
  readonly lines: string[];
  readonly head: string[];
  readonly tensors: { readonly name: string; readonly shape: Shape; readonly data: Float32Array }[];
  readonly params: Map<string, string>;
}

export function raise(graph: Graph, params: ReadonlyMap<string, Float32Array>, options: RaiseOptions): Result<Raised> {
  const r: Raising = {
    graph,
    names: names(),
    steps: new Map(),
    uses: usesOf(graph),
    lines: [],
    head: [],
    tensors: [],
    params: new Map(),
  };
  const fn = r.names.fresh(options.fn ?? 'network');
  const problems: Problem[] = [];
  for (const node of graph.nodes) {
    if (node.results.every((v) => !r.uses.has(v)) && node.op !== 'input') continue;
    const wrong = add(r, node, params);
    if (wrong) problems.push(wrong);
    if (wrong) break;
  }
  const pending = graph.outputs.map((o) => r.steps.get(o.value)).find((step) => step?.picked);
  if (pending) problems.push(problem('raise-operation', undefined, { op: 'take', name: pending.wish }));
  return problems.length > 0 ? fail(problems) : written(r, fn, params, options);
}

/** How often each value is read by a node that matters, or leaves the graph. */
function usesOf(graph: Graph): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const count = (v: ValueId): void => void uses.set(v, (uses.get(v) ?? 0) + 1);
  for (const o of graph.outputs) count(o.value);
  for (const node of [...graph.nodes].reverse()) if (node.results.some((v) => uses.has(v))) node.inputs.forEach(count);
  return uses;
}

const shapeOf = (r: Raising, v: ValueId): Shape => must(r.graph.types[v]).shape;
const typeText = (shape: Shape, of = 'f32'): string => (shape.length === 0 ? of : `${of}[${shape.join(', ')}]`);

function add(r: Raising, node: Node, params: ReadonlyMap<string, Float32Array>): Problem | undefined {
  const value = must(node.results[0]);
  const shape = shapeOf(r, value);
  const named = (name: string): undefined => {
    r.steps.set(value, { shape, bool: false, expression: { text: name, binds: CALL }, name, wish: name });
  };
  if (node.op === 'input') return named(r.names.fresh(node.attrs.name));
  if (node.op === 'param') return named(weight(r, node.attrs.name, shape, must(params.get(node.attrs.name))));
  if (node.op === 'const' && shape.length > 0) return named(constant(r, shape, node.attrs.data));
  const wish = node.origin?.name ?? node.op;
  if (node.op === 'const') {
    const text = printF32(must(node.attrs.data[0]));
    r.steps.set(value, { shape, bool: false, expression: { text, binds: text.startsWith('-') ? 4 : CALL }, wish });
    return undefined;
  }
  if (node.op === 'take' && keepPicked(r, node, shape, wish)) return undefined;
  const operands = node.inputs.map((v) => operand(r, v));
  const made = pickedOf(r, node) ? ofPicked(r, node, shape) : expression(node, operands, shape);
  if (!made) return problem('raise-operation', undefined, { op: node.op, name: wish });
  const bool = isBool(
    node,
    operands.map((o) => o.bool),
  );
  const step: Step = { shape, bool, expression: made, wish };
  r.steps.set(value, step);
  const once = (r.uses.get(value) ?? 0) <= 1;
  const isResult = once && r.graph.outputs.some((o) => o.value === value);
  const isLong = made.typed || (made.text.length > MOST_LINE && !isResult);
  if (!isRepeated(r, node) && (!once || isLong)) bind(r, step);
  return undefined;
}

const pickedOf = (r: Raising, node: Node): Step['picked'] =>
  node.inputs.map((v) => r.steps.get(v)?.picked).find((p) => p !== undefined);

/** An uneven pick waits for the reshape that splits its axis. */
function keepPicked(r: Raising, node: NodeOf<'take'>, shape: Shape, wish: string): boolean {
  const { axis, indices } = node.attrs;
  const step = indices.length > 1 ? must(indices[1]) - must(indices[0]) : 0;
  const source = must(r.steps.get(must(node.inputs[0])));
  if (!source.picked && indices.every((v, i) => v === must(indices[0]) + i * step)) return false;
  const lists = new Map(source.picked?.lists);
  const before = lists.get(axis);
  lists.set(axis, before ? indices.map((i) => must(before[i])) : indices);
  const base = source.picked?.base ?? source;
  const pending = { text: wish, binds: CALL };
  r.steps.set(must(node.results[0]), { shape, bool: false, expression: pending, wish, picked: { base, lists } });
  return true;
}

function ofPicked(r: Raising, node: Node, shape: Shape): Expression | undefined {
  const picked = pickedOf(r, node);
  if (!picked || node.op !== 'reshape') return undefined;
  return windowed({ name: bind(r, picked.base), shape: picked.base.shape }, picked.lists, shape);
}

/** A number repeated over a shape: an operand that may stand as the number. */
const isRepeated = (r: Raising, node: Node): boolean =>
  node.op === 'broadcast' && shapeOf(r, must(node.inputs[0])).length === 0;

function bind(r: Raising, step: Step): string {
  if (step.name !== undefined) return step.name;
  const name = r.names.fresh(step.wish);
  const type = step.expression.typed ? `: ${typeText(step.shape)}` : '';
  r.lines.push(`let ${name}${type} = ${step.expression.text};`);
  step.name = name;
  step.expression = { text: name, binds: CALL };
  return name;
}

function operand(r: Raising, v: ValueId): Operand {
  const step = must(r.steps.get(v));
  const maker = must(r.graph.nodes.find((n) => n.results.includes(v)));
  const source = isRepeated(r, maker) ? must(r.steps.get(must(maker.inputs[0]))) : undefined;
  return {
    shape: step.shape,
    bool: step.bool,
    ...(source && { scalar: source.expression.binds >= CALL ? source.expression.text : `(${source.expression.text})` }),
    at: (binds) => {
      if (step.expression.typed) bind(r, step);
      const { text, binds: own } = step.expression;
      return own >= binds ? text : `(${text})`;
    },
    name: () => bind(r, step),
  };
}

/** The declaration of a weight; gives its name. */
function weight(r: Raising, own: string, shape: Shape, data: Float32Array): string {
  const known = r.params.get(own);
  if (known !== undefined) return known;
  const name = r.names.fresh(own);
  r.params.set(own, name);
  r.head.push(`param ${name}: ${typeText(shape)} = ${numbers(r, name, shape, data)};`);
  return name;
}

function constant(r: Raising, shape: Shape, data: Float32Array): string {
  const name = r.names.fresh('constant');
  r.head.push(`let ${name}: ${typeText(shape)} = ${numbers(r, name, shape, data)};`);
  return name;
}

/** Stands for the call that loads a tensor until the hash of the file is known. */
const LOAD = (name: string): string => `load("?", "${name}")`;

function numbers(r: Raising, name: string, shape: Shape, data: Float32Array): string {
  if (data.length > MOST_INLINE) {
    r.tensors.push({ name, shape, data });
    return LOAD(name);
  }
  const go = (axis: number, at: number): string => {
    if (axis === shape.length) return printF32(must(data[at]));
    const step = sizeOf(shape.slice(axis + 1));
    return `[${Array.from({ length: shape[axis] ?? 0 }, (_, i) => go(axis + 1, at + i * step)).join(', ')}]`;
  };
  return go(0, 0);
}

function written(
  r: Raising,
  fn: string,
  params: ReadonlyMap<string, Float32Array>,
  options: RaiseOptions,
): Result<Raised> {
  const inputs = r.graph.inputs.map((v) => `${must(r.steps.get(v)).name}: ${typeText(shapeOf(r, v))}`);
  const outputs = r.graph.outputs.map((o) => {
    const step = must(r.steps.get(o.value));
    const one = step.expression.typed ? bind(r, step) : step.expression.text;
    return step.bool ? `f32(${one})` : one;
  });
  const types = r.graph.outputs.map((o) => typeText(shapeOf(r, o.value)));
  const tuple = (parts: readonly string[]): string => (parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`);
  const side = sideOf(r, options.path);
  const body = [...r.lines, tuple(outputs)].join('\n');
  const head = r.head.map((line) => withHash(line, side));
  const about = options.about === undefined ? '' : `//! ${options.about}\n\n`;
  const raw = `${about}${head.join('\n')}\n\nfn ${fn}(${inputs.join(', ')}) -> ${tuple(types)} {\n${body}\n}\n`;
  const laid = format({ name: options.path, text: raw });
  if (!laid.ok) return laid;
  const text = laid.value;
  const compiled = compiledAgain(text, options.path, side);
  if (!compiled.ok) return compiled;
  const entry = must(compiled.value.entries.find((e) => e.name === fn));
  const equal = sameNetwork(
    { graph: r.graph, params, rename: r.params },
    { graph: entry.graph, params: new Map(compiled.value.program.params.map((p) => [p.name, p.value])) },
  );
  const count = [...r.params.keys()].reduce((n, own) => n + must(params.get(own)).length, 0);
  return ok({ text, fn, equal, numbers: count, layers: layersOf(r.graph), ...(side && { side }) });
}

const layersOf = (graph: Graph): number => graph.nodes.filter((n) => n.op === 'einsum').length;

interface Side {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function sideOf(r: Raising, path: string): Side | undefined {
  if (r.tensors.length === 0) return undefined;
  return { path: `${path.replace(/\.su$/, '')}.safetensors`, bytes: writeSafetensors(r.tensors) };
}

const withHash = (line: string, side: Side | undefined): string =>
  side === undefined
    ? line
    : line.replace(
        /load\("\?", ("[^"]*")\)/,
        (_, name: string) => `load("${baseName(side.path)}", ${name}, sha256 = "${sha256(side.bytes)}")`,
      );

/** The way back: the text from nothing, with its weights. */
function compiledAgain(text: string, path: string, side: Side | undefined) {
  const bytes = new TextEncoder().encode(text);
  const read = (name: string): Uint8Array | undefined =>
    name === path ? bytes : name === side?.path ? side.bytes : undefined;
  return compileSource({ name: path, text }, { read });
}
