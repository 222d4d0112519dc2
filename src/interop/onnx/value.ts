/**
 * What a name of an ONNX graph stands for during the import, and the moves that rules share: broadcasting as ONNX does
 * it and picking along an axis. Truth values are ±1 in the graph, as everywhere in the project.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { type ElementType, MOST_ELEMENTS } from './tensor.ts';

export type Numbers = Float32Array | Float64Array;

/** `known`: the numbers, where the file states them. `id`: the value in the graph, once something computes with it. */
export interface Value {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly known?: Numbers;
  /** A float tensor of the file: it becomes a param of this name. */
  readonly weight?: string;
  readonly id?: ValueId;
}

export const knownValue = (type: ElementType, shape: Shape, numbers: ArrayLike<number>): Value => ({
  type,
  shape,
  known: type === 'float' ? Float32Array.from(numbers) : Float64Array.from(numbers),
});

/** The whole numbers 0 .. n-1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The shape that both broadcast to, axes aligned from the last, or undefined. */
export function commonShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1) return undefined;
    shape.push(x === 1 ? y : x);
  }
  return shape.reduce((n, d) => n * d, 1) <= MOST_ELEMENTS ? shape : undefined;
}

/** Spreads a value to a shape that `commonShape` found. */
export function spread(b: GraphBuilder, value: ValueId, shape: Shape): ValueId {
  const from = b.shapeOf(value);
  const shift = shape.length - from.length;
  const kept = range(from.length).filter((i) => from[i] === shape[shift + i]);
  const narrow = b.reshape(
    value,
    kept.map((i) => from[i] ?? 1),
  );
  return b.broadcast(
    narrow,
    shape,
    kept.map((i) => i + shift),
  );
}

/** Elements `indices` along an axis; a slice where they follow each other. */
export function pick(b: GraphBuilder, x: ValueId, axis: number, indices: readonly number[]): ValueId {
  const shape = b.shapeOf(x);
  const first = indices[0] ?? 0;
  if (!indices.every((v, i) => v === first + i)) return b.op('take', [x], { axis, indices: [...indices] });
  if (indices.length === shape[axis]) return x;
  const starts = shape.map((_, i) => (i === axis ? first : 0));
  const limits = shape.map((d, i) => (i === axis ? first + indices.length : d));
  return b.op('slice', [x], { starts, limits });
}

/** `value` in front of and behind each axis. */
export function padWith(
  b: GraphBuilder,
  x: ValueId,
  { low, high }: { readonly low: readonly number[]; readonly high: readonly number[] },
  value: number,
): ValueId {
  if ([...low, ...high].every((n) => n === 0)) return x;
  if (Object.is(value, 0)) return b.op('pad', [x], { low: [...low], high: [...high] });
  let padded = x;
  for (const axis of range(low.length)) {
    const shape = b.shapeOf(padded);
    const block = (n: number): ValueId[] =>
      n === 0
        ? []
        : [
            b.full(
              shape.map((d, i) => (i === axis ? n : d)),
              value,
            ),
          ];
    const parts = [...block(low[axis] ?? 0), padded, ...block(high[axis] ?? 0)];
    if (parts.length > 1) padded = b.op('concat', parts, { axis });
  }
  return padded;
}
