/**
 * Rules of the ops that only move numbers: compositions become one move, moves that change nothing go away.
 * Broadcasts travel towards the results, so what stands before them works on less. All are exact: no number changes.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { Axes, Shape } from '../../ir/vocabulary.ts';
import type { Rewriting, Rule, Rules } from '../rewrite.ts';
import { isIdentity, sameShape, spreadOver, uniform } from './uniform.ts';

const at = (list: readonly number[], i: number): number => list[i] ?? 0;

const reshapeNothing: Rule<'reshape'> = (c, [x], { shape }) =>
  x !== undefined && sameShape(c.shapeOf(x), shape) ? x : undefined;

const reshapeTwice: Rule<'reshape'> = (c, [x], attrs) => {
  const inner = c.made(x, 'reshape');
  return inner && c.emit('reshape', inner.inputs, attrs);
};

/** A number spread over a shape is spread over the other shape. */
const reshapeOfNumber: Rule<'reshape'> = (c, [x], { shape }) => {
  const spread = c.made(x, 'broadcast');
  const source = spread?.inputs[0];
  return source !== undefined && spread?.attrs.axes.length === 0
    ? spreadOver(c, { source, axes: [] }, shape)
    : undefined;
};

/** The axes of size 1 apart, which axes of two shapes answer to each other; undefined if the others differ. */
function axesButOnes(a: Shape, b: Shape): ReadonlyMap<number, number> | undefined {
  const big = (s: Shape): number[] => s.map((_, i) => i).filter((i) => s[i] !== 1);
  const [of, to] = [big(a), big(b)];
  if (
    !sameShape(
      of.map((i) => at(a, i)),
      to.map((i) => at(b, i)),
    )
  )
    return undefined;
  return new Map(of.map((i, k) => [i, at(to, k)]));
}

/** Ones that come or go around a broadcast come or go around its source. */
const reshapeOfSpread: Rule<'reshape'> = (c, [x], { shape }) => {
  const spread = c.made(x, 'broadcast');
  const source = spread?.inputs[0];
  if (!spread || source === undefined) return undefined;
  const answers = axesButOnes(spread.attrs.shape, shape);
  if (!answers) return undefined;
  const axes = spread.attrs.axes.flatMap((a) => answers.get(a) ?? []);
  const small = c.emit('reshape', [source], { shape: axes.map((a) => at(shape, a)) });
  return spreadOver(c, { source: small, axes }, shape);
};

const transposeNothing: Rule<'transpose'> = (_, [x], { perm }) => (isIdentity(perm) ? x : undefined);

const transposeTwice: Rule<'transpose'> = (c, [x], { perm }) => {
  const inner = c.made(x, 'transpose');
  return inner && c.emit('transpose', inner.inputs, { perm: perm.map((a) => at(inner.attrs.perm, a)) });
};

/** A transposition that moves only axes of size 1 moves no number. */
const transposeOfOnes: Rule<'transpose'> = (c, [x], { perm }) => {
  if (x === undefined) return undefined;
  const shape = c.shapeOf(x);
  const moved = perm.filter((a) => shape[a] !== 1);
  const stays = moved.every((a, i) => i === 0 || a > at(moved, i - 1));
  return stays ? c.emit('reshape', [x], { shape: perm.map((a) => at(shape, a)) }) : undefined;
};

const transposeOfSpread: Rule<'transpose'> = (c, [x], { perm }) => {
  const spread = c.made(x, 'broadcast');
  const source = spread?.inputs[0];
  if (!spread || source === undefined) return undefined;
  const { shape, axes } = spread.attrs;
  const to = axes.map((a) => perm.indexOf(a));
  const order = to.map((_, k) => k).sort((a, b) => at(to, a) - at(to, b));
  const turned = c.emit('transpose', [source], { perm: order });
  return spreadOver(
    c,
    { source: turned, axes: order.map((k) => at(to, k)) },
    perm.map((a) => at(shape, a)),
  );
};

const broadcastNothing: Rule<'broadcast'> = (_, [x], { shape, axes }) => (axes.length === shape.length ? x : undefined);

const broadcastTwice: Rule<'broadcast'> = (c, [x], { shape, axes }) => {
  const inner = c.made(x, 'broadcast');
  return inner && c.emit('broadcast', inner.inputs, { shape, axes: inner.attrs.axes.map((a) => at(axes, a)) });
};

/** Repeating once along new axes only adds axes of size 1. */
const broadcastOfOnes: Rule<'broadcast'> = (_c, [x], { shape, axes }) =>
  x !== undefined && shape.every((d, i) => d === 1 || axes.includes(i))
    ? _c.emit('reshape', [x], { shape })
    : undefined;

/** An axis of size 1 that a reshape put before a broadcast need not be there. */
const broadcastOfReshape: Rule<'broadcast'> = (c, [x], { shape, axes }) => {
  const inner = c.made(x, 'reshape');
  const source = inner?.inputs[0];
  if (!inner || source === undefined) return undefined;
  const answers = axesButOnes(inner.attrs.shape, c.shapeOf(source));
  if (!answers || c.shapeOf(source).length >= inner.attrs.shape.length || c.shapeOf(source).includes(1))
    return undefined;
  return c.emit('broadcast', [source], { shape, axes: axes.filter((_, k) => answers.has(k)) });
};

/** Equal numbers that repeat are one number that repeats. */
const broadcastOfEqual: Rule<'broadcast'> = (c, [x], { shape }) => {
  const value = c.made(x, 'const')?.attrs.shape.length ? uniform(c, x) : undefined;
  if (value === undefined) return undefined;
  const one = c.emit('const', [], { shape: [], data: Float32Array.of(value) });
  return c.emit('broadcast', [one], { shape, axes: [] });
};

type Box = { readonly starts: readonly number[]; readonly limits: readonly number[] };
const sliceEmit = (c: Rewriting, x: ValueId, { starts, limits }: Box): ValueId =>
  c.emit('slice', [x], { starts, limits });

const sliceNothing: Rule<'slice'> = (c, [x], { limits, starts }) =>
  x !== undefined && starts.every((s) => s === 0) && sameShape(limits, c.shapeOf(x)) ? x : undefined;

const sliceTwice: Rule<'slice'> = (c, [x], { starts, limits }) => {
  const inner = c.made(x, 'slice');
  const source = inner?.inputs[0];
  if (!inner || source === undefined) return undefined;
  const from = (list: readonly number[]): number[] => list.map((n, i) => n + at(inner.attrs.starts, i));
  return sliceEmit(c, source, { starts: from(starts), limits: from(limits) });
};

const sliceOfSpread: Rule<'slice'> = (c, [x], { starts, limits }) => {
  const spread = c.made(x, 'broadcast');
  const source = spread?.inputs[0];
  if (!spread || source === undefined) return undefined;
  const { axes } = spread.attrs;
  const cut = sliceEmit(c, source, { starts: axes.map((a) => at(starts, a)), limits: axes.map((a) => at(limits, a)) });
  return spreadOver(
    c,
    { source: cut, axes },
    limits.map((l, i) => l - at(starts, i)),
  );
};

/** A box that lies in one piece of a concat is a box of that piece. */
const sliceOfConcat: Rule<'slice'> = (c, [x], { starts, limits }) => {
  const joined = c.made(x, 'concat');
  if (!joined) return undefined;
  const { axis } = joined.attrs;
  let from = 0;
  for (const piece of joined.inputs) {
    const to = from + at(c.shapeOf(piece), axis);
    if (at(starts, axis) >= from && at(limits, axis) <= to && to > from) {
      const back = (list: readonly number[]): number[] => list.map((n, i) => (i === axis ? n - from : n));
      return sliceEmit(c, piece, { starts: back(starts), limits: back(limits) });
    }
    from = to;
  }
  return undefined;
};

/** A box inside what was padded does not see the padding. */
const sliceOfPad: Rule<'slice'> = (c, [x], { starts, limits }) => {
  const padded = c.made(x, 'pad');
  const source = padded?.inputs[0];
  if (!padded || source === undefined) return undefined;
  const shape = c.shapeOf(source);
  const back = (list: readonly number[]): number[] => list.map((n, i) => n - at(padded.attrs.low, i));
  const [from, to] = [back(starts), back(limits)];
  const inside = from.every((s, i) => s >= 0 && at(to, i) <= at(shape, i));
  return inside ? sliceEmit(c, source, { starts: from, limits: to }) : undefined;
};

/** The same for what was taken: fewer indices. */
const sliceOfTake: Rule<'slice'> = (c, [x], { starts, limits }) => {
  const taken = c.made(x, 'take');
  const source = taken?.inputs[0];
  if (!taken || source === undefined) return undefined;
  const { axis, indices } = taken.attrs;
  const size = at(c.shapeOf(source), axis);
  const whole = (list: readonly number[], n: number): number[] => list.map((v, i) => (i === axis ? n : v));
  const cut = sliceEmit(c, source, { starts: whole(starts, 0), limits: whole(limits, size) });
  return c.emit('take', [cut], { axis, indices: indices.slice(at(starts, axis), at(limits, axis)) });
};

const padNothing: Rule<'pad'> = (_, [x], { low, high }) => ([...low, ...high].every((n) => n === 0) ? x : undefined);

const padTwice: Rule<'pad'> = (c, [x], { low, high }) => {
  const inner = c.made(x, 'pad');
  const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((n, i) => n + at(b, i));
  return inner && c.emit('pad', inner.inputs, { low: plus(low, inner.attrs.low), high: plus(high, inner.attrs.high) });
};

const concatOne: Rule<'concat'> = (_, inputs) => (inputs.length === 1 ? inputs[0] : undefined);

/** Pieces without elements go away; pieces that are concats along the same axis are laid open. */
const concatFlat: Rule<'concat'> = (c, inputs, { axis }) => {
  const pieces = inputs.flatMap((v) => {
    const inner = c.made(v, 'concat');
    return inner?.attrs.axis === axis ? inner.inputs : [v];
  });
  const full = pieces.filter((v) => at(c.shapeOf(v), axis) > 0);
  const flat = full.length > 0 ? full : pieces.slice(0, 1);
  const isSame = flat.length === inputs.length && flat.every((v, i) => v === inputs[i]);
  return isSame ? undefined : c.emit('concat', flat, { axis });
};

/** Neighbouring slices of one value, laid side by side again, are one slice of it. */
const concatOfSlices: Rule<'concat'> = (c, inputs, { axis }) => {
  const joined: ValueId[] = [];
  for (const v of inputs) {
    const last = joined.pop();
    const both = last === undefined ? undefined : joinSlices(c, [last, v], axis);
    if (last !== undefined && both === undefined) joined.push(last);
    joined.push(both ?? v);
  }
  return joined.length < inputs.length ? c.emit('concat', joined, { axis }) : undefined;
};

function joinSlices(c: Rewriting, [x, y]: readonly [ValueId, ValueId], axis: number): ValueId | undefined {
  const [a, b] = [c.made(x, 'slice'), c.made(y, 'slice')];
  const source = a?.inputs[0];
  if (!a || !b || source === undefined || source !== b.inputs[0]) return undefined;
  const others = (list: readonly number[]): number[] => list.filter((_, i) => i !== axis);
  const fits =
    at(a.attrs.limits, axis) === at(b.attrs.starts, axis) &&
    sameShape(others(a.attrs.starts), others(b.attrs.starts)) &&
    sameShape(others(a.attrs.limits), others(b.attrs.limits));
  return fits ? sliceEmit(c, source, { starts: a.attrs.starts, limits: b.attrs.limits }) : undefined;
}

const isRun = (indices: Axes): boolean => indices.every((n, j) => n === at(indices, 0) + j);

/** Indices that ascend by one are a slice. */
const takeRun: Rule<'take'> = (c, [x], { axis, indices }) => {
  if (x === undefined || indices.length === 0 || !isRun(indices)) return undefined;
  const shape = c.shapeOf(x);
  const whole = (list: readonly number[], n: number): number[] => list.map((v, i) => (i === axis ? n : v));
  const first = at(indices, 0);
  return sliceEmit(c, x, {
    starts: whole(
      shape.map(() => 0),
      first,
    ),
    limits: whole(shape, first + indices.length),
  });
};

const takeTwice: Rule<'take'> = (c, [x], { axis, indices }) => {
  const inner = c.made(x, 'take');
  if (inner?.attrs.axis !== axis) return undefined;
  return c.emit('take', inner.inputs, { axis, indices: indices.map((j) => at(inner.attrs.indices, j)) });
};

const takeOfSlice: Rule<'take'> = (c, [x], { axis, indices }) => {
  const inner = c.made(x, 'slice');
  const source = inner?.inputs[0];
  if (!inner || source === undefined) return undefined;
  const shape = c.shapeOf(source);
  const { starts, limits } = inner.attrs;
  const isOnlyHere = shape.every((d, i) => i === axis || (at(starts, i) === 0 && at(limits, i) === d));
  return isOnlyHere ? c.emit('take', [source], { axis, indices: indices.map((j) => j + at(starts, axis)) }) : undefined;
};

/** Taking along an axis that repeats only changes how often it does. */
const takeOfSpread: Rule<'take'> = (c, [x], { axis, indices }) => {
  const spread = c.made(x, 'broadcast');
  const source = spread?.inputs[0];
  if (!spread || source === undefined) return undefined;
  const { shape, axes } = spread.attrs;
  const own = axes.indexOf(axis);
  const inner = own < 0 ? source : c.emit('take', [source], { axis: own, indices });
  return spreadOver(
    c,
    { source: inner, axes },
    shape.map((d, i) => (i === axis ? indices.length : d)),
  );
};

export const moveRules: Rules = {
  reshape: [reshapeNothing, reshapeTwice, reshapeOfNumber, reshapeOfSpread],
  transpose: [transposeNothing, transposeTwice, transposeOfOnes, transposeOfSpread],
  broadcast: [broadcastNothing, broadcastTwice, broadcastOfOnes, broadcastOfReshape, broadcastOfEqual],
  slice: [sliceNothing, sliceTwice, sliceOfSpread, sliceOfConcat, sliceOfPad, sliceOfTake],
  pad: [padNothing, padTwice],
  concat: [concatOne, concatFlat, concatOfSlices],
  take: [takeRun, takeTwice, takeOfSlice, takeOfSpread],
};
