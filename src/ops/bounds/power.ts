/**
 * Rules of pow. The kernel is exact to a relative 6e-11 before its one rounding (docs/notes/bounds.md, "Powers"), so where
 * the ideal function is monotone the kernel falls by at most one float: interval ends are the kernel on corners, one float outward.
 * Planes: a line in x where y is one number, in y where x is one positive number, else constants.
 */
import * as elementary from '../../kernel/elementary/index.ts';
import { mulF32 } from '../../num/arith.ts';
import { nextDownF32, nextUpF32 } from '../../num/bits.ts';
import { exp64, ln64, POW64_ERROR, pow64 } from '../../num/real64.ts';
import type { Alpha, ElementRule, Interval, Planes, SlopeRange } from '../bounds.ts';
import { concaveSlopes, convexSlopes, cubicSlopes, type Slopes } from './bends.ts';
import { type Curve, curveSlopes, kernelError, lineBounds, type Piece, slopesOf } from './curve.ts';
import { KERNEL_ULPS, ROUNDED } from './errors.ts';
import { at, flatAround, isFinite32, isPoint, level, ranges, size, span } from './planes.ts';
import { type Run2, run2 } from './run.ts';

const isOdd = (n: number): boolean => Number.isInteger(n) && Math.abs(n % 2) === 1;

/** Whether an odd whole number below 0 lies in the interval. */
function holdsOddBelowZero({ lo, hi }: Interval): boolean {
  const top = Math.min(hi, -1);
  return top >= lo && (isOdd(Math.floor(top)) ? Math.floor(top) : Math.floor(top) - 1) >= lo;
}

/** The hull of the kernel on the corners, one float outward where `loose`. */
function corners(run: Run2, x: Interval, y: Interval, out: Interval): void {
  const [a, b] = [run(x.lo, y.lo), run(x.hi, y.lo)];
  const [c, d] = isPoint(y) ? [a, b] : [run(x.lo, y.hi), run(x.hi, y.hi)];
  const [low, high] = [Math.min(a, b, c, d), Math.max(a, b, c, d)];
  const loose = !(isPoint(x) && isPoint(y));
  span(out, loose ? nextDownF32(low) : low, loose ? nextUpF32(high) : high);
}

/** Bases from 0 up: monotone in x and in y, and never below 0 but for -0 to an odd power below 0. */
function fromZero(run: Run2, x: Interval, y: Interval, out: Interval): boolean {
  corners(run, x, y, out);
  out.lo = x.lo === 0 && holdsOddBelowZero(y) ? -Infinity : Math.max(out.lo, 0);
  if (x.lo === 0 && y.lo < 0) out.hi = Infinity;
  return out.lo <= out.hi;
}

/** Bases of any sign to one whole power. */
function wholePower(run: Run2, x: Interval, y: Interval, out: Interval): boolean {
  const n = y.lo;
  const across = x.lo <= 0 && x.hi >= 0;
  corners(run, x, y, out);
  if (isOdd(n)) {
    if (across && n < 0) span(out, -Infinity, Infinity);
    return out.lo <= out.hi;
  }
  out.lo = Math.max(out.lo, 0);
  if (across && n > 0) out.lo = 0;
  if (across && n < 0) out.hi = Infinity;
  return out.lo <= out.hi;
}

function enclose(run: Run2, x: Interval, y: Interval, out: Interval): boolean {
  if (y.lo === 0 && y.hi === 0) return span(out, 1, 1);
  if (x.lo >= 0) return fromZero(run, x, y, out);
  if (!isPoint(y)) return false;
  if (!isFinite32(y)) return span(out, 0, Infinity);
  return Number.isInteger(y.lo) && wholePower(run, x, y, out);
}

const bendOf = (n: number, positive: boolean): 1 | -1 => {
  const convexAbove = n < 0 || n > 1;
  if (positive) return convexAbove ? 1 : -1;
  return isOdd(n) === convexAbove ? -1 : 1;
};

/** x^n for one n that is neither 0 nor infinite, over bases that pow64 takes. */
export function powerCurve(n: number): Curve {
  return {
    value: (x) => pow64(x, n),
    slope: (x) => (n === 1 ? 1 : n * pow64(x, n - 1)),
    error: POW64_ERROR,
    slack: 1e-290,
    ulps: KERNEL_ULPS.pow,
    pieces: ({ lo, hi }) => {
      if (lo >= 0 || hi <= 0) return [{ low: lo, high: hi, bend: bendOf(n, hi > 0) }];
      return [
        { low: lo, high: 0, bend: bendOf(n, false) },
        { low: 0, high: hi, bend: bendOf(n, true) },
      ];
    },
    touch: (k, piece) => touchPower(n, k, piece),
  };
}

/** n·x^(n-1) = k. */
function touchPower(n: number, k: number, { low }: Piece): number {
  const ratio = k / n;
  if (n === 1 || ratio === 0) return 0;
  const side = low < 0 ? -1 : 1;
  const logarithm = ln64(Math.abs(ratio)) / (n - 1);
  return side * (logarithm > 690 ? 1e300 : logarithm < -690 ? 0 : exp64(logarithm));
}

/** c^y for one c > 0. */
function baseCurve(c: number): Curve {
  const logarithm = ln64(c);
  const value = (y: number): number => pow64(c, y);
  return {
    value,
    slope: (y) => logarithm * value(y),
    error: POW64_ERROR,
    slack: 1e-290,
    ulps: KERNEL_ULPS.pow,
    pieces: ({ lo, hi }) => [{ low: lo, high: hi, bend: 1 }],
    touch: (k) => ln64(Math.max(k / logarithm, 1e-300)) / logarithm,
  };
}

/** Tangents and chords by the way a power bends. */
const powerSlopes: Slopes = (curve, x, alpha) => {
  const [first, second] = curve.pieces(x);
  if (second && first?.bend !== second.bend) return cubicSlopes(curve, x, alpha);
  return (first?.bend === 1 ? convexSlopes : concaveSlopes)(curve, x, alpha);
};

/** Where pow64 keeps its promise: |n ln x| stays far from the ends of the range. */
function isTame(x: Interval, n: number): boolean {
  if (Number.isInteger(n) && Math.abs(n) <= 64) return n > 0 || x.lo > 0 || x.hi < 0;
  return x.lo > 0 && Math.max(Math.abs(n * ln64(x.lo)), Math.abs(n * ln64(x.hi))) < 500;
}

export function powRule(run: Run2, ulps: number): ElementRule {
  const line = (
    curve: Curve,
    place: { readonly x: Interval; readonly slopes: Slopes; readonly operand: 0 | 1 },
    alpha: Alpha | undefined,
    out: Planes,
  ): boolean => {
    out.lower.fill(0);
    out.upper.fill(0);
    if (!lineBounds({ ...curve, ulps }, place.x, place.slopes(curve, place.x, alpha), out)) return false;
    const other = 1 - place.operand;
    [out.lower[place.operand], out.lower[other]] = [out.lower[0] as number, 0];
    [out.upper[place.operand], out.upper[other]] = [out.upper[0] as number, 0];
    return true;
  };
  const planes = (x: Interval, y: Interval, alpha: Alpha | undefined, out: Planes): boolean => {
    const whole: Interval = { lo: 0, hi: 0 };
    if (!enclose(run, x, y, whole)) return false;
    if (isFinite32(x) && isFinite32(y) && size(whole) < Infinity) {
      if (isPoint(y) && y.lo !== 0 && !isPoint(x) && isTame(x, y.lo)) {
        if (line(powerCurve(y.lo), { x, slopes: powerSlopes, operand: 0 }, alpha, out)) return true;
      } else if (isPoint(x) && x.lo > 0 && x.lo !== 1 && !isPoint(y) && isTame(x, y.lo) && isTame(x, y.hi)) {
        if (line(baseCurve(x.lo), { x: y, slopes: convexSlopes, operand: 1 }, alpha, out)) return true;
      }
    }
    return flatAround(out, whole, 2 * ulps);
  };
  const ranged = (x: Interval, y: Interval, out: SlopeRange): boolean => {
    if (isPoint(y) && y.lo === 0) return level(out);
    if (!isFinite32(x) || !isFinite32(y) || !enclose(run, x, y, { lo: 0, hi: 0 }) || !isTame(x, y.lo)) return false;
    if (isPoint(y)) {
      const curve = { ...powerCurve(y.lo), ulps };
      return ranges(out, kernelError(curve, x), slopesOf(curve, x), [0, 0]);
    }
    if (!isPoint(x) || x.lo <= 0 || x.lo === 1 || !isTame(x, y.hi)) return false;
    const curve = { ...baseCurve(x.lo), ulps };
    return ranges(out, kernelError(curve, y), [0, 0], slopesOf(curve, y));
  };
  return {
    kind: 'elementwise',
    interval: (x, _, out) => enclose(run, at(x, 0), at(x, 1), out),
    planes: (x, _, alpha, out) => planes(at(x, 0), at(x, 1), alpha, out),
    slopes: (x, _, out) => ranged(at(x, 0), at(x, 1), out),
  };
}

export const powBounds = powRule(run2(elementary.pow), KERNEL_ULPS.pow);

const SQUARE: Curve = { ...powerCurve(2), ulps: ROUNDED };

/** x·x: what `mul` of a value with itself may be bounded with, by one operand (a product of two forgets that they are one). */
export const squareBounds: ElementRule = {
  kind: 'elementwise',
  interval: (operands, _, out) => {
    const { lo, hi } = at(operands, 0);
    const [first, last] = [mulF32(lo, lo), mulF32(hi, hi)];
    return span(out, lo <= 0 && hi >= 0 ? 0 : Math.min(first, last), Math.max(first, last));
  },
  planes: (operands, attrs, alpha, out) => {
    const x = at(operands, 0);
    if (!isPoint(x) && isFinite32(x) && lineBounds(SQUARE, x, convexSlopes(SQUARE, x, alpha), out)) return true;
    const whole: Interval = { lo: 0, hi: 0 };
    return squareBounds.interval(operands, attrs, whole) && flatAround(out, whole, ROUNDED);
  },
  slopes: (operands, _, out) => {
    // all of it along the first operand, which the second is
    out.low.fill(0);
    out.high.fill(0);
    return isFinite32(at(operands, 0)) && curveSlopes(SQUARE, at(operands, 0), out);
  },
};
