/**
 * The whole road on one page: source text -> checked -> lowered -> passes -> run, trained, written back, certified.
 * Everything is a function of its arguments; files, clock and cancellation come in through `Host` and the options,
 * so the CLI and a page do nothing but input and output.
 */
import type { Backend } from './backends/backend.ts';
import type { CheckedModule } from './check/core.ts';
import type { Certificate } from './decompile/certificate.ts';
import type { CertifyReport } from './decompile/certify.ts';
import type { ParamDiff } from './decompile/diff.ts';
import type { WriteBack } from './decompile/writeback.ts';
import type { Graph } from './ir/graph.ts';
import type { Entry, LoweredTest, Program } from './lower/program.ts';
import type { Problem } from './text/problem.ts';
import { Bug, type Result } from './text/result.ts';
import type { Source, Span } from './text/span.ts';
import type { EpochReport, TrainEvents, TrainOutcome } from './train/report.ts';
import type { DataSource, RowSource } from './train/rows.ts';
import type { Value } from './train/value.ts';

export type { DataSource, Row, RowSource } from './train/rows.ts';
export type { Value } from './train/value.ts';
export type { Certificate, CertifyReport, EpochReport, ParamDiff, TrainEvents, TrainOutcome, WriteBack };

/** The outside. Paths are those of the programs, already joined to the folder of the file that names them, with `/`. */
export interface Host {
  /** The bytes of a file; undefined when there is none (or it cannot be read). */
  read(path: string): Uint8Array | undefined;
}

/** A program that passed the checker. Warnings are the notes of the Result it came in. */
export interface Checked {
  readonly source: Source;
  readonly module: CheckedModule;
  /** The user's files that were read, the main one first (library modules are not among them). */
  readonly files: readonly Source[];
}

export interface CompiledEntry extends Entry {
  /** After the default pipeline; what runs. */
  readonly ready: Graph;
  /** `sha256:` of the canonical text of the lowered graph. */
  readonly hash: string;
}

/** A program ready to run, train, write back and certify. */
export interface Compiled extends Checked {
  readonly program: Program;
  readonly entries: readonly CompiledEntry[];
  /** `sha256:` over the names and hashes of all entries in order: the identity of the network. */
  readonly graph: string;
}

export interface RunOptions {
  readonly backend?: Backend;
  /** Called for every named intermediate value in order. */
  readonly trace?: (step: {
    readonly name: string;
    readonly at: Span;
    readonly shape: readonly number[];
    readonly data: Float32Array;
  }) => void;
}

export interface RunReport {
  readonly value: Value;
  /** The value as Sutra text, and its type. */
  readonly text: string;
  readonly type: string;
  /** An `iterate` that reached its bound. */
  readonly alarms: readonly Problem[];
}

export interface RowReport {
  readonly line: number;
  readonly value: Value;
}

export interface TestFailure {
  readonly title: string;
  readonly at: Span;
  /** The asserts that did not hold. */
  readonly asserts: readonly Span[];
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

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

export interface ParamChange {
  readonly name: string;
  readonly shape: readonly number[];
  readonly at: Span;
  readonly frozen: boolean;
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Elements whose bits changed. */
  readonly changed: number;
}

export interface Trained {
  readonly outcome: TrainOutcome;
  readonly params: readonly ParamChange[];
  /** New texts and side files; empty when training was interrupted. */
  readonly written: WriteBack;
  /** Of the written program; absent when training was interrupted. */
  readonly certificate?: Certificate;
  /** The re-entry: the written program compiled from nothing. Always 0 and true; anything else is a Bug. */
  readonly verified: { readonly parameters: number; readonly bitsDiffer: number; readonly graphEqual: boolean };
  /** Checkpoint bytes, to resume from. */
  readonly checkpoint: Uint8Array;
}

/** The file the `train` block names, joined to the program's folder; undefined without a train block. */
export const trainingFile = (
  _c: Compiled,
): { readonly kind: 'csv' | 'safetensors'; readonly path: string; readonly at: Span } | undefined => {
  throw new Bug('road: not wired');
};

/** Parses and checks; every Problem of every file of the program, sorted by place. */
export const checkText = (_source: Source, _host: Host): Result<Checked> => {
  throw new Bug('road: not wired');
};

/** Text to graphs: check, lower, canonical form, default passes. */
export const compile = (_source: Source, _host: Host): Result<Compiled> => {
  throw new Bug('road: not wired');
};

/** Evaluates one function (default: the trained one, else the only or last one). Inputs by parameter name; fields of a sole record input may be given directly. */
export const run = (
  _c: Compiled,
  _entry: string | undefined,
  _inputs: { readonly [name: string]: Value },
  _options?: RunOptions,
): Result<RunReport> => {
  throw new Bug('road: not wired');
};

/** Evaluates a function on each row of a table, streaming. A bad row ends it with its Problems. */
export const runTable = (
  _c: Compiled,
  _entry: string | undefined,
  _data: { readonly file: string; readonly table: RowSource },
  _options?: RunOptions,
): AsyncIterable<Result<readonly RowReport[]>> => {
  throw new Bug('road: not wired');
};

export const runTests = (_c: Compiled, _options?: RunOptions): TestReport => {
  throw new Bug('road: not wired');
};

/** Trains, writes back and proves the written text equal. The Result's notes are warnings. */
export const train = (_c: Compiled, _host: Host, _options: TrainOptions): Promise<Result<Trained>> => {
  throw new Bug('road: not wired');
};

/** Recompiles from nothing and compares with a certificate (JSON text) or a safetensors file's bytes. */
export const certify = (
  _source: Source,
  _host: Host,
  _against: { readonly certificate: string } | { readonly weights: Uint8Array; readonly file: string },
): Result<CertifyReport> => {
  throw new Bug('road: not wired');
};

/** A certificate for the program as it stands. */
export const certificateOf = (_c: Compiled): Certificate => {
  throw new Bug('road: not wired');
};

/** Parameter by parameter: what changed, what came, what went. */
export const diff = (_a: Compiled, _b: Compiled): readonly ParamDiff[] => {
  throw new Bug('road: not wired');
};

/** Puts the weights of a safetensors file at the marks of a source. */
export const decompileInto = (
  _c: Compiled,
  _host: Host,
  _weights: { readonly file: string; readonly bytes: Uint8Array },
): Result<Trained> => {
  throw new Bug('road: not wired');
};

export type { LoweredTest };
