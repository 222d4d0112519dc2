/**
 * Ends of values: a closed interval per element, as doubles. They enclose the float32 values of every run and the values of the
 * ideal function. Here are the types and the forward step of elementwise layers; `linear-ends.ts` has that of linear ones.
 */
import type { ValueId } from '../ir/graph.ts';
import { ceilF32, floorF32 } from '../num/bits.ts';
import type { Interval } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Prepared } from './prepared.ts';
import { widen } from './rules.ts';

/** Lower and upper ends per element; lo <= hi, never NaN, perhaps infinite. */
export interface Ends {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** The ends of numbers that are known. */
export const pointsOf = (xs: ArrayLike<number>): Ends => ({ lo: Float64Array.from(xs), hi: Float64Array.from(xs) });

/** Whether every element has an interval: false where one is NaN or empty. */
export const areEnds = ({ lo, hi }: Ends): boolean => lo.every((l, k) => l <= (hi[k] as number));

export const noInterval = (): Interval => ({ lo: 0, hi: 0 });

/** Element `k` of all operands, as the rules ask for it: rounded outward to float32. */
export function operandsAt(operands: readonly Ends[], k: number, x: readonly Interval[]): void {
  for (let o = 0; o < operands.length; o++) {
    const { lo, hi } = operands[o] as Ends;
    const into = x[o] as Interval;
    into.lo = floorF32(lo[k] as number);
    into.hi = ceilF32(hi[k] as number);
  }
}

/** Ends of an elementwise layer; undefined where a result may be NaN. */
export function elementEnds(
  { layer: { node }, rule, size }: Prepared,
  ends: ReadonlyMap<ValueId, Ends>,
): Ends | undefined {
  if (!rule) return undefined;
  const operands = node.inputs.map((v) => must(ends.get(v)));
  const x = operands.map(noInterval);
  const out = noInterval();
  const [lo, hi] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    operandsAt(operands, k, x);
    if (!x.every((one) => one.lo <= one.hi)) return undefined;
    if (!rule.interval(x, node.attrs, out)) return undefined;
    widen(node.op, out);
    if (!(out.lo <= out.hi)) return undefined;
    lo[k] = out.lo;
    hi[k] = out.hi;
  }
  return { lo, hi };
}

/** Takes a lower bound of sign·x over; the ends stay in order. */
export function narrow({ lo, hi }: Ends, k: number, sign: 1 | -1, found: number): void {
  const [low, high] = [lo[k] as number, hi[k] as number];
  if (sign === 1 && found > low) lo[k] = Math.min(found, high);
  if (sign === -1 && -found < high) hi[k] = Math.max(-found, low);
}

/** Narrows ends to what is known besides. Both hold, so they meet; where rounding says otherwise the first stay. */
export function intersect(own: Ends, other: Ends): void {
  for (let k = 0; k < own.lo.length; k++) {
    const lo = Math.max(own.lo[k] as number, other.lo[k] as number);
    const hi = Math.min(own.hi[k] as number, other.hi[k] as number);
    if (!(lo <= hi)) continue;
    own.lo[k] = lo;
    own.hi[k] = hi;
  }
}
