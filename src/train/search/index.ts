/**
 * Training a program that has choices: the strategies of the portfolio in the order of their costs, the candidates judged as crisp
 * programs on the held-out examples and by their price, the numbers of the best one trained to the end. A program without choices
 * is trained by gradients alone.
 */
import { problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { runTraining, type TrainJob, type TrainResult } from '../loop.ts';
import type { SearchReport, TrainOutcome } from '../report.ts';
import { best, type Candidate, isPerfect, judge, reportOf } from './candidates.ts';
import { type DriverContext, GRADIENT, openContext } from './context.ts';
import { PORTFOLIO } from './portfolio.ts';
import { spaceOf } from './space.ts';
import type { Strategy } from './strategy.ts';

export async function trainProgram(job: TrainJob): Promise<Result<TrainResult>> {
  const { search, at } = job.task;
  if (search === 'gradient') return runTraining(job);
  if (spaceOf(job.params, job.task.loss).choices.length === 0)
    return search === 'auto' ? runTraining(job) : fail([problem('nothing-to-choose', at, { search })]);
  const context = await openContext(job);
  return context.ok ? runSearch(context.value) : context;
}

/** What a search has come to. */
interface Search {
  readonly context: DriverContext;
  readonly candidates: Candidate[];
  readonly unfit: { readonly strategy: string; readonly why: string }[];
}

async function runSearch(context: DriverContext): Promise<Result<TrainResult>> {
  const s: Search = { context, candidates: [], unfit: [] };
  for (const strategy of await fitting(s)) {
    const tried = await tryStrategy(s, strategy);
    if (!tried.ok) return tried;
    if (context.isAborted() || isPerfect(tried.value, context.job.task.price)) break;
  }
  return finish(s, must(best(s.candidates)));
}

/** The strategies to try, cheap ones first; the others say why not. */
async function fitting({ context, unfit }: Search): Promise<readonly Strategy[]> {
  const { search } = context.job.task;
  const fit: Strategy[] = [];
  for (const strategy of PORTFOLIO) {
    if (search !== 'auto' && strategy.name !== search) continue;
    const why = await strategy.unfit(context);
    if (why === undefined) fit.push(strategy);
    else unfit.push({ strategy: strategy.name, why });
  }
  return fit.sort((a, b) => a.cost(context) - b.cost(context));
}

/** A strategy may spend what all beginnings of a gradient training would, and at least what it says that it costs. */
async function tryStrategy({ context, candidates }: Search, strategy: Strategy): Promise<Result<Candidate>> {
  const { epochs, restarts } = context.job.task;
  context.limit = context.spent + Math.max(GRADIENT * epochs * restarts, strategy.cost(context));
  const found = await strategy.search(context);
  if (!found.ok) return found;
  const polished = context.isAborted() ? ok(found.value.values) : await context.polish(found.value.values);
  if (!polished.ok) return polished;
  const candidate = await judge(context, strategy.name, { ...found.value, values: polished.value });
  if (candidate.ok) candidates.push(candidate.value);
  return candidate;
}

/** Trains the numbers of the winner to the end. */
async function finish(s: Search, winner: Candidate): Promise<Result<TrainResult>> {
  const { job, hasNumbers } = s.context;
  const search = reportOf(winner, s.candidates, s.unfit);
  if (!hasNumbers || s.context.isAborted()) return ok(withoutTraining(s, winner, search));
  const params = job.params.map((p) => ({ ...p, value: must(winner.found.values.get(p.name)) }));
  const trained = await runTraining({ ...job, params });
  if (!trained.ok) return trained;
  return ok({ ...trained.value, outcome: { ...trained.value.outcome, search } }, trained.notes);
}

function withoutTraining({ context }: Search, winner: Candidate, search: SearchReport): TrainResult {
  const { split, streamed } = context.job.dataset;
  const outcome: TrainOutcome = {
    end: context.isAborted() ? 'interrupted' : 'finished',
    epochs: [],
    keptEpoch: 0,
    final: winner.final,
    trainRows: split.trainRows,
    holdoutRows: split.holdoutRows,
    streamed,
    search,
  };
  return { outcome, params: new Map(winner.found.values), checkpoint: new Uint8Array(0) };
}
