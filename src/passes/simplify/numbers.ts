/**
 * Rules of the elementwise ops and reductions that keep every bit, also for -0, infinities and NaN. Not here, because
 * they do not: x + 0 (turns -0 into 0), x · 0 (infinities), x - x, distributing, reassociating. The gradient stays
 * what it was too, so these rules may run before differentiation.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import { OPS } from '../../ops/index.ts';
import type { Rewriting, Rule, Rules } from '../rewrite.ts';
import { type Spread, spreadOf, spreadOver, uniform } from './uniform.ts';

const operand = (c: Rewriting, v: ValueId | undefined, op: OpName): ValueId | undefined => c.made(v, op)?.inputs[0];

/** x + -0 is x for every x: -0 + -0 is -0, and 0 + -0 is 0. */
const addNothing: Rule<'add'> = (c, [x, y]) =>
  Object.is(uniform(c, y), -0) ? x : Object.is(uniform(c, x), -0) ? y : undefined;

/** x - 0 is x for every x: -0 - 0 is -0. */
const subNothing: Rule<'sub'> = (c, [x, y]) => (Object.is(uniform(c, y), 0) ? x : undefined);

/** x · 1 is x, and x · -1 flips the sign. */
const mulOne: Rule<'mul'> = (c, [x, y]) => {
  for (const [one, other] of [
    [x, y],
    [y, x],
  ] as const) {
    if (other === undefined) continue;
    if (uniform(c, one) === 1) return other;
    if (uniform(c, one) === -1) return c.emit('neg', [other], {});
  }
  return undefined;
};

/** Where it is 0 the gate gives 0; where it surely is not, it multiplies. */
const gateKnown: Rule<'gate'> = (c, [x, y]) => {
  const value = uniform(c, x);
  if (value === undefined || x === undefined || y === undefined) return undefined;
  if (value !== 0) return c.emit('mul', [x, y], {});
  return spreadOver(
    c,
    { source: c.emit('const', [], { shape: [], data: new Float32Array(1) }), axes: [] },
    c.shapeOf(x),
  );
};

/** 2^k with a reciprocal that is a normal number. */
function isPowerOfTwo(x: number): boolean {
  const bits = new Uint32Array(new Float32Array([x]).buffer)[0] ?? 0;
  const exponent = (bits >>> 23) & 255;
  return (bits & 0x7fffff) === 0 && exponent > 0 && exponent < 254;
}

/** x / 2^k and x · 2^-k round the same real number. */
const divByPower: Rule<'div'> = (c, [x, y]) => {
  const value = uniform(c, y);
  if (value === undefined || x === undefined || !isPowerOfTwo(value)) return undefined;
  if (value === 1) return x;
  const reciprocal = c.emit('const', [], { shape: [], data: Float32Array.of(1 / value) });
  return c.emit('mul', [x, spreadOver(c, { source: reciprocal, axes: [] }, c.shapeOf(x))], {});
};

/** min(x, x) and max(x, x) are x. */
const same = (_: Rewriting, [x, y]: readonly ValueId[]): ValueId | undefined => (x === y ? x : undefined);

/** A selection whose side is known, or whose sides are one. */
const selectKnown: Rule<'select'> = (c, [test, x, y]) => {
  if (x === y) return x;
  const value = uniform(c, test);
  return value === undefined ? undefined : value > 0 ? x : y;
};

/** An operation done twice is done once. */
const twice =
  <K extends OpName>(op: K): Rule<K> =>
  (c, [x]) =>
    c.made(x, op) ? x : undefined;

/** Along an axis where every operand repeats, so does the result: it is computed once and spread. */
const once =
  <K extends OpName>(op: K): Rule<K> =>
  (c, inputs, attrs) => {
    const [first] = inputs;
    if (first === undefined) return undefined;
    const shape = c.shapeOf(first);
    const spreads = inputs.map((v) => spreadOf(c, v));
    const axes = shape.map((_, i) => i).filter((i) => spreads.some((s) => s.axes.includes(i)));
    if (axes.length === shape.length) return undefined;
    const inner = axes.map((a) => shape[a] ?? 0);
    const within = ({ source, axes: own }: Spread): Spread => ({ source, axes: own.map((a) => axes.indexOf(a)) });
    const source = c.emit(
      op,
      spreads.map((s) => spreadOver(c, within(s), inner)),
      attrs,
    );
    return spreadOver(c, { source, axes }, shape);
  };

/** The largest of repetitions is the largest of one; along axes of size 1 there is nothing to compare. */
const extremumOfRepeated =
  <K extends 'reduceMax' | 'reduceMin'>(op: K): Rule<K> =>
  (c, [x], { axes }) => {
    if (x === undefined) return undefined;
    const shape = c.shapeOf(x);
    const spread = spreadOf(c, x);
    const idle = axes.filter((a) => shape[a] === 1 || !spread.axes.includes(a));
    if (idle.length === 0) return undefined;
    const kept = shape.map((_, i) => i).filter((i) => !idle.includes(i));
    const keptShape = kept.map((i) => shape[i] ?? 0);
    const own = spread.axes.filter((a) => kept.includes(a));
    const source = c.emit('reshape', [spread.source], { shape: own.map((a) => shape[a] ?? 0) });
    const smaller = spreadOver(c, { source, axes: own.map((a) => kept.indexOf(a)) }, keptShape);
    const rest = axes.filter((a) => !idle.includes(a)).map((a) => kept.indexOf(a));
    return rest.length === 0 ? smaller : c.emit(op, [smaller], { axes: rest } as never);
  };

/**
 * Axes of size 1 change no sum. A sum of one number is that number if it is sequential; in lanes it starts from 0,
 * which turns -0 into 0, so one axis is left.
 */
const sumOfOne: Rule<'sum'> = (c, [x], { axes, order }) => {
  if (x === undefined) return undefined;
  if (axes.length === 0) return order === 'sequential' ? x : undefined;
  const shape = c.shapeOf(x);
  const ones = axes.filter((a) => shape[a] === 1);
  const idle = order === 'lanes' && ones.length === axes.length ? ones.slice(1) : ones;
  if (idle.length === 0) return undefined;
  const kept = shape.map((_, i) => i).filter((i) => !idle.includes(i));
  const smaller = c.emit('reshape', [x], { shape: kept.map((i) => shape[i] ?? 0) });
  const rest = axes.filter((a) => !idle.includes(a)).map((a) => kept.indexOf(a));
  return rest.length === 0 ? smaller : c.emit('sum', [smaller], { axes: rest, order });
};

/** A constant full of one number is that number, spread. */
const constOfOne: Rule<'const'> = (c, _, { shape, data }) => {
  const [first] = data;
  if (data.length <= 1 || first === undefined) return undefined;
  if (Number.isNaN(first) || !data.every((x) => Object.is(x, first))) return undefined;
  return spreadOver(c, { source: c.emit('const', [], { shape: [], data: Float32Array.of(first) }), axes: [] }, shape);
};

const own: Rules = {
  const: [constOfOne],
  neg: [(c, [x]) => operand(c, x, 'neg')],
  abs: [
    twice('abs'),
    (c, [x]) => {
      const flipped = operand(c, x, 'neg');
      return flipped === undefined ? undefined : c.emit('abs', [flipped], {});
    },
  ],
  floor: [twice('floor')],
  round: [twice('round')],
  stopGradient: [twice('stopGradient')],
  add: [addNothing],
  sub: [subNothing],
  mul: [mulOne],
  gate: [gateKnown],
  div: [divByPower],
  min: [same],
  max: [same],
  select: [selectKnown],
  sum: [sumOfOne],
  reduceMax: [extremumOfRepeated('reduceMax')],
  reduceMin: [extremumOfRepeated('reduceMin')],
};

/** The rules above, and for every elementwise op of the table that repeated axes are computed once. */
export const numberRules: Rules = Object.fromEntries(
  (Object.keys(OPS) as OpName[]).map((op) => [
    op,
    [...((own[op] ?? []) as readonly Rule<typeof op>[]), ...(OPS[op].batch === 'elementwise' ? [once(op)] : [])],
  ]),
);
