/**
 * One box against the claim: whether bounds show that no conjunction holds in it, and what the search should know where they do not.
 * Where more is to be won by better slopes than by smaller boxes, the rows that failed are tried once more with such.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { cornerOf, middleOf, type Point } from './attack.ts';
import type { Analysis, Bounder, Choice, Ends } from './bounds.ts';
import type { Case } from './cases.ts';
import { type Claim, type Conjunction, holdsAt, type Inequality, leastCorner, leftSide } from './claim.ts';
import type { Linearized, Row } from './linearized.ts';
import type { Net } from './net.ts';
import type { Leaf, Proof } from './question.ts';
import { LEAST } from './rounding.ts';
import { ALL_TIMES, type Tuned, tune } from './tune.ts';

export interface Asked {
  readonly box: readonly Ends[];
  readonly cases: readonly Case[];
  readonly claim: Claim;
  /** Bounds of a box around it. */
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
  /** Whether more is to be expected of bounds than what is known of the box around it. */
  readonly refines: boolean;
  /** Slopes and multipliers that were good around it, of a claim of one conjunction. */
  readonly choice: Choice | undefined;
}

export type Judged = { readonly kind: 'proved'; readonly proof: Proof } | Undecided;

export interface Undecided {
  readonly kind: 'open';
  /** The best bound of the conjunction that is nearest to holding. */
  readonly worst: number;
  /** The conjunctions that may hold, and leaves of the others. */
  readonly parts: readonly (Leaf | undefined)[];
  /** Where a counterexample would be likeliest. */
  readonly corner: Point;
  /** How much each input matters. */
  readonly weights: () => readonly Float64Array[];
  /** What was found out; undefined where nothing can be said. */
  readonly found: Analysis | undefined;
  readonly choice: Choice | undefined;
  /** The rows of the conjunction that is nearest to holding, the one that failed by least first. */
  readonly rows: readonly Row[];
  /** The first of them carried back, if that was looked at. */
  readonly linearized: Linearized | undefined;
}

export interface JudgeOptions {
  /** Leaves that only name rows. */
  readonly leafOf: (rows: readonly number[]) => Leaf;
  /** Steps towards better slopes and multipliers for a row that fails. */
  readonly steps: number;
}

/** How much the reach of an input counts beside its slope in the proof that failed. */
const SMEAR = 0.01;

export function judge(bounder: Bounder, asked: Asked, options: JudgeOptions): Judged {
  const { box, cases, claim, known } = asked;
  const found = bounder.analyse(box, known, { cases, refines: asked.refines });
  if (!found) return nothingKnown(asked);
  if (found.isEmpty) return { kind: 'proved', proof: { kind: 'empty' } };
  const standing = standingOf(bounder, found, claim);
  if (standing.every((s) => s.isShown)) return { kind: 'proved', proof: options.leafOf(standing.map((s) => s.row)) };
  const tried = standing.map((s, c) =>
    s.isShown ? s : retried(bounder, asked, found, { standing: s, all: must(claim.unsafe[c]), steps: options.steps }),
  );
  const parts = tried.map((s) => (s.isShown ? (s.leaf ?? options.leafOf([s.row])) : undefined));
  const shown = parts.filter((one) => one !== undefined);
  if (shown.length === parts.length)
    return { kind: 'proved', proof: shown.length === 1 ? must(shown[0]) : { kind: 'parts', parts: shown } };
  const worst = tried.reduce((least, s) => (!s.isShown && (least.isShown || s.bound < least.bound) ? s : least));
  const slope = (i: number, j: number): number => must(must(worst.inputs[i])[j]);
  return {
    kind: 'open',
    worst: worst.bound,
    parts,
    corner: cornerOf(box, slope),
    weights: () => weightsOf(bounder, asked, found, worst),
    found,
    choice: worst.tuned?.choice,
    rows: [worst, ...must(claim.unsafe[tried.indexOf(worst)]).filter((_, r) => r !== worst.row)].map(
      ({ coefficients, at }) => ({ value: must(bounder.net.outputs[0]), coefficients, at }),
    ),
    linearized: worst.tuned,
  };
}

const nothingKnown = ({ box, claim, choice }: Asked): Undecided => ({
  kind: 'open',
  worst: -Infinity,
  parts: claim.unsafe.map(() => undefined),
  corner: middleOf(box),
  weights: () => box.map(widthsOf),
  found: undefined,
  choice,
  rows: [],
  linearized: undefined,
});

const widthsOf = ({ lo, hi }: Ends): Float64Array => hi.map((h, j) => h - (lo[j] as number));

/** What is known of one conjunction: the inequality that holds nowhere, or the one with the best bound. */
interface Standing {
  readonly isShown: boolean;
  readonly row: number;
  readonly bound: number;
  readonly coefficients: Float64Array;
  readonly at: number;
  /** Over the inputs. */
  readonly inputs: readonly Float64Array[];
  readonly leaf?: Leaf;
  readonly tuned?: Tuned;
}

const holdsNowhere = ({ strict }: Inequality, bound: number): boolean => (strict ? bound >= 0 : bound > 0);

/** All conjunctions, carried back together. */
function standingOf({ net }: Bounder, found: Analysis, { unsafe }: Claim): Standing[] {
  const value = must(net.outputs[0]);
  const all = unsafe.flat();
  const size = net.sizeOf(value);
  const coefficients = new Float64Array(all.length * size);
  for (const [r, one] of all.entries()) coefficients.set(one.coefficients, r * size);
  const { bounds, inputs } = found.lower({
    value,
    count: all.length,
    coefficients,
    at: Float64Array.from(all, (one) => one.at),
  });
  let first = 0;
  return unsafe.map((list) => {
    let [row, bound, isShown] = [0, -Infinity, false];
    for (const [r, one] of list.entries()) {
      const own = Math.max(must(bounds[first + r]), byEnds(one, found.ends.get(value)));
      if (isShown || !(own > bound || holdsNowhere(one, own))) continue;
      [row, bound, isShown] = [r, own, holdsNowhere(one, own)];
    }
    const from = first + row;
    first += list.length;
    const own = inputs.map((xs, i) => {
      const n = net.sizeOf(must(net.inputs[i]));
      return xs.subarray(from * n, (from + 1) * n);
    });
    const { coefficients = new Float64Array(size), at = 0 } = list[row] ?? {};
    return { isShown, row, bound, coefficients, at, inputs: own };
  });
}

/**
 * A bound by the ends of the outputs alone, never below 0 where the inequality holds nowhere between them: that is decided exactly, as
 * carried bounds never are.
 */
function byEnds(one: Inequality, ends: Ends | undefined): number {
  if (!ends) return -Infinity;
  const corner = leastCorner(one, ends.lo, ends.hi);
  const found = leftSide(one, corner);
  if (!(found < Infinity) || found < -AGAINST_ZERO) return -Infinity;
  return holdsAt(one, corner) ? Math.min(found, one.strict ? -LEAST : 0) : Math.max(found, one.strict ? 0 : LEAST);
}

/** Further below 0 than rounding may bring a left side that is not. */
const AGAINST_ZERO = 1e-3;

interface Failed {
  readonly standing: Standing;
  readonly all: Conjunction;
  readonly steps: number;
}

interface Again extends Failed {
  /** Other inequalities, whose sums with its own are tried. */
  readonly with: readonly number[];
}

/**
 * Where there are cases, multipliers may show what halves of inputs never will; where there are several inequalities, so may their sums: so
 * many steps are worth it there.
 */
const SOME_STEPS = 8;
/** So many inequalities are tried one by one. */
const MOST_ROWS = 4;

/** What failed once more, with slopes and multipliers that are made for it; with cases, other inequalities as well. */
function retried(bounder: Bounder, asked: Asked, found: Analysis, failed: Failed): Standing {
  const { standing, all } = failed;
  const isWorthIt = asked.cases.length > 0 || all.length > 1;
  const steps = failed.steps || (isWorthIt ? SOME_STEPS : 0);
  const isCarried = bounder.ready.position.has(must(bounder.net.outputs[0]));
  if (steps === 0 || all.length === 0 || !isCarried) return standing;
  const sums = all.every(isPlain) ? [...all.keys()].filter((r) => r !== standing.row) : [];
  const own = tunedRow(bounder, asked, found, { standing, all, steps, with: sums });
  if (own.isShown || asked.cases.length === 0 || failed.steps > 0) return own;
  for (const [row, { coefficients, at }] of all.slice(0, MOST_ROWS).entries()) {
    if (row === standing.row) continue;
    const other = { ...standing, row, bound: -Infinity, coefficients, at };
    const tried = tunedRow(bounder, asked, found, { standing: other, all, steps, with: [] });
    if (tried.isShown) return tried;
  }
  return own;
}

function tunedRow({ net, ready }: Bounder, { choice: from }: Asked, found: Analysis, failed: Again): Standing {
  const { standing, all, steps } = failed;
  const value = must(net.outputs[0]);
  const order = [standing.row, ...failed.with];
  const rows = order.map((r) => ({ value, coefficients: must(all[r]).coefficients, at: must(all[r]).at }));
  const tuned = tune(ready, found, rows, { steps, from, enough: ENOUGH });
  const times = new Uint8Array(all.length);
  for (const [i, r] of order.entries()) times[r] = must(tuned.weights[i]);
  const isSum = times.filter((n) => n > 0).length > 1;
  const { coefficients, at } = isSum ? sumOf(all, times) : standing;
  const { choice } = tuned;
  const inputs = net.inputs.map((v) => tuned.rows.get(v) ?? new Float64Array(net.sizeOf(v)));
  const again = (): number =>
    must(found.lower({ value, count: 1, coefficients, at: Float64Array.of(at) }, choice).bounds[0]) /
    (isSum ? ALL_TIMES : 1);
  const bound = tuned.bound > standing.bound ? Math.max(standing.bound, again()) : standing.bound;
  const isShown = isSum ? bound > 0 : holdsNowhere(must(all[standing.row]), bound);
  const leaf = tunedLeaf(standing.row, choice, isSum ? times : undefined);
  return { ...standing, bound, isShown, inputs, tuned, ...(isShown && { leaf }) };
}

/** Whether whole multiples of it, and sums of such, are exact in doubles. */
const isPlain = ({ coefficients, at }: Inequality): boolean =>
  [at, ...coefficients].every((x) => Number.isInteger(x * GRID) && Math.abs(x) <= GRID);
const GRID = 2 ** 20;

/** The sum of inequalities, each taken so many times: above 0 where they cannot all hold. */
function sumOf(all: Conjunction, times: Uint8Array): { readonly coefficients: Float64Array; readonly at: number } {
  const coefficients = new Float64Array(must(all[0]).coefficients.length);
  let at = 0;
  for (const [r, one] of all.entries()) {
    const n = must(times[r]);
    for (let k = 0; k < coefficients.length; k++)
      coefficients[k] = (coefficients[k] as number) + n * (one.coefficients[k] as number);
    at += n * one.at;
  }
  return { coefficients, at };
}

/** A plain bound above this is likely to be one with its errors as well. */
const ENOUGH = 1e-6;

function tunedLeaf(row: number, { slopes, multipliers }: Choice, times: Uint8Array | undefined): Leaf {
  const usesSlopes = slopes !== undefined && slopes.size > 0;
  const usesMultipliers = multipliers?.some((list) => list.some((m) => m > 0));
  return {
    kind: 'bounds',
    rows: [row],
    ...(usesSlopes && { slopes }),
    ...(multipliers && usesMultipliers && { multipliers }),
    ...(times && { times: [times] }),
  };
}

function weightsOf(
  { net }: Bounder,
  { box }: Asked,
  found: Analysis,
  { coefficients, inputs }: Standing,
): Float64Array[] {
  const reach = found.reach({ value: must(net.outputs[0]), count: 1, coefficients });
  const weights = box.map((ends, i) =>
    widthsOf(ends).map((width, j) => width * (Math.abs(must(inputs[i]?.[j])) + SMEAR * must(reach[i]?.[j]))),
  );
  return weights.some((list) => list.some((w) => w > 0)) ? weights : weightsInCases(net, box, found);
}

/** How much each input matters to the cases of a box: of a row that is the same everywhere, only they can tell more. */
function weightsInCases({ sizeOf }: Net, box: readonly Ends[], found: Analysis): Float64Array[] {
  const weights = box.map(({ lo }) => new Float64Array(lo.length));
  for (const { value, element } of found.constraints.flatMap((one) => one.terms)) {
    const coefficients = new Float64Array(sizeOf(value));
    coefficients[element] = 1;
    const reach = found.reach({ value, count: 1, coefficients });
    for (const [i, list] of weights.entries())
      for (const [j, width] of widthsOf(must(box[i])).entries()) list[j] = must(list[j]) + width * must(reach[i]?.[j]);
  }
  return weights.some((list) => list.some((w) => w > 0)) ? weights : box.map(widthsOf);
}
