/**
 * Text to graphs in one step, from nothing: what every road starts with, and what write-back and certificates re-enter. Reads
 * the program's other files through the host.
 */
import type { CheckedModule } from '../check/core.ts';
import { check } from '../check/index.ts';
import type { Graph } from '../ir/graph.ts';
import { graphHash } from '../ir/print.ts';
import { type Entry, lower, type Program } from '../lower/index.ts';
import { utf8Decode } from '../num/bytes.ts';
import { canonical, ready } from '../passes/index.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Source } from '../text/span.ts';
import { graphOfEntries } from './certificate.ts';
import { tensorLoader } from './load.ts';
import { joinPath } from './paths.ts';

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
  /** After the default pipeline; what runs. Made when it is first asked for. */
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

/** Parses and checks; every Problem of every file of the program, sorted by place. */
export function checkText(source: Source, host: Host): Result<Checked> {
  const { module, problems, files } = check(source, {
    resolve: (path, from) => readSource(host, joinPath(from, path)),
  });
  return module ? ok({ source, module, files }, problems) : fail(problems);
}

function readSource(host: Host, path: string): Source | undefined {
  const bytes = host.read(path);
  const text = bytes && utf8Decode(bytes);
  return text === undefined ? undefined : { name: path, text };
}

/** Checks and lowers. A `seed` stands in for that of the program: its random initialisers start elsewhere. */
export function compileSource(source: Source, host: Host, seed?: number): Result<Compiled> {
  const checked = checkText(source, host);
  if (!checked.ok) return checked;
  const load = tensorLoader((path) => host.read(path));
  const lowered = lower(checked.value.module, { load, ...(seed !== undefined && { seed }) });
  if (!lowered.ok) return fail([...lowered.problems, ...checked.notes]);
  const entries = lowered.value.entries.map(compiledEntry);
  const graph = graphOfEntries(entries.map((e) => ({ name: e.name, graph: e.hash })));
  return ok({ ...checked.value, program: lowered.value, entries, graph }, [...checked.notes, ...lowered.notes]);
}

/** An entry with what is made of it when it is asked for. */
export function compiledEntry(entry: Entry): CompiledEntry {
  let made: Graph | undefined;
  return {
    ...entry,
    hash: graphHash(canonical(entry.graph)),
    get ready() {
      made ??= ready(entry.graph);
      return made;
    },
  };
}
