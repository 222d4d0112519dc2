/** The float32 points of small boxes: how many there are, and all of them in turn. Both zeros count, where 0 is one of them. */
import { bitsOfF32, f32OfBits } from '../num/bits.ts';
import type { FloatEnds } from '../ops/bounds/exact/index.ts';

/** Place on the float32 line: ... -2^-149: -2, -0: -1, 0: 0, 2^-149: 1 ... */
const placeOf = (x: number): number => {
  const bits = bitsOfF32(x);
  return bits < 0x80000000 ? bits : 0x7fffffff - bits;
};
const floatAt = (place: number): number => f32OfBits(place >= 0 ? place : 0x7fffffff - place);

/** First and last place of an element: an end 0 stands for both zeros. */
const rangeOf = (lo: number, hi: number): readonly [number, number] => [
  placeOf(lo === 0 ? -0 : lo),
  placeOf(hi === 0 ? 0 : hi),
];

/** How many points there are; may be infinite. */
export const pointCount = (box: readonly FloatEnds[]): number =>
  box.reduce(
    (n, { lo, hi }) =>
      lo.reduce((m, l, j) => {
        const [first, last] = rangeOf(l, hi[j] as number);
        return m * (last - first + 1);
      }, n),
    1,
  );

/** Calls with every point until one is not accepted; that point then. The arrays are the same ones at every call. */
export function firstPointNot(
  box: readonly FloatEnds[],
  accepts: (point: readonly Float32Array[]) => boolean,
): readonly Float32Array[] | undefined {
  const point = box.map(({ lo }) => new Float32Array(lo.length));
  const wheels = box.flatMap(({ lo, hi }, i) =>
    Array.from(lo, (l, j) => ({ xs: point[i] as Float32Array, j, range: rangeOf(l, hi[j] as number), at: 0 })),
  );
  for (const wheel of wheels) set(wheel, wheel.range[0]);
  for (;;) {
    if (!accepts(point)) return point;
    const next = wheels.findIndex(({ at, range }) => at < range[1]);
    if (next < 0) return undefined;
    for (const [w, wheel] of wheels.slice(0, next + 1).entries()) set(wheel, w < next ? wheel.range[0] : wheel.at + 1);
  }
}

interface Wheel {
  readonly xs: Float32Array;
  readonly j: number;
  readonly range: readonly [number, number];
  at: number;
}

function set(wheel: Wheel, place: number): void {
  wheel.at = place;
  wheel.xs[wheel.j] = floatAt(place);
}
