/**
 * What all rules for planes share: the rounding error of a float32 step, constant planes, and the last check. Used by the rules in
 * this folder only. Note [Two functions] stands at the foot.
 */
import { nextUpF32, ulpF32 } from '../../num/bits.ts';
import { down, up } from '../../num/directed.ts';
import { must } from '../../text/result.ts';
import type { Interval, Planes, SlopeRange } from '../bounds.ts';

export const at = (x: readonly Interval[], i: number): Interval => must(x[i]);

export const isPoint = ({ lo, hi }: Interval): boolean => lo === hi;
export const isFinite32 = ({ lo, hi }: Interval): boolean => lo > -Infinity && hi < Infinity;
export const holdsZero = ({ lo, hi }: Interval): boolean => lo <= 0 && hi >= 0;
export const holdsInfinity = ({ lo, hi }: Interval): boolean => lo === -Infinity || hi === Infinity;
/** The largest magnitude in an interval. */
export const size = ({ lo, hi }: Interval): number => Math.max(-lo, hi);

/** Float32 results of magnitude up to this are finite even when they are an ulp off. */
const SAFE = 3.4028e38;

/**
 * How far a float32 result may be from an ideal one of magnitude at most `most`, when it is wrong by up to `ulps` of the ideal
 * value's binade. Infinite where the result may overflow. Subnormals have the ulp 2^-149.
 */
export const roundoff = (ulps: number, most: number): number => (most > SAFE ? Infinity : ulps * ulpF32(most));

/** Sets an interval. */
export function span(out: Interval, lo: number, hi: number): true {
  out.lo = lo;
  out.hi = hi;
  return true;
}

/** Sets both lines of a function of one operand. */
export function lines(
  out: Planes,
  below: { readonly slope: number; readonly at: number },
  above: { readonly slope: number; readonly at: number },
): boolean {
  out.lower[0] = below.slope;
  out.lowerAt = below.at;
  out.upper[0] = above.slope;
  out.upperAt = above.at;
  return isUsable(out);
}

/** Sets the slopes of one operand after the other, and the error of the kernel; false when one is not finite. */
export function ranges(
  out: SlopeRange,
  off: number,
  ...slopes: readonly (readonly [low: number, high: number])[]
): boolean {
  let sum = off;
  for (let j = 0; j < slopes.length; j++) {
    const [low, high] = slopes[j] as readonly [number, number];
    out.low[j] = low;
    out.high[j] = high;
    sum += low - high;
  }
  out.isMean = false;
  out.off = off;
  return Number.isFinite(sum);
}

/** Slopes that are all 0: of an exact kernel that gives one number. */
export function level(out: SlopeRange): true {
  out.low.fill(0);
  out.high.fill(0);
  out.isMean = false;
  out.off = 0;
  return true;
}

/** Constant planes; false when an end is infinite or NaN. */
export function flat(out: Planes, lo: number, hi: number): boolean {
  out.lower.fill(0);
  out.upper.fill(0);
  out.lowerAt = lo;
  out.upperAt = hi;
  return Number.isFinite(lo) && Number.isFinite(hi);
}

/** Constant planes around float32 results that are up to `ulps` (at most 2) off the ideal ones. */
export function flatAround(out: Planes, { lo, hi }: Interval, ulps: number): boolean {
  const reach = (x: number): number => ulps * ulpF32(nextUpF32(nextUpF32(Math.abs(x))));
  return ulps === 0 ? flat(out, lo, hi) : flat(out, down(lo - reach(lo)), up(hi + reach(hi)));
}

/** Whether all numbers of the planes are finite: else they bound nothing. */
export function isUsable({ lower, lowerAt, upper, upperAt }: Planes): boolean {
  let sum = lowerAt - upperAt;
  for (let i = 0; i < lower.length; i++) sum += Math.abs(lower[i] as number) * 0 + Math.abs(upper[i] as number) * 0;
  return Number.isFinite(sum);
}

/*
Note [Two functions]

Planes enclose two functions at once: the float32 kernel as it runs, and the ideal function over the reals. A rule takes bounds of the
ideal function and moves them outward by how far the kernel may be off: half an ulp for a correctly rounded step, the figure measured
over all inputs for an elementary function (`errors.ts`), nothing for an exact step. One rule makes all of them sound: **slopes are
free, intercepts are extremes**. Whatever slope k is chosen, the intercept below is a rigorous lower bound of the least of
f(x) - k·x over the operands, and above of the greatest. So alpha, tangent points and roots may be computed carelessly.
Intervals enclose the kernel only, which is what lets them be exact: the kernel itself runs on the end points.
*/
