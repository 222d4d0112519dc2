/**
 * Choices that no example reads: no gradient of the loss reaches them, and all of them changed at once, to any other case, change no bit
 * of the loss of any training example. The data say nothing of their values, so a search gives them back as they were in the source,
 * and says which they are.
 */
import type { Executable } from '../../backends/backend.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch } from '../dataset.ts';
import { gradientGraph } from '../graphs.ts';
import type { TrainJob } from '../loop.ts';
import type { Lanes } from './lanes.ts';
import type { Scoring } from './scoring.ts';
import { assignmentOf, widthOf } from './space.ts';
import type { Assignment, SearchContext, Space, Values } from './strategy.ts';

/** The unread choices by their places in the space; undefined when the search was ended. */
export async function unreadChoices(
  { space, job }: SearchContext,
  scoring: Scoring,
  values: Values,
): Promise<Result<readonly number[] | undefined>> {
  const slopes = openSlopes(job, space);
  let left: readonly number[] = [...space.choices.keys()];
  for await (const batch of await scoring.blocks()) {
    if (!batch.ok) return batch;
    await job.breathe?.();
    if (job.signal?.aborted) return ok(undefined);
    const isFlat = slopes(batch.value, values);
    const trial = trialOf({ batch: batch.value, lanes: scoring.lanes, space, values });
    left = sifted(trial, left.filter(isFlat));
    if (left.length === 0) break;
  }
  return ok(left);
}

/** Whether the gradient of the loss of a batch by all numbers of a choice is 0. It is where a lookup never comes to it. */
function openSlopes(job: TrainJob, { choices }: Space): (batch: Batch, values: Values) => (choice: number) => boolean {
  const specs = [...new Set(choices.map((c) => c.spec))];
  const compiled = new Map<number, Executable>();
  return (batch, values) => {
    const known = compiled.get(batch.rows);
    const gradient = known ?? job.backend.compile(gradientGraph(job.task.loss, batch.rows, specs, false));
    compiled.set(batch.rows, gradient);
    const [, ...byParam] = gradient.run(batch.leaves, values).outputs;
    return (choice) => {
      const { spec, cell } = must(choices[choice]);
      const width = widthOf(spec);
      const own = must(byParam[specs.indexOf(spec)]).subarray(cell * width, (cell + 1) * width);
      return own.every((slope) => slope === 0);
    };
  };
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
  const isChanged = (losses: Float32Array, lane: number): boolean =>
    own.some((loss, k) => !Object.is(loss, losses[lane * rows + k]));
  const size = lanes.sizeFor(rows);
  return {
    isIdle(group) {
      const most = group.reduce((n, c) => Math.max(n, must(choices[c]).cases), 1);
      for (let by = 1; by < most; by += size) {
        const moves = Array.from({ length: Math.min(size, most - by) }, (_, i) => moved(group, by + i));
        const losses = lanes.losses(batch, moves, values);
        if (moves.some((_, lane) => isChanged(losses, lane))) return false;
      }
      return true;
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
