/**
 * Choices that no example reads: all of them changed at once, to any other case, change no bit of the loss of any training example. The
 * data say nothing of their values, so a search gives them back as they were in the source, and says which they are.
 */
import { sizeOf } from '../../ir/graph.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch } from '../dataset.ts';
import type { Lanes } from './lanes.ts';
import type { Scoring } from './scoring.ts';
import { assignmentOf } from './space.ts';
import type { Assignment, SearchContext, Space, Values } from './strategy.ts';

/** Numbers computed for the first examples (changes times examples times those of one run) beyond which the question is not asked. */
const MOST_WORK = 2 ** 30;
/** Examples on which choices are changed one by one. */
const FEW = 32;

/** The unread choices by their places in the space; undefined where there is too much to try. */
export async function unreadChoices(
  { space, job }: SearchContext,
  scoring: Scoring,
  values: Values,
): Promise<Result<readonly number[] | undefined>> {
  const changes = space.choices.reduce((n, { cases }) => n + cases - 1, 0);
  const numbers = job.task.loss.types.reduce((n, { shape }) => n + sizeOf(shape), 0);
  if (changes * Math.min(FEW, job.dataset.split.trainRows) * numbers > MOST_WORK) return ok(undefined);
  let left: readonly number[] | undefined;
  for await (const batch of await scoring.blocks()) {
    if (!batch.ok) return batch;
    await job.breathe?.();
    if (job.signal?.aborted) return ok(undefined);
    const trial = trialOf({ batch: batch.value, lanes: scoring.lanes, space, values });
    left ??= trialOf({ batch: firstOf(batch.value), lanes: scoring.lanes, space, values }).idleAlone();
    left = sifted(trial, left);
  }
  return ok(left ?? []);
}

/** The first few examples of a batch. */
function firstOf({ rows, leaves }: Batch): Batch {
  const few = Math.min(FEW, rows);
  return { rows: few, leaves: leaves.map((leaf) => leaf.subarray(0, (leaf.length / rows) * few)) };
}

/** Choices that change nothing together, from halves that change nothing: group testing (Dorfman 1943). */
function sifted(trial: Trial, group: readonly number[]): readonly number[] {
  if (trial.isIdle(group)) return group;
  if (group.length === 1) return [];
  const middle = group.length >> 1;
  const rest = [...sifted(trial, group.slice(0, middle)), ...sifted(trial, group.slice(middle))];
  return trial.isIdle(rest) ? rest : [];
}

/** Asks whether changes of choices change the loss of some example. */
interface Trial {
  /** Whether none does when all of a group are moved on by the same number of cases, whatever the number. */
  isIdle(group: readonly number[]): boolean;
  /** The choices that change nothing, each alone. */
  idleAlone(): readonly number[];
}

interface Examples {
  readonly batch: Batch;
  readonly lanes: Lanes;
  readonly space: Space;
  readonly values: Values;
}

function trialOf({ batch, lanes, space: { choices }, space, values }: Examples): Trial {
  const { rows } = batch;
  const assignment = assignmentOf(space, values);
  const own = lanes.losses(batch, [assignment], values).slice();
  const moved = (group: readonly number[], by: number): Assignment => {
    const other = assignment.slice();
    for (const c of group) other[c] = (must(other[c]) + by) % must(choices[c]).cases;
    return other;
  };
  /** Which of some assignments change a loss. */
  const changing = (assignments: readonly Assignment[]): readonly boolean[] => {
    const losses = lanes.losses(batch, assignments, values);
    return assignments.map((_, lane) => own.some((loss, k) => !Object.is(loss, losses[lane * rows + k])));
  };
  const size = lanes.sizeFor(rows);
  return {
    isIdle(group) {
      const most = group.reduce((n, c) => Math.max(n, must(choices[c]).cases), 1);
      for (let by = 1; by < most; by += size) {
        const count = Math.min(size, most - by);
        if (changing(Array.from({ length: count }, (_, i) => moved(group, by + i))).includes(true)) return false;
      }
      return true;
    },
    idleAlone() {
      const read = new Set<number>();
      const changes = choices.flatMap(({ cases }, choice) =>
        Array.from({ length: cases - 1 }, (_, i) => ({ choice, by: i + 1 })),
      );
      for (let at = 0; at < changes.length; at += size) {
        const part = changes.slice(at, at + size).filter(({ choice }) => !read.has(choice));
        const found = changing(part.map(({ choice, by }) => moved([choice], by)));
        for (const [i, { choice }] of part.entries()) if (found[i]) read.add(choice);
      }
      return [...choices.keys()].filter((choice) => !read.has(choice));
    },
  };
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
