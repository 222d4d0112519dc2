/**
 * `.sutra/runs/<id>/` beside a program: what was trained, how, and what came of it. One folder per run: `run.json`,
 * `metrics.jsonl` (a line per epoch), `before/` (the sources as they were), `checkpoint`, `certificate.json`.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, ok, type Result } from '../text/result.ts';
import type { Source } from '../text/span.ts';
import { cannotWrite, replaceFiles } from './disk.ts';

export interface RunRecord {
  readonly v: 1;
  readonly id: string;
  /** The program's file name, without its folder. */
  readonly file: string;
  readonly state: 'running' | 'finished' | 'interrupted' | 'failed';
  readonly started: string;
  readonly ended?: string;
  readonly graph: string;
  readonly options: Readonly<Record<string, string | number>>;
  /** The file that was written, by its path from the program's folder; absent when none was. */
  readonly written?: string;
  /** Measures of the parameters that were kept. */
  readonly final?: Readonly<Record<string, number>>;
  readonly reason?: string;
}

export interface Run {
  readonly folder: string;
  readonly record: RunRecord;
  /** Replaces `run.json`. */
  save(changes: Partial<RunRecord>): Result<void>;
  /** Adds the line of an epoch to `metrics.jsonl`; lines of epochs that a killed process was ahead of its checkpoint go. */
  log(epoch: number, line: string): void;
  /** Puts files into the folder, all or none. */
  put(files: Readonly<Record<string, Uint8Array | string>>): Result<void>;
}

export const CHECKPOINT = 'checkpoint';
export const CERTIFICATE = 'certificate.json';
const RECORD = 'run.json';

/** Where the runs of a program are kept. */
export const runsFolder = (file: string): string => join(dirname(file), '.sutra', 'runs');

/** Starts a run: a folder of its own with the sources as they are now. */
export function startRun(
  file: string,
  sources: readonly Source[],
  about: Pick<RunRecord, 'graph' | 'options'>,
): Result<Run> {
  const started = new Date();
  const stem = `${started.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${basename(file, '.su')}`;
  try {
    mkdirSync(runsFolder(file), { recursive: true });
    const id = freshFolder(runsFolder(file), stem);
    const record: RunRecord = {
      v: 1,
      id,
      file: basename(file),
      state: 'running',
      started: started.toISOString(),
      ...about,
    };
    const run = openRun(join(runsFolder(file), id), record);
    mkdirSync(join(run.folder, 'before'));
    const before = Object.fromEntries(sources.map((s) => [join('before', basename(s.name)), s.text]));
    const kept = run.put(before);
    if (!kept.ok) return kept;
    const saved = run.save({});
    return saved.ok ? ok(run) : saved;
  } catch (error) {
    return fail([cannotWrite(runsFolder(file), error)]);
  }
}

function freshFolder(parent: string, stem: string): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (existsSync(join(parent, id))) continue;
    mkdirSync(join(parent, id));
    return id;
  }
}

function openRun(folder: string, first: RunRecord): Run {
  let record = first;
  const metrics = join(folder, 'metrics.jsonl');
  let trimmed = false;
  const put = (files: Readonly<Record<string, Uint8Array | string>>): Result<void> =>
    replaceFiles(Object.entries(files).map(([name, content]) => ({ path: join(folder, name), content })));
  return {
    folder,
    get record() {
      return record;
    },
    save(changes) {
      record = { ...record, ...changes };
      return put({ [RECORD]: `${JSON.stringify(record, undefined, 2)}\n` });
    },
    log(epoch, line) {
      if (!trimmed) keepLines(metrics, epoch - 1);
      trimmed = true;
      appendFileSync(metrics, `${line}\n`);
    },
    put,
  };
}

/** Cuts a file after its first `count` lines; one that is not there stays so. */
function keepLines(path: string, count: number): void {
  if (!existsSync(path)) return;
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  if (lines.length > count)
    writeFileSync(
      path,
      lines
        .slice(0, count)
        .map((l) => `${l}\n`)
        .join(''),
    );
}

/** The runs beside a program that fit, the latest first. */
function runsBeside(file: string, fits: (record: RunRecord) => boolean): Run[] {
  const parent = runsFolder(file);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort(byAge)
    .reverse()
    .flatMap((id) => {
      const record = readRecord(join(parent, id, RECORD));
      return record && fits(record) ? [openRun(join(parent, id), record)] : [];
    });
}

/** Names begin with the time; those of one second end in a count. */
const byAge = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function readRecord(path: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

/**
 * The last run of a program, if it was interrupted or killed and left a checkpoint. The caller holds the program's lock, so a run
 * that says it is running is not.
 */
export const interruptedRun = (file: string): Run | undefined => {
  const [last] = runsBeside(file, (r) => r.file === basename(file) && r.state !== 'failed');
  return last && last.record.state !== 'finished' && existsSync(join(last.folder, CHECKPOINT)) ? last : undefined;
};

/** The certificate of the last run that wrote this file, as a path. */
export const lastCertificate = (file: string): string | undefined => {
  const runs = runsBeside(file, (r) => r.state === 'finished' && r.written === basename(file));
  const run = runs.find(({ folder }) => existsSync(join(folder, CERTIFICATE)));
  return run && join(run.folder, CERTIFICATE);
};
