/**
 * Rules of floor, round, sign, the comparisons and select: exact kernels that jump. Intervals are decided where they can be. Planes:
 * any slopes, with the intercept at an edge of a step.
 */
import { nearestEven } from '../../num/arith.ts';
import { down, restAbove, restBelow, up } from '../../num/directed.ts';
import type { Alpha, ElementRule, Interval, Planes } from '../bounds.ts';
import { at, flat, holdsInfinity, isFinite32, isPoint, isUsable, level, lines, ranges, span } from './planes.ts';

const at2 = (x: readonly Interval[]): readonly [Interval, Interval] => [at(x, 0), at(x, 1)];

/** Steps of height 1: n on [n - before, n + 1 - before], the edge to either side. */
interface Steps {
  readonly step: (x: number) => number;
  readonly before: number;
}

/** n + shift, moved outward when float64 cannot hold it. */
function edge(n: number, shift: number, outward: (x: number) => number): number {
  const place = n + shift;
  return place - n === shift ? place : outward(place);
}

/** Greatest step(x) - k·x for k in [0, 1]: at the left end, or where the last step begins (earlier beginnings give no more). */
function stepsAbove({ step, before }: Steps, { lo, hi }: Interval, k: number): number {
  const last = step(hi);
  const begin = Math.max(edge(last, -before, down), lo);
  return Math.max(restAbove(step(lo), k, lo), restAbove(last, k, begin));
}

/** Least step(x) - k·x: at the right end, or where the first step ends. */
function stepsBelow({ step, before }: Steps, { lo, hi }: Interval, k: number): number {
  const first = step(lo);
  const end = Math.min(edge(first, 1 - before, up), hi);
  return Math.min(restBelow(step(hi), k, hi), restBelow(first, k, end));
}

/** The slope among 0, 1 and the chord (or as alpha says) that is best at the middle. */
function stepSlope(rest: (k: number) => number, across: number, side: 1 | -1, middle: number): number {
  let [best, height] = [0, side * rest(0)];
  for (const k of [1, across]) {
    const reached = side * (k * middle + rest(k));
    if (reached > height) [best, height] = [k, reached];
  }
  return best;
}

function stepPlanes(steps: Steps, x: Interval, alpha: Alpha | undefined, out: Planes): boolean {
  if (!isFinite32(x)) return false;
  const [first, last] = [steps.step(x.lo), steps.step(x.hi)];
  if (first === last) return flat(out, first, first);
  const across = Math.min(1, Math.max(0, (last - first) / (x.hi - x.lo)));
  const middle = (x.lo + x.hi) / 2;
  const below = alpha?.[0] ?? stepSlope((k) => stepsBelow(steps, x, k), across, 1, middle);
  const above = alpha?.[1] ?? stepSlope((k) => stepsAbove(steps, x, k), across, -1, middle);
  return lines(
    out,
    { slope: below, at: stepsBelow(steps, x, below) },
    { slope: above, at: stepsAbove(steps, x, above) },
  );
}

export const stepRule = (steps: Steps): ElementRule => ({
  kind: 'elementwise',
  interval: (x, _, out) => span(out, steps.step(at(x, 0).lo), steps.step(at(x, 0).hi)),
  planes: (x, _, alpha, out) => stepPlanes(steps, at(x, 0), alpha, out),
  slopes: (x, _, out) => steps.step(at(x, 0).lo) === steps.step(at(x, 0).hi) && level(out),
});

const signOf = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : 0);

/** The slope, 0 or the steepest of use (or as alpha says), that is better at the middle. */
const jumpSlope = (steepest: number, helps: boolean, part: number | undefined): number =>
  Math.abs(steepest) < STEEPEST ? (part ?? (helps ? 1 : 0)) * steepest : 0;

/** A steeper line over an interval that narrow is not worth its rounding. */
const STEEPEST = 1e30;

/**
 * sign(x) on an interval that it does not decide: below, the line through the value at `lo` and at most that at `hi`; the slope is between
 * 0 and the chord from the last value on the left of the jump to the right end. Above mirrored.
 */
function signPlanes(x: Interval, alpha: Alpha | undefined, out: Planes): boolean {
  const { lo, hi } = x;
  const [first, last] = [signOf(lo), signOf(hi)];
  if (first === last) return flat(out, first, first);
  if (!isFinite32(x)) return flat(out, first, last);
  const middle = lo + hi;
  const below = hi > 0 ? jumpSlope((last - first) / hi, middle > 0, alpha?.[0]) : 0;
  const above = lo < 0 ? jumpSlope((last - first) / -lo, middle < 0, alpha?.[1]) : 0;
  return lines(
    out,
    { slope: below, at: Math.min(first < 0 ? -1 : 0, restBelow(last, below, hi)) },
    { slope: above, at: Math.max(last > 0 ? 1 : 0, restAbove(first, above, lo)) },
  );
}

const signBounds: ElementRule = {
  kind: 'elementwise',
  interval: (x, _, out) => span(out, signOf(at(x, 0).lo), signOf(at(x, 0).hi)),
  planes: (x, _, alpha, out) => signPlanes(at(x, 0), alpha, out),
  slopes: (x, _, out) => signOf(at(x, 0).lo) === signOf(at(x, 0).hi) && level(out),
};

/** What is certain about a comparison of x and y: 1 always, -1 never, 0 open. */
export type Verdict = (x: Interval, y: Interval) => 1 | -1 | 0;

const less: Verdict = (x, y) => (x.hi < y.lo ? 1 : x.lo >= y.hi ? -1 : 0);
const lessOrEqual: Verdict = (x, y) => (x.hi <= y.lo ? 1 : x.lo > y.hi ? -1 : 0);
const equal: Verdict = (x, y) => {
  if (x.hi < y.lo || y.hi < x.lo) return -1;
  return isPoint(x) && isPoint(y) ? 1 : 0;
};

/** Slopes of the planes in d = y - x, which lies in `gap`, and their intercepts. */
type Jump = (gap: Interval, alpha: Alpha | undefined) => readonly [number, number, number, number];

/** -1 below d = 0 and 1 above: below the plane through -1 at the jump, above that through 1. */
const rise: Jump = ({ lo, hi }, alpha) => {
  const below = hi > 0 ? jumpSlope(2 / hi, lo + hi > 0, alpha?.[0]) : 0;
  const above = lo < 0 ? jumpSlope(2 / -lo, lo + hi < 0, alpha?.[1]) : 0;
  return [below, Math.min(-1, restBelow(1, below, hi)), above, Math.max(1, restAbove(-1, above, lo))];
};

/** 1 at d = 0 only: -1 below, and above a plane that comes down on the longer side. */
const spike: Jump = ({ lo, hi }, alpha) => {
  const steepest = lo + hi > 0 ? -2 / hi : 2 / -lo;
  const above = jumpSlope(steepest, true, alpha?.[1]);
  return [0, -1, above, Math.max(1, restAbove(-1, above, lo), restAbove(-1, above, hi))];
};

/** What certainty and shape the comparisons have. */
export const VERDICTS = { less, lessOrEqual, equal } as const;
export const JUMPS = { rise, spike } as const;

export function compareRule(verdict: Verdict, jump: Jump): ElementRule {
  const planes = (x: Interval, y: Interval, alpha: Alpha | undefined, out: Planes): boolean => {
    const certain = verdict(x, y);
    if (certain !== 0) return flat(out, certain, certain);
    if (!isFinite32(x) || !isFinite32(y)) return flat(out, -1, 1);
    const gap: Interval = { lo: down(y.lo - x.hi), hi: up(y.hi - x.lo) };
    const [below, belowAt, above, aboveAt] = jump(gap, alpha);
    out.lower.set([-below, below]);
    out.upper.set([-above, above]);
    out.lowerAt = belowAt;
    out.upperAt = aboveAt;
    return isUsable(out);
  };
  return {
    kind: 'elementwise',
    interval: (v, _, out) => {
      const certain = verdict(...at2(v));
      return certain === 0 ? span(out, -1, 1) : span(out, certain, certain);
    },
    planes: (v, _, alpha, out) => planes(...at2(v), alpha, out),
    slopes: (v, _, out) => verdict(...at2(v)) !== 0 && level(out),
  };
}

/** Which branch a condition takes: 1 the first, -1 the second, 0 open. */
const branch = ({ lo, hi }: Interval): 1 | -1 | 0 => (lo > 0 ? 1 : hi <= 0 ? -1 : 0);

/**
 * select(c, x, y) with an open condition: f is x for c in (0, hi], y for c in [lo, 0]; both are linear, so the intercept of any slopes is the
 * worse of two sums of ends. The branches weigh alpha and 1 - alpha; the slope in c takes what one is better by.
 */
function openSelect(v: readonly Interval[], side: 1 | -1, part: number): readonly [number, number, number, number] {
  const [c, x, y] = [at(v, 0), at(v, 1), at(v, 2)];
  const other = 1 - part;
  const rest = (slope: number, one: Interval): number =>
    side > 0
      ? Math.min(restBelow(0, slope, one.lo), restBelow(0, slope, one.hi))
      : Math.max(restAbove(0, slope, one.lo), restAbove(0, slope, one.hi));
  const sum = (a: number, b: number): number => (side > 0 ? down(a + b) : up(a + b));
  const first = sum(rest(-other, x), rest(other, y));
  const second = sum(rest(part, x), rest(-part, y));
  const gain = side * (first - second);
  const slope = gain > 0 === c.lo + c.hi > 0 ? (side * Math.abs(gain)) / (gain > 0 ? c.hi : c.lo) : 0;
  const [inFirst, inSecond] = [
    sum(first, rest(slope, { lo: 0, hi: c.hi })),
    sum(second, rest(slope, { lo: c.lo, hi: 0 })),
  ];
  return [slope, part, other, side > 0 ? Math.min(inFirst, inSecond) : Math.max(inFirst, inSecond)];
}

function selectPlanes(v: readonly Interval[], alpha: Alpha | undefined, out: Planes): boolean {
  const taken = branch(at(v, 0));
  if (taken !== 0) {
    const index = taken > 0 ? 1 : 2;
    out.lower.fill(0);
    out.upper.fill(0);
    out.lower[index] = out.upper[index] = 1;
    out.lowerAt = out.upperAt = 0;
    return isFinite32(at(v, index));
  }
  if (holdsInfinity(at(v, 1)) || holdsInfinity(at(v, 2))) return false;
  if (holdsInfinity(at(v, 0))) return flat(out, Math.min(at(v, 1).lo, at(v, 2).lo), Math.max(at(v, 1).hi, at(v, 2).hi));
  const halved = (part: number): number => Math.round(part * 4096) / 4096;
  const below = openSelect(v, 1, halved(alpha?.[0] ?? 0.5));
  const above = openSelect(v, -1, halved(alpha?.[1] ?? 0.5));
  for (let i = 0; i < 3; i++) {
    out.lower[i] = below[i] as number;
    out.upper[i] = above[i] as number;
  }
  out.lowerAt = below[3];
  out.upperAt = above[3];
  return isUsable(out);
}

const selectBounds: ElementRule = {
  kind: 'elementwise',
  interval: (v, _, out) => {
    const [x, y] = [at(v, 1), at(v, 2)];
    const taken = branch(at(v, 0));
    if (taken > 0) return span(out, x.lo, x.hi);
    if (taken < 0) return span(out, y.lo, y.hi);
    return span(out, Math.min(x.lo, y.lo), Math.max(x.hi, y.hi));
  },
  planes: (v, _, alpha, out) => selectPlanes(v, alpha, out),
  slopes: (v, _, out) => {
    const taken = branch(at(v, 0));
    if (taken === 0 || !isFinite32(at(v, taken > 0 ? 1 : 2))) return false;
    return taken > 0 ? ranges(out, 0, [0, 0], [1, 1], [0, 0]) : ranges(out, 0, [0, 0], [0, 0], [1, 1]);
  },
};

export const crispBounds = {
  floor: stepRule({ step: Math.floor, before: 0 }),
  round: stepRule({ step: nearestEven, before: 0.5 }),
  sign: signBounds,
  lt: compareRule(less, rise),
  le: compareRule(lessOrEqual, rise),
  eq: compareRule(equal, spike),
  select: selectBounds,
} as const;
