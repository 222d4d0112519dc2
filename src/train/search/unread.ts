/**
 * Choices that no example reads: changing one alone, to any other case, changes no bit of the loss of any training example. The
 * data say nothing of their values, so a search gives them back as they were in the source, and says which they are.
 */
import { sizeOf } from '../../ir/graph.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch } from '../dataset.ts';
import type { Lanes } from './lanes.ts';
import type { Scoring } from './scoring.ts';
import { assignmentOf } from './space.ts';
import type { Assignment, SearchContext, Space, Values } from './strategy.ts';

/** Numbers computed (changes times examples times those of one run) beyond which the question is not asked. */
const MOST_WORK = 2 ** 33;

/** The unread choices by their places in the space; undefined where there is too much to try. */
export async function unreadChoices(
  { space, job }: SearchContext,
  scoring: Scoring,
  values: Values,
): Promise<Result<readonly number[] | undefined>> {
  const changes = space.choices.reduce((n, { cases }) => n + cases - 1, 0);
  const numbers = job.task.loss.types.reduce((n, { shape }) => n + sizeOf(shape), 0);
  if (changes * job.dataset.split.trainRows * numbers > MOST_WORK) return ok(undefined);
  let left = changesOf(space, assignmentOf(space, values));
  const read = new Set<number>();
  for await (const batch of await scoring.blocks()) {
    if (!batch.ok) return batch;
    await job.breathe?.();
    if (job.signal?.aborted) return ok(undefined);
    markRead(read, left, { batch: batch.value, lanes: scoring.lanes, space, values });
    left = left.filter(({ choice }) => !read.has(choice));
  }
  return ok([...space.choices.keys()].filter((choice) => !read.has(choice)));
}

/** A choice in another case. */
interface Change {
  readonly choice: number;
  readonly chosen: number;
}

const changesOf = ({ choices }: Space, own: Assignment): Change[] =>
  choices.flatMap(({ cases }, choice) =>
    Array.from({ length: cases }, (_, chosen) => ({ choice, chosen })).filter(({ chosen }) => chosen !== own[choice]),
  );

function changed(own: Assignment, { choice, chosen }: Change): Assignment {
  const assignment = own.slice();
  assignment[choice] = chosen;
  return assignment;
}

interface Examples {
  readonly batch: Batch;
  readonly lanes: Lanes;
  readonly space: Space;
  readonly values: Values;
}

/** Adds the choices of which a change changes the loss of an example. */
function markRead(read: Set<number>, changes: readonly Change[], { batch, lanes, space, values }: Examples): void {
  const { rows } = batch;
  const assignment = assignmentOf(space, values);
  const own = lanes.losses(batch, [assignment], values).slice();
  const size = lanes.sizeFor(rows);
  for (let at = 0; at < changes.length; at += size) {
    const part = changes.slice(at, at + size).filter(({ choice }) => !read.has(choice));
    const losses = lanes.losses(
      batch,
      part.map((change) => changed(assignment, change)),
      values,
    );
    for (const [lane, { choice }] of part.entries())
      if (own.some((loss, k) => !Object.is(loss, losses[lane * rows + k]))) read.add(choice);
  }
}

/**
 * The unread choices as they were in the source, where that costs no more bits. One alone changes nothing; several may, so they are
 * put back together, or where that changes the score one after the other.
 */
export async function putBack(
  context: SearchContext,
  values: Values,
  unread: readonly number[],
): Promise<Result<Values>> {
  const { space, start } = context;
  const [own, source] = [assignmentOf(space, values), assignmentOf(space, start)];
  const moved = unread.filter((choice) => own[choice] !== source[choice]);
  if (moved.length === 0) return ok(values);
  const steps = [moved, ...moved.map((choice) => [choice])];
  let kept = own;
  for (const step of steps) {
    const next = kept.slice();
    for (const choice of step) next[choice] = must(source[choice]);
    const scores = await context.scores([kept, next], { from: values });
    if (!scores.ok) return scores;
    const [before = 0, after = 0] = scores.value;
    if (after > before) continue;
    kept = next;
    if (step === moved) break;
  }
  return ok(context.valuesOf(kept, values));
}
