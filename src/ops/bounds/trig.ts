/**
 * Rules of sin and cos. Both are off by less than an ulp but not known to be monotone between their extrema as float32
 * kernels, so ends of intervals are the kernel on the end points, one float outward, or ±1 (which no result exceeds) where an
 * extremum may lie within. Up to TRIG64_LIMIT extrema are found in float64; beyond it only points give more than [-1, 1].
 */
import * as elementary from '../../kernel/elementary/index.ts';
import { nextDownF32, nextUpF32 } from '../../num/bits.ts';
import { cos64, REAL64_ERROR, sin64, TRIG64_LIMIT } from '../../num/real64.ts';
import type { Alpha, ElementRule, Interval, Planes } from '../bounds.ts';
import { concaveSlopes, convexSlopes } from './bends.ts';
import { BELOW_ONE, type Curve, curveSlopes, intercept, lineBounds, type Piece, root } from './curve.ts';
import { KERNEL_ULPS } from './errors.ts';
import { at, flatAround, isFinite32, isPoint, ranges, roundoff, size, span } from './planes.ts';
import { type Run1, run1 } from './run.ts';

/** f(x) = sin(x + quarters · π/2). */
export interface Wave {
  readonly run: Run1;
  readonly quarters: 0 | 1;
  readonly curve: Curve;
}

const HALF = Math.PI / 2;
const TURN = 2 * Math.PI;

/** Within this an angle below TRIG64_LIMIT is taken to be a multiple of π/2. */
const NEAR = 1e-9;

/** Whether x = (k·2 + residue)·π/2 - quarters·π/2 may lie within for a k of this parity: 0 the crests, 1 the troughs. */
function mayHold({ lo, hi }: Interval, quarters: number, trough: 0 | 1): boolean {
  const first = (trough === 0 ? HALF : 3 * HALF) - quarters * HALF;
  const k = Math.floor((hi + NEAR - first) / TURN + 1e-12);
  return first + k * TURN >= lo - NEAR || first + (k - 1) * TURN >= lo - NEAR;
}

const isNear = (x: Interval): boolean => size(x) <= TRIG64_LIMIT && x.hi - x.lo < TURN;

function enclose({ run, quarters }: Wave, x: Interval, out: Interval): boolean {
  if (!isFinite32(x)) return false;
  if (isPoint(x)) return span(out, run(x.lo), run(x.lo));
  if (!isNear(x)) return span(out, -1, 1);
  const [first, last] = [run(x.lo), run(x.hi)];
  const low = nextDownF32(Math.min(first, last));
  const high = nextUpF32(Math.max(first, last));
  return span(out, mayHold(x, quarters, 1) ? -1 : Math.max(-1, low), mayHold(x, quarters, 0) ? 1 : Math.min(1, high));
}

/**
 * The stretches between zeros of the wave, concave where it is positive. A zero is rounded, so that a piece may bend the wrong way within δ =
 * 2^-32 of its end; that moves an extreme by less than δ²·π, which the slack of the curve covers.
 */
function arches({ lo, hi }: Interval, quarters: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const zero = (k: number): number => (2 * k - quarters) * HALF;
  let k = Math.floor((lo / HALF + quarters) / 2);
  while (zero(k) > lo) k -= 1;
  for (let low = lo; low < hi; k++) {
    const high = Math.min(hi, zero(k + 1));
    if (high > low) pieces.push({ low, high, bend: k % 2 === 0 ? -1 : 1 });
    low = Math.max(low, high);
  }
  return pieces;
}

/** Where the slope of the wave is k on a piece: by false position, or the nearer end. */
function touchWave(slope: (x: number) => number, k: number, { low, high }: Piece): number {
  const [first, last] = [slope(low) - k, slope(high) - k];
  if (first < 0 === last < 0) return Math.abs(first) < Math.abs(last) ? low : high;
  return root((x) => slope(x) - k, low, high);
}

function waveCurve(quarters: 0 | 1, ulps: number): Curve {
  const [value, slope] = quarters === 0 ? [sin64, cos64] : [cos64, (x: number) => -sin64(x)];
  return {
    value,
    slope,
    error: REAL64_ERROR,
    slack: 1e-18,
    ulps,
    cap: BELOW_ONE,
    pieces: (x) => arches(x, quarters),
    touch: (k, piece) => touchWave(slope, k, piece),
    most: (x) =>
      mayHold(x, quarters, 0) || mayHold(x, quarters, 1) ? 1 : Math.max(Math.abs(value(x.lo)), Math.abs(value(x.hi))),
  };
}

/** Below and above, the best at the middle of a few slopes: chord, level, tangents at the ends and the middle. */
function bestSlopes(curve: Curve, x: Interval): readonly [number, number] {
  const middle = (x.lo + x.hi) / 2;
  const across = (curve.value(x.hi) - curve.value(x.lo)) / (x.hi - x.lo);
  const slopes = [across, 0, curve.slope(x.lo), curve.slope(middle), curve.slope(x.hi)];
  const pieces = curve.pieces(x);
  const best = (side: 1 | -1): number => {
    const heights = slopes.map((k) => side * (k * middle + intercept(curve, side, k, pieces)));
    return slopes[heights.indexOf(Math.max(...heights))] ?? 0;
  };
  return [best(1), best(-1)];
}

function waveSlopes(curve: Curve, x: Interval, alpha: Alpha | undefined): readonly [number, number] {
  const pieces = curve.pieces(x);
  const only = pieces.length === 1 ? pieces[0] : undefined;
  if (only) return (only.bend > 0 ? convexSlopes : concaveSlopes)(curve, x, alpha);
  if (!alpha) return bestSlopes(curve, x);
  const [first, last] = [curve.slope(x.lo), curve.slope(x.hi)];
  return [first + alpha[0] * (last - first), first + alpha[1] * (last - first)];
}

export function waveRule(wave: Wave): ElementRule {
  const planes = (x: Interval, alpha: Alpha | undefined, out: Planes): boolean => {
    const { curve } = wave;
    if (isFinite32(x) && !isPoint(x) && isNear(x) && lineBounds(curve, x, waveSlopes(curve, x, alpha), out))
      return true;
    const whole: Interval = { lo: 0, hi: 0 };
    return enclose(wave, x, whole) && flatAround(out, whole, isPoint(x) ? curve.ulps : 1);
  };
  return {
    kind: 'elementwise',
    interval: (x, _, out) => enclose(wave, at(x, 0), out),
    planes: (x, _, alpha, out) => planes(at(x, 0), alpha, out),
    slopes: (operands, _, out) => {
      const [x, { curve }] = [at(operands, 0), wave];
      if (!isFinite32(x)) return false;
      return isNear(x) ? curveSlopes(curve, x, out) : ranges(out, roundoff(curve.ulps, BELOW_ONE), [-1, 1]);
    },
  };
}

export const WAVES = {
  sin: { run: run1(elementary.sin), quarters: 0, curve: waveCurve(0, KERNEL_ULPS.sin) },
  cos: { run: run1(elementary.cos), quarters: 1, curve: waveCurve(1, KERNEL_ULPS.cos) },
} as const satisfies Readonly<Record<string, Wave>>;

export const waveBounds = { sin: waveRule(WAVES.sin), cos: waveRule(WAVES.cos) } as const;
