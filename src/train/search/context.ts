/**
 * What strategies are given: the crisp program over the data, compiled once, the price of an assignment, gradient training of the
 * numbers, and the budget. Evaluations are counted, not seconds, so that a search can be repeated bit for bit.
 */
import { fail, ok, type Result } from '../../text/result.ts';
import { keepBatches, type Measured, type Measuring, measure } from '../evaluate.ts';
import { openTraining, type Training, type TrainJob } from '../loop.ts';
import { openMachine } from '../machine.ts';
import { openParameters, project } from '../parameters.ts';
import { checkSettings } from '../settings.ts';
import { openWeights } from '../weights.ts';
import { openScoring } from './scoring.ts';
import { assignmentOf, bitsOf, spaceOf, withAssignment } from './space.ts';
import type { SearchContext, Values } from './strategy.ts';
import { unreadChoices } from './unread.ts';

/** A gradient step over an example costs about as much as so many of its losses. */
export const GRADIENT = 4;

/** What the driver sees besides. */
export interface DriverContext extends SearchContext {
  /** Evaluations of the loss over all training examples so far. */
  readonly spent: number;
  /** `isOver` allows so many in all from here on, and tells each time that it is asked. */
  begin(limit: number, tell: () => void): void;
  /** The choices that no training example reads; undefined where that is too much to find out. */
  unread(values: Values): Promise<Result<readonly number[] | undefined>>;
  bits(values: Values): number;
}

export async function openContext(job: TrainJob): Promise<Result<DriverContext>> {
  const { task, backend } = job;
  const params = openParameters(job.params);
  project(params.slots, params.flat);
  const dataset = keepBatches(job.dataset);
  const problems = checkSettings(task, dataset);
  if (problems.length > 0) return fail(problems);
  const weigh = await openWeights(task, dataset);
  if (!weigh.ok) return weigh;
  const rows = Math.min(dataset.split.trainRows, Math.max(task.batch ?? 0, 256));
  const machine = openMachine(task, params, task.classWeights !== undefined, backend);
  const measuring: Measuring = { machine, dataset, metrics: task.metrics, weigh: weigh.value, batch: rows };
  return ok(contextOf({ ...job, dataset }, measuring, params.byName));
}

function contextOf(job: TrainJob, measuring: Measuring, start: Values): DriverContext {
  const space = spaceOf(job.params, job.task.loss);
  const numbers = openParameters(job.params).flat.length > 0;
  const priceOf: SearchContext['priceOf'] = (assignment) => job.task.price * bitsOf(space, assignment);
  const aborted = (): boolean => job.signal?.aborted === true;
  const scoring = openScoring(job, space, measuring.weigh);
  let training: Training | undefined;
  let [limit, tell] = [Number.POSITIVE_INFINITY, (): void => undefined];
  const context: DriverContext & { spent: number } = {
    job,
    space,
    start,
    hasNumbers: numbers,
    spent: 0,
    begin(most, told) {
      [limit, tell] = [most, told];
      scoring.isPositive = true;
    },
    unread: (values) => unreadChoices(context, scoring, values),
    isAborted: aborted,
    isPositive: () => scoring.isPositive,
    bits: (values) => bitsOf(space, assignmentOf(space, values)),
    valuesOf: (assignment, from = start) => withAssignment(space, assignment, from),
    priceOf,
    measure(values, part) {
      if (part === 'train') context.spent++;
      return measure(measuring, part, values);
    },
    async score(values) {
      const measured = await context.measure(values, 'train');
      return measured.ok ? ok(scoreOf(measured.value, priceOf(assignmentOf(space, values)))) : measured;
    },
    async scores(assignments, { from = start, above } = {}) {
      const scored = await scoring.run({
        assignments,
        from,
        prices: assignments.map(priceOf),
        ...(above !== undefined && { above }),
      });
      if (!scored.ok) return scored;
      context.spent += scored.value.evaluations;
      return ok(scored.value.scores);
    },
    async polish(values, epochs = job.task.epochs) {
      if (!numbers || epochs === 0) return ok(values);
      const opened = training ? ok(training) : await openTraining(job);
      if (!opened.ok) return opened;
      training = opened.value;
      const trained = await training.run(values, { epochs });
      context.spent += GRADIENT * epochs;
      if (trained.ok) return ok(trained.value.params);
      return trained.problems.every((p) => p.id === 'SU0601') ? ok(values) : trained;
    },
    spend(evaluations) {
      context.spent += evaluations;
    },
    async isOver() {
      await job.breathe?.();
      tell();
      return aborted() || context.spent >= limit;
    },
  };
  return context;
}

const scoreOf = (measured: Measured, price: number): number =>
  Number.isFinite(measured.loss) ? measured.loss + price : Number.POSITIVE_INFINITY;
