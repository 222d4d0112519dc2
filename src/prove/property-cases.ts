/**
 * A property of numbers: for each combination of its cases the bools of its asserts become a question about the box of its numbers. Note
 * [Cases] at the foot.
 */
import { must } from '../text/result.ts';
import { type Progress, type Proof, type Question, type Tier, tiersOf, type Verdict } from '../verify/index.ts';
import { answer, type Aids as QuestionAids } from './answer.ts';
import { type Domain, isPoint, type Range } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import { all, any, type Formula, not } from './formula.ts';
import { type Opened, opened } from './opened.ts';
import { IMPOSSIBLE } from './points.ts';
import type { Asked, PropertyProof } from './property.ts';
import type { ProveOptions } from './prove.ts';
import { questionsOf } from './questions.ts';
import type { Trial } from './trial.ts';

/** So many combinations are told apart, at most. */
export const MOST_CASES = 2 ** 16;

/** What became of one combination. */
interface Decision {
  readonly verdict: Verdict;
  /** What a proof speaks of. */
  readonly tiers: readonly Tier[];
  readonly parts: PropertyProof['parts'];
  readonly reason?: string;
  /** Whether the assumptions may hold. */
  readonly isPossible: boolean;
  readonly failed?: readonly number[];
  readonly witness?: readonly Float32Array[];
}

export function proveCases(asked: Asked, options: ProveOptions): PropertyProof {
  const { domain, property } = asked;
  const endless = domain.ranges.find(({ lo, hi }) => ![...lo, ...hi].every(Number.isFinite));
  if (endless) return summed([undecided(`\`${endless.path}\` has no bounds`)], 1, true);
  const isTold = domain.count <= MOST_CASES;
  const count = isTold ? domain.count : 1;
  const isExact = exactnessOf(property, asked.params, (i) => domain.isFixed[i] === true);
  const decisions: Decision[] = [];
  let isPossible = property.assumes.length === 0;
  for (const most of count === 1 ? [Infinity] : [FEW_BOXES, Infinity])
    for (let i = 0; i < count; i++) {
      const goOn = (p: Progress): boolean => p.boxes < most && options.goOn({ ...p, number: i + 1, cases: count });
      if (decisions[i]?.verdict.kind === 'proved') continue;
      if (decisions.length > 0 && !goOn(BEGUN)) return summed(decisions, count, isPossible);
      const fixed = fixedIn(domain, isTold ? i : undefined);
      const decision = decide(asked, fixed, { ...options, goOn }, isPossible);
      const numbers = fixed.map((own, k) => own ?? must(domain.ranges[k]).lo);
      decisions[i] = isExact(numbers) ? decision : { ...decision, tiers: ['S1'] };
      isPossible ||= decision.isPossible;
      if (decision.witness) return summed(decisions, count, isPossible);
    }
  return summed(decisions, count, isPossible);
}

/** Every combination is tried with so many boxes before one gets all the time that there is. */
const FEW_BOXES = 64;

export const BEGUN: Progress = { stage: 'bounds', boxes: 0, open: 1, proved: 0, best: -Infinity, left: undefined };

/** Per input its numbers in a combination; without one, of cases only those that have a single value. */
export function fixedIn(domain: Domain, combination: number | undefined): (Float32Array | undefined)[] {
  const values = domain.ranges.map(({ lo }) => lo.slice());
  if (combination !== undefined) domain.write(combination, values);
  const isFixed = (range: Range, i: number): boolean =>
    domain.isFixed[i] === true && (combination !== undefined || isPoint(range));
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
  const ask = (formula: Formula, says: () => boolean, goOn: Aids['goOn']): Answered | undefined => {
    const isViolated = (point: readonly Float32Array[]): boolean => {
      put(point);
      return says();
    };
    const questions = questionsOf(own, formula);
    return questions && answerAll(questions, { ...aids, goOn, isViolated });
  };
  const held = (): boolean => {
    trial.run();
    return trial.isAssumed();
  };
  const few: Aids['goOn'] = (p) => p.boxes < BOXES_FOR_ASSUMPTIONS && aids.goOn(p);
  const isPossible = isKnownPossible || ask(all(own.assumes), held, few)?.verdict.kind !== 'proved';
  const unsafe = all([...own.assumes, any(own.asserts.map(not))]);
  const found = ask(unsafe, () => trial.run() !== undefined, aids.goOn);
  if (!found) return undecided('its conditions have too many cases');
  if (found.verdict.kind !== 'refuted') return { ...found, isPossible };
  put(found.verdict.inputs);
  const failed = must(trial.run());
  return { ...found, isPossible, failed, witness: trial.inputs.map((xs) => xs.slice()) };
}

type Answered = Pick<Decision, 'verdict' | 'tiers' | 'parts' | 'reason'>;

/** All questions in turn, until one is refuted or there is no time. */
function answerAll(questions: readonly Question[], aids: QuestionAids): Answered {
  const parts: { readonly question: Question; readonly proof: Proof }[] = [];
  let [boxes, open, best] = [0, 0, Infinity];
  let reason: string | undefined;
  for (const [i, question] of questions.entries()) {
    const found = answer(question, { ...aids, goOn: (p) => aids.goOn({ ...p, boxes: boxes + p.boxes }) });
    const { verdict } = found;
    boxes += verdict.boxes;
    reason ??= found.reason;
    if (verdict.kind === 'refuted') return { verdict: { ...verdict, boxes }, tiers: ['S1'], parts: [] };
    if (verdict.kind === 'proved') parts.push({ question, proof: verdict.proof });
    else {
      open += verdict.open;
      best = Math.min(best, verdict.best);
    }
    if (i + 1 < questions.length && !aids.goOn({ ...BEGUN, boxes })) {
      open += questions.length - i - 1;
      break;
    }
  }
  const verdict: Verdict =
    open === 0 ? { kind: 'proved', boxes, proof: must(parts[0]).proof } : { kind: 'unknown', boxes, open, best };
  const tiers = common(parts.map(({ proof }) => tiersOf(proof)));
  return { verdict, tiers, parts, ...(reason !== undefined && { reason }) };
}

/** The tiers that all have. */
const common = (lists: readonly (readonly Tier[])[]): readonly Tier[] =>
  (['S1', 'S2', 'S3'] as const).filter((tier) => lists.every((list) => list.includes(tier)));

/** Boxes that are spent on whether the assumptions hold anywhere. */
const BOXES_FOR_ASSUMPTIONS = 256;

const undecided = (reason: string): Decision => ({
  verdict: { kind: 'unknown', boxes: 0, open: 1, best: -Infinity },
  tiers: [],
  parts: [],
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
  const counts = {
    kind: 'bounds',
    boxes: verdicts.reduce((n, v) => n + v.boxes, 0),
    open: unknown.reduce((n, v) => n + v.open, 0),
    parts: decisions.flatMap((d) => d.parts),
  } as const;
  const refuted = decisions.find((d) => d.witness);
  if (refuted)
    return {
      ...counts,
      verdict: 'refuted',
      tiers: ['S1'],
      parts: [],
      witness: must(refuted.witness),
      failed: must(refuted.failed),
    };
  if (decisions.length === count && unknown.length === 0)
    return isPossible
      ? { ...counts, verdict: 'proved', tiers: common(decisions.map((d) => d.tiers)) }
      : { ...counts, verdict: 'vacuous', tiers: [], reason: IMPOSSIBLE };
  const why = decisions.find((d) => d.reason !== undefined)?.reason;
  const reason = why ?? (Number.isFinite(best) ? SMALL : 'time is up');
  return { ...counts, verdict: 'unknown', tiers: [], reason, ...(Number.isFinite(best) && { bound: best }) };
}
