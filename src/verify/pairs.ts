/**
 * Elementwise layers of two copies of a program, bounded together: the difference of their results by planes over the differences of their
 * operands. Where coefficients of both have opposite signs, as in every difference of two copies, carrying back takes the common part this
 * way. Note [Error terms] in `bounds.ts`.
 */
import type { ValueId } from '../ir/graph.ts';
import { down, up } from '../num/directed.ts';
import { differencePlanes } from '../ops/bounds/difference.ts';
import type { Interval, Planes, SlopeRange } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Rows, Way } from './carry.ts';
import { type Ends, narrow, noInterval, operandsAt } from './ends.ts';
import type { Prepared, Ready } from './prepared.ts';
import type { Relaxed } from './relax.ts';
import { U64 } from './rounding.ts';

/** Planes around the second result less the first, of all elements. */
export interface PairPlanes {
  readonly first: ValueId;
  /** Differences of operands: second less first. */
  readonly parts: readonly Part[];
  readonly lower: Side;
  readonly upper: Side;
  /** What is lost where coefficients of both results are added, per unit of the sum. */
  readonly sumSlack: Float64Array;
}

/** What one of the two planes has beside its slopes. */
interface Side {
  readonly at: Float64Array;
  /** What it may be off when it is carried through, per unit of its coefficient. */
  readonly slack: Float64Array;
  /** Elements that are better bounded together than each alone: 1, else 0. */
  readonly helps: Uint8Array;
}

interface Part {
  readonly first: ValueId;
  readonly second: ValueId;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What is known of both layers and their operands. */
export interface PairKnown {
  readonly ends: ReadonlyMap<ValueId, Ends>;
  readonly relaxed: ReadonlyMap<ValueId, Relaxed>;
  /** Lower bounds of rows. */
  readonly lower: (rows: Rows) => Float64Array;
}

/** Planes of a layer and its twin; nothing where only one of two operands is fixed. */
export function pairPlanes(ready: Ready, p: Prepared, known: PairKnown): PairPlanes | undefined {
  const { twin } = p;
  // a square has a rule of its own, which looks at one operand
  if (!twin || twin.rule !== p.rule) return undefined;
  const operands = p.layer.node.inputs.map((second, o): Operand => {
    const first = must(twin.layer.node.inputs[o]);
    return { first, second, x: must(known.ends.get(first)), y: must(known.ends.get(second)) };
  });
  if (operands.some(({ first, second }) => ready.net.fixed.has(first) !== ready.net.fixed.has(second)))
    return undefined;
  const ranges = slopeRanges(p, operands);
  const differences = operands.map((operand, o) => {
    const list = ranges.flatMap((range, k) => (range && must(range.low[o]) < must(range.high[o]) ? [k] : []));
    return differenceOf(ready, operand, list, known);
  });
  return planesOf(ready, { p, twin, operands, ranges, differences }, known);
}

/** An operand of both layers, and the ends of each. */
interface Operand {
  readonly first: ValueId;
  readonly second: ValueId;
  readonly x: Ends;
  readonly y: Ends;
}

type Ranges = readonly (SlopeRange | undefined)[];

/** The slopes of each element over the box that holds the operands of both; nothing where they have no limit. */
function slopeRanges({ rule, layer, size }: Prepared, operands: readonly Operand[]): Ranges {
  const both = operands.map(({ x, y }) => ({
    lo: x.lo.map((l, k) => Math.min(l, must(y.lo[k]))),
    hi: x.hi.map((h, k) => Math.max(h, must(y.hi[k]))),
  }));
  const box = both.map(noInterval);
  return Array.from({ length: size }, (_, k) => {
    operandsAt(both, k, box);
    const range = { low: new Float64Array(box.length), high: new Float64Array(box.length), isMean: false, off: 0 };
    const isBounded = box.every(({ lo, hi }) => lo > -Infinity && hi < Infinity);
    return isBounded && rule?.slopes(box, layer.node.attrs, range) ? range : undefined;
  });
}

/** Rows that are carried back at a time. */
const CHUNK = 256;

/** Ends of second less first: by intervals, and of the elements in the list carried back. */
function differenceOf(
  { net }: Ready,
  { first, second, x, y }: Operand,
  list: readonly number[],
  { lower }: PairKnown,
): Ends {
  const n = x.lo.length;
  if (first === second) return { lo: new Float64Array(n), hi: new Float64Array(n) };
  const lo = y.lo.map((l, k) => apart(l, must(x.hi[k]), down));
  const hi = y.hi.map((h, k) => apart(h, must(x.lo[k]), up));
  if (net.fixed.has(first)) return { lo, hi };
  for (let from = 0; from < list.length; from += CHUNK) {
    const chunk = list.slice(from, from + CHUNK);
    for (const sign of [1, -1] as const) {
      const coefficients = new Float64Array(chunk.length * n);
      for (const [r, k] of chunk.entries()) coefficients[r * n + k] = sign;
      const bounds = lower({ value: second, less: first, count: chunk.length, coefficients });
      for (const [r, k] of chunk.entries()) narrow({ lo, hi }, k, sign, must(bounds[r]));
    }
  }
  return { lo, hi };
}

/** a - b, moved outward where doubles cannot hold it. */
const apart = (a: number, b: number, outward: (x: number) => number): number => (a === b ? 0 : outward(a - b));

interface Found {
  readonly p: Prepared;
  readonly twin: Prepared;
  readonly operands: readonly Operand[];
  readonly ranges: Ranges;
  readonly differences: readonly Ends[];
}

/** Fills in the planes of all elements; where there are none, they help nowhere. */
function planesOf(ready: Ready, found: Found, known: PairKnown): PairPlanes {
  const { p, twin, operands, ranges, differences } = found;
  const fresh = (): Float64Array => new Float64Array(p.size);
  const side = (): Side => ({ at: fresh(), slack: fresh(), helps: new Uint8Array(p.size) });
  const all = operands.map(({ first, second }): Part => ({ first, second, lower: fresh(), upper: fresh() }));
  const varies = all.map(({ first, second }) => first !== second && !ready.net.fixed.has(first));
  const out: PairPlanes = {
    first: twin.layer.result,
    parts: all.filter((_, o) => varies[o]),
    lower: side(),
    upper: side(),
    sumSlack: fresh(),
  };
  const alone = aloneOf(found, known);
  const slopes = (): Float64Array => new Float64Array(all.length);
  const planes: Planes = { lower: slopes(), lowerAt: 0, upper: slopes(), upperAt: 0 };
  const d = all.map(noInterval);
  for (const [k, range] of ranges.entries()) {
    for (const [o, { lo, hi }] of differences.entries()) Object.assign(must(d[o]), { lo: lo[k], hi: hi[k] });
    if (!range || !differencePlanes(range, d, planes)) continue;
    const together = setElement(ready, found, { out, all, varies }, { k, planes, d });
    const { gap, lo, hi, size } = alone(k);
    out.sumSlack[k] = size * 2 * U64;
    // nearer planes, nearer ends: where one speaks for the difference and the other against it, the larger ratio decides
    out.lower.helps[k] = together.gap * Math.max(0, -together.lo) < gap * -lo ? 1 : 0;
    out.upper.helps[k] = together.gap * Math.max(0, together.hi) < gap * hi ? 1 : 0;
  }
  return out;
}

/** How well the difference of two results is known: the distance of the planes in the middle, and its ends. */
interface Known {
  readonly gap: number;
  readonly lo: number;
  readonly hi: number;
}

/** What is known of the difference of element k from each result alone, and the largest magnitude of both. */
function aloneOf({ p, twin }: Found, { ends, relaxed }: PairKnown): (k: number) => Known & { readonly size: number } {
  const [first, second] = [twin.layer.result, p.layer.result];
  const [x, y] = [must(ends.get(first)), must(ends.get(second))];
  const [a, b] = [must(relaxed.get(first)), must(relaxed.get(second))];
  return (k) => ({
    gap: gapOf(a, ends, k) + gapOf(b, ends, k),
    lo: must(y.lo[k]) - must(x.hi[k]),
    hi: must(y.hi[k]) - must(x.lo[k]),
    size: Math.max(sizeAt(x, k), sizeAt(y, k)),
  });
}

interface Making {
  readonly out: PairPlanes;
  /** Parts of all operands, and which of them are carried further. */
  readonly all: readonly Part[];
  readonly varies: readonly boolean[];
}

interface Element {
  readonly k: number;
  readonly planes: Planes;
  readonly d: readonly Interval[];
}

/** Takes the planes of one element over; operands that are fixed become part of the constants. */
function setElement(
  ready: Ready,
  { p, twin, operands }: Found,
  { out, all, varies }: Making,
  { k, planes, d }: Element,
): Known {
  let [low, high] = [planes.lowerAt, planes.upperAt];
  let [below, above, lo, hi, gap] = [0, 0, 0, 0, high - low];
  for (const [o, part] of all.entries()) {
    const step = must(d[o]);
    const [under, over] = [must(planes.lower[o]), must(planes.upper[o])];
    if (step.lo === 0 && step.hi === 0) continue;
    if (!varies[o]) {
      low = down(low + Math.min(down(under * step.lo), down(under * step.hi)));
      high = up(high + Math.max(up(over * step.lo), up(over * step.hi)));
      continue;
    }
    part.lower[k] = under;
    part.upper[k] = over;
    const { x, y } = must(operands[o]);
    const reach = sizeAt(x, k) + sizeAt(y, k);
    below += Math.abs(under) * reach;
    above += Math.abs(over) * reach;
    lo += Math.min(under * step.lo, under * step.hi);
    hi += Math.max(over * step.lo, over * step.hi);
    gap += (over - under) * 0.5 * (step.lo + step.hi);
  }
  const roundings = Math.max(p.meets, twin.meets) * U64;
  out.lower.at[k] = low;
  out.upper.at[k] = high;
  out.lower.slack[k] = below * roundings + Math.abs(low) * ready.adds * U64;
  out.upper.slack[k] = above * roundings + Math.abs(high) * ready.adds * U64;
  return { gap, lo: low + lo, hi: high + hi };
}

const sizeAt = ({ lo, hi }: Ends, k: number): number => Math.max(Math.abs(must(lo[k])), Math.abs(must(hi[k])));

/** How far apart the planes of one result are, in the middle of its operands. */
const gapOf = ({ parts, lowerAt, upperAt }: Relaxed, ends: ReadonlyMap<ValueId, Ends>, k: number): number =>
  parts.reduce((gap, { operand, lower, upper }) => {
    const { lo, hi } = must(ends.get(operand));
    return gap + (must(upper[k]) - must(lower[k])) * 0.5 * (must(lo[k]) + must(hi[k]));
  }, must(upperAt[k]) - must(lowerAt[k]));

/** The common part of rows over both results goes through the planes of their difference; what is left stays. */
export function throughPair(
  { count, bounds, slack, into }: Way,
  first: Float64Array,
  second: Float64Array,
  { parts, lower, upper, sumSlack }: PairPlanes,
): void {
  const size = sumSlack.length;
  const targets = parts.map((part) => [into(part.first), into(part.second)] as const);
  for (let r = 0, e = 0; r < count; r++) {
    let [sum, lost] = [0, 0];
    for (let k = 0; k < size; k++, e++) {
      const [a, b] = [first[e] as number, second[e] as number];
      const side = b > 0 ? lower : upper;
      if (!(a > 0 ? b < 0 : a < 0 && b > 0) || side.helps[k] === 0) continue;
      const common = Math.abs(b) <= Math.abs(a) ? b : -a;
      first[e] = a + common;
      second[e] = b - common;
      sum += common * (side.at[k] as number);
      lost += Math.abs(common) * (side.slack[k] as number) + Math.abs(a + b) * (sumSlack[k] as number);
      for (let o = 0; o < parts.length; o++) {
        const part = parts[o] as Part;
        const [x, y] = targets[o] as readonly [Float64Array, Float64Array];
        const change = common * ((b > 0 ? part.lower[k] : part.upper[k]) as number);
        x[e] = (x[e] as number) - change;
        y[e] = (y[e] as number) + change;
      }
    }
    bounds[r] = (bounds[r] as number) + sum;
    slack[r] = (slack[r] as number) + lost;
  }
}
