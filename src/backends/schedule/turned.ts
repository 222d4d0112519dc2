/**
 * Factors of products within loops that stay the same in all turns but lie the wrong way: a product runs along several results at
 * once, and those should be neighbours. Such a factor is copied before the loop, once for all turns.
 */
import { must } from '../../text/result.ts';
import type { Context } from './context.ts';
import { keyOf } from './draft.ts';
import type { Axis, Tensor, View } from './view.ts';

/** What a body knows of the loop around it. */
export interface Surroundings {
  readonly outside: Context;
  /** Tensors that no turn stores to. */
  readonly fixed: ReadonlySet<Tensor>;
  /** Copies that were made for this loop. */
  readonly copies: Map<string, View>;
}

/** Fewer neighbours do not fill a vector. */
const LEAST = 4;

/** The factor itself, or its copy. The views' axes are the results' (so many), then the terms'. */
export function turnedOnce(c: Context, factor: View, other: View, results: number): View {
  const { around } = c;
  if (!around?.fixed.has(factor.tensor) || !isTurned(factor.axes, other.axes, results)) return factor;
  const moving = factor.axes.flatMap((axis, i) => (axis.stride !== 0 && axis.size > 1 ? [i] : []));
  const from: View = { ...factor, axes: moving.map((i) => must(factor.axes[i])) };
  const key = `${moving.map((i) => i < results).join()} ${from.axes.map((a) => a.size).join()} ${keyOf(from)}`;
  const copy = around.copies.get(key) ?? copied(around.outside, from, moving.filter((i) => i < results).length);
  around.copies.set(key, copy);
  return {
    ...copy,
    axes: factor.axes.map(({ size }, i): Axis => copy.axes[moving.indexOf(i)] ?? { size, stride: 0 }),
  };
}

/** Neighbouring terms are neighbours in memory, neighbouring results are not, though they have the other factor in common. */
function isTurned(own: readonly Axis[], other: readonly Axis[], results: number): boolean {
  const shared = own.flatMap((axis, i) =>
    i < results && axis.size >= LEAST && axis.stride !== 0 && must(other[i]).stride === 0 ? [axis] : [],
  );
  const term = own.filter((axis, i) => i >= results && axis.size > 1).at(-1);
  return term?.stride === 1 && shared.length > 0 && shared.every((axis) => axis.stride !== 1);
}

/** A copy in which the terms' axes stand before the results'. */
function copied(c: Context, from: View, results: number): View {
  const order = from.axes.map((_, i) => (i + results) % from.axes.length);
  let stride = 1;
  const strides = from.axes.map(() => 0);
  for (const i of order.reverse()) {
    strides[i] = stride;
    stride *= must(from.axes[i]).size;
  }
  const to: View = {
    tensor: c.temporary(stride),
    base: 0,
    axes: from.axes.map(({ size }, i) => ({ size, stride: must(strides[i]) })),
    outer: [],
  };
  c.copy(from, to);
  return to;
}
