/**
 * The independent checker: replays the proof of a question and accepts or refuses it. It decides what counts as proved; the search only
 * proposes. It shares nothing with the search but types: it knows the reference interpreter and the rules of the op table, and bounds
 * boxes anew, plainly. Note [What is replayed] and Note [Errors] at the foot say why an accepted proof holds.
 */
import type { Graph, ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { analysed, carried, type Found } from './checker-bounds.ts';
import { type Case, orderCase, piecesOf, type Term } from './checker-cases.ts';
import { elementwise, everything } from './checker-rules.ts';
import { holdsNowhere, wrongAtPoints, wrongExactly } from './checker-runs.ts';
import { MOST_DEPTH, type Opened, opened } from './checker-steps.ts';
import { withTwins } from './checker-twins.ts';
import type { Claim, Conjunction } from './claim.ts';
import type { Ends } from './ends.ts';
import type { Leaf, Proof, Question } from './question.ts';
import type { Spread } from './spread/rewrite.ts';

export type Tier = 'S1' | 'S2' | 'S3';

export type Checked =
  | { readonly ok: true; readonly tiers: readonly Tier[]; readonly leaves: number }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** Which half of each split on the way from the root, or which part, and what is left of the box there. */
export interface Refusal {
  readonly path: readonly number[];
  readonly box: readonly Ends[];
  readonly why: string;
}

/** A node of the tree, on the way to it. */
interface Place {
  /** What to try in the place of a leaf that is refused. */
  readonly instead: Instead | undefined;
  /** As it runs. */
  readonly program: Graph;
  /** As it is bounded. */
  readonly o: Opened;
  readonly claim: Claim;
  /** What holds already: the halves taken of inputs and of other values, and bounds of the boxes around. */
  readonly known: ReadonlyMap<ValueId, Ends>;
  readonly path: readonly number[];
  /** Of splits of values and orders on the way. */
  readonly cases: readonly Case[];
}

const ALL: readonly Tier[] = ['S1', 'S2', 'S3'];

export type Instead = (refusal: Refusal, leaf: Leaf) => Proof | undefined;

/**
 * Replays the proof of a question. `spread` is its graph without loops and in ops that have bounds, which the proof is about; made by the
 * caller from the question, never read from a certificate. Whoever makes a proof may give what to try `instead` of a leaf that is refused.
 */
export function check({ graph, box, claim }: Question, spread: Spread, proof: Proof, instead?: Instead): Checked {
  const refusal = (why: string): Checked => ({ ok: false, refusals: [{ path: [], box, why }] });
  const isBox = box.every(({ lo, hi }) =>
    lo.every((l, j) => -Infinity < l && l <= must(hi[j]) && must(hi[j]) < Infinity),
  );
  if (!isBox || box.length !== spread.graph.inputs.length) return refusal('the box is none');
  const steps = opened(spread);
  if (typeof steps === 'string') return refusal(steps);
  const o = withTwins(steps);
  const known = new Map(spread.graph.inputs.map((v, i) => [v, must(box[i])]));
  return walk({ instead, program: graph, o, claim, known, path: [], cases: [] }, proof);
}

function walk(place: Place, proof: Proof): Checked {
  const { o, known, path, cases } = place;
  if (path.length > MOST_DEPTH) return refused(place, 'the tree is too deep');
  if (proof.kind === 'points') return shownByRuns(place, wrongAtPoints);
  if (proof.kind === 'exact') return shownByRuns(place, wrongExactly);
  if (proof.kind === 'parts') return checkParts(place, proof.parts);
  const found = analysed(o, known, cases);
  if (found === 'empty') return { ok: true, tiers: ALL, leaves: 1 };
  if (proof.kind === 'empty') return refused(place, 'cases that do not contradict each other');
  if (proof.kind === 'bounds') {
    const checked = typeof found === 'string' ? refused(place, found) : checkLeaf(place, found, proof);
    const other = checked.ok ? undefined : place.instead?.(must(checked.refusals[0]), proof);
    return other ? walk(place, other) : checked;
  }
  const halves = halvesOf(typeof found === 'string' ? place : { ...place, known: found.ends }, proof);
  if (typeof halves === 'string') return refused(place, halves);
  return together([() => walk(halves[0], proof.below), () => walk(halves[1], proof.above)]);
}

/** A leaf about the compiled program alone. */
function shownByRuns(place: Place, wrong: typeof wrongAtPoints): Checked {
  const why = wrong(place.program, boxOf(place), place.claim);
  return why === undefined ? { ok: true, tiers: ['S1'], leaves: 1 } : refused(place, why);
}

/** All have to be accepted; what they show together is what each shows. */
function together(walks: readonly (() => Checked)[]): Checked {
  const all = walks.map((walked) => walked());
  const refusals = all.flatMap((one) => (one.ok ? [] : one.refusals));
  if (refusals.length > 0) return { ok: false, refusals };
  const shown = all.flatMap((one) => (one.ok ? [one] : []));
  const tiers = ALL.filter((tier) => shown.every((one) => one.tiers.includes(tier)));
  return { ok: true, tiers, leaves: shown.reduce((n, one) => n + one.leaves, 0) };
}

/** One proof for each conjunction of the claim. */
function checkParts(place: Place, parts: readonly Proof[]): Checked {
  const { claim, path } = place;
  if (parts.length !== claim.unsafe.length) return refused(place, 'not one part for each conjunction');
  const placeOf = (i: number): Place => ({ ...place, claim: { unsafe: [must(claim.unsafe[i])] }, path: [...path, i] });
  return together(parts.map((part, i) => () => walk(placeOf(i), part)));
}

const boxOf = ({ o, known }: Place): Ends[] => o.graph.inputs.map((v) => must(known.get(v)));

const refused = (place: Place, why: string): Checked => {
  return { ok: false, refusals: [{ path: place.path, box: boxOf(place), why }] };
};

type Split = Exclude<Proof, Leaf | { kind: 'parts' }>;

/** The two halves follow from the split alone, and together they are the whole. */
function halvesOf(place: Place, split: Split): readonly [Place, Place] | string {
  const { o, known, path, cases } = place;
  const { element } = split;
  const value = split.kind === 'input' ? o.graph.inputs[split.input] : split.value;
  const step = o.steps.find((s) => s.result === value);
  if (value === undefined || (split.kind !== 'input' && !step)) return 'a split of nothing';
  const { lo, hi } = known.get(value) ?? everything(must(o.rows[value]).length);
  const [low, high] = [lo[element], hi[element]];
  if (low === undefined || high === undefined) return 'a split of nothing';
  const side = (i: 0 | 1, more: Case | undefined, own: Ends): Place => {
    return {
      ...place,
      known: new Map(known).set(value, own),
      path: [...path, i],
      cases: more ? [...cases, more] : cases,
    };
  };
  if (split.kind === 'order') {
    const [below, above] = [step && orderCase(step, element, -1), step && orderCase(step, element, 1)];
    return below && above ? [side(0, below, { lo, hi }), side(1, above, { lo, hi })] : 'an order that decides nothing';
  }
  const { cut } = split;
  const [from, to] = split.kind === 'input' ? [low, high] : [-Infinity, Infinity];
  if (!(from < cut && cut < to)) return `the cut ${cut} is not inside (${from}, ${to})`;
  const caseOf = (a: 1 | -1): Case | undefined =>
    split.kind === 'value' ? { terms: [{ value, element, a }], at: -a * cut } : undefined;
  return [
    side(0, caseOf(-1), { lo, hi: hi.map((h, k) => (k === element ? Math.min(cut, h) : h)) }),
    side(1, caseOf(1), { lo: lo.map((l, k) => (k === element ? Math.max(cut, l) : l)), hi }),
  ];
}

/** The stated row of each conjunction must be above zero, with the stated slopes and multipliers. */
function checkLeaf(place: Place, found: Found, leaf: Extract<Leaf, { kind: 'bounds' }>): Checked {
  const { o, claim, cases } = place;
  const rows = claim.unsafe.map((all, c) => all[leaf.rows[c] ?? -1]);
  if (leaf.rows.length !== rows.length || rows.includes(undefined))
    return refused(place, 'a row that the claim has not');
  const { multipliers = rows.map(() => new Float64Array()) } = leaf;
  const isUsable = (m: Float64Array): boolean => m.length <= cases.length && m.every((x) => x >= 0 && x < Infinity);
  if (multipliers.length !== rows.length || !multipliers.every(isUsable)) return refused(place, 'wrong multipliers');
  const bounds = new Map(found.bounds);
  for (const [v, alpha] of leaf.slopes ?? []) {
    const step = o.steps.find((s) => s.result === v && s.rule);
    if (!step || alpha.length !== 2 * step.size) return refused(place, 'slopes of a layer that is not there');
    const chosen = elementwise(o, step, found.ends, { pieces: piecesOf(step, cases), alpha });
    if (!chosen) return refused(place, 'slopes that bound nothing');
    bounds.set(v, chosen);
  }
  for (const [c, row] of rows.entries()) {
    const stated = leaf.times ? timesOf(must(claim.unsafe[c]), leaf.times[c]) : [{ ...must(row), n: 1 }];
    if (!stated) return refused(place, 'a sum of rows that is not exact');
    if (holdsNowhere(must(row), must(found.ends.get(o.output)))) continue;
    const own = stated.flatMap(({ n, coefficients }) =>
      Array.from(coefficients, (a, element): Term => ({ value: o.output, element, a: n * a })),
    );
    const taken = Array.from(must(multipliers[c]), (m, i) => ({ m, ...must(cases[i]) }));
    const terms = taken.flatMap(({ m, terms }) => terms.map((t) => ({ ...t, a: -m * t.a })));
    const at = [...stated.map(({ n, at }) => n * at), ...taken.map((t) => -t.m * t.at)];
    const leastBy = (pairs: Found['pairs']): number =>
      carried(o, { ends: found.ends, bounds, pairs }, [...own, ...terms], at);
    // bounds of differences may be worse than those of each result
    const first = leastBy(found.pairs);
    const least = first > 0 || found.pairs.size === 0 ? first : leastBy(new Map());
    if (!(least > 0))
      return refused(place, `row ${leaf.rows[c]} of conjunction ${c} is only known to be above ${least}`);
  }
  return { ok: true, tiers: ALL, leaves: 1 };
}

/** Inequalities and how many times each is taken. Above zero together they hold nowhere together. Undefined where products are not exact in doubles. */
function timesOf(all: Conjunction, times: Uint8Array | undefined) {
  const isExact = (x: number): boolean => Number.isInteger(x * GRID) && Math.abs(x) <= GRID;
  if (times?.length !== all.length) return undefined;
  const taken = all.flatMap((one, r) => (must(times[r]) > 0 ? [{ ...one, n: must(times[r]) }] : []));
  return taken.length > 0 && taken.every(({ at, coefficients }) => isExact(at) && coefficients.every(isExact))
    ? taken
    : undefined;
}

const GRID = 2 ** 20;

/*
Note [What is shown]

Over all points of the box, float32 or real, no value of the claim's output is unsafe. The tree: a node's halves are {x <= cut} and {x >= cut} of
an input or of a value as it was computed, or the two orders of what a step compares, so every run goes into one of them, and the leaf
that it ends in speaks of it. A leaf bounds every step in order from what holds in its region: the box of the inputs, the cases on the way,
bounds of the regions around it (a run is in these too). There one inequality of each conjunction is > 0, so no conjunction holds.

A run with a NaN is in no half of a split about that value. But take the first value of a run that is no number, follow the splits about values
before it as they are and all others either way: the leaf that is reached, or the region that was found empty, has bounded this very value, from
true bounds of those before it and before any case about it counted, and would have found that it may be no number. So there is none.

Where two bounds that hold leave nothing between them there is no run, and nothing to be shown. A leaf of points is the box itself, run
by run: it says nothing of real points or of other orders of summation, so the proof has tier S1 alone.
*/
