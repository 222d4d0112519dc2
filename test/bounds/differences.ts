/**
 * The judge of slopes and of planes around differences: pairs of points of random boxes, their results compared exactly, of the kernel and of
 * the ideal function. The first contradiction comes back as text. What bounds a pair is a value, so that broken ones can be judged too.
 */
import { ARITY } from '../../src/ir/vocabulary.ts';
import { down, up } from '../../src/num/directed.ts';
import { differencePlanes } from '../../src/ops/bounds/difference.ts';
import type { Interval, Planes, SlopeRange } from '../../src/ops/bounds.ts';
import { type Draw, draw } from '../table/draw.ts';
import { exact, product } from './exact.ts';
import { newPlanes, type Op, randomBox, ruleOf, runOp } from './harness.ts';
import { IDEAL } from './ideal.ts';

/** Planes in x' - x for boxes of both points and intervals of their differences. */
export type Bounding = (
  op: Op,
  boxes: readonly [first: Interval[], second: Interval[]],
  d: Interval[],
) => Planes | undefined;

const attrs = { width: 1 } as never;

export const newRange = (op: Op): SlopeRange => {
  const size = ARITY[op] ?? 0;
  return { low: new Float64Array(size), high: new Float64Array(size), isMean: false, off: 0 };
};

export const hull = (a: readonly Interval[], b: readonly Interval[]): Interval[] =>
  a.map(({ lo, hi }, j) => ({ lo: Math.min(lo, b[j]?.lo ?? lo), hi: Math.max(hi, b[j]?.hi ?? hi) }));

/** As the prover does it: the slopes of the rule over the hull of both boxes. */
export const bounding: Bounding = (op, [first, second], d) => {
  const [range, planes] = [newRange(op), newPlanes(op)];
  return ruleOf(op).slopes(hull(first, second), attrs, range) && differencePlanes(range, d, planes)
    ? planes
    : undefined;
};

type Point = readonly number[];
type Pair = readonly [x: Point, y: Point];

const f = Math.fround;
const inside = (x: number, { lo, hi }: Interval): number => Math.min(hi, Math.max(lo, x));

/** Points of both boxes: corners, equal ones where that can be, near ones, others. */
function pairOf(d: Draw, [first, second]: readonly [Interval[], Interval[]], round: (x: number) => number): Pair {
  const part = (): number => (d.int(0, 3) === 0 ? d.int(0, 1) : d.int(0, 1 << 20) / (1 << 20));
  const kind = d.int(0, 3);
  const x = first.map((i) => inside(round(i.lo + (i.hi - i.lo) * part()), i));
  const y = second.map((i, j) => {
    const own = x[j] as number;
    const other = i.lo + (i.hi - i.lo) * part();
    const near = own + (other - own) * 10 ** -d.int(0, 7);
    return inside(round(kind === 0 ? own : kind === 1 ? near : other), i);
  });
  return [x, y];
}

/** A second box: the first, moved, stretched, or another one. */
function secondBox(op: Op, d: Draw, first: readonly Interval[]): Interval[] {
  const kind = d.int(0, 4);
  if (kind === 0) return [...first];
  if (kind === 1) return randomBox(op, d);
  const by = 10 ** (d.int(-40, 10) / 10);
  return first.map(({ lo, hi }) => {
    if (d.int(0, 3) === 0) return { lo, hi };
    const shift = kind === 2 ? by : kind === 3 ? -by : 0;
    const [low, high] = [f(lo + shift), f(hi + shift + (kind === 4 ? by : 0))];
    return Number.isFinite(low) && Number.isFinite(high) ? { lo: low, hi: high } : { lo, hi };
  });
}

/** (Σ k_j·(y_j - x_j) + c) · 2^SCALE. */
const planeAt = (k: Float64Array, c: number, [x, y]: Pair): bigint =>
  x.reduce(
    (sum, v, j) => (k[j] === 0 ? sum : sum + product(k[j] as number, y[j] as number) - product(k[j] as number, v)),
    exact(c),
  );

type Results = readonly [low: bigint, high: bigint];

function resultOf(op: Op, x: Point, ideal: boolean): Results | undefined {
  if (ideal) return IDEAL[op](x[0] as number, x[1] as number, x[2] as number);
  const y = runOp(op, x);
  return Number.isFinite(y) ? [exact(y), exact(y)] : undefined;
}

function off(op: Op, { lower, lowerAt, upper, upperAt }: Planes, pair: Pair, ideal: boolean): string | undefined {
  const [first, second] = [resultOf(op, pair[0], ideal), resultOf(op, pair[1], ideal)];
  const name = `${ideal ? 'the ideal ' : ''}${op}(${pair[1]}) - ${op}(${pair[0]})`;
  if (!first || !second) return ideal ? undefined : `${name} is no number`;
  if (second[1] - first[0] < planeAt(lower, lowerAt, pair)) return `${name} is below its plane`;
  return second[0] - first[1] > planeAt(upper, upperAt, pair) ? `${name} is above its plane` : undefined;
}

/** Differences of the operands of all pairs, in doubles outward. */
const differences = (first: readonly Interval[], pairs: readonly Pair[]): Interval[] =>
  first.map((_, j) => {
    const all = pairs.map(([x, y]) => (y[j] as number) - (x[j] as number));
    const [lo, hi] = [Math.min(...all), Math.max(...all)];
    return { lo: lo === 0 ? 0 : down(lo), hi: hi === 0 ? 0 : up(hi) };
  });

export interface Tally {
  boxes: number;
  bounded: number;
}

const show = (box: readonly Interval[]): string => box.map(({ lo, hi }) => `[${lo}, ${hi}]`).join(' ');

/** The first contradiction on random pairs of boxes, or nothing. */
export function judgeDifferences(
  op: Op,
  bound: Bounding,
  { seed = 1, boxes = 300 } = {},
  tally: Tally = { boxes: 0, bounded: 0 },
): string | undefined {
  const d = draw(seed);
  const finite = (box: readonly Interval[]): boolean =>
    box.every((i) => Number.isFinite(i.lo) && Number.isFinite(i.hi));
  for (let n = 0; n < boxes; n++) {
    const first = randomBox(op, d);
    const second = secondBox(op, d, first);
    if (!finite(first) || !finite(second)) continue;
    tally.boxes++;
    const runs = Array.from({ length: 40 }, () => pairOf(d, [first, second], f));
    const reals = Array.from({ length: 6 }, () => pairOf(d, [first, second], (x) => x));
    const planes = bound(op, [first, second], differences(first, [...runs, ...reals]));
    if (!planes) continue;
    tally.bounded++;
    const wrong =
      runs.map((pair) => off(op, planes, pair, false)).find((w) => w !== undefined) ??
      reals.map((pair) => off(op, planes, pair, true)).find((w) => w !== undefined);
    if (wrong) return `${show(first)} and ${show(second)}: ${wrong}`;
  }
  return undefined;
}
