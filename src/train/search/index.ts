/**
 * Training a program that has choices: the strategies of the portfolio in the order of their costs, the candidates judged as crisp
 * programs on the held-out examples and by their price, the numbers of the best one trained to the end. A program without choices
 * whose numbers cannot be solved for is trained by gradients alone.
 */
import { problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { runTraining, type TrainJob, type TrainResult } from '../loop.ts';
import type { TrainEvents, TrainOutcome } from '../report.ts';
import { hasLoop } from './affine.ts';
import { best, type Candidate, isPerfect, judge, reportOf, triedOf } from './candidates.ts';
import { type DriverContext, GRADIENT, openContext } from './context.ts';
import { doubtsOf } from './doubts.ts';
import { PORTFOLIO } from './portfolio.ts';
import { recurrence } from './recurrence.ts';
import { readSearch, type Standing, writeSearch } from './saved.ts';
import { spaceOf } from './space.ts';
import type { Strategy } from './strategy.ts';
import { putBack } from './unread.ts';

export async function trainProgram(job: TrainJob): Promise<Result<TrainResult>> {
  const { search, at } = job.task;
  if (search === 'gradient') return runTraining(job);
  const hasChoices = spaceOf(job.params, job.task.loss).choices.length > 0;
  if (!hasChoices && search !== 'auto') return fail([problem('nothing-to-choose', at, { search })]);
  if (!hasChoices && !hasLoop(job.task.prediction)) return runTraining(job);
  const context = await openContext(job);
  if (!context.ok) return context;
  if (!hasChoices && (await recurrence.unfit(context.value)) !== undefined) return runTraining(job);
  const standing = job.resume ? readSearch(job, job.resume) : ok<Standing>({ candidates: [] });
  return standing.ok ? runSearch(context.value, standing.value) : standing;
}

/** What a search has come to. */
interface Search {
  readonly context: DriverContext;
  readonly candidates: Candidate[];
  readonly fit: string[];
  readonly unfit: { readonly strategy: string; readonly why: string }[];
}

async function runSearch(context: DriverContext, standing: Standing): Promise<Result<TrainResult>> {
  const s: Search = { context, candidates: [...standing.candidates], fit: [], unfit: [] };
  const fit = await fitting(s);
  const [none] = s.unfit;
  if (fit.length === 0)
    return fail([
      problem('search-unfit', context.job.task.at, {
        search: context.job.task.search,
        why: none?.why ?? 'no strategy is left',
      }),
    ]);
  for (const strategy of fit) {
    const tried = await tryStrategy(s, strategy);
    if (!tried.ok) return tried;
    if (context.isAborted()) return ok(interrupted(s, tried.value));
    if (isPerfect(tried.value, context.job.task.price)) break;
  }
  return finish(s, must(best(s.candidates)), standing.polish);
}

/** The strategies to try, cheap ones first; the others say why not. */
async function fitting({ context, fit: names, unfit }: Search): Promise<readonly Strategy[]> {
  const { search } = context.job.task;
  const fit: Strategy[] = [];
  for (const strategy of PORTFOLIO) {
    if (search !== 'auto' && strategy.name !== search) continue;
    const why = await strategy.unfit(context);
    if (why === undefined) fit.push(strategy);
    else unfit.push({ strategy: strategy.name, why });
  }
  fit.sort((a, b) => a.cost(context) - b.cost(context));
  names.push(...fit.map((f) => f.name));
  return fit;
}

/** What a strategy finds, with its numbers trained and its unread choices as in the source. One that is done is not run again. */
async function tryStrategy(s: Search, strategy: Strategy): Promise<Result<Candidate>> {
  const { context, candidates } = s;
  const known = candidates.find((c) => c.strategy === strategy.name);
  if (known) return ok(known);
  beginStrategy(s, strategy);
  const found = await strategy.search(context);
  if (!found.ok) return found;
  const raw = await judge(context, strategy.name, found.value);
  if (!raw.ok || context.isAborted()) return raw;
  const settled = await settle(context, raw.value);
  if (!settled.ok || context.isAborted()) return settled;
  candidates.push(settled.value);
  context.job.events?.tried?.(triedOf(settled.value));
  return settled;
}

/** A strategy may spend what all beginnings of a gradient training would, and at least what it says that it costs. */
function beginStrategy({ context, candidates }: Search, strategy: Strategy): void {
  const { job } = context;
  const from = context.spent;
  const allowed = Math.max(GRADIENT * job.task.epochs * job.task.restarts, strategy.cost(context));
  const score = best(candidates)?.score;
  context.begin(from + allowed, () => {
    const share = Math.min(1, (context.spent - from) / allowed);
    const step = { strategy: strategy.name, share, ...(score !== undefined && { best: score }) };
    job.events?.search?.(step, () => writeSearch(job, standingOf(candidates)));
  });
}

/** Trains the numbers, then puts back what no example reads. Each is kept only where it is no worse. */
async function settle(context: DriverContext, raw: Candidate): Promise<Result<Candidate>> {
  const { price } = context.job.task;
  const polished = isPerfect(raw, price) ? ok(raw.values) : await context.polish(raw.values);
  if (!polished.ok) return polished;
  const better = await bestOf(context, raw, polished.value);
  if (!better.ok) return better;
  const unread = await context.unread(better.value.values);
  if (!unread.ok) return unread;
  const back = await putBack(context, better.value.values, unread.value ?? []);
  return back.ok ? bestOf(context, better.value, back.value) : back;
}

/** The candidate with other values, unless that is worse. */
async function bestOf(
  context: DriverContext,
  candidate: Candidate,
  values: Candidate['values'],
): Promise<Result<Candidate>> {
  const other = await judge(context, candidate.strategy, { ...candidate, values });
  return other.ok && other.value.score > candidate.score ? ok(candidate) : other;
}

// --- the end -------------------------------------------------------------------------------------------

/** Trains the numbers of the winner to the end, unless it makes no mistakes. */
async function finish(s: Search, winner: Candidate, resume: Uint8Array | undefined): Promise<Result<TrainResult>> {
  const { context } = s;
  const isDone = !context.hasNumbers || isPerfect(winner, context.job.task.price);
  const ended = isDone ? ok(untrained(s, winner)) : await trainWinner(s, winner, resume);
  if (!ended.ok || ended.value.outcome.end === 'interrupted') return ended;
  const doubts = await doubtsOf(context, ended.value.params);
  return doubts.ok ? ok(ended.value, [...ended.notes, ...doubts.value]) : doubts;
}

async function trainWinner(s: Search, winner: Candidate, resume: Uint8Array | undefined): Promise<Result<TrainResult>> {
  const { resume: _, ...job } = s.context.job;
  const params = job.params.map((p) => ({ ...p, value: must(winner.values.get(p.name)) }));
  const whole = (polish: Uint8Array): Uint8Array => writeSearch(job, { ...standingOf(s.candidates), polish });
  const events = job.events && withCheckpoint(job.events, whole);
  const trained = await runTraining({ ...job, params, ...(events && { events }), ...(resume && { resume }) });
  if (!trained.ok) return trained;
  const { outcome, checkpoint } = trained.value;
  const search = reportOf(winner, s.candidates, s.fit, s.unfit);
  return ok({ ...trained.value, outcome: { ...outcome, search }, checkpoint: whole(checkpoint) }, trained.notes);
}

/** The events of a training within a larger one, whose checkpoint holds its own. */
const withCheckpoint = (events: TrainEvents, whole: (part: Uint8Array) => Uint8Array): TrainEvents => ({
  ...events,
  epoch: (report, checkpoint) => events.epoch?.(report, () => whole(checkpoint())),
});

function untrained(s: Search, winner: Candidate): TrainResult {
  return {
    outcome: outcomeOf(s, winner, 'finished'),
    params: new Map(winner.values),
    checkpoint: writeSearch(s.context.job, standingOf(s.candidates)),
  };
}

/** The candidate of a strategy that was running is kept for who wants to see it. */
function interrupted(s: Search, running: Candidate): TrainResult {
  const kept = must(best([...s.candidates, running]));
  return {
    outcome: outcomeOf(s, kept, 'interrupted'),
    params: new Map(kept.values),
    checkpoint: writeSearch(s.context.job, { ...standingOf(s.candidates), best: kept.values }),
  };
}

function standingOf(candidates: readonly Candidate[]): Standing {
  const kept = best(candidates);
  return { candidates, ...(kept && { best: kept.values }) };
}

function outcomeOf(
  { context, candidates, fit, unfit }: Search,
  kept: Candidate,
  end: TrainOutcome['end'],
): TrainOutcome {
  const { split, streamed } = context.job.dataset;
  return {
    end,
    epochs: [],
    keptEpoch: 0,
    final: kept.final,
    trainRows: split.trainRows,
    holdoutRows: split.holdoutRows,
    streamed,
    search: reportOf(kept, candidates, fit, unfit),
  };
}
