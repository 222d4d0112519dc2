/** Primitives on whole arrays: reductions, products, and those that only move numbers. */
import type { Logic } from '../../check/core.ts';
import type { Type } from '../../check/types.ts';
import { sizeOf } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { addCarry, constTensor, mapInto, newBody, type Tensor } from '../bodies.ts';
import { type Env, emit, report } from '../environment.ts';
import { leafShapes, peel, shapeOfType } from '../instance.ts';
import { closeScan } from '../scans.ts';
import {
  axesFrom,
  binary,
  indicator,
  mul,
  reshape,
  sliceAxis,
  sumOver,
  takeAxis,
  transpose,
  unary,
  zeros,
} from '../tensors.ts';
import { combine, fromTensors, leaf, type Typed, tensorOf, tensorsOf, type Value } from '../values.ts';
import { oneHotOf } from '../views.ts';
import { connect } from './logic.ts';

export type Reduction = 'sum' | 'mean' | 'maximum' | 'minimum' | 'product' | 'all' | 'any' | 'count';

const REDUCTIONS: readonly string[] = ['sum', 'mean', 'maximum', 'minimum', 'product', 'all', 'any', 'count'];
export const isReduction = (prim: string): prim is Reduction => REDUCTIONS.includes(prim);

/** Over all axes when the result is a scalar, else over the leading one. */
export function reduce(env: Env, prim: Reduction, arg: Typed, type: Type, logic: Logic | undefined): Value {
  const x = tensorOf(env, arg);
  const { axes: left, of } = peel(type);
  const axes = axesFrom(0, peel(arg.type).axes.length - left.length);
  const count = axes.reduce((n, a) => n * must(x.shape[a]), 1);
  if (count === 0 && (prim === 'maximum' || prim === 'minimum' || prim === 'mean')) {
    report(env, 'empty-array', {
      what: prim === 'mean' ? 'mean' : prim === 'maximum' ? 'largest element' : 'smallest element',
    });
    return leaf(zeros(shapeOfType(type)));
  }
  switch (prim) {
    case 'sum':
      return leaf(sumOver(env, x, axes, 'lanes'));
    case 'mean':
      return leaf(binary(env, 'div', sumOver(env, x, axes, 'lanes'), constTensor([], Float32Array.of(count))));
    case 'maximum':
      return leaf(emit(env, 'reduceMax', [x], { axes }));
    case 'minimum':
      return leaf(emit(env, 'reduceMin', [x], { axes }));
    case 'product':
      return leaf(productOf(env, flattened(env, x, axes.length)));
    case 'count':
      return leaf(countOf(env, sumOver(env, indicator(env, x), axes, 'lanes'), of, count));
    case 'all':
    case 'any':
      return leaf(
        joined(env, prim, flattened(env, x, axes.length), of.kind === 'truth' ? (logic ?? 'godel') : undefined),
      );
    default:
      return prim satisfies never;
  }
}

/** The first `k` axes as one. */
const flattened = (env: Env, x: Tensor, k: number): Tensor =>
  reshape(env, x, [sizeOf(x.shape.slice(0, k)), ...x.shape.slice(k)]);

/** How many are true, as a number or as an index of at most `most`. */
const countOf = (env: Env, n: Tensor, type: Type, most: number): Tensor =>
  type.kind === 'index' ? oneHotOf(env, n, most + 1) : n;

/** The product along the leading axis: halves are multiplied until one is left. */
function productOf(env: Env, x: Tensor): Tensor {
  const n = must(x.shape[0]);
  const rest = x.shape.slice(1);
  if (n === 0) return constTensor(rest, new Float32Array(sizeOf(rest)).fill(1));
  if (n === 1) return reshape(env, x, rest);
  const half = Math.floor(n / 2);
  const pairs = mul(env, sliceAxis(env, x, 0, 0, half), sliceAxis(env, x, 0, half, 2 * half));
  return productOf(
    env,
    n % 2 === 0 ? pairs : emit(env, 'concat', [pairs, sliceAxis(env, x, 0, n - 1, n)], { axis: 0 }),
  );
}

/** `and` or `or` along the leading axis; min and max where the logic has those, else from the left one by one. */
function joined(env: Env, prim: 'all' | 'any', x: Tensor, logic: Logic | undefined): Tensor {
  const n = must(x.shape[0]);
  const rest = x.shape.slice(1);
  if (n === 0) return constTensor(rest, new Float32Array(sizeOf(rest)).fill(prim === 'all' ? 1 : -1));
  if (logic === undefined || logic === 'godel')
    return emit(env, prim === 'all' ? 'reduceMin' : 'reduceMax', [x], { axes: [0] });
  const first = reshape(env, sliceAxis(env, x, 0, 0, 1), rest);
  if (n === 1) return first;
  const body = newBody(env.body);
  const state = addCarry(body, first);
  const next = connect({ ...env, body }, prim === 'all' ? 'and' : 'or', logic, [
    state,
    mapInto(body, sliceAxis(env, x, 0, 1, n)),
  ]);
  return must(closeScan(env, body, { length: n - 1, carries: [{ init: first, next }], stacked: [] }).last[0]);
}

/** The last axis of `a` with the first of `b`; two vectors by lanes, else k ascending. */
export function matmul(env: Env, a: Tensor, b: Tensor): Tensor {
  const [i, j] = [a.shape.length - 1, b.shape.length - 1];
  const lhs = axesFrom(0, i + 1);
  const rhs = [i, ...axesFrom(i + 1, i + 1 + j)];
  const out = [...lhs.slice(0, -1), ...rhs.slice(1)];
  return emit(env, 'einsum', [a, b], { lhs, rhs, out, order: out.length === 0 ? 'lanes' : 'sequential' });
}

export function outer(env: Env, a: Tensor, b: Tensor): Tensor {
  const lhs = axesFrom(0, a.shape.length);
  const rhs = axesFrom(lhs.length, lhs.length + b.shape.length);
  return emit(env, 'einsum', [a, b], { lhs, rhs, out: [...lhs, ...rhs], order: 'sequential' });
}

/** √ Σ x², over all axes. */
export const norm = (env: Env, x: Tensor): Tensor =>
  unary(env, 'sqrt', sumOver(env, mul(env, x, x), axesFrom(0, x.shape.length), 'lanes'));

export const reversedAxes = (env: Env, x: Tensor): Tensor => transpose(env, x, axesFrom(0, x.shape.length).reverse());

/** Arrays one after the other along the leading axis, leaf by leaf. */
export function concat(env: Env, args: readonly Typed[], type: Type): Value {
  const columns = args.map((a) => tensorsOf(env, a));
  const leaves = leafShapes(type).map((_, k) => {
    const parts = columns.map((c) => must(c[k])).filter((t) => t.shape[0] !== 0);
    const [first] = parts;
    if (!first) return must(must(columns[0])[k]);
    return parts.length === 1 ? first : emit(env, 'concat', parts, { axis: 0 });
  });
  return fromTensors(type, leaves);
}

export const reverse = (env: Env, arg: Typed): Value =>
  combine(env, arg.type, [arg.value], ([t]) => {
    const x = must(t);
    const n = must(x.shape[0]);
    return takeAxis(
      env,
      x,
      0,
      Array.from({ length: n }, (_, i) => n - 1 - i),
    );
  });

/** Row-major order under other axes (the element type keeps its own). */
export function reshaped(env: Env, arg: Typed, type: Type): Value {
  const shapes = leafShapes(type);
  return fromTensors(
    type,
    tensorsOf(env, arg).map((t, k) => reshape(env, t, must(shapes[k]))),
  );
}
