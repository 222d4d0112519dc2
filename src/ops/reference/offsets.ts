/**
 * Row-major addressing: strides, and lists of offsets. The rules of shape ops, sums and products are loops over such lists,
 * made once per graph.
 */
import type { Shape } from '../../ir/vocabulary.ts';

/** The distance between neighbours along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}

/** The offsets `start + Σ index[i] · strides[i]` of all indices of `shape` in row-major order. */
export function offsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  let list = Int32Array.of(start);
  for (const [axis, size] of shape.entries()) {
    const stride = strides[axis] ?? 0;
    const longer = new Int32Array(list.length * size);
    for (let i = 0; i < list.length; i++) {
      const base = list[i] as number;
      for (let k = 0; k < size; k++) longer[i * size + k] = base + k * stride;
    }
    list = longer;
  }
  return list;
}

/** Offsets along some axes only of a tensor, row-major over those axes. */
export function offsetsAlong(shape: Shape, axes: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  return offsets(
    axes.map((a) => shape[a] ?? 0),
    axes.map((a) => strides[a] ?? 0),
  );
}
