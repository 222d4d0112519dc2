/**
 * Where a search stands, as a safetensors file: the candidates of the strategies that are done, the best values of all so far, and
 * the checkpoint of the last training of numbers. A strategy that was running is run again from its start, which gives the same.
 */
import { readSafetensors, type TensorToWrite, writeSafetensors } from '../../interop/safetensors.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { badCheckpoint, type Identity, identityOf, mismatch, nameSpecials, readSpecials } from '../checkpoint.ts';
import type { TrainJob } from '../loop.ts';
import type { Candidate } from './candidates.ts';
import type { Values } from './strategy.ts';

export interface Standing {
  readonly candidates: readonly Candidate[];
  /** The best so far, of a strategy that was running too. */
  readonly best?: Values;
  readonly polish?: Uint8Array;
}

type SavedCandidate = Omit<Candidate, 'values'>;

interface Saved {
  readonly v: 1;
  readonly identity: Identity;
  readonly settings: Settings;
  readonly candidates: readonly SavedCandidate[];
}

interface Settings {
  readonly search: string;
  readonly price: number;
  readonly restarts: number;
  readonly epochs: number;
}

const KEY = 'sutra.search';

const settingsOf = ({ task: { search, price, restarts, epochs } }: TrainJob): Settings => ({
  search,
  price,
  restarts,
  epochs,
});

const identity = (job: TrainJob): Identity => identityOf(job, job.task.batch ?? job.dataset.split.trainRows);

export function writeSearch(job: TrainJob, { candidates, best, polish }: Standing): Uint8Array {
  const saved: Saved = {
    v: 1,
    identity: identity(job),
    settings: settingsOf(job),
    candidates: candidates.map(({ values: _, ...rest }) => rest),
  };
  const tensors: TensorToWrite[] = [
    ...candidates.flatMap((c, i) => tensorsOf(job, `${i}`, c.values)),
    ...(best ? tensorsOf(job, 'best', best) : []),
    ...(polish ? [{ name: 'polish', shape: [polish.length], data: polish }] : []),
  ];
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(saved, nameSpecials) });
}

const tensorsOf = (job: TrainJob, kind: string, values: Values): TensorToWrite[] =>
  job.params.map(({ name, shape }) => ({ name: `${kind}/${name}`, shape, data: must(values.get(name)) }));

/** What a checkpoint says, or why it does not fit. */
export function readSearch(job: TrainJob, bytes: Uint8Array): Result<Standing> {
  const read = readSafetensors(bytes, 'the checkpoint');
  if (!read.ok) return fail([badCheckpoint(`${read.problems[0]?.title}.`)]);
  const saved = readSaved(read.value.metadata[KEY]);
  if (!saved) return fail([badCheckpoint('It is no checkpoint of a search, or its description is damaged.')]);
  const differs = differenceOf(job, saved);
  if (differs) return fail([differs]);
  const tensors = new Map(read.value.tensors.map((t) => [t.name, t]));
  const candidates: Candidate[] = [];
  for (const [i, rest] of saved.candidates.entries()) {
    const values = valuesIn(job, `${i}`, (name) => tensors.get(name)?.data);
    if (!values) return fail([badCheckpoint('A parameter is missing or has another shape.')]);
    candidates.push({ ...rest, values });
  }
  const polish = tensors.get('polish');
  return ok({ candidates, ...(polish?.dtype === 'U8' && { polish: polish.data }) });
}

function readSaved(text: string | undefined): Saved | undefined {
  try {
    const saved = JSON.parse(text ?? '', readSpecials) as Saved;
    return saved.v === 1 && Array.isArray(saved.candidates) ? saved : undefined;
  } catch {
    return undefined;
  }
}

function differenceOf(job: TrainJob, { identity: found, settings }: Saved): Problem | undefined {
  const own = settingsOf(job);
  const key = (Object.keys(own) as (keyof Settings)[]).find((k) => own[k] !== settings[k]);
  const differs =
    mismatch(found, identity(job)) ??
    (key && { what: `\`${key}\``, found: String(settings[key]), expected: String(own[key]) });
  return differs && problem('checkpoint-mismatch', job.task.at, differs);
}

function valuesIn(job: TrainJob, kind: string, data: (name: string) => unknown): Values | undefined {
  const values = new Map<string, Float32Array>();
  for (const { name, value } of job.params) {
    const found = data(`${kind}/${name}`);
    if (!(found instanceof Float32Array) || found.length !== value.length) return undefined;
    values.set(name, found);
  }
  return values;
}
