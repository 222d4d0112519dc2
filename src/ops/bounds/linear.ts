/**
 * Rules of neg, abs, stopGradient, add, sub, min and max: linear, or linear in pieces. The kernels of neg, abs, min and max are exact; add and
 * sub are off by half an ulp.
 */
import { addF32, subF32 } from '../../num/arith.ts';
import { down, restAbove, up } from '../../num/directed.ts';
import type { Alpha, ElementRule, Interval, Planes } from '../bounds.ts';
import { ROUNDED } from './errors.ts';
import { at, flat, isFinite32, isUsable, lines, ranges, roundoff, size, span } from './planes.ts';

/** ±x, exact. */
export const signedRule = (sign: 1 | -1): ElementRule => ({
  kind: 'elementwise',
  interval: (operands, _, out) => {
    const { lo, hi } = at(operands, 0);
    return sign > 0 ? span(out, lo, hi) : span(out, -hi, -lo);
  },
  planes: (operands, _a, _b, out) =>
    isFinite32(at(operands, 0)) && lines(out, { slope: sign, at: 0 }, { slope: sign, at: 0 }),
  slopes: (operands, _, out) => isFinite32(at(operands, 0)) && ranges(out, 0, [sign, sign]),
});

function enclosedSize({ lo, hi }: Interval, out: Interval): true {
  const most = Math.max(-lo, hi);
  return span(out, lo >= 0 ? lo : hi <= 0 ? -hi : 0, most);
}

/** |x|: below, any slope in [-1, 1] through 0; above, the chord. */
function sizePlanes(x: Interval, alpha: Alpha | undefined, out: Planes): boolean {
  if (!isFinite32(x)) return false;
  const { lo, hi } = x;
  if (lo >= 0) return lines(out, { slope: 1, at: 0 }, { slope: 1, at: 0 });
  if (hi <= 0) return lines(out, { slope: -1, at: 0 }, { slope: -1, at: 0 });
  const below = alpha ? 2 * alpha[0] - 1 : hi > -lo ? 1 : -1;
  const above = (hi + lo) / (hi - lo);
  return lines(
    out,
    { slope: below, at: 0 },
    { slope: above, at: Math.max(restAbove(-lo, above, lo), restAbove(hi, above, hi)) },
  );
}

const absBounds: ElementRule = {
  kind: 'elementwise',
  interval: (x, _, out) => enclosedSize(at(x, 0), out),
  planes: (x, _, alpha, out) => sizePlanes(at(x, 0), alpha, out),
  slopes: (operands, _, out) => {
    const x = at(operands, 0);
    return isFinite32(x) && ranges(out, 0, [x.lo >= 0 ? 1 : -1, x.hi <= 0 ? -1 : 1]);
  },
};

/** x ± y with the error of one rounding. A sum of subnormals is exact, so half an ulp of those is more than enough. */
export function sumRule(sign: 1 | -1, ulps: number): ElementRule {
  const step = sign > 0 ? addF32 : subF32;
  const interval = (x: Interval, y: Interval, out: Interval): boolean => {
    span(out, step(x.lo, sign > 0 ? y.lo : y.hi), step(x.hi, sign > 0 ? y.hi : y.lo));
    const opposed = sign > 0 ? { lo: -y.hi, hi: -y.lo } : y;
    return out.lo <= out.hi && !meetAtInfinity(x, opposed);
  };
  const planes = (x: Interval, y: Interval, out: Planes): boolean => {
    const whole: Interval = { lo: 0, hi: 0 };
    if (!isFinite32(x) || !isFinite32(y) || !interval(x, y, whole)) return false;
    const error = roundoff(ulps, size(whole));
    out.lower[0] = out.upper[0] = 1;
    out.lower[1] = out.upper[1] = sign;
    out.lowerAt = -error;
    out.upperAt = error;
    return isUsable(out);
  };
  return {
    kind: 'elementwise',
    interval: (x, _, out) => interval(at(x, 0), at(x, 1), out),
    planes: (x, _a, _b, out) => planes(at(x, 0), at(x, 1), out),
    slopes: (operands, _, out) => {
      const [x, y] = [at(operands, 0), at(operands, 1)];
      const whole: Interval = { lo: 0, hi: 0 };
      if (!isFinite32(x) || !isFinite32(y) || !interval(x, y, whole)) return false;
      return ranges(out, roundoff(ulps, size(whole)), [1, 1], [sign, sign]);
    },
  };
}

/** Whether x - y may be inf - inf. */
const meetAtInfinity = (x: Interval, y: Interval): boolean =>
  (x.hi === Infinity && y.hi === Infinity) || (x.lo === -Infinity && y.lo === -Infinity);

/** Both operands of max, or of min with the signs turned. */
interface Pair {
  readonly x: Interval;
  readonly y: Interval;
}

/**
 * The plane through three corners of max over a box that is not decided: with (hi, lo), (lo, hi) and either (lo, lo), `part` 0, or
 * (hi, hi), `part` 1; between them for parts between. Where one operand is a point both are the chord of the other.
 */
function cornerSlopes({ x, y }: Pair, part: number): readonly [number, number] {
  const [right, left] = [Math.max(x.hi, y.lo), Math.max(x.lo, y.hi)];
  const [low, high] = [Math.max(x.lo, y.lo), Math.max(x.hi, y.hi)];
  const slope = (from: number, to: number, width: number): number => (width > 0 ? (to - from) / width : 0);
  const mixed = (a: number, b: number): number => a + part * (b - a);
  return [
    mixed(slope(low, right, x.hi - x.lo), slope(left, high, x.hi - x.lo)),
    mixed(slope(low, left, y.hi - y.lo), slope(right, high, y.hi - y.lo)),
  ];
}

/** The least c with max(x, y) <= s·x + t·y + c on the box: max is convex, so a corner asks for it. */
function cornerRest({ x, y }: Pair, s: number, t: number): number {
  const rest = (a: number, b: number): number => up(restAbove(Math.max(a, b), s, a) - down(t * b));
  return Math.max(rest(x.lo, y.lo), rest(x.lo, y.hi), rest(x.hi, y.lo), rest(x.hi, y.hi));
}

/**
 * max(x, y): below any mean α·x + (1 - α)·y, above a plane over the corners. For max(x, 0) these are the lines of CROWN (Zhang and
 * others 2018): slope α, or the nearer of 0 and 1, below; the chord above.
 */
export function extremeRule(sign: 1 | -1): ElementRule {
  const turned = (v: Interval): Interval => (sign > 0 ? v : { lo: -v.hi, hi: -v.lo });
  const planes = (pair: Pair, alpha: Alpha | undefined, out: Planes): boolean => {
    const { x, y } = pair;
    if (!isFinite32(x) || !isFinite32(y)) return boundedFlat(pair, sign, out);
    const [under, over] = sign > 0 ? [out.lower, out.upper] : [out.upper, out.lower];
    const share = meanShare(pair, alpha?.[sign > 0 ? 0 : 1]);
    under[1] = 1 - share;
    under[0] = 1 - under[1];
    const decided = x.lo >= y.hi || y.lo >= x.hi;
    const [s, t] = decided ? [under[0], under[1]] : cornerSlopes(pair, alpha?.[sign > 0 ? 1 : 0] ?? 0.5);
    over[0] = s;
    over[1] = t;
    const rest = decided ? 0 : cornerRest(pair, s, t);
    out.lowerAt = sign > 0 ? 0 : -rest;
    out.upperAt = sign > 0 ? rest : 0;
    return isUsable(out);
  };
  return {
    kind: 'elementwise',
    interval: (v, _, out) => {
      const [x, y] = [at(v, 0), at(v, 1)];
      const pick = sign > 0 ? Math.max : Math.min;
      return span(out, pick(x.lo, y.lo), pick(x.hi, y.hi));
    },
    planes: (v, _, alpha, out) => planes({ x: turned(at(v, 0)), y: turned(at(v, 1)) }, alpha, out),
    slopes: (v, _, out) => {
      const [x, y] = [turned(at(v, 0)), turned(at(v, 1))];
      if (!isFinite32(x) || !isFinite32(y)) return false;
      if (x.lo >= y.hi) return ranges(out, 0, [1, 1], [0, 0]);
      if (y.lo >= x.hi) return ranges(out, 0, [0, 0], [1, 1]);
      ranges(out, 0, [0, 1], [0, 1]);
      out.isMean = true;
      return true;
    },
  };
}

/** The weight of x in the mean below max: what alpha says, all where x is always larger, else all to the one whose middle is larger. */
function meanShare({ x, y }: Pair, alpha: number | undefined): number {
  if (x.lo >= y.hi) return 1;
  if (y.lo >= x.hi) return 0;
  return alpha ?? (x.hi - y.lo > y.hi - x.lo ? 1 : 0);
}

function boundedFlat({ x, y }: Pair, sign: 1 | -1, out: Planes): boolean {
  const [lo, hi] = [Math.max(x.lo, y.lo), Math.max(x.hi, y.hi)];
  return sign > 0 ? flat(out, lo, hi) : flat(out, -hi, -lo);
}

export const linearBounds = {
  neg: signedRule(-1),
  stopGradient: signedRule(1),
  abs: absBounds,
  add: sumRule(1, ROUNDED),
  sub: sumRule(-1, ROUNDED),
  max: extremeRule(1),
  min: extremeRule(-1),
} as const;
