/**
 * Where the numbers of a function lie when its inputs lie in their declared ranges. Rounding is monotone, so the ends of a sum or product in binary32
 * are the rounded ends. Of each number it is also told whether it can be -0, which is not 0 bit for bit.
 */
import type { Core, Local } from '../../check/core.ts';
import { constantOf } from '../../check/sizes.ts';
import type { Type } from '../../check/types.ts';
import { must } from '../../text/result.ts';

export interface Interval {
  readonly lo: number;
  readonly hi: number;
  /** It may be -0. */
  readonly negativeZero: boolean;
}

/** The ranges of the locals that have one. */
export type Ranges = ReadonlyMap<Local, Interval>;

/** A declared range: every number in it, -0 too where it holds 0. */
export const declared = ([lo, hi]: readonly [number, number]): Interval => ({
  lo,
  hi,
  negativeZero: lo <= 0 && hi >= 0,
});

/** Undefined where nothing is known. A NaN is in no interval: what might be one is not known. */
export function intervalOf(e: Core, ranges: Ranges): Interval | undefined {
  switch (e.kind) {
    case 'number':
      return point(e.value);
    case 'local':
      return ranges.get(e.local);
    case 'global':
      return intervalOf(e.decl.value, ranges);
    case 'coerce':
      return e.how === 'index-to-f32'
        ? ofIndex(e.value.type)
        : e.how === 'int-to-f32'
          ? intervalOf(e.value, ranges)
          : undefined;
    case 'prim': {
      const args = e.args.map((a) => intervalOf(a, ranges));
      const known = args.every((a): a is Interval => a !== undefined) ? args : undefined;
      return known && OF_PRIM[e.prim]?.(known);
    }
    default:
      return undefined;
  }
}

function ofIndex(type: Type): Interval | undefined {
  const size = type.kind === 'index' ? constantOf(type.size) : undefined;
  return size === undefined ? undefined : { lo: 0, hi: size - 1, negativeZero: false };
}

const point = (x: number): Interval => ({ lo: x, hi: x, negativeZero: Object.is(x, -0) });

/** The hull of numbers, all finite. */
function hull(ends: readonly number[], negativeZero: boolean): Interval | undefined {
  const rounded = ends.map(Math.fround);
  if (!rounded.every(Number.isFinite)) return undefined;
  const [lo, hi] = [Math.min(...rounded), Math.max(...rounded)];
  return { lo, hi, negativeZero: negativeZero && lo <= 0 && hi >= 0 };
}

type OfPrim = (args: readonly Interval[]) => Interval | undefined;
const two =
  (f: (a: Interval, b: Interval) => Interval | undefined): OfPrim =>
  (args) =>
    f(must(args[0]), must(args[1]));

const OF_PRIM: Readonly<Record<string, OfPrim>> = {
  neg: ([a]) => a && hull([-a.lo, -a.hi], true),
  abs: ([a]) =>
    a && hull(a.lo <= 0 && a.hi >= 0 ? [0, a.lo < 0 ? -a.lo : 0, a.hi] : [Math.abs(a.lo), Math.abs(a.hi)], false),
  // a sum is -0 only where both are
  add: two((a, b) => hull([a.lo + b.lo, a.hi + b.hi], a.negativeZero && b.negativeZero)),
  sub: two((a, b) => hull([a.lo - b.hi, a.hi - b.lo], a.negativeZero)),
  mul: two((a, b) => hull([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi], true)),
  min: two((a, b) => hull([Math.min(a.lo, b.lo), Math.min(a.hi, b.hi)], true)),
  max: two((a, b) => hull([Math.max(a.lo, b.lo), Math.max(a.hi, b.hi)], true)),
  clamp: ([a, b, c]) =>
    a && b && c && hull([Math.min(Math.max(a.lo, b.lo), c.lo), Math.min(Math.max(a.hi, b.hi), c.hi)], true),
};

/** `a` is at least `b` everywhere, and where they are equal they have the same bits. */
export const isAtLeast = (a: Interval, b: Interval): boolean =>
  a.lo > b.hi || (a.lo === b.hi && a.lo !== 0) || (a.lo === 0 && b.hi === 0 && !a.negativeZero && !b.negativeZero);

/** It is above 0, or a 0 that is not -0. */
export const isPositive = (a: Interval): boolean => a.lo > 0 || (a.lo === 0 && !a.negativeZero);
