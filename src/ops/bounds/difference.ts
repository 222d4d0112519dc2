/**
 * Planes around the difference of two results of one op, f(x') - f(x), over the differences of its operands: what keeps two copies of a
 * program together. Used by carrying back and by the checker. Note [Differences] at the foot.
 */
import { down, restAbove, restBelow, up } from '../../num/directed.ts';
import type { Interval, Planes, SlopeRange } from '../bounds.ts';
import { linearBounds } from './linear.ts';
import { at, isUsable } from './planes.ts';

/**
 * For all operands x and x' in the box that `slopes` is of, with each d_j = x'_j - x_j in its interval: Σ lower[j]·d_j + lowerAt <=
 * f(x') - f(x) <= Σ upper[j]·d_j + upperAt, f being (a) the float32 kernel on float32 operands and (b) the ideal function. False where a
 * number is not finite.
 */
export function differencePlanes(slopes: SlopeRange, d: readonly Interval[], out: Planes): boolean {
  if (slopes.isMean) return meanPlanes(d, out);
  out.lowerAt = -2 * slopes.off;
  out.upperAt = 2 * slopes.off;
  for (let j = 0; j < d.length; j++) {
    const [low, high] = [slopes.low[j] as number, slopes.high[j] as number];
    const { lo, hi } = at(d, j);
    if (lo < 0 && hi > 0 && low < high) chords(out, j, { low, high, lo, hi });
    else {
      out.lower[j] = lo < 0 ? high : low;
      out.upper[j] = lo < 0 ? low : high;
    }
  }
  return isUsable(out);
}

/** A mean of differences lies between the least and the greatest of them. The op is max or min, whose kernels are exact. */
function meanPlanes(d: readonly Interval[], out: Planes): boolean {
  if (!linearBounds.min.planes(d, undefined, undefined, out)) return false;
  const { lowerAt } = out;
  const lower = out.lower.slice();
  const known = linearBounds.max.planes(d, undefined, undefined, out);
  out.lower.set(lower);
  out.lowerAt = lowerAt;
  return known;
}

/** Slopes in [low, high], a difference in [lo, hi] around 0. */
interface Wedge {
  readonly low: number;
  readonly high: number;
  readonly lo: number;
  readonly hi: number;
}

/** Above max(low·d, high·d), which is convex, the chord; below min(low·d, high·d), which is concave, the chord. Intercepts are extremes. */
function chords(out: Planes, j: number, { low, high, lo, hi }: Wedge): void {
  const above = (high * hi - low * lo) / (hi - lo);
  const below = (low * hi - high * lo) / (hi - lo);
  out.upper[j] = above;
  out.lower[j] = below;
  const most = Math.max(restAbove(up(low * lo), above, lo), restAbove(up(high * hi), above, hi));
  const least = Math.min(restBelow(down(high * lo), below, lo), restBelow(down(low * hi), below, hi));
  out.upperAt = up(out.upperAt + most);
  out.lowerAt = down(out.lowerAt + least);
}

/*
Note [Differences]

By the mean value theorem (Lebourg's, for functions with bends) f(x') - f(x) = Σ g_j·d_j, where each g_j is a partial derivative somewhere on the
way from x to x', so within the slopes of a box that holds both. A term g·d with g in [low, high] lies between the lines low·d and high·d, on
either side of 0 in another order: where d has one sign the lines themselves bound it, else the chords of what they enclose. So the bounds go
to 0 with d, but for the kernels, each of which may be off. The slopes of max and min add up to 1, so their
differences are means of the differences of their operands. (ReluDiff: Paulsen et al., ICSE 2020, bounds the difference by intervals and for
relu; NeuroDiff: ASE 2020, has chords.)
*/
