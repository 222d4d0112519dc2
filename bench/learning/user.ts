/** The road as a user goes it: text to a trained program, run over a table, proved. Everything a benchmark of learning does with Sutra. */
import { readFileSync } from 'node:fs';
import { wasm } from '../../src/backends/wasm/index.ts';
import { type Compiled, compile, freeze, type Host, prove, runTable, train, type Value } from '../../src/road.ts';
import { renderProblems } from '../../src/text/render.ts';
import { must, type Result } from '../../src/text/result.ts';
import { type RowSource, tableOf } from '../../src/train/rows.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DISK: Host = {
  read(path) {
    try {
      return new Uint8Array(readFileSync(path));
    } catch {
      return undefined;
    }
  },
};

export function succeed<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderProblems(result.problems, 'human'));
  return result.value;
}

export const compiled = (text: string, name = 'program.su'): Compiled => succeed(compile({ name, text }, DISK));

export interface Learned {
  readonly text: string;
  /** Of the kept values: losses and metrics, with `holdout_` those of the held-out rows. */
  readonly final: Readonly<Record<string, number>>;
  readonly strategy: string;
  readonly restarts: number;
  /** Assignments that were measured. */
  readonly measured: number;
  readonly seconds: number;
}

/** Trains and writes back. Time is that of this process, reading the table included. */
export async function learn(text: string, { header, rows }: Table): Promise<Learned> {
  const started = process.cpuUsage();
  const data = { kind: 'csv' as const, file: 'data.csv', table: tableOf(header, rows) };
  const trained = succeed(await train(compiled(text), DISK, { data, backend: wasm }));
  const { user, system } = process.cpuUsage(started);
  const { final, search } = trained.outcome;
  const tried = search?.tried ?? [];
  return {
    text: trained.written.files[0]?.after ?? text,
    final,
    strategy: search?.won ?? 'gradient',
    restarts: tried.reduce((n, t) => n + t.restarts, 0),
    measured: tried.reduce((n, t) => n + t.measured, 0),
    seconds: (user + system) / 1e6,
  };
}

/** What a function gives on each row. */
export const outputsOf = (text: string, entry: string, { header, rows }: Table): Promise<readonly Value[]> =>
  valuesOn(compiled(text), entry, tableOf(header, rows));

export async function valuesOn(c: Compiled, entry: string, table: RowSource): Promise<readonly Value[]> {
  const values: Value[] = [];
  for await (const block of runTable(c, entry, { file: 'table', table }, { backend: wasm }))
    values.push(...succeed(block).map((r) => r.value));
  return values;
}

export interface Verdict {
  readonly verdict: string;
  /** How it was proved. */
  readonly how: string;
  /** Why it is not proved, or what is proved in its place. */
  readonly why?: string;
}

/** Examines the properties of a program, each for at most so many seconds. */
export function verdictsOf(text: string, seconds: number): readonly Verdict[] {
  const started = performance.now();
  const goOn = (): boolean => performance.now() - started < seconds * 1000;
  return [...prove(compiled(text), undefined, { goOn, backend: wasm })].map((r) => {
    if (!r.ok) return { verdict: 'unknown', how: must(r.problems[0]).title };
    const { proof } = r.value;
    return { verdict: proof.verdict, how: proof.kind, ...(proof.reason !== undefined && { why: proof.reason }) };
  });
}

/** The program with what was learned as plain code; as it is where there is nothing to freeze. */
export function frozen(text: string): string {
  const made = freeze(compiled(text), DISK, ['program.su', 'program.su']);
  return made.ok ? made.value.text : text;
}

/** Lines of a program that compute: without those that are empty, comments, imports, tests, properties and what trains. */
export const linesOf = (text: string): number =>
  text
    .replace(/^(?:test|prove|train)\b[^\n]*(?:\n(?!\}).*)*\n\}/gm, '')
    .split('\n')
    .filter((line) => !/^\s*(?:$|\/\/|import\b|prove\b)/.test(line)).length;
