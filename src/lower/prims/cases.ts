/**
 * Crisp cases and distributions over them, as vectors along the last axis: equality, the number of an index, the weight of a
 * case, exact index arithmetic, argmax and softmax.
 */
import type { Type } from '../../check/types.ts';
import { must } from '../../text/result.ts';
import { constTensor, scalar, type Tensor } from '../bodies.ts';
import { type Env, emit, report, type StaticValue } from '../environment.ts';
import { casesOf, peel } from '../instance.ts';
import { modulo, soleValue, tabulate } from '../statics.ts';
import {
  add,
  axesFrom,
  compare,
  div,
  fromIndicator,
  mul,
  neg,
  reshape,
  scale,
  spread,
  stack,
  sub,
  sumOver,
  unary,
} from '../tensors.ts';
import { leaf, staticValue, type Typed, tensorOf, type Value } from '../values.ts';

/** Σ p·q along the last axis; one operand may lack the axes in front. */
export function agreement(env: Env, a: Tensor, b: Tensor): Tensor {
  const rank = Math.max(a.shape.length, b.shape.length);
  const labels = axesFrom(0, rank);
  const of = (t: Tensor): number[] => labels.slice(rank - t.shape.length);
  return emit(env, 'einsum', [a, b], { lhs: of(a), rhs: of(b), out: labels.slice(0, -1), order: 'lanes' });
}

/** `a == b` of numbers, bools, cases (bool) or distributions (truth: 2 Σ p·q - 1). */
export function equal(env: Env, a: Typed, b: Typed): Value {
  if (a.value.kind === 'static' && b.value.kind === 'static')
    return staticValue(tabulate([a.value.table, b.value.table], (x, y) => (x === y ? 1 : 0)));
  const weight = weightOfKnown(env, a, b);
  if (weight) return leaf(fromIndicator(env, weight));
  const [x, y] = [tensorOf(env, a), tensorOf(env, b)];
  switch (peel(a.type).of.kind) {
    case 'f32':
      return leaf(compare(env, 'eq', x, y));
    case 'bool':
      return leaf(mul(env, x, y));
    default:
      return leaf(fromIndicator(env, agreement(env, x, y)));
  }
}

/** The weight of the case that one side is known to be. */
function weightOfKnown(env: Env, a: Typed, b: Typed): Tensor | undefined {
  if (a.value.kind === 'static') return b.value.kind === 'static' ? undefined : weightOfKnown(env, b, a);
  const index = b.value.kind === 'static' ? soleValue(b.value.table) : undefined;
  return index === undefined || a.type.kind === 'bool' || a.type.kind === 'f32'
    ? undefined
    : weightOf(env, tensorOf(env, a), index);
}

export function notEqual(env: Env, a: Typed, b: Typed): Value {
  const same = equal(env, a, b);
  if (same.kind === 'static') return staticValue(tabulate([same.table], (x) => 1 - must(x)));
  return leaf(neg(env, tensorOf(env, { value: same, type: { kind: 'truth' } })));
}

/** The numbers of crisp indices: Σ k·p[k], exact on one-hot vectors. */
export function indexNumber(env: Env, p: Tensor): Tensor {
  const size = must(p.shape[p.shape.length - 1]);
  const ramp = constTensor(
    [size],
    Float32Array.from({ length: size }, (_, k) => k),
  );
  return agreement(env, p, ramp);
}

/** The weight of one case. */
export function weightOf(env: Env, p: Tensor, index: number): Tensor {
  const last = p.shape.length - 1;
  const starts = p.shape.map((_, i) => (i === last ? index : 0));
  const limits = p.shape.map((d, i) => (i === last ? index + 1 : d));
  return reshape(env, emit(env, 'slice', [p], { starts, limits }), p.shape.slice(0, -1));
}

/** One-hot of the first largest along the last axis. */
export const argmax = (env: Env, x: Tensor): Tensor =>
  emit(env, 'argmax', [x], { axis: x.shape.length - 1, width: env.build.world.surrogate });

/** exp(x - max x) / Σ along the last axis; the maximum only keeps exp in range, so no gradient passes through it. */
export function softmax(env: Env, x: Tensor): Tensor {
  const last = x.shape.length - 1;
  const along = (t: Tensor): Tensor => spread(env, t, x.shape, axesFrom(0, last));
  const highest = unary(env, 'stopGradient', emit(env, 'reduceMax', [x], { axes: [last] }));
  const powers = unary(env, 'exp', sub(env, x, along(highest)));
  return div(env, powers, along(sumOver(env, powers, [last], 'lanes')));
}

export type IndexPrim = 'index.add' | 'index.sub' | 'index.mul' | 'index.mod';

const ARITHMETIC: { readonly [P in IndexPrim]: (a: number, b: number) => number } = {
  'index.add': (a, b) => a + b,
  'index.sub': (a, b) => a - b,
  'index.mul': (a, b) => a * b,
  'index.mod': (a, b) => (b === 0 ? 0 : modulo(a, b)),
};

/**
 * Exact arithmetic of crisp indices: each pair of cases goes to the place of its result. Pairs whose result the type excludes
 * cannot occur (the checker saw to that); they have weight 0 wherever they are put.
 */
export function indexArithmetic(env: Env, prim: IndexPrim, a: Typed, b: Typed, type: Type): Value {
  const { size } = casesOf(type);
  const f = ARITHMETIC[prim];
  if (a.value.kind === 'static' && b.value.kind === 'static')
    return knownIndex(env, tabulate([a.value.table, b.value.table], f), size);
  const place = (v: number): number => (v >= 0 && v < size ? v : 0);
  const right = b.value.kind === 'static' ? soleValue(b.value.table) : undefined;
  if (right !== undefined) return leaf(moved(env, tensorOf(env, a), (i) => place(f(i, right)), size));
  const left = a.value.kind === 'static' ? soleValue(a.value.table) : undefined;
  if (left !== undefined) return leaf(moved(env, tensorOf(env, b), (j) => place(f(left, j)), size));
  const [p, q] = [tensorOf(env, a), tensorOf(env, b)];
  const joint = jointWeights(env, p, q);
  const width = must(q.shape[0]);
  return leaf(moved(env, joint, (k) => place(f(Math.floor(k / width), k % width)), size));
}

function knownIndex(env: Env, table: StaticValue, size: number): Value {
  const odd = table.values.find((v) => v < 0 || v >= size);
  if (odd === undefined) return staticValue(table);
  report(env, 'index-out-of-range', { index: odd, size, where: '' });
  return staticValue(tabulate([table], () => 0));
}

/** The weights of false and true, (1 - t) / 2 and (1 + t) / 2. */
export function twoWeights(env: Env, t: Tensor): Tensor {
  const [no, yes] = [sub(env, scalar(1), t), add(env, scalar(1), t)];
  return stack(env, [scale(env, no, 0.5), scale(env, yes, 0.5)], []);
}

/** The weight of every pair of cases, the second running faster. */
export function jointWeights(env: Env, p: Tensor, q: Tensor): Tensor {
  const pairs = emit(env, 'einsum', [p, q], { lhs: [0], rhs: [1], out: [0, 1], order: 'sequential' });
  return reshape(env, pairs, [must(p.shape[0]) * must(q.shape[0])]);
}

/** Adds each weight to the place that `to` gives. */
export const moved = (env: Env, p: Tensor, to: (k: number) => number, size: number): Tensor =>
  emit(env, 'put', [p], { axis: 0, indices: Array.from({ length: must(p.shape[0]) }, (_, k) => to(k)), size });
