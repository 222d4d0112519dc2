/** What the rewriting rules know about a value: the one number it is full of, and along which axes it repeats. */
import { type NodeOf, sizeOf, type ValueId } from '../../ir/graph.ts';
import type { Axes, Shape } from '../../ir/vocabulary.ts';
import type { Rewriting } from '../rewrite.ts';

/** The number that all elements are (same bits; not NaN), if the graph says so plainly. */
export function uniform(c: Rewriting, v: ValueId | undefined): number | undefined {
  const moved = c.made(v, 'broadcast') ?? c.made(v, 'reshape') ?? c.made(v, 'transpose');
  if (moved) return uniform(c, moved.inputs[0]);
  const data = c.made(v, 'const')?.attrs.data;
  const first = data?.[0];
  return data?.every((x) => Object.is(x, first)) && !Number.isNaN(first) ? first : undefined;
}

/** A value as a broadcast: `source` lies along `axes`, the other axes repeat. Any value is one along all its axes. */
export interface Spread {
  readonly source: ValueId;
  readonly axes: Axes;
}

export function spreadOf(c: Rewriting, v: ValueId): Spread {
  const node: NodeOf<'broadcast'> | undefined = c.made(v, 'broadcast');
  const source = node?.inputs[0];
  return node && source !== undefined
    ? { source, axes: node.attrs.axes }
    : { source: v, axes: c.shapeOf(v).map((_, i) => i) };
}

/** Spreads `source` over `shape`; the source itself when nothing changes. */
export const spreadOver = (c: Rewriting, { source, axes }: Spread, shape: Shape): ValueId =>
  axes.length === shape.length ? source : c.emit('broadcast', [source], { shape, axes });

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const isIdentity = (perm: Axes): boolean => perm.every((a, i) => a === i);
export const isEmpty = (shape: Shape): boolean => sizeOf(shape) === 0;
