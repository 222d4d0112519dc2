/** `sutra run FILE[:fn]`: evaluates a function once, or once per row of a table. */
import { type Compiled, compile, type Row, type RowSource, type RunOptions, run, runTable } from '../../road.ts';
import { ok, type Result } from '../../text/result.ts';
import { cannotWrite } from '../disk.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import { splitTarget } from '../files.ts';
import { readInputs } from '../inputs.ts';
import type { Verb } from '../main.ts';
import type { OptionsOf } from '../options.ts';
import { brief, cellsOf, columns, jsonValue } from '../print.ts';
import { lineOf } from '../report.ts';
import { backendOf, type Session } from '../session.ts';
import { fileSink, type Sink, terminalSink } from '../sink.ts';
import { BrokenTable, brokenTable, csvLine, openTable } from '../table.ts';
import { type TraceStep, tensorText, traceJson } from '../trace.ts';

export const verb: Verb<'run'> = async ({ args: [word = ''], options }, session) => {
  if (options.out !== undefined && options.data === undefined) throw new Usage('`--out` goes with `--data`');
  if (options.data !== undefined && options.in.length > 0) throw new Usage('give either `--in` or `--data`, not both');
  const { file, fn } = splitTarget(word);
  if (file === '-' && options.data === '-')
    throw new Usage('only one of the program and the table can be standard input');
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  session.warn(compiled.notes);
  const backend = await backendOf(session);
  if (!backend.ok) return session.refuse(backend.problems);
  const settings = { backend: backend.value };
  if (options.data !== undefined)
    return overTable({ compiled: compiled.value, fn, settings, data: options.data, out: options.out }, session);
  return once(compiled.value, fn, options, settings, session);
};

async function once(
  compiled: Compiled,
  fn: string | undefined,
  options: OptionsOf<'run'>,
  settings: RunOptions,
  session: Session,
): Promise<ExitCode> {
  const inputs = readInputs(options.in);
  if (!inputs.ok) return session.refuse(inputs.problems);
  const steps: TraceStep[] = [];
  const trace: RunOptions['trace'] = ({ name, at, shape, data }) =>
    steps.push({ name, line: lineOf(at), shape, data: [...data] });
  const report = run(compiled, fn, inputs.value, options.trace ? { ...settings, trace } : settings);
  if (!report.ok) return session.refuse(report.problems);
  session.warn(report.value.alarms);
  const { out } = session.terminal;
  if (options.json) {
    const trace = options.trace ? `,"trace":${traceJson(steps)}` : '';
    out(`{"v":1${session.mark.text},"value":${jsonValue(report.value.value)}${trace}}\n`);
  } else {
    if (options.trace) out(columns(steps.map((s) => [s.line, s.name, tensorText(s)])));
    out(`${report.value.text} : ${report.value.type}\n`);
  }
  return EXIT.done;
}

interface TableCall {
  readonly compiled: Compiled;
  readonly fn: string | undefined;
  readonly settings: RunOptions;
  readonly data: string;
  readonly out: string | undefined;
}

async function overTable(call: TableCall, session: Session): Promise<ExitCode> {
  const table = await openTable(call.data);
  if (!table.ok) return session.refuse(table.problems);
  let sink: Sink | undefined;
  const start = session.now();
  try {
    sink = call.out === undefined || call.out === '-' ? terminalSink(session) : await fileSink(call.out);
    const rows = await streamRows(call, table.value, sink, session);
    if (!rows.ok) {
      await sink.abandon();
      return session.refuse(rows.problems);
    }
    await sink.close();
    const seconds = (session.now() - start) / 1000;
    session.terminal.note(`${rows.value} rows, ${brief(rows.value / Math.max(seconds, 1e-3))} rows/s\n`);
    return EXIT.done;
  } catch (error) {
    await sink?.abandon();
    if (error instanceof BrokenTable) return session.refuse([brokenTable(error)]);
    if (call.out !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined)
      return session.refuse([cannotWrite(call.out, error)]);
    throw error;
  }
}

async function streamRows(call: TableCall, table: RowSource, sink: Sink, session: Session): Promise<Result<number>> {
  const name = call.fn ?? 'result';
  // The table's own cells are kept until the result of their row is there.
  const waiting: (readonly string[])[] = [];
  const watched: RowSource = { header: table.header, rows: () => remember(table.rows(), waiting) };
  const asJson = session.options.json;
  let rows = 0;
  for await (const batch of runTable(call.compiled, call.fn, { file: call.data, table: watched }, call.settings)) {
    if (!batch.ok) return batch;
    session.warn(batch.notes);
    const lines: string[] = [];
    for (const row of batch.value) {
      const cells = waiting.shift() ?? [];
      const results = cellsOf(row.value, name);
      if (rows === 0 && !asJson) lines.push(csvLine([...table.header, ...results.map(([column]) => column)]));
      if (asJson) lines.push(`{"v":1${session.mark.text},"line":${row.line},"value":${jsonValue(row.value)}}`);
      else lines.push(csvLine([...cells, ...results.map(([, cell]) => cell)]));
      rows += 1;
    }
    await sink.write(lines);
  }
  return ok(rows);
}

async function* remember(rows: AsyncIterable<Row>, waiting: (readonly string[])[]): AsyncGenerator<Row> {
  for await (const row of rows) {
    waiting.push(row.cells);
    yield row;
  }
}
