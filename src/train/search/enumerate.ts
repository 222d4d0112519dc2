/**
 * Exhaustive search: every assignment, short programs first, and among equals those near the source first. Without numbers the
 * best is found for certain. With numbers all are scored at the current ones and the most promising are trained by successive
 * halving (Karnin, Koren and Somekh, "Almost optimal exploration in multi-armed bandits", 2013), then all are scored anew at the
 * winner's numbers, while that finds a better one.
 */
import { must, ok, type Result } from '../../text/result.ts';
import { GRADIENT } from './context.ts';
import { assignmentOf, bitsOf } from './space.ts';
import type { Assignment, SearchContext, Space, Strategy, Values } from './strategy.ts';

/** The log2 of the most assignments that are enumerated. */
export const MOST_BITS = 20;

const CHUNK = 1024;

/** Rounds of training with numbers: how many assignments, and the share of the epochs that each is given. */
const ROUNDS: readonly { readonly arms: number; readonly share: number }[] = [
  { arms: 64, share: 1 / 16 },
  { arms: 16, share: 1 / 4 },
  { arms: 4, share: 1 },
];
const MOST_ARMS = 64;

export const enumerate: Strategy = {
  name: 'enumerate',
  async unfit({ space }) {
    if (space.choices.length === 0) return 'there is nothing to choose';
    if (space.bits <= MOST_BITS) return undefined;
    return `there are ${waysOf(space)} ways to choose, and at most 2^${MOST_BITS} are tried out`;
  },
  cost({ space, hasNumbers, job }) {
    const all = sizeOfSpace(space);
    const arms = ROUNDS.reduce((sum, r) => sum + Math.min(r.arms, all) * r.share, 0);
    return all + (hasNumbers ? arms * GRADIENT * job.task.epochs : 0);
  },
  async search(context) {
    const e: Enumeration = { context, order: openOrder(context), count: { measured: 0, restarts: 1 } };
    const first = await scan(e, context.start, context.hasNumbers ? MOST_ARMS : 1);
    if (!first.ok) return first;
    const best = context.hasNumbers ? await trainArms(e, first.value) : ok(must(first.value[0]));
    return best.ok ? ok({ values: best.value.values, ...e.count }) : best;
  },
};

export const sizeOfSpace = ({ choices }: Space): number => choices.reduce((n, c) => n * c.cases, 1);

/** `1594323`, or of more digits `2^108`, `about 2^108`. */
export function waysOf({ choices }: Space): string {
  const ways = choices.reduce((n, { cases }) => n * BigInt(cases), 1n);
  if (ways < 10n ** 12n) return String(ways);
  const power = ways.toString(2).length - 1;
  return ways === 2n ** BigInt(power) ? `2^${power}` : `about 2^${power}`;
}

interface Enumeration {
  readonly context: SearchContext;
  readonly order: Order;
  readonly count: { measured: number; restarts: number };
}

/** An assignment with numbers, and its score. */
interface Arm {
  readonly values: Values;
  readonly score: number;
}

// --- the order ---------------------------------------------------------------------------------------

/** All assignments as numbers in mixed radix, the first choice running fastest, in the order in which they are tried. */
interface Order {
  readonly numbers: Uint32Array;
  assignment(number: number): Assignment;
}

/** By bits, then by how many choices differ from the source. */
function openOrder({ space, start }: SearchContext): Order {
  const size = sizeOfSpace(space);
  const [bits, changes] = [new Float64Array(size), new Uint8Array(size)];
  const own = assignmentOf(space, start);
  const assignment = (number: number): Assignment => {
    let rest = number;
    return Int32Array.from(space.choices, ({ cases }) => {
      const chosen = rest % cases;
      rest = (rest - chosen) / cases;
      return chosen;
    });
  };
  for (let n = 0; n < size; n++) {
    const chosen = assignment(n);
    bits[n] = bitsOf(space, chosen);
    changes[n] = chosen.reduce((sum, c, i) => sum + (c === own[i] ? 0 : 1), 0);
  }
  const numbers = Uint32Array.from(bits, (_, n) => n);
  numbers.sort((a, b) => must(bits[a]) - must(bits[b]) || must(changes[a]) - must(changes[b]) || a - b);
  return { numbers, assignment };
}

// --- scoring all ---------------------------------------------------------------------------------------

/** Scores all assignments at the numbers of `from`, whatever that costs, and gives the best `keep`, the best first; of equals the earlier ones. */
async function scan(e: Enumeration, from: Values, keep: number): Promise<Result<readonly Arm[]>> {
  const { context, order } = e;
  const wasPositive = context.isPositive();
  let best: { readonly assignment: Assignment; readonly score: number }[] = [];
  for (let at = 0; at < order.numbers.length; at += CHUNK) {
    const chunk = Array.from(order.numbers.subarray(at, at + CHUNK), order.assignment);
    const last = best[keep - 1]?.score;
    if (last !== undefined && context.isPositive() && last <= context.priceOf(must(chunk[0]))) break;
    const scores = await context.scores(chunk, { from, ...(last !== undefined && { above: last }) });
    if (!scores.ok) return scores;
    e.count.measured += chunk.length;
    const scored = chunk.map((assignment, i) => ({ assignment, score: must(scores.value[i]) }));
    best = [...best, ...scored].sort((a, b) => ascending(a.score, b.score)).slice(0, keep);
    await context.isOver();
    if (context.isAborted()) break;
  }
  // A loss below 0 was met when others had been given up, or passed over, as if there were none.
  if (wasPositive && !context.isPositive()) return scan(e, from, keep);
  return ok(best.map(({ assignment, score }) => ({ values: context.valuesOf(assignment, from), score })));
}

/** Ascending; infinities are equal. */
const ascending = (a: number, b: number): number => (a === b ? 0 : a - b);

// --- training the numbers --------------------------------------------------------------------------------

/** Halving, then scoring all anew at the numbers of the best, while that leads to a better one. */
async function trainArms(e: Enumeration, first: readonly Arm[]): Promise<Result<Arm>> {
  const { context } = e;
  let best = await halve(e, first);
  while (best.ok && e.count.restarts < context.job.task.restarts && !(await context.isOver())) {
    const anew = await scan(e, best.value.values, MOST_ARMS);
    if (!anew.ok) return anew;
    e.count.restarts++;
    const next = await halve(e, anew.value);
    if (!next.ok) return next;
    if (!(next.value.score < best.value.score)) break;
    best = next;
  }
  return best;
}

async function halve(e: Enumeration, first: readonly Arm[]): Promise<Result<Arm>> {
  let arms = first;
  for (const { arms: most, share } of ROUNDS) {
    const trained: Arm[] = [];
    for (const arm of arms.slice(0, most)) {
      const next = await trainArm(e, arm, share);
      if (!next.ok) return next;
      trained.push(next.value);
      if (await e.context.isOver()) break;
    }
    arms = trained.sort((a, b) => ascending(a.score, b.score));
  }
  return ok(must(arms[0]));
}

/** Trains for a share of the epochs; an arm that this makes worse stays as it was. */
async function trainArm({ context, count }: Enumeration, arm: Arm, share: number): Promise<Result<Arm>> {
  const values = await context.polish(arm.values, Math.max(1, Math.round(share * context.job.task.epochs)));
  if (!values.ok) return values;
  const score = await context.score(values.value);
  if (!score.ok) return score;
  count.measured++;
  return ok(score.value < arm.score ? { values: values.value, score: score.value } : arm);
}
