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

/** Spreads a value to a shape that `commonShape` found. Axes of size 1 are a matter of reshape. */
export function spread(b: GraphBuilder, value: ValueId, shape: Shape): ValueId {
  const from = b.shapeOf(value);
  if (from.reduce((n, d) => n * d, 1) === shape.reduce((n, d) => n * d, 1)) return b.reshape(value, shape);
  const shift = shape.length - from.length;
  const axes = range(shape.length).filter((i) => shape[i] !== 1);
  const kept = axes.filter((i) => from[i - shift] === shape[i]);
  const narrow = b.reshape(
    value,
    kept.map((i) => shape[i] ?? 1),
  );
  const wide = b.broadcast(
    narrow,
    axes.map((i) => shape[i] ?? 1),
    kept.map((i) => axes.indexOf(i)),
  );
  return b.reshape(wide, shape);
}

/** More pieces than this are one gather. */
const MOST_RUNS = 16;

/** The list cut where its step changes; single elements join a run behind them. */
function runsOf(indices: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    const [first = 0, second] = run ?? [];
    const fits = run && (second === undefined ? index !== first : index - (run.at(-1) ?? 0) === second - first);
    if (run && fits) run.push(index);
    else runs.push([index]);
  }
  return runs;
}

/** Elements `indices` along an axis: slices, or picks of one step, one behind the other where there are few; else a gather. */
export function pick(b: GraphBuilder, x: ValueId, axis: number, indices: readonly number[]): ValueId {
  const runs = runsOf(indices);
  if (runs.length > MOST_RUNS) return b.op('take', [x], { axis, indices: [...indices] });
  if (runs.length <= 1) return pickRun(b, x, axis, indices);
  return b.op(
    'concat',
    runs.map((run) => pickRun(b, x, axis, run)),
    { axis },
  );
}

function pickRun(b: GraphBuilder, x: ValueId, axis: number, indices: readonly number[]): ValueId {
  const shape = b.shapeOf(x);
  const first = indices[0] ?? 0;
  if (!indices.every((v, i) => v === first + i)) return b.op('take', [x], { axis, indices: [...indices] });
  if (indices.length === shape[axis]) return x;
  const starts = shape.map((_, i) => (i === axis ? first : 0));
  const limits = shape.map((d, i) => (i === axis ? first + indices.length : d));
  return b.op('slice', [x], { starts, limits });
}

/** `value` in front of and behind each axis, as concatenations: the form that the language has. */
export function padWith(
  b: GraphBuilder,
  x: ValueId,
  { low, high }: { readonly low: readonly number[]; readonly high: readonly number[] },
  value: number,
): ValueId {
  if ([...low, ...high].every((n) => n === 0)) return x;
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

/** The axes put behind the others, and the rest in front: reductions over neighbours at the end are the form the language has. */
export function axesLast(b: GraphBuilder, x: ValueId, axes: readonly number[]): ValueId {
  const rank = b.shapeOf(x).length;
  return b.transpose(x, [...range(rank).filter((i) => !axes.includes(i)), ...axes]);
}
