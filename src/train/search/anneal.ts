/**
 * Annealing: choices as distributions that a temperature sharpens, trained with the numbers by Adam over minibatches, several times
 * from random logits. What counts is the hardened program: it is scored on the way, and the best is polished and given.
 * Source of the method: deterministic annealing (Rose 1998); as a relaxation of programs TerpreT (Gaunt et al. 2016).
 */
import { exp64, ln64 } from '../../num/real64.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch } from '../dataset.ts';
import { fusedStepper } from '../fused.ts';
import type { Stepper } from '../stepper.ts';
import { normalised, openWeights, type Weigh } from '../weights.ts';
import { ADAM_STATES, adamStep } from './adam.ts';
import { type Logits, openLogits } from './logits.ts';
import { type Mode, relax, TAU } from './relax.ts';
import type { Found, SearchContext, Strategy, Values } from './strategy.ts';

/** How one beginning is trained. */
export interface Cooling {
  readonly steps: number;
  /** Adam's rate for the logits. */
  readonly rate: number;
  /** The temperature falls from the first to the last, each step by the same factor. */
  readonly tau: readonly [number, number];
  /** The deviation of the first logits. */
  readonly deviation: number;
  /** Examples of a step. */
  readonly batch: number;
  /** Steps between two scores of the hardened program. */
  readonly check: number;
}

export const COOLING: Cooling = { steps: 400, rate: 0.1, tau: [1, 0.25], deviation: 1, batch: 256, check: 25 };

export const anneal: Strategy = annealing('anneal', 'mixture', COOLING);

export function annealing(name: string, mode: Mode, cooling: Cooling): Strategy {
  return {
    name,
    async unfit({ space }) {
      return space.choices.length === 0 ? 'there is nothing to choose' : undefined;
    },
    cost: (context) => costOf(context, cooling),
    async search(context) {
      const opened = await openRun(context, mode, cooling);
      return opened.ok ? beginnings(opened.value) : opened;
    },
  };
}

const batchOf = ({ job }: SearchContext, cooling: Cooling): number =>
  Math.min(job.task.batch ?? cooling.batch, job.dataset.split.trainRows);

/** A gradient step over an example costs about as much as so many of its losses. */
const GRADIENT = 4;

function costOf(context: SearchContext, cooling: Cooling): number {
  const passes = (cooling.steps * batchOf(context, cooling)) / context.job.dataset.split.trainRows;
  return context.job.task.restarts * (GRADIENT * passes + cooling.steps / cooling.check);
}

// --- a run -------------------------------------------------------------------------------------------------

interface Run {
  readonly context: SearchContext;
  readonly cooling: Cooling;
  readonly logits: Logits;
  readonly stepper: Stepper;
  readonly weigh: Weigh;
  readonly rate: number;
  readonly batches: AsyncIterator<Result<Batch>>;
  best: { readonly values: Values; readonly score: number; readonly relaxed: number } | undefined;
  measured: number;
}

async function openRun(context: SearchContext, mode: Mode, cooling: Cooling): Promise<Result<Run>> {
  const { job, space } = context;
  const { task, dataset, backend } = job;
  const weigh = await openWeights(task, dataset);
  if (!weigh.ok) return weigh;
  const rate = task.optimizer.numbers.rate ?? cooling.rate;
  const logits = openLogits(job.params, space, cooling.rate / rate);
  const fused = {
    loss: relax(task.loss, { mode, choices: logits.choices, price: task.price }),
    slots: logits.params.slots,
    weighted: task.classWeights !== undefined,
    step: adamStep(),
    stateNames: ADAM_STATES,
    settings: [TAU],
  };
  const stepper = fusedStepper(fused, logits.params, backend);
  const batches = endless(context, batchOf(context, cooling));
  return ok({ context, cooling, logits, stepper, weigh: weigh.value, rate, batches, best: undefined, measured: 0 });
}

/** Epoch after epoch. */
async function* endless({ job }: SearchContext, size: number): AsyncGenerator<Result<Batch>, never> {
  const isWhole = size >= job.dataset.split.trainRows;
  for (let epoch = 1; ; epoch++) yield* job.dataset.batches({ part: 'train', size, ...(isWhole ? {} : { epoch }) });
}

async function beginnings(run: Run): Promise<Result<Found>> {
  const { context } = run;
  let restarts = 0;
  while (restarts < context.job.task.restarts && !(await context.isOver())) {
    const done = await begin(run, restarts++);
    if (!done.ok) return done;
    if (done.value) break;
  }
  const { values, relaxed } = run.best ?? { values: context.start, relaxed: Number.NaN };
  return ok({ values, relaxed, restarts, measured: run.measured });
}

const STREAM = 0x414e_4e45;

/** One beginning; true when nothing better can come. */
async function begin(run: Run, restart: number): Promise<Result<boolean>> {
  const { context, cooling, logits, stepper } = run;
  logits.begin(context.start, { seed: context.job.task.seed, stream: STREAM + restart, deviation: cooling.deviation });
  stepper.restore(new Map(ADAM_STATES.map((name) => [name, new Float32Array(logits.params.flat.length)])));
  let last = '';
  let relaxed = Number.NaN;
  for (let step = 0; step < cooling.steps; step++) {
    const stepped = await takeStep(run, step);
    if (!stepped.ok) return stepped;
    if (!Number.isFinite(stepped.value)) return ok(false);
    relaxed = Number.isNaN(relaxed) ? stepped.value : relaxed + 0.1 * (stepped.value - relaxed);
    const isLast = step + 1 === cooling.steps;
    if (!isLast && (step + 1) % cooling.check !== 0) continue;
    stepper.collect?.();
    const hardened = logits.hardened().join();
    if (hardened !== last || isLast) {
      last = hardened;
      const done = await consider(run, logits.values(context), relaxed);
      if (!done.ok || done.value) return done;
    }
    if (await context.isOver()) return ok(true);
  }
  return ok(false);
}

/** Gives the loss of the batch. */
async function takeStep(
  { cooling, logits, stepper, weigh, rate, batches }: Run,
  step: number,
): Promise<Result<number>> {
  const batch = must((await batches.next()).value as Result<Batch> | undefined);
  if (!batch.ok) return batch;
  const [first, last] = cooling.tau;
  logits.setTau(first * exp64(ln64(last / first) * (step / Math.max(1, cooling.steps - 1))));
  const { loss } = stepper.step(batch.value, normalised(weigh(batch.value)), step + 1, rate);
  return ok(loss);
}

/** Scores a hardened program; true when none can be better. */
async function consider(run: Run, values: Values, relaxed: number): Promise<Result<boolean>> {
  const score = await run.context.score(values);
  if (!score.ok) return score;
  run.measured++;
  if (!run.best || score.value < run.best.score) run.best = { values, score: score.value, relaxed };
  return ok(score.value === 0);
}
