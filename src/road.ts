/**
 * The whole road on one page: source text -> checked -> lowered -> passes -> run, trained, written back, certified.
 * Everything is a function of its arguments; files, clock and cancellation come in through `Host` and the options,
 * so the CLI and a page do nothing but input and output.
 */
import type { Backend } from './backends/backend.ts';
import { reference } from './backends/reference.ts';
import type { Certificate } from './decompile/certificate.ts';
import { type CertifyReport, certifyProgram, certifyWeights } from './decompile/certify.ts';
import {
  type Checked,
  type Compiled,
  type CompiledEntry,
  checkText,
  compiledEntry,
  compileSource,
  type Host,
} from './decompile/compile.ts';
import { diffParams, type ParamDiff } from './decompile/diff.ts';
import {
  type FreezeCertificate,
  type Frozen,
  freeze as frozen,
  type ReplayReport,
  replayFreeze,
} from './decompile/freeze/index.ts';
import { weightsInto } from './decompile/into.ts';
import { joinPath } from './decompile/paths.ts';
import { printValue } from './decompile/print.ts';
import { type Simplified, type SimplifyOptions, simplified } from './decompile/simplify/index.ts';
import type { WriteBack } from './decompile/writeback.ts';
import { certificateOf, type ParamChange, recompiled, type Written, writeAndVerify } from './decompile/written.ts';
import { graphHash } from './ir/print.ts';
import type { Program, TrainTask } from './lower/index.ts';
import { canonical } from './passes/index.ts';
import {
  type ExamineOptions,
  type PointReport,
  type PropertyProof,
  type PropertyReport,
  proveProgram,
  type Told,
  tellAt,
} from './prove/index.ts';
import { type Problem, problem } from './text/problem.ts';
import { fail, ok, type Result } from './text/result.ts';
import type { Source, Span } from './text/span.ts';
import type { Wanted } from './train/columns.ts';
import { type Dataset, DEFAULT_MEMORY_BYTES, openDataset } from './train/dataset.ts';
import type { TrainJob } from './train/loop.ts';
import { learnability } from './train/reach.ts';
import type {
  EpochReport,
  SearchReport,
  SearchStep,
  StepReport,
  TrainEvents,
  TrainOutcome,
  TriedReport,
} from './train/report.ts';
import type { DataSource, Row, RowSource } from './train/rows.ts';
import {
  failedAsserts,
  findEntry,
  type Inputs,
  paramsOf,
  type RowReport,
  runOnce,
  runRows,
  type Side,
  traceOnce,
  type Witness,
} from './train/run.ts';
import { trainProgram } from './train/search/index.ts';
import { checkSplit } from './train/settings.ts';
import { sizedEntry } from './train/sized.ts';
import { openTensors } from './train/tensors.ts';
import { typeName, type Value } from './train/value.ts';

export type {
  Certificate,
  CertifyReport,
  Checked,
  Compiled,
  CompiledEntry,
  DataSource,
  EpochReport,
  Host,
  ParamChange,
  ParamDiff,
  PropertyProof,
  PropertyReport,
  Row,
  RowReport,
  RowSource,
  SearchReport,
  SearchStep,
  Simplified,
  StepReport,
  Told,
  TrainEvents,
  TrainOutcome,
  TriedReport,
  Value,
  WriteBack,
  Written,
};
export { certificateOf, checkText };

// --- compile ---------------------------------------------------------------------------------------------

/** Text to graphs: check and lower. Notes are all warnings, those about what cannot be learned included. */
export function compile(source: Source, host: Host): Result<Compiled> {
  const compiled = compileSource(source, host);
  if (!compiled.ok) return compiled;
  const { params, train: task } = compiled.value.program;
  return ok(compiled.value, [...compiled.notes, ...(task ? learnability(params, task) : [])]);
}

// --- run -------------------------------------------------------------------------------------------------

/** `trace` is called for every named intermediate value in order, `decide` for every comparison. */
export interface RunOptions extends Witness {
  readonly backend?: Backend;
}

export interface RunReport {
  readonly value: Value;
  /** The value as Sutra text, and its type. */
  readonly text: string;
  readonly type: string;
  /** Warnings: an `iterate` that reached its bound. */
  readonly alarms: readonly Problem[];
}

/** Evaluates one function (default: the trained one, else `main`, else the last). Inputs by parameter name; fields of a sole record input may be given directly. */
export function run(
  c: Compiled,
  entry: string | undefined,
  inputs: Inputs,
  options: RunOptions = {},
): Result<RunReport> {
  const sized = sizedEntry(c.program.sized, entry, inputs);
  const found = sized ? (sized.ok ? ok(compiledEntry(sized.value)) : sized) : entryOf(c, entry);
  if (!found.ok) return found;
  const params = paramsOf(c.program.params);
  const watched = options.trace || options.decide;
  const traced = watched ? traceOnce(found.value, inputs, params, options) : ok(undefined);
  if (!traced.ok) return traced;
  const ran = runOnce(found.value, found.value.ready, inputs, params, options.backend ?? reference);
  if (!ran.ok) return ran;
  const { leaves, value, alarms } = ran.value;
  const { output } = found.value;
  return ok({ value, text: printValue(output, leaves), type: typeName(output), alarms });
}

/** Evaluates a function on each row of a table, streaming in blocks. A bad row ends it with its Problems. */
export async function* runTable(
  c: Compiled,
  entry: string | undefined,
  data: { readonly file: string; readonly table: RowSource },
  options: RunOptions = {},
): AsyncGenerator<Result<readonly RowReport[]>> {
  const found = entryOf(c, entry);
  if (!found.ok) {
    yield found;
    return;
  }
  const params = paramsOf(c.program.params);
  const backend = options.backend ?? reference;
  yield* runRows({ entry: found.value, graph: found.value.ready, params, backend, ...data });
}

/** The named function; without a name the trained one, else `main`, else the last. */
export const entryOf = (c: Compiled, name: string | undefined): Result<CompiledEntry> =>
  findEntry(c.entries, name, c.source.name, c.program.train?.target);

export interface TestFailure {
  readonly title: string;
  readonly at: Span;
  /** The asserts that did not hold; the text of both sides when it is a comparison. */
  readonly asserts: readonly { readonly at: Span; readonly sides?: readonly [string, string] }[];
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

/** Runs the `test` blocks of the program's main file. */
export function runTests(c: Compiled, options: RunOptions = {}): TestReport {
  const params = paramsOf(c.program.params);
  const failures = c.program.tests.flatMap((test): TestFailure[] => {
    const failed = failedAsserts(test, params, options.backend ?? reference);
    const print = ({ layout, leaves }: Side): string => printValue(layout, leaves);
    const asserts = failed.map(({ at, sides }) => ({
      at,
      ...(sides && { sides: [print(sides[0]), print(sides[1])] as const }),
    }));
    return asserts.length > 0 ? [{ title: test.title, at: test.at, asserts }] : [];
  });
  return { passed: c.program.tests.length - failures.length, failed: failures.length, failures };
}

// --- prove -------------------------------------------------------------------------------------------------

/** Examines the properties of the main file one after the other, or the one of a title. One that is no question is a failure of its own. */
export const prove = (
  c: Compiled,
  title: string | undefined,
  options: ExamineOptions,
): Iterable<Result<PropertyReport>> => proveProgram(c.program, title, options);

/** What a property says at given inputs, bit for bit. */
export const proveAt = (
  c: Compiled,
  title: string,
  inputs: Inputs,
  backend: Backend = reference,
): Result<PointReport> => tellAt(c.program, title, { inputs, backend });

// --- train -----------------------------------------------------------------------------------------------

export interface TrainOptions {
  /** Where the rows come from; the caller opens what `trainingFile` names, or `--data`. */
  readonly data: DataSource;
  readonly epochs?: number;
  readonly rate?: number;
  readonly seed?: number;
  readonly batch?: number;
  readonly backend?: Backend;
  /** A checkpoint's bytes: training continues there, bit for bit. */
  readonly resume?: Uint8Array;
  /** Tables whose encoded rows need more bytes than this are streamed (default 1 GiB). */
  readonly memoryBytes?: number;
  readonly events?: TrainEvents;
  /** Milliseconds, for the time left. */
  readonly now?: () => number;
  /** Awaited between steps so that signals and a terminal get their turn; `setImmediate` as a promise. */
  readonly breathe?: () => Promise<void>;
  /** An `AbortSignal` will do: training stops after the current step and gives a checkpoint. */
  readonly signal?: { readonly aborted: boolean };
}

export interface Trained extends Written {
  /** When training was interrupted the source stays as it is: nothing is written, the certificate is that of the source. */
  readonly outcome: TrainOutcome;
  /** Checkpoint bytes, to resume from. */
  readonly checkpoint: Uint8Array;
}

/** The file the `train` block names, joined to the program's folder; undefined without a train block. */
export function trainingFile(
  c: Compiled,
): { readonly kind: 'csv' | 'safetensors'; readonly path: string; readonly at: Span } | undefined {
  const data = c.program.train?.data;
  return data && { kind: data.kind, path: joinPath(data.at.source.name, data.file), at: data.at };
}

/** Trains, writes back and proves the written text equal. The Result's notes are warnings. */
export async function train(c: Compiled, host: Host, options: TrainOptions): Promise<Result<Trained>> {
  const started = startOf(c, host, options);
  if (!started.ok) return started;
  const { program, task } = started.value;
  const dataset = await openData(task, options);
  if (!dataset.ok) return dataset;
  const trained = await trainProgram(jobOf(program, task, dataset.value, options));
  if (!trained.ok) return trained;
  const { outcome, checkpoint } = trained.value;
  const params = outcome.end === 'interrupted' ? paramsOf(c.program.params) : trained.value.params;
  return ok({ ...writeAndVerify(c, host, params), outcome, checkpoint }, trained.notes);
}

/** The program and its task with the settings of the command line in them. Another seed makes other initial numbers. */
function startOf(c: Compiled, host: Host, options: TrainOptions): Result<{ program: Program; task: TrainTask }> {
  const { seed } = options;
  const compiled = seed === undefined ? ok(c) : compileSource(c.source, host, seed);
  if (!compiled.ok) return compiled;
  const { program } = compiled.value;
  if (!program.train) return fail([problem('no-train-block', undefined, { file: c.source.name })]);
  const { optimizer } = program.train;
  const rate = options.rate === undefined ? {} : { rate: options.rate };
  const task: TrainTask = {
    ...program.train,
    optimizer: { ...optimizer, numbers: { ...optimizer.numbers, ...rate } },
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...(options.batch !== undefined && { batch: options.batch }),
    ...(seed !== undefined && { seed }),
  };
  const problems = checkSplit(task);
  return problems.length > 0 ? fail(problems) : ok({ program, task });
}

async function openData(task: TrainTask, options: TrainOptions): Promise<Result<Dataset>> {
  const { data, memoryBytes = DEFAULT_MEMORY_BYTES } = options;
  const label = { name: task.data.label, layout: task.label };
  const wanted: Wanted = { file: data.file, at: task.data.at, inputs: task.inputs, label };
  const split = { holdout: task.holdout, seed: task.seed, memoryBytes };
  return data.kind === 'csv' ? openDataset(data.table, wanted, split) : openTensors(data.bytes, wanted, split);
}

function jobOf(program: Program, task: TrainTask, dataset: Dataset, options: TrainOptions): TrainJob {
  const { backend = reference, resume, events, now, breathe, signal } = options;
  return {
    params: program.params,
    task,
    dataset,
    backend,
    identity: graphHash(canonical(task.loss)),
    ...(resume && { resume }),
    ...(events && { events }),
    ...(now && { now }),
    ...(breathe && { breathe }),
    ...(signal && { signal }),
  };
}

// --- write back and certify --------------------------------------------------------------------------------

/** Recompiles from nothing and compares with a certificate (JSON text) or a safetensors file's bytes. */
export function certify(
  source: Source,
  host: Host,
  against: { readonly certificate: string } | { readonly weights: Uint8Array; readonly file: string },
): Result<CertifyReport> {
  const compiled = compileSource(source, host);
  if (!compiled.ok) return compiled;
  const program = recompiled(compiled.value);
  if ('certificate' in against) return certifyProgram(program, against.certificate);
  return certifyWeights(program, against.file, against.weights);
}

/** Puts the weights of a safetensors file at the marks of a source. */
export function decompileInto(
  c: Compiled,
  host: Host,
  weights: { readonly file: string; readonly bytes: Uint8Array },
): Result<Written> {
  const values = weightsInto(c.program.params, weights);
  return values.ok ? ok(writeAndVerify(c, host, values.value)) : values;
}

/** Parameter by parameter: what changed, what came, what went. */
export const diff = (a: Compiled, b: Compiled): readonly ParamDiff[] => diffParams(a.program.params, b.program.params);

// --- near programs -----------------------------------------------------------------------------------------

/** Names for learned functions and shorter numbers, proved to keep its outputs within a distance over boxes, and written at their marks. */
export function simplify(
  c: Compiled,
  host: Host,
  entry: string | undefined,
  options: SimplifyOptions,
): Result<Written & Simplified> {
  const found = entryOf(c, entry);
  if (!found.ok) return found;
  const { c: named, values, line, ...told } = simplified(c, host, found.value, options);
  return ok({ ...writeAndVerify(named, host, values, line), ...told });
}

// --- frozen programs ---------------------------------------------------------------------------------------

/** Learned marks as plain code, equal in every bit. `c` is compiled under the name of the result; `files` are the names of the original and the result for the certificate. */
export const freeze = (c: Compiled, host: Host, files: readonly [string, string]): Result<Frozen> =>
  frozen(c, host, files);

/** Makes a frozen program again from its original, change by change, and compares. Both are sources as they stand. */
export function certifyFrozen(
  certificate: FreezeCertificate,
  original: Source,
  result: Source,
  host: Host,
): Result<ReplayReport> {
  const compiled = compile(original, host);
  if (!compiled.ok) return compiled;
  const moved = compile({ ...original, name: result.name }, host);
  if (!moved.ok) return moved;
  return replayFreeze(certificate, { original: compiled.value, moved: moved.value, text: result.text }, host);
}
