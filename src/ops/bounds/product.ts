/**
 * Rules of mul, gate and div. Correctly rounded and monotone in each operand for each sign of the other, so intervals are the
 * kernel on the corners. Planes: xy - s·x - t·y is linear in each operand, so its extremes stand at corners, whatever the slopes
 * (McCormick 1976 for those chosen here); x/y - s·x - t·y has them on the edges x = lo and x = hi.
 */
import { divF32, mulF32 } from '../../num/arith.ts';
import { down, restAbove, restBelow, up } from '../../num/directed.ts';
import type { Alpha, ElementRule, Interval, Planes, SlopeRange } from '../bounds.ts';
import { type Curve, intercept } from './curve.ts';
import { ROUNDED } from './errors.ts';
import {
  at,
  flatAround,
  holdsInfinity,
  holdsZero,
  isFinite32,
  isPoint,
  isUsable,
  ranges,
  roundoff,
  size,
  span,
} from './planes.ts';

type Pair = readonly [Interval, Interval];

/** The hull of a kernel over the corners; false when one is NaN. */
function corners(step: (a: number, b: number) => number, [x, y]: Pair, out: Interval): boolean {
  const [a, b, c, d] = [step(x.lo, y.lo), step(x.lo, y.hi), step(x.hi, y.lo), step(x.hi, y.hi)];
  span(out, Math.min(a, b, c, d), Math.max(a, b, c, d));
  return out.lo <= out.hi;
}

const enclosedProduct = ([x, y]: Pair, out: Interval): boolean =>
  !(holdsZero(x) && holdsInfinity(y)) && !(holdsZero(y) && holdsInfinity(x)) && corners(mulF32, [x, y], out);

const gateF32 = (x: number, y: number): number => (x === 0 ? 0 : mulF32(x, y));

/** As the product, but 0 times an infinite y is 0; an x that touches 0 may be tiny, and then the product is infinite. */
function enclosedGate([x, y]: Pair, out: Interval): boolean {
  if (holdsZero(y) && holdsInfinity(x)) return false;
  const whole = corners(gateF32, [x, y], out);
  if (whole && holdsZero(x)) span(out, Math.min(out.lo, 0), Math.max(out.hi, 0));
  return whole;
}

/** A divisor that may be 0 may be 0 of either sign, so anything can come out of a number that is not 0. */
function enclosedQuotient([x, y]: Pair, out: Interval): boolean {
  if (holdsInfinity(x) && holdsInfinity(y)) return false;
  if (holdsZero(y)) return holdsZero(x) ? false : span(out, -Infinity, Infinity);
  return corners(divF32, [x, y], out);
}

const mixed = (a: number, b: number, part: number): number => a + part * (b - a);

/** Slopes of the McCormick planes: below through the corners (lo, lo) and (hi, hi), above through the other two; alpha goes from the first to the second. */
function productSlopes([x, y]: Pair, side: 1 | -1, part: number): readonly [number, number] {
  const s = side > 0 ? mixed(y.lo, y.hi, part) : mixed(y.hi, y.lo, part);
  return [isPoint(x) ? 0 : s, isPoint(y) ? 0 : mixed(x.lo, x.hi, part)];
}

/**
 * Each of the two planes is off by the area of the box at one corner, and exact at the others. The one that stays within the ends of the product
 * there, where the other does not; else their mean. So a product of factors of one sign is bounded as its interval is.
 */
function productChoice([x, y]: Pair, side: 1 | -1): number {
  const area = side * (x.hi - x.lo) * (y.hi - y.lo);
  const [a, b, c, d] = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
  const most = side > 0 ? Math.min(a, b, c, d) : -Math.max(a, b, c, d);
  // ends that were rounded outward need not be exactly 0 where a factor's sign turns
  const isWithin = (corner: number): boolean => side * (corner - area) >= most - 2 ** -10 * Math.abs(area);
  const [first, second] = side > 0 ? [isWithin(d), isWithin(a)] : [isWithin(c), isWithin(b)];
  return first === second ? 0.5 : first ? 0 : 1;
}

/** The greatest lower, or least upper, c for xy against s·x + t·y + c: at a corner. Products of two floats are exact in double. */
function productRest([x, y]: Pair, side: 1 | -1, [s, t]: readonly [number, number]): number {
  const rest =
    side > 0
      ? (a: number, b: number): number => down(restBelow(a * b, s, a) - up(t * b))
      : (a: number, b: number): number => up(restAbove(a * b, s, a) - down(t * b));
  const pick = side > 0 ? Math.min : Math.max;
  return pick(rest(x.lo, y.lo), rest(x.lo, y.hi), rest(x.hi, y.lo), rest(x.hi, y.hi));
}

type Enclose = (pair: Pair, out: Interval) => boolean;

/** Slopes and intercepts of the two planes of a function of two operands. */
interface Surface {
  readonly slopes: (pair: Pair, side: 1 | -1, part: number) => readonly [number, number];
  readonly rest: (pair: Pair, side: 1 | -1, slopes: readonly [number, number]) => number;
  /** The alpha that is taken when none is given. */
  readonly choose: (pair: Pair, side: 1 | -1) => number;
  /** The least and greatest partial derivatives over the box, by operand. */
  readonly partials: (pair: Pair) => readonly [Range, Range];
}

type Range = readonly [low: number, high: number];

/** A rule from the interval rule and the surface of the ideal function; constants where an operand is infinite. */
export function surfaceRule(enclose: Enclose, { slopes, rest, partials, choose }: Surface, ulps: number): ElementRule {
  const planes = (pair: Pair, alpha: Alpha | undefined, out: Planes): boolean => {
    const whole: Interval = { lo: 0, hi: 0 };
    if (!enclose(pair, whole)) return false;
    if (!isFinite32(pair[0]) || !isFinite32(pair[1])) return flatAround(out, whole, ulps);
    const error = roundoff(ulps, size(whole));
    const below = slopes(pair, 1, alpha?.[0] ?? choose(pair, 1));
    const above = slopes(pair, -1, alpha?.[1] ?? choose(pair, -1));
    out.lower.set(below);
    out.upper.set(above);
    out.lowerAt = down(rest(pair, 1, below) - error);
    out.upperAt = up(rest(pair, -1, above) + error);
    return isUsable(out) || flatAround(out, whole, ulps);
  };
  const ranged = (pair: Pair, out: SlopeRange): boolean => {
    const whole: Interval = { lo: 0, hi: 0 };
    if (!isFinite32(pair[0]) || !isFinite32(pair[1]) || !enclose(pair, whole)) return false;
    return ranges(out, roundoff(ulps, size(whole)), ...partials(pair));
  };
  return {
    kind: 'elementwise',
    interval: (v, _, out) => enclose([at(v, 0), at(v, 1)], out),
    planes: (v, _, alpha, out) => planes([at(v, 0), at(v, 1)], alpha, out),
    slopes: (v, _, out) => ranged([at(v, 0), at(v, 1)], out),
  };
}

/**
 * Slopes of the product x·r with r = 1/y, where r in turn is replaced by its tangent or chord in y, as the sign of its coefficient and the bend
 * of 1/y ask: the tangent -1/m² at the middle, the chord -1/(lo·hi).
 */
function quotientSlopes([x, y]: Pair, side: 1 | -1, part: number): readonly [number, number] {
  const r: Interval = { lo: 1 / y.hi, hi: 1 / y.lo };
  const [s, weight] = productSlopes([x, r], side, part);
  const middle = (y.lo + y.hi) / 2;
  const convexFromBelow = (weight >= 0 === side > 0) === y.lo > 0;
  return [s, isPoint(y) ? 0 : -weight / (convexFromBelow ? middle * middle : y.lo * y.hi)];
}

/** c/y for y of one sign. */
const hyperbola = (c: number, y: Interval): Curve => ({
  value: (t) => c / t,
  slope: (t) => -c / (t * t),
  error: 1e-15,
  slack: 1e-300,
  ulps: ROUNDED,
  pieces: ({ lo, hi }) => [{ low: lo, high: hi, bend: c > 0 === y.lo > 0 ? 1 : -1 }],
  // -c/t² = k; the end where the curve comes nearest to such a slope when there is no t
  touch: (k, { low, high, bend }) => {
    const square = -c / k;
    if (square > 0) return (y.lo > 0 ? 1 : -1) * Math.sqrt(square);
    return k > -c === bend > 0 ? high : low;
  },
});

/** x/y - s·x - t·y is linear in x: its extremes are those of the curves c/y - t·y less s·c at the ends c of x. */
function quotientRest([x, y]: Pair, side: 1 | -1, [s, t]: readonly [number, number]): number {
  const edge = (c: number): number => {
    const curve = hyperbola(c, y);
    const on = intercept(curve, side, t, curve.pieces(y));
    return side > 0 ? restBelow(on, s, c) : restAbove(on, s, c);
  };
  return side > 0 ? Math.min(edge(x.lo), edge(x.hi)) : Math.max(edge(x.lo), edge(x.hi));
}

/** 1/y and -x/y²: for y of one sign both have their extremes at corners. Each corner is rounded twice. */
function quotientPartials([x, y]: Pair): readonly [Range, Range] {
  const corner = (a: number, b: number): number => -a / (b * b);
  const all = [corner(x.lo, y.lo), corner(x.lo, y.hi), corner(x.hi, y.lo), corner(x.hi, y.hi)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return [
    [down(1 / y.hi), up(1 / y.lo)],
    [down(down(down(least))), up(up(up(most)))],
  ];
}

const PRODUCT: Surface = {
  slopes: productSlopes,
  rest: productRest,
  choose: productChoice,
  partials: ([x, y]) => [
    [y.lo, y.hi],
    [x.lo, x.hi],
  ],
};
const QUOTIENT: Surface = { slopes: quotientSlopes, rest: quotientRest, choose: () => 0.5, partials: quotientPartials };

export const SURFACES = {
  mul: { enclose: enclosedProduct, surface: PRODUCT },
  gate: { enclose: enclosedGate, surface: PRODUCT },
  div: { enclose: enclosedQuotient, surface: QUOTIENT },
} as const;

export const productBounds = {
  mul: surfaceRule(enclosedProduct, PRODUCT, ROUNDED),
  gate: surfaceRule(enclosedGate, PRODUCT, ROUNDED),
  div: surfaceRule(enclosedQuotient, QUOTIENT, ROUNDED),
} as const;
