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
  readonly lowerAt: Float64Array;
  readonly upperAt: Float64Array;
  /** What each may be off when it is carried through, per unit of its coefficient. */
  readonly lowerSlack: Float64Array;
  readonly upperSlack: Float64Array;
  /** Elements of which these planes are nearer together than those of both results; 1 or 0. */
  readonly helps: Uint8Array;
  /** What is lost where coefficients of both are added, per unit of the sum. */
  readonly sumSlack: Float64Array;
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
  if (!twin) return undefined;
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
    const range = { low: new Float64Array(box.length), high: new Float64Array(box.length), off: 0 };
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

function planesOf(ready: Ready, found: Found, known: PairKnown): PairPlanes {
  const { p, twin, operands, ranges, differences } = found;
  const fresh = (): Float64Array => new Float64Array(p.size);
  const sumSlack = fresh();
  const out: Made = {
    first: twin.layer.result,
    all: operands.map(({ first, second }): Part => ({ first, second, lower: fresh(), upper: fresh() })),
    lowerAt: fresh(),
    upperAt: fresh(),
    lowerSlack: fresh(),
    upperSlack: fresh(),
    helps: new Uint8Array(p.size),
  };
  const results = [p, twin].map(({ layer }) => layer.result);
  const sizes = results.map((v) => must(known.ends.get(v)));
  const alone = results.map((v) => must(known.relaxed.get(v)));
  const planes: Planes = {
    lower: new Float64Array(operands.length),
    lowerAt: 0,
    upper: new Float64Array(operands.length),
    upperAt: 0,
  };
  const d = operands.map(noInterval);
  for (const [k, range] of ranges.entries()) {
    for (const [o, { lo, hi }] of differences.entries()) Object.assign(must(d[o]), { lo: lo[k], hi: hi[k] });
    if (!range || !differencePlanes(range, d, planes)) continue;
    const gap = setElement(ready, found, out, { k, planes, d });
    sumSlack[k] = Math.max(...sizes.map((ends) => sizeAt(ends, k))) * 2 * U64;
    out.helps[k] = gap < alone.reduce((sum, one) => sum + gapOf(one, known.ends, k), 0) ? 1 : 0;
  }
  const { all, ...rest } = out;
  return { ...rest, sumSlack, parts: all.filter((part) => varies(ready, part)) };
}

interface Made extends Omit<PairPlanes, 'parts' | 'sumSlack'> {
  readonly all: readonly Part[];
}

/** Whether the difference of an operand is carried further. */
const varies = ({ net }: Ready, { first, second }: Pick<Part, 'first' | 'second'>): boolean =>
  first !== second && !net.fixed.has(first);

interface Element {
  readonly k: number;
  readonly planes: Planes;
  readonly d: readonly Interval[];
}

/** Takes the planes of one element over; fixed operands become part of the constants. Gives how far apart the planes are in the middle. */
function setElement(ready: Ready, { p, twin, operands }: Found, out: Made, { k, planes, d }: Element): number {
  let [low, high] = [planes.lowerAt, planes.upperAt];
  let [below, above, gap] = [0, 0, high - low];
  for (const [o, part] of out.all.entries()) {
    const { lo, hi } = must(d[o]);
    const [under, over] = [must(planes.lower[o]), must(planes.upper[o])];
    if (lo === 0 && hi === 0) continue;
    if (!varies(ready, part)) {
      low = down(low + Math.min(down(under * lo), down(under * hi)));
      high = up(high + Math.max(up(over * lo), up(over * hi)));
      continue;
    }
    part.lower[k] = under;
    part.upper[k] = over;
    const { x, y } = must(operands[o]);
    const reach = sizeAt(x, k) + sizeAt(y, k);
    below += Math.abs(under) * reach;
    above += Math.abs(over) * reach;
    gap += (over - under) * 0.5 * (lo + hi);
  }
  const roundings = Math.max(p.meets, twin.meets) * U64;
  out.lowerAt[k] = low;
  out.upperAt[k] = high;
  out.lowerSlack[k] = below * roundings + Math.abs(low) * ready.adds * U64;
  out.upperSlack[k] = above * roundings + Math.abs(high) * ready.adds * U64;
  return gap;
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
  { parts, lowerAt, upperAt, lowerSlack, upperSlack, helps, sumSlack }: PairPlanes,
): void {
  const size = helps.length;
  const targets = parts.map((part) => [into(part.first), into(part.second)] as const);
  for (let r = 0, e = 0; r < count; r++) {
    let [sum, lost] = [0, 0];
    for (let k = 0; k < size; k++, e++) {
      const [a, b] = [first[e] as number, second[e] as number];
      if (helps[k] === 0 || !(a > 0 ? b < 0 : a < 0 && b > 0)) continue;
      const common = Math.abs(b) <= Math.abs(a) ? b : -a;
      first[e] = a + common;
      second[e] = b - common;
      lost += Math.abs(a + b) * (sumSlack[k] as number);
      const isLower = common > 0;
      sum += common * ((isLower ? lowerAt[k] : upperAt[k]) as number);
      lost += Math.abs(common) * ((isLower ? lowerSlack[k] : upperSlack[k]) as number);
      for (let o = 0; o < parts.length; o++) {
        const { lower, upper } = parts[o] as Part;
        const [x, y] = targets[o] as readonly [Float64Array, Float64Array];
        const change = common * ((isLower ? lower[k] : upper[k]) as number);
        x[e] = (x[e] as number) - change;
        y[e] = (y[e] as number) + change;
      }
    }
    bounds[r] = (bounds[r] as number) + sum;
    slack[r] = (slack[r] as number) + lost;
  }
}
