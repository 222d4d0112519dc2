/**
 * Checkpoints: a safetensors file with the parameters, the optimiser's state and the best parameters, and in its metadata where
 * the training stands. Random numbers are counter-based, so epoch and step are their position. Continuing gives the same bits.
 */

import { readSafetensors, writeSafetensors } from '../interop/safetensors.ts';
import { sizeOf } from '../ir/graph.ts';
import { type Problem, problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Session, TrainJob } from './loop.ts';
import type { EpochReport } from './report.ts';

/** What must agree for a continuation to be one. */
export interface Identity {
  readonly program: string;
  readonly file: string;
  readonly rows: number;
  readonly holdout: number;
  readonly seed: number;
  readonly batch: number;
  readonly optimizer: string;
}

interface Saved {
  readonly v: 1;
  readonly identity: Identity;
  readonly epoch: number;
  readonly step: number;
  readonly t: number;
  readonly lossSum: number;
  readonly rowsSeen: number;
  readonly best: { readonly epoch: number; readonly score: number; readonly final: Record<string, number> } | null;
  readonly reports: readonly EpochReport[];
  readonly alarms: readonly (readonly [index: number, count: number, epoch: number])[];
}

const KEY = 'sutra.checkpoint';

export function identityOf({ task, dataset, identity }: TrainJob, batch: number): Identity {
  return {
    program: identity,
    file: dataset.file,
    rows: dataset.rows,
    holdout: task.holdout,
    seed: task.seed,
    batch,
    optimizer: task.optimizer.name,
  };
}

export function writeCheckpoint(s: Session): Uint8Array {
  const { progress, params } = s;
  const best = progress.best;
  const saved: Saved = {
    v: 1,
    identity: identityOf(s.job, s.batch),
    epoch: progress.epoch,
    step: progress.step,
    t: progress.t,
    lossSum: progress.lossSum,
    rowsSeen: progress.rowsSeen,
    best: best ? { epoch: best.epoch, score: best.score, final: { ...best.final } } : null,
    reports: progress.reports,
    alarms: Array.from(progress.alarms, ([index, { count, epoch }]) => [index, count, epoch] as const),
  };
  const tensors = [
    ...perParam(s, 'param', params.flat),
    ...Array.from(s.stepper.save(), ([name, data]) => ({ name: `state/${name}`, shape: [data.length], data })),
    ...(best ? perParam(s, 'best', best.flat) : []),
  ];
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(saved, nameSpecials) });
}

const perParam = (s: Session, kind: string, flat: Float32Array) =>
  s.params.slots.map(({ spec, start, end }) => ({
    name: `${kind}/${spec.name}`,
    shape: spec.shape,
    data: flat.slice(start, end),
  }));

/** JSON has no NaN and no infinities; a metric may be one. */
export const nameSpecials = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { special: String(value) } : value;
export const readSpecials = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'special' in value ? Number(value.special) : value;

/** Puts a session where the checkpoint stands; a Problem when it is none or belongs to another training. */
export function openCheckpoint(s: Session, bytes: Uint8Array): Problem | undefined {
  const read = readSafetensors(bytes, 'the checkpoint');
  if (!read.ok) return badCheckpoint(`${read.problems[0]?.title}.`);
  const file = read.value;
  const text = file.metadata[KEY];
  if (text === undefined) return badCheckpoint('It is a safetensors file, but no checkpoint of a training.');
  const saved = readSaved(text);
  if (saved === undefined) return badCheckpoint('Its description is damaged or of another version.');
  const differs = mismatch(saved.identity, identityOf(s.job, s.batch));
  if (differs) return problem('checkpoint-mismatch', s.job.task.at, differs);
  const tensors = new Map(file.tensors.flatMap((t) => (t.dtype === 'F32' ? [[t.name, t.data] as const] : [])));
  const flat = gather(s, 'param', tensors);
  const best = saved.best ? gather(s, 'best', tensors) : undefined;
  if (!flat || (saved.best && !best)) return badCheckpoint('A parameter is missing or has another shape.');
  s.params.flat.set(flat);
  s.stepper.restore(
    new Map(
      Array.from(tensors).flatMap(([name, data]) =>
        name.startsWith('state/') ? [[name.slice(6), data] as const] : [],
      ),
    ),
  );
  const { epoch, step, t, lossSum, rowsSeen } = saved;
  Object.assign(s.progress, { epoch, step, t, lossSum, rowsSeen });
  s.progress.best = saved.best && best ? { ...saved.best, flat: best } : undefined;
  s.progress.reports.push(...saved.reports);
  for (const [index, count, from] of saved.alarms) s.progress.alarms.set(index, { count, epoch: from });
  return undefined;
}

export const badCheckpoint = (reason: string): Problem => problem('bad-checkpoint', undefined, { reason });

function readSaved(text: string): Saved | undefined {
  try {
    const saved = JSON.parse(text, readSpecials) as Saved;
    return saved.v === 1 && Array.isArray(saved.reports) && Array.isArray(saved.alarms) ? saved : undefined;
  } catch {
    return undefined;
  }
}

const WORDS: Readonly<Record<keyof Identity, string>> = {
  program: 'the program',
  file: 'the name of the data',
  rows: 'the number of rows',
  holdout: '`holdout`',
  seed: '`seed`',
  batch: '`batch`',
  optimizer: 'the optimizer',
};

export function mismatch(
  found: Identity,
  expected: Identity,
): { what: string; found: string; expected: string } | undefined {
  const key = (Object.keys(WORDS) as (keyof Identity)[]).find((k) => found[k] !== expected[k]);
  return key && { what: WORDS[key], found: String(found[key]), expected: String(expected[key]) };
}

function gather(s: Session, kind: string, tensors: ReadonlyMap<string, Float32Array>): Float32Array | undefined {
  const flat = new Float32Array(s.params.flat.length);
  for (const { spec, start } of s.params.slots) {
    const data = tensors.get(`${kind}/${spec.name}`);
    if (data?.length !== sizeOf(spec.shape)) return undefined;
    flat.set(must(data), start);
  }
  return flat;
}
