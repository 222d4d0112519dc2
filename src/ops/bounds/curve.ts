/**
 * Lines around a function of one operand that is known in pieces that bend one way. `lineBounds` takes any two slopes and gives the
 * two intercepts that make them valid: least and greatest value of f(x) - k·x, piece by piece. On a convex piece the greatest stands
 * at an end, and the least is bounded by any tangent: f(x) - kx >= f(t) - kt + (f'(t) - k)(x - t). Used by all rules for curves.
 */
import { down, restBelow, up } from '../../num/directed.ts';
import type { Interval, Planes, SlopeRange } from '../bounds.ts';
import { isUsable, ranges, roundoff } from './planes.ts';

/** A stretch on which the function is convex (`bend` 1) or concave (-1). */
export interface Piece {
  readonly low: number;
  readonly high: number;
  readonly bend: 1 | -1;
}

export interface Curve {
  /** The ideal function and its derivative in float64: relative error below `error`, or absolute below `slack`. */
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  readonly error: number;
  readonly slack: number;
  /** How far the float32 kernel is from the ideal function, in ulps. */
  readonly ulps: number;
  /** Covers a finite interval with lo < hi. */
  readonly pieces: (x: Interval) => readonly Piece[];
  /** About where in the piece the derivative is `slope`; any number will do, a good one makes the line tight. */
  readonly touch: (slope: number, piece: Piece) => number;
  /** A bound of |f| over the interval; of the end points when it is left out. */
  readonly most?: (x: Interval) => number;
  /** A float32 in whose binade or below |f| stays wherever the kernel is not exact: just below 1 for functions that 1 bounds. */
  readonly cap?: number;
}

/** The cap of functions that stay below 1. */
export const BELOW_ONE = 1 - 2 ** -24;

/** The side of the curve a line is on: 1 below it, -1 above it (then everything is mirrored). */
type Side = 1 | -1;

/** Lower bound of side · (f(p) - k·p). */
function gapAt(curve: Curve, side: Side, k: number, p: number): number {
  const v = curve.value(p);
  return restBelow(down(side * v - (curve.error * Math.abs(v) + curve.slack)), side * k, p);
}

/** Lower bound of side · (f(x) - k·x) over a piece. */
function leastGap(curve: Curve, side: Side, k: number, piece: Piece): number {
  const { low, high, bend } = piece;
  if (bend !== side) return Math.min(gapAt(curve, side, k, low), gapAt(curve, side, k, high));
  const wanted = curve.touch(k, piece);
  const t = wanted > low ? Math.min(wanted, high) : low;
  const slope = side * curve.slope(t);
  const unsure = curve.error * Math.abs(slope) + curve.slack;
  const most = up(up(slope + unsure) - side * k);
  const least = down(down(slope - unsure) - side * k);
  if (!(most - least < Infinity)) return -Infinity;
  const loss = Math.max(most > 0 ? up(most * up(t - low)) : 0, least < 0 ? up(-least * up(high - t)) : 0);
  return down(gapAt(curve, side, k, t) - loss);
}

function leastGaps(curve: Curve, side: Side, k: number, pieces: readonly Piece[]): number {
  let least = Infinity;
  for (const piece of pieces) least = Math.min(least, leastGap(curve, side, k, piece));
  return least;
}

/** The intercept of a line of slope `k` below (side 1) or above the ideal function. */
export const intercept = (curve: Curve, side: Side, k: number, pieces: readonly Piece[]): number =>
  side * leastGaps(curve, side, k, pieces);

/** How far the kernel may be from the curve anywhere on the interval. */
export function kernelError(curve: Curve, x: Interval): number {
  const most = curve.most ? curve.most(x) : Math.max(Math.abs(curve.value(x.lo)), Math.abs(curve.value(x.hi)));
  return roundoff(curve.ulps, Math.min(most * (1 + 2 * curve.error) + curve.slack, curve.cap ?? Infinity));
}

/** Lines of these slopes with valid intercepts; false when the function may overflow. */
export function lineBounds(curve: Curve, x: Interval, slopes: readonly [number, number], out: Planes): boolean {
  const pieces = curve.pieces(x);
  const error = kernelError(curve, x);
  out.lower[0] = slopes[0];
  out.lowerAt = down(intercept(curve, 1, slopes[0], pieces) - error);
  out.upper[0] = slopes[1];
  out.upperAt = up(intercept(curve, -1, slopes[1], pieces) + error);
  return isUsable(out);
}

/** The least and greatest slope: at the ends of pieces, for between them the derivative is monotone. */
export function slopesOf(curve: Curve, x: Interval): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  const look = (t: number): void => {
    const slope = curve.slope(t);
    const unsure = curve.error * Math.abs(slope) + curve.slack;
    low = Math.min(low, down(slope - unsure));
    high = Math.max(high, up(slope + unsure));
  };
  look(x.lo);
  if (x.lo < x.hi)
    for (const piece of curve.pieces(x)) {
      look(piece.low);
      look(piece.high);
    }
  return [low, high];
}

/** How fast a curve changes over a finite interval. */
export const curveSlopes = (curve: Curve, x: Interval, out: SlopeRange): boolean =>
  ranges(out, kernelError(curve, x), slopesOf(curve, x));

/** The slope of the chord, kept between the slopes at the ends of a piece that bends one way (far below the grid of doubles it is noise). */
export function chord(curve: Curve, { lo, hi }: Interval): number {
  const raw = (curve.value(hi) - curve.value(lo)) / (hi - lo);
  const [first, last] = [curve.slope(lo), curve.slope(hi)];
  return Math.min(Math.max(raw, Math.min(first, last)), Math.max(first, last));
}

/** A point of [low, high] where g is about 0; g has different signs at the ends (regula falsi, Illinois variant). */
export function root(g: (t: number) => number, low: number, high: number): number {
  let [a, b, ga, gb] = [low, high, g(low), g(high)];
  const enough = 1e-9 * (Math.abs(ga) + Math.abs(gb));
  for (let step = 0; step < 30; step++) {
    const c = b - (gb * (b - a)) / (gb - ga);
    if (!(c > low && c < high)) return step === 0 ? b : (a + b) / 2;
    const gc = g(c);
    if (Math.abs(gc) <= enough) return c;
    if (gc < 0 === gb < 0) ga /= 2;
    else [a, ga] = [b, gb];
    [b, gb] = [c, gc];
  }
  return b;
}
