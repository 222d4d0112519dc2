/**
 * Stochastic local search over the choices: from the source, then from other places, a block of single changes at a time, the best
 * of which is taken when it is no worse and not taboo; when no single change helps, pairs; then a new beginning. Numbers are
 * trained whenever a place is left that nothing improves, by gradients and, where they are few, without. (Iterated local search with taboo plateaus: Glover, "Tabu search", 1989;
 * Lourenço, Martin and Stützle, "Iterated local search", 2003.)
 */
import { type RandomStream, randomStream } from '../../num/random.ts';
import { must, ok, type Result } from '../../text/result.ts';
import { GRADIENT } from './context.ts';
import { assignmentOf, cheapest } from './space.ts';
import type { Assignment, Found, SearchContext, Strategy, Values } from './strategy.ts';
import { isWorthwhile, sweepCost, tunable, tune } from './tune.ts';

/** Changes that are scored at once. */
const BLOCK = 64;
/** Moves in a row that do not improve. */
const PLATEAU = 20;
/** Moves for which a choice that was changed stays as it is. */
const TABOO = 8;
/** Blocks of pairs that are tried where no single change helps. */
const PAIR_BLOCKS = 16;
/** Sweeps over all single changes that a beginning takes, about. */
const SWEEPS = 12;
/** The share of the epochs that the numbers are trained for on the way. */
const SHARE = 1 / 4;
/** Single changes whose numbers are tuned where nothing else helps. */
const MOST_TUNED = 24;
const STREAM = 0x4c4f_4341;

export const local: Strategy = {
  name: 'local',
  async unfit({ space }) {
    return space.choices.length === 0 ? 'there is nothing to choose' : undefined;
  },
  cost(context) {
    const { restarts, epochs } = context.job.task;
    const moves = neighbours(context);
    const numbers = context.hasNumbers
      ? SHARE * GRADIENT * epochs + Math.min(moves, MOST_TUNED) * sweepCost(context)
      : 0;
    return restarts * (SWEEPS * moves + numbers);
  },
  async search(context) {
    const w: Walk = { context, random: randomStream(context.job.task.seed, STREAM), best: undefined, measured: 0 };
    let restarts = 0;
    while (restarts < context.job.task.restarts) {
      const done = await descend(w, beginning(w, restarts++));
      if (!done.ok) return done;
      if (must(w.best).score <= floorOf(w) || (await context.isOver())) break;
    }
    const found: Found = { values: must(w.best).values, restarts, measured: w.measured };
    return ok(found);
  },
};

const neighbours = ({ space }: SearchContext): number => space.choices.reduce((n, c) => n + c.cases - 1, 0);

/** A place in the search: choices and numbers, and their score. */
interface Place {
  readonly assignment: Assignment;
  readonly numbers: Values;
  readonly score: number;
}

interface Walk {
  readonly context: SearchContext;
  readonly random: RandomStream;
  best: { readonly values: Values; readonly score: number } | undefined;
  measured: number;
}

/** One or two choices and their new cases. */
type Move = readonly { readonly choice: number; readonly chosen: number }[];

/** Nothing scores lower while no loss is below 0. */
const floorOf = ({ context }: Walk): number =>
  context.isPositive() ? context.priceOf(cheapest(context.space)) : Number.NEGATIVE_INFINITY;

/** The source first, then in turn a shaken copy of the best and a random place; numbers are those of the best. */
function beginning({ context, random, best }: Walk, restart: number): { assignment: Assignment; numbers: Values } {
  const { space } = context;
  const numbers = best?.values ?? context.start;
  const assignment = assignmentOf(space, numbers);
  if (restart === 0) return { assignment, numbers };
  const share = restart % 2 === 1 ? 0.2 : 1;
  for (const [i, { cases }] of space.choices.entries())
    if (random.uniform() < share) assignment[i] = random.below(cases);
  return { assignment, numbers };
}

/** As far as better changes of single choices lead from these values, at most so many of them, and then training of the numbers. */
export async function improved(
  context: SearchContext,
  values: Values,
  most: number,
): Promise<Result<{ readonly values: Values; readonly score: number; readonly measured: number }>> {
  const w: Walk = { context, random: randomStream(context.job.task.seed, STREAM), best: undefined, measured: 0 };
  const score = await context.score(values);
  if (!score.ok) return score;
  let place: Place = { assignment: assignmentOf(context.space, values), numbers: values, score: score.value };
  while (place.score > floorOf(w) && w.measured < most && !(await context.isOver())) {
    const moves = shuffled(singles(context, place), w.random).slice(0, most - w.measured);
    const taken = await firstGood(w, place, moves, 'better');
    if (!taken.ok) return taken;
    if (!taken.value) break;
    place = taken.value.place;
  }
  keep(w, place);
  const trained = context.hasNumbers ? await train(w, place) : ok(place);
  if (!trained.ok) return trained;
  keep(w, trained.value);
  return ok({ ...must(w.best), measured: w.measured });
}

/** Moves until nothing helps, trains the numbers, and goes on while that made other choices better. */
async function descend(w: Walk, from: { assignment: Assignment; numbers: Values }): Promise<Result<void>> {
  const first = await scoreMoves(w, { ...from, score: Number.POSITIVE_INFINITY }, [[]]);
  if (!first.ok) return first;
  let place: Place = { ...from, score: must(first.value[0]) };
  for (;;) {
    const end = await moveWhileItHelps(w, place);
    if (!end.ok) return end;
    keep(w, end.value);
    if (!w.context.hasNumbers || (await w.context.isOver())) return ok(undefined);
    const trained = await train(w, end.value);
    if (!trained.ok) return trained;
    const tuned = await tuneNear(w, trained.value.score < end.value.score ? trained.value : end.value);
    if (!tuned.ok) return tuned;
    keep(w, tuned.value);
    if (!isWorthwhile(tuned.value.score, end.value.score)) return ok(undefined);
    place = tuned.value;
  }
}

/** Tunes the numbers; where that does not help, those of places that one change away. */
async function tuneNear(w: Walk, place: Place): Promise<Result<Place>> {
  if (tunable(w.context).length === 0) return ok(place);
  const moves = [[], ...shuffled(singles(w.context, place), w.random).slice(0, MOST_TUNED)];
  for (const move of moves) {
    const assignment = moved(place, move);
    const values = w.context.valuesOf(assignment, place.numbers);
    const score = move.length === 0 ? ok(place.score) : await w.context.score(values);
    if (!score.ok) return score;
    const tuned = await tune(w.context, { values, score: score.value });
    if (!tuned.ok) return tuned;
    const { score: reached, values: numbers } = tuned.value;
    if (isWorthwhile(reached, place.score)) return ok({ assignment, numbers, score: reached });
    if (await w.context.isOver()) break;
  }
  return ok(place);
}

function keep(w: Walk, { assignment, numbers, score }: Place): void {
  if (w.best === undefined || score < w.best.score) w.best = { values: w.context.valuesOf(assignment, numbers), score };
}

async function train({ context }: Walk, place: Place): Promise<Result<Place>> {
  const epochs = Math.max(1, Math.round(SHARE * context.job.task.epochs));
  const numbers = await context.polish(context.valuesOf(place.assignment, place.numbers), epochs);
  if (!numbers.ok) return numbers;
  const score = await context.score(numbers.value);
  return score.ok ? ok({ ...place, numbers: numbers.value, score: score.value }) : score;
}

/** The best place on the way. Where no single change is as good, a pair may be better. */
async function moveWhileItHelps(w: Walk, from: Place): Promise<Result<Place>> {
  let [place, best, idle] = [from, from, 0];
  const tabooUntil = new Int32Array(w.context.space.choices.length);
  for (let step = 1; idle <= PLATEAU && best.score > floorOf(w) && !(await w.context.isOver()); step++) {
    const moves = singles(w.context, place).filter(([m]) => step >= must(tabooUntil[must(m).choice]));
    const single = await firstGood(w, place, shuffled(moves, w.random));
    if (!single.ok) return single;
    const taken = single.value ? single : await firstGood(w, place, pairs(w, moves), 'better');
    if (!taken.ok) return taken;
    if (!taken.value) break;
    for (const { choice } of taken.value.move) tabooUntil[choice] = step + TABOO;
    place = taken.value.place;
    idle = place.score < best.score ? 0 : idle + 1;
    if (place.score < best.score) best = place;
  }
  return ok(best);
}

// --- moves ---------------------------------------------------------------------------------------------

interface Taken {
  readonly move: Move;
  readonly place: Place;
}

/** The best move of the first block that has a better one; where no block has, the first move that is as good. */
async function firstGood(
  w: Walk,
  place: Place,
  moves: readonly Move[],
  wanted = 'as good',
): Promise<Result<Taken | undefined>> {
  let equal: Taken | undefined;
  for (let at = 0; at < moves.length; at += BLOCK) {
    const block = moves.slice(at, at + BLOCK);
    const scores = await scoreMoves(w, place, block);
    if (!scores.ok) return scores;
    const lowest = scores.value.indexOf(Math.min(...scores.value));
    const score = must(scores.value[lowest]);
    const taken = (): Taken => {
      const move = must(block[lowest]);
      return { move, place: { ...place, assignment: moved(place, move), score } };
    };
    if (score < place.score) return ok(taken());
    if (score === place.score && wanted === 'as good') equal ??= taken();
    if (await w.context.isOver()) break;
  }
  return ok(equal);
}

function moved({ assignment }: Place, move: Move): Assignment {
  const next = assignment.slice();
  for (const { choice, chosen } of move) next[choice] = chosen;
  return next;
}

/** What is sure to be worse may be given as infinite. */
async function scoreMoves(w: Walk, place: Place, moves: readonly Move[]): Promise<Result<Float64Array>> {
  w.measured += moves.length;
  const assignments = moves.map((move) => moved(place, move));
  return w.context.scores(assignments, { from: place.numbers, above: place.score });
}

/** Every choice in every other case. */
const singles = ({ space }: SearchContext, { assignment }: Place): Move[] =>
  space.choices.flatMap(({ cases }, choice) =>
    Array.from({ length: cases }, (_, chosen) => [{ choice, chosen }]).filter((_, c) => c !== assignment[choice]),
  );

/** Some pairs of single changes, drawn at random. */
function pairs({ random }: Walk, moves: readonly Move[]): Move[] {
  if (moves.length < 2) return [];
  const draw = () => must(must(moves[random.below(moves.length)])[0]);
  return Array.from({ length: PAIR_BLOCKS * BLOCK }, () => [draw(), draw()]).filter(
    ([a, b]) => a?.choice !== b?.choice,
  );
}

function shuffled<T>(xs: readonly T[], random: RandomStream): T[] {
  const out = [...xs];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [must(out[j]), must(out[i])];
  }
  return out;
}
