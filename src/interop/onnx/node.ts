/**
 * What the rule of an operator sees of its node: operands, attributes, the builder. A rule is a generator that yields one
 * sentence when it must refuse, and is not resumed; so refusals pass through helpers without being thrown.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { Bug } from '../../text/result.ts';
import type { AttributeProto, NodeProto } from './schema.ts';
import { type External, MOST_AXES, MOST_ELEMENTS, readTensor, shown, type Tensor } from './tensor.ts';
import { knownValue, type Value } from './value.ts';

/** Something that may refuse: yields the reason. */
export type Attempt<T> = Generator<string, T, unknown>;
export type Rule = (c: NodeContext) => Attempt<readonly Value[]>;

/** Refuses. */
export function* refuse(why: string): Attempt<never> {
  yield why;
  throw new Bug('a refused rule was resumed');
}

export interface NodeContext {
  readonly b: GraphBuilder;
  readonly opset: number;
  readonly outputs: number;
  readonly inputs: readonly (Value | undefined)[];
  /** The attribute names that were asked for; any other is refused. */
  readonly asked: Set<string>;
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  readonly external: External;
  /** A value as one of the graph: weights become params, known numbers constants. */
  readonly enter: (value: Value) => ValueId;
  /** Whole numbers are exact up to here: 2^24 in the graph, 2^53 where they are folded. */
  readonly exact: number;
  /** Elements of index lists that may still be made; the whole import shares them. */
  readonly budget: { left: number };
}

/** The operand at a place, which must be there. */
export function* operand(c: NodeContext, i: number): Attempt<Value> {
  return c.inputs[i] ?? (yield* refuse(`it has no input ${i}`));
}

/** A value in the graph, whatever its type. */
export function* entered(c: NodeContext, value: Value): Attempt<ValueId> {
  if (value.type === 'double') return yield* refuse('it computes with float64 numbers; only float32 is computed with');
  if (value.type === 'int' && value.known?.some((x) => !(Math.abs(x) <= c.exact)))
    return yield* refuse(`it computes with whole numbers beyond ${c.exact}`);
  return c.enter(value);
}

/** A float operand in the graph. */
export function* float(c: NodeContext, i: number): Attempt<ValueId> {
  const value = yield* operand(c, i);
  if (value.type !== 'float') return yield* refuse(`its input ${i} is of type ${value.type}, not float`);
  return yield* entered(c, value);
}

/** The numbers of an operand that must be known at import. */
export function* numbers(c: NodeContext, i: number, what: string): Attempt<number[]> {
  const { known } = yield* operand(c, i);
  if (!known) return yield* refuse(`its ${what} depends on the input; it must be known`);
  if (known.length > c.budget.left) return yield* refuse(`its ${what} has ${known.length} numbers`);
  c.budget.left -= known.length;
  return Array.from(known);
}

/** Whole numbers that must be known; huge ones (the "to the end" of slices) are as they are. */
export function* wholes(c: NodeContext, i: number, what: string): Attempt<number[]> {
  const { type } = yield* operand(c, i);
  if (type !== 'int') return yield* refuse(`its ${what} is of type ${type}, not a list of whole numbers`);
  return yield* numbers(c, i, what);
}

/** The attribute, checked to be of its type. */
function* attribute(c: NodeContext, name: string, type: bigint): Attempt<AttributeProto | undefined> {
  c.asked.add(name);
  const found = c.attributes.get(name);
  if (found === undefined) return undefined;
  if (found.type !== undefined && found.type !== type) return yield* refuse(`its attribute ${name} is of another type`);
  return found;
}

export function* intAttr<D extends number | undefined>(
  c: NodeContext,
  name: string,
  otherwise: D,
): Attempt<number | D> {
  const a = yield* attribute(c, name, 2n);
  return a ? Number(a.i ?? 0n) : otherwise;
}

export function* intsAttr(c: NodeContext, name: string): Attempt<number[] | undefined> {
  const a = yield* attribute(c, name, 7n);
  return a?.ints.map(Number);
}

export function* floatAttr<D extends number | undefined>(
  c: NodeContext,
  name: string,
  otherwise: D,
): Attempt<number | D> {
  const a = yield* attribute(c, name, 1n);
  return a ? (a.f ?? 0) : otherwise;
}

export function* textAttr(c: NodeContext, name: string, otherwise: string): Attempt<string> {
  const a = yield* attribute(c, name, 3n);
  return a ? shown(a.s ?? new Uint8Array()) : otherwise;
}

export function* tensorAttr(c: NodeContext, name: string): Attempt<Tensor | undefined> {
  const a = yield* attribute(c, name, 4n);
  if (a === undefined) return undefined;
  if (a.t === undefined) return yield* refuse(`its attribute ${name} holds no tensor`);
  const read = readTensor(a.t, c.external);
  return 'why' in read ? yield* refuse(`the tensor in ${name} cannot be read: ${read.why}`) : read;
}

export function* floatsAttr(c: NodeContext, name: string): Attempt<readonly number[] | undefined> {
  return (yield* attribute(c, name, 6n))?.floats;
}

/** Attributes that say nothing about inference. */
export function ignore(c: NodeContext, ...names: readonly string[]): void {
  for (const name of names) c.asked.add(name);
}

/** Axis `axis` of a tensor of this rank, counted from the end where negative. */
export function* axisOf(axis: number, rank: number): Attempt<number> {
  const found = axis < 0 ? axis + rank : axis;
  return Number.isInteger(found) && found >= 0 && found < rank
    ? found
    : yield* refuse(`there is no axis ${axis} in ${rank} axes`);
}

/** Distinct axes, ascending. */
export function* axesOf(axes: readonly number[], rank: number): Attempt<number[]> {
  if (axes.length > rank) return yield* refuse(`${axes.length} axes are named of ${rank}`);
  const found: number[] = [];
  for (const axis of axes) found.push(yield* axisOf(axis, rank));
  if (new Set(found).size !== found.length) return yield* refuse('an axis is named twice');
  return found.sort((a, b) => a - b);
}

/** A shape that is not beyond what may be computed. */
export function* possible(shape: Shape): Attempt<Shape> {
  const size = shape.reduce((n, d) => n * Math.max(1, d), 1);
  return shape.length <= MOST_AXES && size <= MOST_ELEMENTS && shape.every((d) => Number.isInteger(d) && d >= 0)
    ? shape
    : yield* refuse(`the shape [${shape.join(', ')}] is not possible`);
}

/** Takes `count` elements from the budget of index lists. */
export function* spend(c: NodeContext, count: number): Attempt<void> {
  if (!(count <= c.budget.left)) yield* refuse(`it needs a list of ${count} indices, which is too long`);
  c.budget.left -= count;
}

export const made = (c: NodeContext, id: ValueId, type: Value['type'] = 'float'): Value => ({
  type,
  shape: c.b.shapeOf(id),
  id,
});

/** The first result of a rule that has one. */
export const result = (c: NodeContext, id: ValueId, type: Value['type'] = 'float'): readonly Value[] => [
  made(c, id, type),
];

export const nameOf = (node: NodeProto): string => node.name || node.output.find((o) => o !== '') || '(without a name)';

/** Known whole numbers as a list of one axis. */
export const indexList = (list: readonly number[]): Value => knownValue('int', [list.length], list);

/** What a rule that moves elements works on. */
export interface Moved {
  readonly x: ValueId;
  readonly shape: Shape;
  readonly type: Value['type'];
}

/** The first operand as it is in the graph, with its type. */
export function* moved(c: NodeContext): Attempt<Moved> {
  const value = yield* operand(c, 0);
  return { x: yield* entered(c, value), shape: value.shape, type: value.type };
}
