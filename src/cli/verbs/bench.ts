/**
 * `sutra bench FILE[:fn]`: how long a function takes and, if the program trains, an epoch; every backend side by side. Calls
 * are timed in place, on made-up inputs; an epoch is a real one, on the table of the program, and nothing is written.
 */
import type { Backend } from '../../backends/backend.ts';
import { schedulePlan } from '../../backends/schedule/index.ts';
import { type Compiled, type CompiledEntry, compile, type DataSource, train } from '../../road.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';
import { scoreGraph } from '../../train/graphs.ts';
import { findEntry, paramsOf } from '../../train/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { splitTarget } from '../files.ts';
import { madeUpInputs } from '../made-up.ts';
import type { Verb } from '../main.ts';
import { columns } from '../print.ts';
import { plural } from '../report.ts';
import { BACKENDS, backendOf, type Session } from '../session.ts';
import { BrokenTable, brokenTable } from '../table.ts';
import { summarise, type Timing, timeCalls, timeText } from '../timing.ts';
import { openTrainingData } from '../training-data.ts';

const ROWS = 256;

/** What one backend does. Times are in milliseconds. */
interface Figures {
  readonly backend: string;
  /** From the text to the result of the first call. */
  readonly compile: number;
  readonly call: Timing;
  /** A whole batch. */
  readonly batch: Timing;
  /** With its measuring; undefined for a function that is not trained. */
  readonly epoch: Timing | undefined;
}

/** What of a function is measured. */
interface Subject {
  readonly source: Source;
  readonly compiled: Compiled;
  readonly entry: CompiledEntry;
  readonly rows: number;
  readonly data: (() => Promise<Result<DataSource>>) | undefined;
}

export const verb: Verb<'bench'> = async ({ args: [word = ''], options }, session) => {
  const { file, fn } = splitTarget(word);
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  session.warn(compiled.notes);
  const { entries, program } = compiled.value;
  const entry = findEntry(entries, fn, source.value.name, program.train?.target);
  if (!entry.ok) return session.refuse(entry.problems);
  const backends = await backendsOf(session);
  if (!backends.ok) return session.refuse(backends.problems);
  const isTrained = program.train?.target === entry.value.name;
  const subject: Subject = {
    source: source.value,
    compiled: compiled.value,
    entry: entry.value,
    rows: options.rows ?? ROWS,
    data: isTrained ? () => openTrainingData(compiled.value, options.data, session) : undefined,
  };
  const measured: Figures[] = [];
  for (const backend of backends.value) {
    session.terminal.progress(`measuring ${backend.name}`);
    const figures = await measure(subject, backend, session);
    session.terminal.progress('');
    if (!figures.ok) return session.refuse(figures.problems);
    measured.push(figures.value);
  }
  return report(subject, measured, session);
};

/** A backend that is not here gives another one in its place, which is measured once. */
const distinct = (backends: readonly Backend[]): Backend[] => [...new Map(backends.map((b) => [b.name, b])).values()];

/** The one that `--backend` names, or all of this version. */
async function backendsOf(session: Session): Promise<Result<readonly Backend[]>> {
  if (session.options.backend === undefined)
    return ok(distinct(await Promise.all(Object.values(BACKENDS).map((load) => load(session)))));
  const one = await backendOf(session);
  return one.ok ? ok([one.value]) : one;
}

async function measure(s: Subject, backend: Backend, session: Session): Promise<Result<Figures>> {
  const { now } = session;
  const { program } = s.compiled;
  const params = paramsOf(program.params);
  const inputs = madeUpInputs(s.entry, 1);
  const begun = now();
  const again = compile(s.source, session.files);
  const graph = must(again.ok ? again.value.entries.find((e) => e.name === s.entry.name) : undefined).ready;
  backend.compile(graph).run(inputs, params);
  const compiling = now() - begun;
  const { resident } = backend.compile(graph);
  for (const [name, view] of resident.params) view.set(must(params.get(name)));
  const call = timeCalls(() => {
    for (let i = 0; i < inputs.length; i++) resident.inputs[i]?.set(inputs[i] as Float32Array);
    resident.step();
  }, now);
  const many = backend.compile(scoreGraph(s.entry.graph, s.rows)).resident;
  for (const [name, view] of many.params) view.set(must(params.get(name)));
  const examples = madeUpInputs(s.entry, s.rows);
  const batch = timeCalls(() => {
    for (let i = 0; i < examples.length; i++) many.inputs[i]?.set(examples[i] as Float32Array);
    many.step();
  }, now);
  const epoch = s.data ? await timeEpochs(s.compiled, s.data, backend, session) : ok(undefined);
  return epoch.ok ? ok({ backend: backend.name, compile: compiling, call, batch, epoch: epoch.value }) : epoch;
}

const EPOCHS = 32;
const EPOCHS_MS = 5000;

/** From the end of one epoch to that of the next: up to 31 of them, or as many as end within five seconds, two at least. */
async function timeEpochs(
  compiled: Compiled,
  open: () => Promise<Result<DataSource>>,
  backend: Backend,
  session: Session,
): Promise<Result<Timing | undefined>> {
  const data = await open();
  if (!data.ok) return data;
  const ends: number[] = [];
  const start = session.now();
  const signal = { aborted: false };
  const epoch = (): void => {
    ends.push(session.now());
    signal.aborted = ends.length > 2 && session.now() - start > EPOCHS_MS;
  };
  try {
    const trained = await train(compiled, session.files, {
      data: data.value,
      backend,
      epochs: EPOCHS,
      signal,
      events: { epoch },
    });
    if (!trained.ok) return trained;
  } catch (error) {
    if (error instanceof BrokenTable) return { ok: false, problems: [brokenTable(error)] };
    throw error;
  }
  return ok(ends.length > 1 ? summarise(ends.slice(1).map((end, i) => end - must(ends[i]))) : undefined);
}

// --- the report ------------------------------------------------------------------------------------------

function report(s: Subject, measured: readonly Figures[], session: Session): ExitCode {
  const plan = schedulePlan(s.entry.ready);
  const [arena, live] = [4 * plan.arena, 4 * plan.peak];
  // Kilobytes, the most this process ever had.
  const peak = process.resourceUsage().maxRSS * 1024;
  if (session.options.json) {
    session.json({
      function: s.entry.name,
      rows: s.rows,
      backends: measured.map((f) => figuresJson(f, s.rows)),
      arena_bytes: arena,
      live_bytes: live,
      peak_memory_bytes: peak,
    });
    return EXIT.done;
  }
  const head = ['backend', 'compile', 'call', 'rows/s', ...(s.data ? ['epoch'] : [])];
  const rows = measured.map((f) => [
    f.backend,
    timeText(f.compile),
    timingText(f.call),
    String(Number(perSecond(f, s.rows).toPrecision(3))),
    ...(s.data ? [f.epoch ? `${timingText(f.epoch)}, ${plural(f.epoch.runs, 'run')}` : '-'] : []),
  ]);
  const runs = measured[0]?.call.runs ?? 0;
  session.terminal.out(columns([head, ...rows]));
  session.terminal.out(
    `${s.entry.name}: medians of ${runs} runs and their 95 % interval; batches of ${s.rows} rows; ` +
      `an arena of ${arena} bytes, ${live} alive at once; ${(peak / 2 ** 20).toFixed(0)} MB of memory at most\n`,
  );
  return EXIT.done;
}

const perSecond = ({ batch }: Figures, rows: number): number => (rows / batch.median) * 1000;

const timingText = ({ median, low, high }: Timing): string =>
  `${timeText(median)} (${timeText(low)} to ${timeText(high)})`;

const timingJson = ({ median, low, high, runs }: Timing): object => ({
  median_ms: median,
  low_ms: low,
  high_ms: high,
  runs,
});

const figuresJson = (f: Figures, rows: number): object => ({
  backend: f.backend,
  compile_ms: f.compile,
  call: timingJson(f.call),
  batch: timingJson(f.batch),
  rows_per_second: perSecond(f, rows),
  ...(f.epoch && { epoch: timingJson(f.epoch) }),
});
