/**
 * A property of numbers: for each combination of its cases the bools of its asserts become a question about the box of its numbers. Note
 * [Cases] at the foot.
 */
import { must } from '../text/result.ts';
import type { Progress, Proof, Question, Verdict } from '../verify/index.ts';
import { answer } from './answer.ts';
import type { Domain, Range } from './domain.ts';
import { all, any, type Formula, not } from './formula.ts';
import { type Opened, opened } from './opened.ts';
import { IMPOSSIBLE } from './points.ts';
import type { PropertyProof, Stated } from './property.ts';
import type { ProveOptions } from './prove.ts';
import { questionOf } from './questions.ts';
import type { Trial } from './trial.ts';

export interface Asked {
  readonly property: Stated;
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly domain: Domain;
  readonly trial: Trial;
}

/** So many combinations are told apart, at most. */
const MOST_CASES = 2 ** 16;

/** What became of one combination. */
interface Decision {
  readonly verdict: Verdict;
  readonly question?: Question;
  readonly reason?: string;
  /** Whether the assumptions may hold. */
  readonly isPossible: boolean;
  readonly failed?: readonly number[];
  readonly witness?: readonly Float32Array[];
}

export function proveCases(asked: Asked, options: ProveOptions): PropertyProof {
  const { domain, property } = asked;
  const isTold = domain.count <= MOST_CASES;
  const count = isTold ? domain.count : 1;
  const decisions: Decision[] = [];
  let isPossible = property.assumes.length === 0;
  for (let i = 0; i < count; i++) {
    const goOn = (p: Progress): boolean => options.goOn({ ...p, number: i + 1, cases: count });
    if (i > 0 && !goOn(BEGUN)) break;
    const decision = decide(asked, fixedIn(domain, isTold ? i : undefined), { ...options, goOn }, isPossible);
    decisions.push(decision);
    isPossible ||= decision.isPossible;
    if (decision.witness) break;
  }
  return summed(decisions, count, isPossible);
}

const BEGUN: Progress = { stage: 'bounds', boxes: 0, open: 1, proved: 0, best: -Infinity, left: undefined };

/** Per input its numbers in a combination; without one only inputs that have a single value. */
function fixedIn(domain: Domain, combination: number | undefined): (Float32Array | undefined)[] {
  const values = domain.ranges.map(({ lo }) => lo.slice());
  if (combination !== undefined) domain.write(combination, values);
  const isFixed = ({ lo, hi }: Range, i: number): boolean =>
    combination === undefined ? lo.every((l, k) => l === hi[k]) : domain.isFixed[i] === true;
  return domain.ranges.map((range, i) => (isFixed(range, i) ? values[i] : undefined));
}

type Aids = ProveOptions & { readonly goOn: (progress: Progress) => boolean };

function decide(
  { property, params, domain, trial }: Asked,
  fixed: readonly (Float32Array | undefined)[],
  aids: Aids,
  isKnownPossible: boolean,
): Decision {
  const own = opened(property, params, domain.ranges, fixed);
  if (!own) return undecided('its loops are too long to follow');
  const put = putter(domain, trial, own, fixed);
  const ask = (formula: Formula, isViolated: () => boolean, goOn: Aids['goOn']) => {
    const question = questionOf(own.graph, own.box, formula);
    if (!question) return undefined;
    const isHit = (point: readonly Float32Array[]): boolean => {
      put(point);
      return isViolated();
    };
    return { question, ...answer(question, { ...aids, goOn, isViolated: isHit }) };
  };
  const held = (): boolean => {
    trial.run();
    return trial.isAssumed();
  };
  const isPossible =
    isKnownPossible ||
    ask(all(own.assumes), held, (p) => p.boxes < BOXES_FOR_ASSUMPTIONS && aids.goOn(p))?.verdict.kind !== 'proved';
  let failed: readonly number[] | undefined;
  const isFalse = (): boolean => {
    const now = trial.run();
    failed ??= now;
    return now !== undefined;
  };
  const found = ask(all([...own.assumes, any(own.asserts.map(not))]), isFalse, aids.goOn);
  if (!found) return undecided('its conditions have too many cases');
  if (found.verdict.kind !== 'refuted') return { ...found, isPossible };
  put(found.verdict.inputs);
  return { ...found, isPossible, failed: must(failed), witness: trial.inputs.map((xs) => xs.slice()) };
}

/** Boxes that are spent on whether the assumptions hold anywhere. */
const BOXES_FOR_ASSUMPTIONS = 256;

const undecided = (reason: string): Decision => ({
  verdict: { kind: 'unknown', boxes: 0, open: 1, best: -Infinity },
  reason,
  isPossible: true,
});

/** Writes a point over the numbers of a case into the program: cases that range are rounded to the nearest one. */
function putter(
  { ranges }: Domain,
  { inputs }: Trial,
  { inputs: own }: Opened,
  fixed: readonly (Float32Array | undefined)[],
): (point: readonly Float32Array[]) => void {
  return (point) => {
    for (const [i, numbers] of fixed.entries()) if (numbers) must(inputs[i]).set(numbers);
    for (const [k, i] of own.entries()) writeNear(must(inputs[i]), must(point[k]), must(ranges[i]));
  };
}

function writeNear(to: Float32Array, from: Float32Array, { kind, size, lo, hi }: Range): void {
  to.set(from);
  if (kind === 'bool') for (const [k, x] of from.entries()) to[k] = lo[k] === hi[k] ? must(lo[k]) : x > 0 ? 1 : -1;
  if (kind !== 'cases') return;
  for (let at = 0; at < to.length; at += size) {
    const row = from.subarray(at, at + size);
    const largest = row.indexOf(Math.max(...row));
    to.fill(0, at, at + size)[at + largest] = 1;
  }
}

const SMALL = 'boxes are as small as float32 allows';

function summed(decisions: readonly Decision[], count: number, isPossible: boolean): PropertyProof {
  const verdicts = decisions.map((d) => d.verdict);
  const unknown = verdicts.flatMap((v) => (v.kind === 'unknown' ? [v] : []));
  const best = Math.min(...unknown.map((v) => v.best));
  const common = {
    kind: 'bounds',
    boxes: verdicts.reduce((n, v) => n + v.boxes, 0),
    open: unknown.reduce((n, v) => n + v.open, 0),
    parts: decisions.flatMap(partOf),
  } as const;
  const refuted = decisions.find((d) => d.witness);
  if (refuted)
    return {
      ...common,
      verdict: 'refuted',
      tiers: ['S1'],
      parts: [],
      witness: must(refuted.witness),
      failed: must(refuted.failed),
    };
  if (decisions.length === count && unknown.length === 0)
    return isPossible
      ? { ...common, verdict: 'proved', tiers: ['S1', 'S2', 'S3'] }
      : { ...common, verdict: 'vacuous', tiers: [], reason: IMPOSSIBLE };
  const why = decisions.find((d) => d.reason !== undefined)?.reason;
  const reason = why ?? (Number.isFinite(best) ? SMALL : 'time is up');
  return { ...common, verdict: 'unknown', tiers: [], reason, ...(Number.isFinite(best) && { bound: best }) };
}

const partOf = ({ question, verdict }: Decision): readonly { question: Question; proof: Proof }[] =>
  question && verdict.kind === 'proved' ? [{ question, proof: verdict.proof }] : [];
