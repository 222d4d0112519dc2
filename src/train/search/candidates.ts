/** What strategies found, judged as crisp programs: on the held-out examples (else the training examples) and by price. */
import { ok, type Result } from '../../text/result.ts';
import { finalOf } from '../evaluate.ts';
import type { SearchReport, TriedReport } from '../report.ts';
import type { DriverContext } from './context.ts';
import { bitsOf, cheapest } from './space.ts';
import type { Found } from './strategy.ts';

export interface Candidate extends Found {
  readonly strategy: string;
  readonly bits: number;
  /** No assignment has fewer bits. */
  readonly isShortest: boolean;
  /** Losses of the crisp program, infinite where they are no number. */
  readonly loss: number;
  readonly holdout?: number;
  /** What selects: a loss with its price. */
  readonly score: number;
  readonly final: Readonly<Record<string, number>>;
}

export async function judge(context: DriverContext, strategy: string, found: Found): Promise<Result<Candidate>> {
  const { dataset, task } = context.job;
  const train = await context.measure(found.values, 'train');
  if (!train.ok) return train;
  const held = dataset.split.holdoutRows > 0 ? await context.measure(found.values, 'holdout') : undefined;
  if (held && !held.ok) return held;
  const loss = finite(train.value.loss);
  const holdout = held && finite(held.value.loss);
  const bits = context.bits(found.values);
  const isShortest = bits === bitsOf(context.space, cheapest(context.space));
  const score = (holdout ?? loss) + task.price * bits;
  const final = finalOf(train.value, held?.value);
  return ok({ ...found, strategy, bits, isShortest, loss, ...(holdout !== undefined && { holdout }), score, final });
}

const finite = (x: number): number => (Number.isFinite(x) ? x : Number.POSITIVE_INFINITY);

/** The lowest score; of equal ones the lower training loss, then the shorter program, then the earlier one. */
export function best(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined);
}

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.score !== b.score) return a.score < b.score;
  if (a.loss !== b.loss) return a.loss < b.loss;
  return a.bits < b.bits;
}

/** Nothing can be better: no loss on any example, and no price that a shorter program could save. */
export const isPerfect = ({ loss, holdout = 0, isShortest }: Candidate, price: number): boolean =>
  loss === 0 && holdout === 0 && (price === 0 || isShortest);

/** What is not tried is in the order of costs. */
export function reportOf(
  winner: Candidate,
  candidates: readonly Candidate[],
  fit: readonly string[],
  unfit: SearchReport['unfit'],
): SearchReport {
  const untried = fit.filter((name) => !candidates.some((c) => c.strategy === name));
  return { won: winner.strategy, tried: candidates.map(triedOf), untried, unfit };
}

export const triedOf = ({ strategy, loss, holdout, relaxed, bits, restarts, measured }: Candidate): TriedReport => ({
  strategy,
  loss,
  ...(holdout !== undefined && { holdout }),
  ...(relaxed !== undefined && { relaxed }),
  bits,
  restarts,
  measured,
});
