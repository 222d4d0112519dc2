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
import { GRADIENT } from './context.ts';
import { improved } from './local.ts';
import { type LogitStart, type Logits, openLogits } from './logits.ts';
import { type Mode, relax, TAU } from './relax.ts';
import { cheapest } from './space.ts';
import type { Found, SearchContext, Strategy, Values } from './strategy.ts';

/** How one beginning is trained. */
export interface Cooling {
  readonly steps: number;
  /** Adam's rate for the logits. */
  readonly rate: number;
  /** The temperature falls from the first to the last, each step by the same factor. */
  readonly tau: readonly [number, number];
  /** The first logits of a beginning anew; every second one goes on from the best so far. */
  readonly anew: LogitStart;
  readonly again: LogitStart;
  /** Examples of a step. */
  readonly batch: number;
  /** Steps between two scores of the hardened program. */
  readonly check: number;
}

export const COOLING: Cooling = {
  steps: 1000,
  rate: 0.1,
  tau: [1, 0.5],
  anew: { deviation: 2, memory: 0 },
  again: { deviation: 1, memory: 4 },
  batch: 64,
  check: 25,
};

export const anneal: Strategy = annealing('anneal', 'mixture', COOLING);

export function annealing(name: string, mode: Mode, cooling: Cooling): Strategy {
  return {
    name,
    async unfit({ space }) {
      return space.choices.length === 0 ? 'there is nothing to choose' : undefined;
    },
    cost: (context) => costOf(context, fitted(context, cooling)),
    async search(context) {
      const opened = await openRun(context, mode, fitted(context, cooling));
      return opened.ok ? beginnings(opened.value) : opened;
    },
  };
}

const batchOf = ({ job }: SearchContext, cooling: Cooling): number =>
  Math.min(job.task.batch ?? cooling.batch, job.dataset.split.trainRows);

/** Changes of single choices that are tried after cooling: each so many times at most, and at most so many times the work of cooling. */
const SWEEPS = 2;
const EASED = 8;

/** A space of more choices is large: it is cooled for the program's epochs, and no single changes are tried after it. */
const LARGE = 4096;

const isLarge = ({ space }: SearchContext): boolean => space.choices.length > LARGE;

/** Near the cases of the source: what the examples hardly read stays as it is there. */
const NEAR: LogitStart = { deviation: 0.1, memory: 1 };

/** In a large space a score of the whole data and a sweep of changes are dear: one score an epoch. */
function fitted(context: SearchContext, cooling: Cooling): Cooling {
  if (!isLarge(context)) return cooling;
  const { task, dataset } = context.job;
  const check = Math.max(1, Math.floor(dataset.split.trainRows / batchOf(context, cooling)));
  return { ...cooling, steps: Math.max(1, task.epochs) * check, check, anew: NEAR };
}

function costOf(context: SearchContext, cooling: Cooling): number {
  const { steps, check } = cooling;
  return context.job.task.restarts * (coolingCost(context, cooling) + steps / check + changesOf(context, cooling));
}

const coolingCost = (context: SearchContext, cooling: Cooling): number =>
  (GRADIENT * cooling.steps * batchOf(context, cooling)) / context.job.dataset.split.trainRows;

function changesOf(context: SearchContext, cooling: Cooling): number {
  if (isLarge(context)) return 0;
  const all = SWEEPS * context.space.choices.reduce((n, c) => n + c.cases - 1, 0);
  return Math.ceil(Math.min(all, EASED * coolingCost(context, cooling)));
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
  /** A score that ends the search: the price of the shortest program, and of the loss what rounding leaves. */
  readonly enough: number;
  best: Hardened | undefined;
  measured: number;
}

async function openRun(context: SearchContext, mode: Mode, cooling: Cooling): Promise<Result<Run>> {
  const { job, space } = context;
  const { task, dataset, backend } = job;
  const weigh = await openWeights(task, dataset);
  if (!weigh.ok) return weigh;
  const start = await context.score(context.start);
  if (!start.ok) return start;
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
  return ok({
    context,
    cooling,
    logits,
    stepper: fusedStepper(fused, logits.params, backend),
    weigh: weigh.value,
    rate,
    batches: endless(context, batchOf(context, cooling)),
    enough: context.priceOf(cheapest(space)) + (Number.isFinite(start.value) ? ROUNDING * Math.abs(start.value) : 0),
    best: undefined,
    measured: 0,
  });
}

/** Batches of one size, epoch after epoch; what is left over at the end of an epoch is not met in it. */
async function* endless({ job }: SearchContext, size: number): AsyncGenerator<Result<Batch>, never> {
  const isWhole = size >= job.dataset.split.trainRows;
  for (let epoch = 1; ; epoch++)
    for await (const batch of job.dataset.batches({ part: 'train', size, ...(isWhole ? {} : { epoch }) }))
      if (!batch.ok || batch.value.rows === size) yield batch;
}

async function beginnings(run: Run): Promise<Result<Found>> {
  const { context } = run;
  let restarts = 0;
  while (restarts < context.job.task.restarts && !(await context.isOver())) {
    const cooled = await begin(run, restarts++);
    if (!cooled.ok) return cooled;
    if (isPerfect(run)) break;
  }
  const { values, relaxed } = run.best ?? { values: context.start, relaxed: undefined };
  return ok({ values, ...(relaxed !== undefined && { relaxed }), restarts, measured: run.measured });
}

/** Nothing better is to be found, while no loss is below 0. */
const isPerfect = ({ context, best, enough }: Run): boolean =>
  best !== undefined && best.score <= enough && context.isPositive();

/** The share of the loss of the source that counts as none: labels with a few decimals are never met exactly. */
const ROUNDING = 1e-7;

const STREAM = 0x414e_4e45;

/** One beginning: cools from random logits, then improves what came of it by changes of single choices. */
async function begin(run: Run, restart: number): Promise<Result<void>> {
  const { context, cooling, logits, stepper } = run;
  const draw = { seed: context.job.task.seed, stream: STREAM + restart };
  if (run.best && restart % 2 === 1) logits.begin(run.best.values, cooling.again, draw);
  else logits.begin(context.start, cooling.anew, draw);
  stepper.restore(new Map(ADAM_STATES.map((name) => [name, new Float32Array(logits.params.flat.length)])));
  const cooled = await cool(run);
  if (!cooled.ok) return cooled;
  if (cooled.value === undefined || isPerfect(run) || (await context.isOver())) return ok(undefined);
  const { values, relaxed } = cooled.value;
  const better = await improved(context, values, changesOf(context, run.cooling));
  if (!better.ok) return better;
  run.measured += better.value.measured;
  keep(run, { ...better.value, relaxed });
  return ok(undefined);
}

interface Hardened {
  readonly values: Values;
  readonly score: number;
  /** The relaxed loss when it was hardened, faded over the last steps. */
  readonly relaxed: number;
}

/** The best hardened program on the way from the first temperature to the last; undefined when a number stopped being one before the first. */
async function cool(run: Run): Promise<Result<Hardened | undefined>> {
  const { context, cooling, logits, stepper } = run;
  let [best, last, relaxed]: [Hardened | undefined, string, number | undefined] = [undefined, '', undefined];
  for (let step = 1; step <= cooling.steps; step++) {
    const loss = await takeStep(run, step);
    if (!loss.ok) return loss;
    if (!Number.isFinite(loss.value)) break;
    relaxed = relaxed === undefined ? loss.value : relaxed + FADE * (loss.value - relaxed);
    if (step % cooling.check !== 0 && step < cooling.steps) continue;
    stepper.collect?.();
    const hardened = logits.hardened().join();
    if (hardened === last && !context.hasNumbers) continue;
    last = hardened;
    const found = await scored(run, logits.values(context), relaxed);
    if (!found.ok) return found;
    if (best === undefined || found.value.score < best.score) best = found.value;
    if (isPerfect(run) || (await context.isOver())) break;
  }
  return ok(best);
}

/** The weight of the newest loss in the faded one. */
const FADE = 0.1;

/** Gives the loss of the batch. */
async function takeStep(
  { context, cooling, logits, stepper, weigh, rate, batches }: Run,
  step: number,
): Promise<Result<number>> {
  const batch = must((await batches.next()).value as Result<Batch> | undefined);
  if (!batch.ok) return batch;
  const [first, last] = cooling.tau;
  logits.setTau(first * exp64(ln64(last / first) * ((step - 1) / Math.max(1, cooling.steps - 1))));
  context.spend((GRADIENT * batch.value.rows) / context.job.dataset.split.trainRows);
  const { loss } = stepper.step(batch.value, normalised(weigh(batch.value)), step, rate);
  return ok(loss);
}

async function scored(run: Run, values: Values, relaxed: number): Promise<Result<Hardened>> {
  const score = await run.context.score(values);
  if (!score.ok) return score;
  run.measured++;
  const found = { values, score: score.value, relaxed };
  keep(run, found);
  return ok(found);
}

function keep(run: Run, found: Hardened): void {
  if (run.best === undefined || found.score < run.best.score) run.best = found;
}
