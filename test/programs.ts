/** Programs of the repository for the tests: opened, run and trained in this process, with the command line's own readers. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Backend } from '../src/backends/backend.ts';
import { reference } from '../src/backends/reference.ts';
import { openFiles } from '../src/cli/files.ts';
import { openTable } from '../src/cli/table.ts';
import {
  type Compiled,
  compile,
  type DataSource,
  type EpochReport,
  type Host,
  type Trained,
  train,
  trainingFile,
} from '../src/road.ts';
import { renderProblems } from '../src/text/render.ts';
import type { Result } from '../src/text/result.ts';
import type { Source } from '../src/text/span.ts';

/** The folder of the examples, with a slash at its end. */
export const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));

/** The programs in it. */
export const EXAMPLE_PROGRAMS: readonly string[] = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.su') && !path.includes('.sutra'))
  .sort();

/** Those for tests of graphs: six machines have the graph of the first, and the tables of 1,600 gates keep an interpreter busy for minutes. */
export const EXAMPLE_GRAPHS = EXAMPLE_PROGRAMS.filter(
  (path) => !/^(gates|tomita)\//.test(path) || path.endsWith('tomita1.su'),
);

/** The value of a result; its problems as the message otherwise. */
export function succeed<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderProblems(result.problems, 'human'));
  return result.value;
}

/** `edit` changes the text before it is compiled. */
export function openProgram(
  path: string,
  edit: (text: string) => string = (text) => text,
): {
  readonly source: Source;
  readonly host: Host;
  readonly compiled: Compiled;
} {
  const host = openFiles();
  const read = succeed(host.source(path));
  const source = { ...read, text: edit(read.text) };
  const result = compile(source, host);
  expect(result.ok ? renderProblems(result.notes, 'short') : '').toBe('');
  return { source, host, compiled: succeed(result) };
}

async function dataOf(compiled: Compiled, host: Host): Promise<DataSource> {
  const file = trainingFile(compiled);
  if (file === undefined) throw new Error('nothing to train');
  if (file.kind === 'csv') return { kind: 'csv', file: file.path, table: succeed(await openTable(file.path)) };
  const bytes = host.read(file.path);
  if (bytes === undefined) throw new Error(`no ${file.path}`);
  return { kind: 'safetensors', file: file.path, bytes };
}

/** Trains in memory: what would be written is in the result, and no file is touched. */
export async function trainProgram(
  path: string,
  backend: Backend = reference,
  edit?: (text: string) => string,
): Promise<{ readonly trained: Trained; readonly epochs: readonly EpochReport[] }> {
  const { compiled, host } = openProgram(path, edit);
  const epochs: EpochReport[] = [];
  const data = await dataOf(compiled, host);
  const result = await train(compiled, host, {
    data,
    backend,
    events: { epoch: (report) => void epochs.push(report) },
  });
  return { trained: succeed(result), epochs };
}

/** A host that sees the files a training would write in place of the ones on disk. */
export function hostAfter({ written }: Trained): Host {
  const disk = openFiles();
  const files = new Map<string, Uint8Array>([
    ...written.files.map((f): [string, Uint8Array] => [f.name, new TextEncoder().encode(f.after)]),
    ...written.sides.map((s): [string, Uint8Array] => [s.path, s.bytes]),
  ]);
  return { read: (path) => files.get(path) ?? disk.read(path) };
}
