/**
 * Arithmetic on tensors while lowering: the ops of the graph with scalars spread where a tensor is wanted, and the few
 * simplifications that keep the graph of a program plain (constants are folded only where that is exact and structural).
 */
import { sizeOf } from '../ir/graph.ts';
import type { OpName, Shape, SumOrder } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import { constTensor, numbersIn, scalar, splat, splatValue, type Tensor } from './bodies.ts';
import { type Env, emit } from './environment.ts';

type Plain =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'exp'
  | 'log'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'sin'
  | 'cos'
  | 'erf'
  | 'floor'
  | 'round'
  | 'stopGradient';
type Pair = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'min' | 'max';
type Comparison = 'lt' | 'le' | 'eq';

const isRank = (t: Tensor, rank: number): boolean => t.shape.length === rank;

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** Operand axis k becomes result axis `axes[k]`; the others repeat. */
export function spread(env: Env, t: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  if (sameShape(t.shape, shape)) return t;
  const value = splatValue(t);
  return value === undefined ? emit(env, 'broadcast', [t], { shape, axes }) : splat(shape, value);
}

/** Scalars among the operands take the shape of the others. */
export function level(env: Env, operands: readonly Tensor[]): Tensor[] {
  const shape = operands.map((t) => t.shape).find((s) => s.length > 0) ?? [];
  return operands.map((t) => (isRank(t, 0) ? spread(env, t, shape, []) : t));
}

export const unary = (env: Env, op: Plain, a: Tensor): Tensor => emit(env, op as OpName & Plain, [a], {});

export function neg(env: Env, a: Tensor): Tensor {
  return a.kind === 'const'
    ? constTensor(
        a.shape,
        a.data.map((x) => -x),
      )
    : unary(env, 'neg', a);
}

export const binary = (env: Env, op: Pair, a: Tensor, b: Tensor): Tensor =>
  emit(env, op as OpName & Pair, level(env, [a, b]), {});

export const add = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'add', a, b);
export const sub = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'sub', a, b);
export const mul = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'mul', a, b);
export const div = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'div', a, b);
export const min = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'min', a, b);
export const max = (env: Env, a: Tensor, b: Tensor): Tensor => binary(env, 'max', a, b);

/** `a · k` and `a + k` for a number. */
export const scale = (env: Env, a: Tensor, k: number): Tensor => mul(env, a, scalar(k));
export const shift = (env: Env, a: Tensor, k: number): Tensor => add(env, a, scalar(k));

/** A comparison to ±1; its surrogate has the program's width. */
export const compare = (env: Env, op: Comparison, a: Tensor, b: Tensor): Tensor =>
  emit(env, op as OpName & Comparison, level(env, [a, b]), { width: env.build.world.surrogate });

export const select = (env: Env, c: Tensor, a: Tensor, b: Tensor): Tensor =>
  emit(env, 'select', level(env, [c, a, b]), {});

export function reshape(env: Env, a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  return a.kind === 'const' ? constTensor(shape, a.data) : emit(env, 'reshape', [a], { shape });
}

export const transpose = (env: Env, a: Tensor, perm: readonly number[]): Tensor =>
  perm.every((p, i) => p === i) ? a : emit(env, 'transpose', [a], { perm });

export const sumOver = (env: Env, a: Tensor, axes: readonly number[], order: SumOrder): Tensor =>
  axes.length === 0 ? a : emit(env, 'sum', [a], { axes, order });

/** Axes `from` up to but without `to`. */
export const axesFrom = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** A value repeated along a new leading axis. */
export const repeat = (env: Env, a: Tensor, size: number): Tensor =>
  spread(env, a, [size, ...a.shape], axesFrom(1, a.shape.length + 1));

/** Tensors of one shape along a new leading axis. */
export function stack(env: Env, items: readonly Tensor[], shape: Shape): Tensor {
  if (items.every((t) => t.kind === 'const')) return stackConstants(items, shape);
  const rows = items.map((t) => reshape(env, t, [1, ...shape]));
  return rows.length === 1 ? must(rows[0]) : emit(env, 'concat', rows, { axis: 0 });
}

function stackConstants(items: readonly Tensor[], shape: Shape): Tensor {
  const size = sizeOf(shape);
  const first = items[0] && splatValue(items[0]);
  if (first !== undefined && items.every((t) => Object.is(splatValue(t), first)))
    return splat([items.length, ...shape], first);
  const data = new Float32Array(items.length * size);
  for (const [i, t] of items.entries()) if (t.kind === 'const') data.set(numbersIn(t), i * size);
  return constTensor([items.length, ...shape], data);
}

/** Part of one axis. */
export function sliceAxis(env: Env, a: Tensor, axis: number, from: number, to: number): Tensor {
  if (from === 0 && to === a.shape[axis]) return a;
  const starts = a.shape.map((_, i) => (i === axis ? from : 0));
  const limits = a.shape.map((d, i) => (i === axis ? to : d));
  return emit(env, 'slice', [a], { starts, limits });
}

/** A chosen order of one axis: a slice where the indices are a run, else `take`. */
export function takeAxis(env: Env, a: Tensor, axis: number, indices: readonly number[]): Tensor {
  const first = indices[0] ?? 0;
  const isRun = indices.every((v, i) => v === first + i);
  return isRun ? sliceAxis(env, a, axis, first, first + indices.length) : emit(env, 'take', [a], { axis, indices });
}

/** Zeros of a shape. */
export const zeros = (shape: Shape): Tensor => splat(shape, 0);

/** 1 where the bool is true, else 0. */
export const indicator = (env: Env, bool: Tensor): Tensor => scale(env, shift(env, bool, 1), 0.5);

/** ±1 for 1 and 0. */
export const fromIndicator = (env: Env, weight: Tensor): Tensor => shift(env, scale(env, weight, 2), -1);
