/**
 * Slopes and multipliers of one row, made better step by step in plain numbers (alpha-CROWN: Xu et al., ICLR 2021; beta-CROWN: Wang et al.,
 * NeurIPS 2021; steps of Adam: Kingma and Ba, ICLR 2015). Any slopes and multipliers are sound, so nothing here has to be; the caller takes
 * one bound with what comes out.
 */
import type { ValueId } from '../ir/graph.ts';
import type { ElementRule, Interval, Planes } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Choice, Known } from './carry.ts';
import { MOST_CASES, type Piece } from './cases.ts';
import { type Ends, noInterval, operandsAt } from './ends.ts';
import { type Linearized, linearizer, type Row } from './linearized.ts';
import type { Prepared, Ready } from './prepared.ts';
import { ALL, planesFor, type Relaxed } from './relax.ts';

export interface Tuned extends Linearized {
  readonly choice: Choice;
  /** How many times each row is taken: 0 to ALL_TIMES, that many in all, about. */
  readonly weights: readonly number[];
}

/** Whole weights, so that sums of rows are exact. */
export const ALL_TIMES = 64;

export interface TuneOptions {
  readonly steps: number;
  /** Where to begin; without, at the slopes of the rules and multipliers of 0. */
  readonly from?: Choice | undefined;
  /** A bound that is enough. */
  readonly enough: number;
}

type Bounded = Known & { readonly pieces: ReadonlyMap<ValueId, ReadonlyMap<number, Piece>> };

/** How far the first step goes, of the range of a slope, or of the coefficient that a multiplier is to cancel; and what is left of it at each next. */
const [FIRST, SHRINK] = [0.4, 0.88];

/** The first of the rows is where it begins; of several, sums with weights are tried, which bound what all of them bound together. */
export function tune(ready: Ready, known: Bounded, rows: readonly Row[], { steps, from, enough }: TuneOptions): Tuned {
  const mix = rows.map((_, r) => (r === 0 ? 1 : 0));
  const row = mixed(rows, mix);
  const linearize = linearizer(ready, known, row);
  const bents = bentsOf(ready, known, from?.slopes);
  const planes = new Map(known.relaxed);
  for (const { result, own } of bents) planes.set(result, own);
  const multipliers = new Float64Array(Math.min(known.constraints.length, MOST_CASES));
  multipliers.set((from?.multipliers?.[0] ?? multipliers).subarray(0, multipliers.length));
  const slopes = bents.flatMap((bent) => bent.slopes);
  let found = linearize(planes, multipliers);
  const best = {
    bound: found.bound,
    slopes: slopes.map((s) => s.at),
    multipliers: multipliers.slice(),
    mix: mix.slice(),
  };
  const scales = scalesOf(known, found, multipliers.length);
  const moved = Array.from(multipliers, newMoment);
  for (let t = 0; t < steps && best.bound <= enough; t++) {
    const rate = FIRST * SHRINK ** t;
    for (const bent of bents) climb(bent, found, rate, t);
    for (const [c, m] of multipliers.entries()) {
      const step = adam(must(moved[c]), -heldBy(must(known.constraints[c]), found.values), t);
      multipliers[c] = Math.max(0, m + rate * must(scales[c]) * step);
    }
    if (rows.length > 1) stir(rows, mix, found, rate);
    Object.assign(row, mixed(rows, mix));
    found = linearize(planes, multipliers);
    if (found.bound <= best.bound) continue;
    best.bound = found.bound;
    for (const [i, s] of slopes.entries()) best.slopes[i] = s.at;
    best.multipliers.set(multipliers);
    best.mix = mix.slice();
  }
  if (found.bound < best.bound) {
    Object.assign(row, mixed(rows, best.mix));
    for (const [i, s] of slopes.entries()) s.at = must(best.slopes[i]);
    for (const bent of bents) for (const s of bent.slopes) place(bent, s);
    found = linearize(planes, best.multipliers);
  }
  // proofs are written with multipliers of float32
  for (const [c, m] of best.multipliers.entries()) best.multipliers[c] = Math.fround(m);
  const weights = best.mix.map((w) => Math.round(w * ALL_TIMES));
  return { ...found, choice: { slopes: bytesOf(bents), multipliers: [best.multipliers] }, weights };
}

/** The sum of rows with weights. */
function mixed(rows: readonly Row[], weights: readonly number[]): Row {
  const [first] = rows;
  const coefficients = new Float64Array(must(first).coefficients.length);
  let at = 0;
  for (const [r, row] of rows.entries()) {
    const w = must(weights[r]);
    if (w === 0) continue;
    for (let k = 0; k < coefficients.length; k++)
      coefficients[k] = (coefficients[k] as number) + w * (row.coefficients[k] as number);
    at += w * row.at;
  }
  return { value: must(first).value, coefficients, at };
}

/** Moves weights towards the rows that are above the others where the sum is least; they stay 1 in all. */
function stir(rows: readonly Row[], mix: number[], { values }: Linearized, rate: number): void {
  const y = must(values.get(must(rows[0]).value));
  const heights = rows.map(({ coefficients, at }) => coefficients.reduce((s, a, k) => s + a * (y[k] as number), at));
  const mean = heights.reduce((s, h, r) => s + h * must(mix[r]), 0);
  const reach = Math.max(...heights.map((h) => Math.abs(h - mean)));
  if (!(reach > 0)) return;
  const grown = mix.map((w, r) => Math.max(0, w + (rate * (must(heights[r]) - mean)) / reach));
  const all = grown.reduce((s, w) => s + w, 0);
  for (const [r, w] of grown.entries()) mix[r] = w / all;
}

/** A slope that may be chosen: of element `k`, below or above, from 0 to 1. */
interface Slope {
  readonly k: number;
  readonly side: 0 | 1;
  at: number;
  readonly moment: Moment;
}

/** A layer some of whose slopes may be chosen. */
interface Bent {
  readonly result: ValueId;
  readonly p: Prepared;
  readonly operands: readonly Ends[];
  /** Which of the operands are fixed numbers. */
  readonly fixed: readonly boolean[];
  /** The planes that are changed. */
  readonly own: Relaxed;
  readonly slopes: readonly Slope[];
  readonly x: readonly Interval[];
  readonly planes: Planes;
}

function bentsOf(ready: Ready, known: Bounded, from: Choice['slopes']): Bent[] {
  return ready.layers.flatMap((p): Bent[] => {
    const { layer, rule } = p;
    const relaxed = known.relaxed.get(layer.result);
    if (layer.kind === 'linear' || !rule || !relaxed) return [];
    const operands = layer.node.inputs.map((v) => must(known.ends.get(v)));
    const fixed = layer.node.inputs.map((v) => ready.net.fixed.has(v));
    const own = copyOf(relaxed);
    const x = operands.map(noInterval);
    const made: Bent = { result: layer.result, p, operands, fixed, own, slopes: [], x, planes: planesFor(x.length) };
    const bytes = from?.get(layer.result);
    const slopes = slopesOf(made, rule, known.pieces.get(layer.result), bytes);
    const bent = { ...made, slopes };
    if (bytes) for (const s of slopes) place(bent, s);
    return slopes.length > 0 ? [bent] : [];
  });
}

const copyOf = ({ parts, lowerAt, upperAt, lowerSlack, upperSlack }: Relaxed): Relaxed => ({
  parts: parts.map(({ operand, lower, upper }) => ({ operand, lower: lower.slice(), upper: upper.slice() })),
  lowerAt: lowerAt.slice(),
  upperAt: upperAt.slice(),
  lowerSlack,
  upperSlack,
});

/** Those that make a difference; at first where the parent had them, or as near as can be to what the rule took. */
function slopesOf(
  bent: Bent,
  rule: ElementRule,
  pieces: ReadonlyMap<number, Piece> | undefined,
  bytes: Uint8Array | undefined,
): Slope[] {
  const { p, operands, x, planes } = bent;
  const other = planesFor(x.length);
  const slopes: Slope[] = [];
  for (let k = 0; k < p.size; k++) {
    if (pieces?.has(k)) continue;
    operandsAt(operands, k, x);
    if (x.every(({ lo, hi }) => lo === hi)) continue;
    const { attrs } = p.layer.node;
    if (!rule.planes(x, attrs, [0, 0], planes) || !rule.planes(x, attrs, [1, 1], other)) continue;
    const [below, above] = [
      planes.lower.some((s, o) => s !== other.lower[o]),
      planes.upper.some((s, o) => s !== other.upper[o]),
    ];
    for (const side of [0, 1] as const)
      if (side === 0 ? below : above)
        slopes.push({
          k,
          side,
          at: bytes ? must(bytes[2 * k + side]) / ALL : nearest(bent, rule, side),
          moment: newMoment(),
        });
  }
  return slopes;
}

const TRIED = [0, 0.25, 0.5, 0.75, 1];

/** Which slope the rule took, about: of the element that `x` is at. */
function nearest({ p, x, planes }: Bent, rule: ElementRule, side: 0 | 1): number {
  const { attrs } = p.layer.node;
  const own = (): Float64Array => (side === 0 ? planes.lower : planes.upper);
  rule.planes(x, attrs, undefined, planes);
  const wanted = own().slice();
  let [best, least] = [0.5, Infinity];
  for (const at of TRIED) {
    if (!rule.planes(x, attrs, [at, at], planes)) continue;
    const off = own().reduce((sum, s, o) => sum + Math.abs(s - (wanted[o] as number)), 0);
    if (off < least) [best, least] = [at, off];
  }
  return best;
}

/** The planes at a slope; false where there are none. */
function planesAt({ p, operands, x, planes }: Bent, { k, side }: Slope, at: number): boolean {
  operandsAt(operands, k, x);
  return must(p.rule).planes(x, p.layer.node.attrs, side === 0 ? [at, 0.5] : [0.5, at], planes);
}

/** Puts the plane of a slope into those of its layer. */
function place(bent: Bent, slope: Slope): void {
  const { own, fixed, x, planes } = bent;
  const { k, side } = slope;
  if (!planesAt(bent, slope, slope.at)) return;
  const from = side === 0 ? planes.lower : planes.upper;
  let [constant, part] = [side === 0 ? planes.lowerAt : planes.upperAt, 0];
  for (const [o, isFixed] of fixed.entries()) {
    if (isFixed) constant += (from[o] as number) * must(x[o]).lo;
    else {
      const to = must(own.parts[part++]);
      (side === 0 ? to.lower : to.upper)[k] = from[o] as number;
    }
  }
  (side === 0 ? own.lowerAt : own.upperAt)[k] = constant;
}

/** How far apart two slopes are that tell how the bound changes. */
const APART = 1 / 32;

/** One step of all slopes of a layer whose planes are used. */
function climb(bent: Bent, { rows, values }: Linearized, rate: number, t: number): void {
  const row = rows.get(bent.result);
  if (!row) return;
  const at = bent.p.layer.kind === 'other' ? bent.p.layer.node.inputs.map((v) => values.get(v)) : [];
  for (const slope of bent.slopes) {
    const { k, side } = slope;
    const a = row[k] as number;
    if (a === 0 || a > 0 === (side === 1)) continue;
    const height = (alpha: number): number => {
      if (!planesAt(bent, slope, alpha)) return Number.NaN;
      const from = side === 0 ? bent.planes.lower : bent.planes.upper;
      let sum = side === 0 ? bent.planes.lowerAt : bent.planes.upperAt;
      for (let o = 0; o < from.length; o++) sum += (from[o] as number) * (at[o]?.[k] ?? must(bent.x[o]).lo);
      return sum;
    };
    const beside = slope.at + (slope.at > 0.5 ? -APART : APART);
    const gain = (a * (height(beside) - height(slope.at))) / (beside - slope.at);
    if (Number.isNaN(gain)) continue;
    slope.at = Math.min(1, Math.max(0, slope.at + rate * adam(slope.moment, gain, t)));
    place(bent, slope);
  }
}

function bytesOf(bents: readonly Bent[]): ReadonlyMap<ValueId, Uint8Array> {
  return new Map(
    bents.map(({ result, p, slopes }) => {
      const bytes = new Uint8Array(2 * p.size).fill(ALL >> 1);
      for (const { k, side, at } of slopes) bytes[2 * k + side] = Math.round(at * ALL);
      return [result, bytes] as const;
    }),
  );
}

/** By how much a constraint holds at values. */
function heldBy({ terms, at }: Known['constraints'][number], values: ReadonlyMap<ValueId, Float64Array>): number {
  return terms.reduce((sum, { value, element, weight }) => sum + weight * must(must(values.get(value))[element]), at);
}

/** What multipliers are measured by: the coefficient that the row has of what they are about, or the largest of that value. */
const scalesOf = (known: Known, { rows }: Linearized, count: number): number[] =>
  known.constraints.slice(0, count).map(({ terms }) => {
    const sizes = terms.map(({ value, element }) => Math.abs(rows.get(value)?.[element] ?? 0));
    const own = Math.max(0, ...sizes);
    return own > 0 ? own : Math.max(0, ...terms.map(({ value }) => largest(rows.get(value))));
  });

const largest = (xs: Float64Array | undefined): number => xs?.reduce((m, x) => Math.max(m, Math.abs(x)), 0) ?? 0;

interface Moment {
  first: number;
  second: number;
}

const newMoment = (): Moment => ({ first: 0, second: 0 });
const [KEPT, KEPT2] = [0.9, 0.99];

/** A step of about 1, up where the slope is up. */
function adam(moment: Moment, slope: number, t: number): number {
  moment.first = KEPT * moment.first + (1 - KEPT) * slope;
  moment.second = KEPT2 * moment.second + (1 - KEPT2) * slope * slope;
  const [first, second] = [moment.first / (1 - KEPT ** (t + 1)), moment.second / (1 - KEPT2 ** (t + 1))];
  return second > 0 ? first / Math.sqrt(second) : 0;
}
