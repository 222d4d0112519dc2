/**
 * `sutra train FILE`: learns from the table that the `train` block names, writes what was learned back into the source,
 * and keeps a run folder. The file is either trained or as it was.
 */

import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { printCertificate } from '../../decompile/certificate.ts';
import { type Compiled, compile, type Trained, type TrainOptions, train } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import { canWrite } from '../disk.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import { lockFile } from '../lock.ts';
import type { Verb } from '../main.ts';
import type { OptionsOf } from '../options.ts';
import { changesText, lastLine, learnedText, trainedJson } from '../parameters.ts';
import { brief } from '../print.ts';
import { progressOf } from '../progress.ts';
import { publish, publishAs, publishInto } from '../publish.ts';
import { CERTIFICATE, CHECKPOINT, interruptedRun, type Run, runsFolder, startRun } from '../runs.ts';
import { searchJson, searchText } from '../search.ts';
import { backendOf, type Session } from '../session.ts';
import { BrokenTable, brokenTable } from '../table.ts';
import { openTrainingData } from '../training-data.ts';

export const verb: Verb<'train'> = async ({ args: [file = ''], options }, session) => {
  if (file === '-') throw new Usage('`sutra train` needs a file: its numbers are written back there');
  if (options.out !== undefined && options['no-write'])
    throw new Usage('give either `--out` or `--no-write`, not both');
  const lock = lockFile(file);
  if (!lock.ok) return session.refuse(lock.problems);
  try {
    return await trainLocked(file, options, session);
  } finally {
    lock.value.release();
  }
};

async function trainLocked(file: string, options: OptionsOf<'train'>, session: Session): Promise<ExitCode> {
  const compiled = compileFor(file, options, session);
  if (!compiled.ok) return session.refuse(compiled.problems);
  session.warn(compiled.notes);
  const data = await openTrainingData(compiled.value, options.data, session);
  if (!data.ok) return session.refuse(data.problems);
  const backend = await backendOf(session);
  if (!backend.ok) return session.refuse(backend.problems);
  const writable = options['no-write'] ? ok(undefined) : canWrite(options.out ?? file);
  if (!writable.ok) return session.refuse(writable.problems);
  const opened = openRun(file, compiled.value, options);
  if (!opened.ok) return session.refuse(opened.problems);
  const { run, resume } = opened.value;
  if (!options.json && !options.quiet) session.terminal.out(learnedText(compiled.value.program));
  const stop = stopOnSignal(session);
  const progress = progressOf(session, run);
  const settings: TrainOptions = {
    data: data.value,
    backend: backend.value,
    events: progress,
    now: session.now,
    breathe: () => nextTurn(),
    signal: stop.signal,
    ...chosen(options),
    ...(resume && { resume }),
  };
  try {
    const trained = await train(compiled.value, session.files, settings);
    session.terminal.progress('');
    if (!trained.ok) return failed(run, trained, session);
    session.warn(trained.notes);
    return await finish({ file, run, trained: trained.value, compiled: compiled.value, options }, session);
  } catch (error) {
    run.save({ state: 'failed', ended: new Date().toISOString(), reason: String(error) });
    if (error instanceof BrokenTable) return session.refuse([brokenTable(error)]);
    throw error;
  } finally {
    stop.release();
  }
}

/** With `--out` the program is trained under its new name, so that its side files get that name too. */
function compileFor(file: string, options: OptionsOf<'train'>, session: Session): Result<Compiled> {
  const source = session.files.source(file);
  if (!source.ok) return source;
  const name = options.out === undefined ? file : join(dirname(file), basename(options.out));
  return compile({ ...source.value, name }, session.files);
}

const chosen = (o: OptionsOf<'train'>): Partial<Pick<TrainOptions, 'epochs' | 'rate' | 'seed'>> => ({
  ...(o.epochs !== undefined && { epochs: o.epochs }),
  ...(o.rate !== undefined && { rate: o.rate }),
  ...(o.seed !== undefined && { seed: o.seed }),
});

function openRun(
  file: string,
  compiled: Compiled,
  options: OptionsOf<'train'>,
): Result<{ readonly run: Run; readonly resume?: Uint8Array }> {
  if (options.resume) {
    const run = interruptedRun(file);
    if (!run) return fail([problem('nothing-to-resume', undefined, { file, folder: runsFolder(file) })]);
    return ok({ run, resume: readFileSync(join(run.folder, CHECKPOINT)) });
  }
  const given = Object.entries({ ...chosen(options), data: options.data, out: options.out });
  const record = Object.fromEntries(given.flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  const run = startRun(file, compiled.files, { graph: compiled.graph, options: record });
  return run.ok ? ok({ run: run.value }) : run;
}

/** Wrappers pass on a signal that the terminal has sent to the whole group already: within this time both are one. */
const ONE_SIGNAL_MS = 500;

/** ^C and a polite kill ask training to stop after its step; a second one ends the process at once. */
function stopOnSignal({ now }: Session): { readonly signal: { readonly aborted: boolean }; release(): void } {
  const controller = new AbortController();
  let first = Number.NEGATIVE_INFINITY;
  const stop = (): void => {
    if (!controller.signal.aborted) first = now();
    else if (now() - first > ONE_SIGNAL_MS) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, release: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}

function failed(run: Run, result: Extract<Result<Trained>, { ok: false }>, session: Session): ExitCode {
  const [first] = result.problems;
  run.save({ state: 'failed', ended: new Date().toISOString(), reason: first ? `${first.id}: ${first.title}` : '' });
  return session.refuse(result.problems);
}

interface Done {
  readonly file: string;
  readonly run: Run;
  readonly trained: Trained;
  readonly compiled: Compiled;
  readonly options: OptionsOf<'train'>;
}

async function finish(done: Done, session: Session): Promise<ExitCode> {
  const { run, trained, options } = done;
  const ended = new Date().toISOString();
  if (trained.outcome.end === 'interrupted') {
    const kept = run.put({ [CHECKPOINT]: trained.checkpoint });
    run.save({ state: 'interrupted', ended });
    if (!kept.ok) return session.refuse(kept.problems);
    session.terminal.error(`interrupted; ${done.file} is as it was. Go on with: sutra train ${done.file} --resume\n`);
    return EXIT.interrupted;
  }
  const files = {
    [CHECKPOINT]: trained.checkpoint,
    [CERTIFICATE]: printCertificate(trained.certificate),
  };
  const kept = run.put(files);
  if (!kept.ok) return session.refuse(kept.problems);
  const place = join(run.folder, 'after');
  const published = options['no-write']
    ? publishInto(trained.written, place)
    : options.out === undefined
      ? publish(trained.written, place)
      : publishAs(trained.written, options.out);
  const state = published.ok ? 'finished' : 'failed';
  const target = options['no-write'] ? {} : { written: relative(dirname(done.file), options.out ?? done.file) };
  run.save({ state, ended, final: trained.outcome.final, ...target });
  if (!published.ok) return session.refuse(published.problems);
  tell(done, published.value.paths, session);
  return EXIT.done;
}

function tell({ file, run, trained, options }: Done, paths: readonly string[], session: Session): void {
  const certificate = join(run.folder, CERTIFICATE);
  const written = paths.at(-1) ?? file;
  if (options.json) {
    const { search } = trained.outcome;
    const searched = search && { search: searchJson(search) };
    session.json({ done: true, ...trainedJson(trained), ...searched, file: written, certificate });
    return;
  }
  const { outcome } = trained;
  const measures = Object.entries(outcome.final).map(([name, value]) => `${name} ${brief(value)}`);
  const { out } = session.terminal;
  if (outcome.search) out(searchText(outcome.search));
  const last = outcome.epochs.at(-1)?.epoch ?? 0;
  const epoch = outcome.search && last === 0 ? '' : ` epoch ${outcome.keptEpoch} of ${last}`;
  out(`kept${epoch}: ${measures.join(', ')}\n`);
  out(changesText(trained.params));
  if (options['no-write']) out(`nothing was written to ${file}; the trained source is ${written}\n`);
  out(lastLine(trained));
}
