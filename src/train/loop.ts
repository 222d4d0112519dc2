/**
 * The training loop: epochs of steps, measuring, early stopping, cancellation. It owns no arithmetic: the machine, the stepper
 * and the measuring do. The same job gives the same bits, whether it runs through or is interrupted and resumed.
 */
import type { Backend } from '../backends/backend.ts';
import type { ParamSpec, TrainTask } from '../lower/program.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { openCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { type Clock, openClock } from './clock.ts';
import type { Batch, Dataset } from './dataset.ts';
import { finalOf, keepBatches, type Measuring, measure } from './evaluate.ts';
import { fusedStepper } from './fused.ts';
import { lbfgs, lbfgsNumbers } from './lbfgs.ts';
import { type Machine, openMachine, openOptimizer } from './machine.ts';
import { copyByName, openParameters, type Parameters, project } from './parameters.ts';
import { explainPoison } from './poison.ts';
import { type Kept, type Progress, startOfTraining } from './progress.ts';
import type { EpochReport, TrainEvents, TrainOutcome } from './report.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { checkSettings } from './settings.ts';
import { firstOrder, isFiniteAll, type Poisoned, type Step, type Stepper } from './stepper.ts';
import { normalised, openWeights, type Weigh } from './weights.ts';

export interface TrainJob {
  readonly params: readonly ParamSpec[];
  /** With the settings of the command line already in it. */
  readonly task: TrainTask;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** What a checkpoint must agree with besides the data: a hash of the loss graph. */
  readonly identity: string;
  readonly resume?: Uint8Array;
  readonly events?: TrainEvents;
  readonly now?: () => number;
  readonly breathe?: () => Promise<void>;
  readonly signal?: { readonly aborted: boolean };
}

export interface TrainResult {
  readonly outcome: TrainOutcome;
  /** Every parameter of the program: those that are kept. */
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly checkpoint: Uint8Array;
}

/** What a running training needs; made once. */
export interface Session {
  readonly job: TrainJob;
  readonly params: Parameters;
  readonly machine: Machine;
  /** Changes once at most: from one that does not look at every gradient to `careful`. */
  stepper: Stepper;
  /** Takes the same steps and looks; undefined where `stepper` does. */
  careful: (() => Stepper) | undefined;
  /** The optimiser's state before the first step. */
  readonly fresh: ReadonlyMap<string, Float32Array>;
  epochs: number;
  schedule: Schedule;
  readonly weigh: Weigh;
  readonly measuring: Measuring;
  readonly batch: number;
  readonly steps: number;
  readonly rate: number;
  events: TrainEvents;
  progress: Progress;
}

export async function runTraining(job: TrainJob): Promise<Result<TrainResult>> {
  const opened = await openSession(job);
  return opened.ok ? runSession(opened.value) : opened;
}

/** A training that is compiled once and begins from many places. */
export interface Training {
  /** All values of params, crisp ones too; `epochs` in place of those of the task; without `events` it is silent. */
  run(values: ReadonlyMap<string, Float32Array>, options?: RunSettings): Promise<Result<TrainResult>>;
}

export interface RunSettings {
  readonly epochs?: number;
  readonly events?: TrainEvents;
  readonly resume?: Uint8Array;
}

export async function openTraining(job: TrainJob): Promise<Result<Training>> {
  const { resume: _, events: __, ...plain } = job;
  const opened = await openSession(plain);
  if (!opened.ok) return opened;
  const session = opened.value;
  return ok({
    async run(values, { epochs = job.task.epochs, events = {}, resume } = {}) {
      beginAt(session, values, epochs);
      session.events = events;
      const wrong = resume && openCheckpoint(session, resume);
      return wrong ? fail([wrong]) : runSession(session);
    },
  });
}

/** As if the session were opened at these values. */
function beginAt(s: Session, values: ReadonlyMap<string, Float32Array>, epochs: number): void {
  for (const [name, own] of s.params.byName) own.set(must(values.get(name), () => `there is no value for ${name}`));
  project(s.params.slots, s.params.flat);
  s.stepper.restore(s.fresh);
  s.progress = startOfTraining();
  s.epochs = epochs;
  s.schedule = must(scheduleOf(s.job.task.schedule, epochs, s.job.backend));
}

async function runSession(session: Session): Promise<Result<TrainResult>> {
  const end = await runEpochs(session);
  if (!end.ok) return end;
  const kept = must(session.progress.best, 'the start is measured');
  const result = {
    outcome: outcomeOf(session, end.value, kept),
    params: copyByName(session.params, kept.flat),
    checkpoint: writeCheckpoint(session),
  };
  return ok(result, warningsOf(session));
}

async function openSession(job: TrainJob): Promise<Result<Session>> {
  const { task, backend } = job;
  const dataset = keepBatches(job.dataset);
  const params = openParameters(job.params);
  project(params.slots, params.flat);
  if (params.flat.length === 0) return fail([problem('nothing-to-train', task.at, { target: task.target })]);
  const problems = checkSettings(task, dataset);
  if (problems.length > 0) return fail(problems);
  const weigh = await openWeights(task, dataset);
  if (!weigh.ok) return weigh;
  const rows = dataset.split.trainRows;
  const batch = Math.min(task.batch ?? rows, rows);
  const machine = openMachine(task, params, task.classWeights !== undefined, backend);
  const steppers = steppersOf(task, machine, params, backend);
  const session: Session = {
    job,
    params,
    machine,
    ...steppers,
    fresh: steppers.stepper.save(),
    epochs: task.epochs,
    schedule: must(scheduleOf(task.schedule, task.epochs, backend)),
    weigh: weigh.value,
    measuring: {
      machine,
      dataset,
      metrics: task.metrics,
      weigh: weigh.value,
      batch: Math.min(rows, Math.max(batch, 256)),
    },
    batch,
    steps: Math.ceil(rows / batch),
    rate: task.optimizer.numbers.rate ?? 1,
    events: job.events ?? {},
    progress: startOfTraining(),
  };
  if (!job.resume) return ok(session);
  const wrong = openCheckpoint(session, job.resume);
  return wrong ? fail([wrong]) : ok(session);
}

function steppersOf(
  task: TrainTask,
  machine: Machine,
  params: Parameters,
  backend: Backend,
): Pick<Session, 'stepper' | 'careful'> {
  const { step, state: stateNames, numbers } = task.optimizer;
  if (!step) return { stepper: lbfgs(machine, params, lbfgsNumbers(numbers)), careful: undefined };
  const careful = (): Stepper =>
    firstOrder(machine, params, openOptimizer(step, stateNames, params.flat.length, backend), task.clip);
  // The norm that clipping needs is known only when all gradients are.
  if (task.clip !== undefined) return { stepper: careful(), careful: undefined };
  const fused = { loss: task.loss, slots: params.slots, weighted: task.classWeights !== undefined, step, stateNames };
  return { stepper: fusedStepper(fused, params, backend), careful };
}

// --- epochs ------------------------------------------------------------------------------------------

type End = TrainOutcome['end'];

async function runEpochs(s: Session): Promise<Result<End>> {
  const clock = openClock(s);
  if (s.progress.best === undefined) {
    const first = await keepIfBetter(s);
    if (!first.ok) return first;
  }
  while (s.progress.epoch < s.epochs) {
    if (isExhausted(s)) return ok('early');
    const done = await runEpoch(s, clock);
    if (!done.ok) return done;
    if (done.value === 'interrupted') return ok('interrupted');
    const report = await closeEpoch(s);
    if (!report.ok) return report;
    s.events.epoch?.(report.value, () => writeCheckpoint(s));
    if (done.value === 'converged') return ok('early');
  }
  return ok(isExhausted(s) ? 'early' : 'finished');
}

const isExhausted = ({ job, progress }: Session): boolean =>
  job.task.patience !== undefined &&
  progress.best !== undefined &&
  progress.epoch - progress.best.epoch >= job.task.patience;

type Epoch = 'done' | 'converged' | 'interrupted';

/** The rest of the running epoch. Where a number is no longer finite it is taken again by the careful stepper, which finds out where. */
async function runEpoch(s: Session, clock: Clock): Promise<Result<Epoch>> {
  const { careful } = s;
  const goBack = careful && remember(s);
  const done = await runSteps(s, clock);
  s.stepper.collect?.();
  if (!done.ok) return done;
  if (done.value !== 'suspect' && s.stepper.isSound?.() !== false) return ok(done.value);
  must(goBack, 'only a stepper that does not look can be suspect')();
  if (done.value === 'interrupted') return ok('interrupted');
  const saved = s.stepper.save();
  s.stepper = must(careful)();
  s.stepper.restore(saved);
  s.careful = undefined;
  return (await runSteps(s, clock)) as Result<Epoch>;
}

/** Where parameters, state and progress stand; gives the way back there. */
function remember({ params, progress, stepper }: Session): () => void {
  const flat = params.flat.slice();
  const states = stepper.save();
  const { step, t, lossSum, rowsSeen } = progress;
  const alarms = new Map(progress.alarms);
  return () => {
    params.flat.set(flat);
    stepper.restore(states);
    Object.assign(progress, { step, t, lossSum, rowsSeen });
    progress.alarms.clear();
    for (const [alarm, seen] of alarms) progress.alarms.set(alarm, seen);
  };
}

/** The rest of the running epoch, from the step where it stands. */
async function runSteps(s: Session, clock: Clock): Promise<Result<Epoch | 'suspect'>> {
  const { progress, job } = s;
  const epoch = progress.epoch + 1;
  const isWhole = s.batch >= s.job.dataset.split.trainRows;
  let at = 0;
  let converged = false;
  for await (const batch of s.measuring.dataset.batches({
    part: 'train',
    size: s.batch,
    ...(isWhole ? {} : { epoch }),
  })) {
    if (!batch.ok) return batch;
    if (at++ < progress.step) continue;
    await job.breathe?.();
    if (job.signal?.aborted) return ok('interrupted');
    const done = progress.epoch + progress.step / s.steps;
    const step = s.stepper.step(
      batch.value,
      normalised(s.weigh(batch.value)),
      progress.t + 1,
      s.rate * s.schedule(done),
    );
    if (step.poisoned) return fail([poisonProblem(s, step.poisoned)]);
    if (step.suspect) return ok('suspect');
    countStep(s, batch.value, step, clock);
    converged = step.converged === true;
  }
  return ok(converged ? 'converged' : 'done');
}

function countStep(s: Session, batch: Batch, step: Step, clock: Clock): void {
  const { progress } = s;
  progress.step++;
  progress.t++;
  progress.lossSum += step.loss * batch.rows;
  progress.rowsSeen += batch.rows;
  for (const alarm of step.alarms) {
    const seen = progress.alarms.get(alarm);
    if (seen) seen.count++;
    else progress.alarms.set(alarm, { count: 1, epoch: progress.epoch + 1 });
  }
  const secondsLeft = clock.secondsLeft();
  s.events.step?.({
    epoch: progress.epoch + 1,
    epochs: s.epochs,
    step: progress.step,
    steps: s.steps,
    loss: progress.lossSum / progress.rowsSeen,
    ...(secondsLeft !== undefined && { secondsLeft }),
  });
}

/** Measures, reports and begins the next epoch. */
async function closeEpoch(s: Session): Promise<Result<EpochReport>> {
  const { progress } = s;
  const rate = s.rate * s.schedule(progress.epoch + (s.steps - 1) / s.steps);
  const loss = progress.lossSum / progress.rowsSeen;
  Object.assign(progress, { epoch: progress.epoch + 1, step: 0, lossSum: 0, rowsSeen: 0 });
  const kept = await keepIfBetter(s);
  if (!kept.ok) return kept;
  const { loss: _, ...metrics } = kept.value.final;
  const report: EpochReport = { epoch: progress.epoch, loss, metrics, rate, best: kept.value === progress.best };
  progress.reports.push(report);
  return ok(report);
}

/** Measures the parameters as they stand; they become the best when their score is lower than all before. */
async function keepIfBetter(s: Session): Promise<Result<Kept>> {
  const { progress, params } = s;
  const poisoned = brokenParameter(s);
  if (poisoned) return fail([poisoned]);
  const train = await measure(s.measuring, 'train', params.byName);
  if (!train.ok) return train;
  if (!Number.isFinite(train.value.loss)) return fail([await poisonInMeasuring(s, train.value.loss)]);
  const holdout =
    s.job.dataset.split.holdoutRows > 0 ? await measure(s.measuring, 'holdout', params.byName) : undefined;
  if (holdout && !holdout.ok) return holdout;
  const score = holdout?.value.loss ?? train.value.loss;
  const kept = { epoch: progress.epoch, score, flat: params.flat.slice(), final: finalOf(train.value, holdout?.value) };
  if (!progress.best || score < progress.best.score) progress.best = kept;
  return ok(kept);
}

// --- when a number is no longer one --------------------------------------------------------------------

function poisonProblem(s: Session, p: Poisoned): Problem {
  return explainPoison({
    graph: s.machine.gradientGraph(p.batch.rows),
    inputs: s.machine.gradientInputs(p.batch, p.weights),
    params: s.params.byName,
    slots: s.params.slots.map((slot) => slot.spec),
    at: s.job.task.at,
    epoch: s.progress.epoch + 1,
    step: s.progress.step + 1,
  });
}

/** A step of the optimiser itself can overflow. */
function brokenParameter(s: Session): Problem | undefined {
  const slot = s.params.slots.find(({ start, end }) => !isFiniteAll(s.params.flat.subarray(start, end)));
  if (!slot) return undefined;
  const value = must(s.params.flat.subarray(slot.start, slot.end).find((x) => !Number.isFinite(x)));
  const hint = `The step of \`${s.job.task.optimizer.name}\` overflowed; a smaller \`rate\` or \`clip\` keeps it in bounds.`;
  const data = {
    what: `parameter \`${slot.spec.name}\``,
    value: String(value),
    epoch: s.progress.epoch,
    step: s.steps,
    hint,
  };
  return problem('nan-in-training', slot.spec.at, data);
}

/** The loss after the last step of an epoch is bad: finds the batch and explains it as a step would. */
async function poisonInMeasuring(s: Session, loss: number): Promise<Problem> {
  for await (const batch of s.measuring.dataset.batches({ part: 'train', size: s.batch })) {
    if (!batch.ok) return must(batch.problems[0]);
    const weights = normalised(s.weigh(batch.value));
    const found = s.machine.lossAndGradient(batch.value, weights, s.params.byName);
    if (!Number.isFinite(found.loss)) return poisonProblem(s, { batch: batch.value, weights, found });
  }
  const data = { what: 'loss', value: String(loss), epoch: s.progress.epoch, step: s.steps, hint: '' };
  return problem('nan-in-training', s.job.task.at, data);
}

// --- the end -------------------------------------------------------------------------------------------

function outcomeOf(s: Session, end: End, kept: Kept): TrainOutcome {
  const { split, streamed } = s.job.dataset;
  return {
    end,
    epochs: s.progress.reports,
    keptEpoch: kept.epoch,
    final: kept.final,
    trainRows: split.trainRows,
    holdoutRows: split.holdoutRows,
    streamed,
  };
}

function warningsOf(s: Session): Problem[] {
  const alarms = s.machine.gradientGraph(s.batch).alarms;
  return Array.from(s.progress.alarms, ([index, { count, epoch }]) => {
    const alarm = must(alarms[index]);
    return problem('bound-reached', alarm.at, {
      message: alarm.message,
      when: `It happened in ${count} steps, first in epoch ${epoch}. `,
    });
  });
}
