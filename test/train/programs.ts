/** Small programs with their tables, compiled and trained in memory. */
import { type Compiled, compile, type Host, type Trained, type TrainOptions, train } from '../../src/road.ts';
import type { Problem } from '../../src/text/problem.ts';
import type { Result } from '../../src/text/result.ts';
import { type RowSource, tableOf } from '../../src/train/rows.ts';

export type Files = Readonly<Record<string, Uint8Array | string>>;

export const hostOf = (files: Files): Host => ({
  read: (path) => {
    const found = files[path];
    return typeof found === 'string' ? new TextEncoder().encode(found) : found;
  },
});

export const messageOf = (p: Problem | undefined): string => (p ? `${p.id} ${p.title} | ${p.help}` : 'no problem');

export function unwrap<T>(r: Result<T>): T {
  if (!r.ok) throw new Error(r.problems.map(messageOf).join('\n'));
  return r.value;
}

export const problemsOf = (r: Result<unknown>): readonly Problem[] => (r.ok ? [] : r.problems);

export const program = (text: string, files: Files = {}, name = 'p.su'): Compiled =>
  unwrap(compile({ name, text }, hostOf(files)));

/** `x,y` then a line per row. */
export function table(text: string): RowSource {
  const [header = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  return tableOf(header, rows);
}

export type Settings = Partial<Omit<TrainOptions, 'data'>>;

export const trainOn = (
  c: Compiled,
  rows: RowSource,
  settings: Settings = {},
  files: Files = {},
): Promise<Result<Trained>> =>
  train(c, hostOf(files), { data: { kind: 'csv', file: 'rows.csv', table: rows }, ...settings });

/** Stops training after so many steps in all. */
export function stopAfter(steps: number): Pick<TrainOptions, 'events' | 'signal'> {
  let taken = 0;
  const signal = {
    get aborted() {
      return taken >= steps;
    },
  };
  return { signal, events: { step: () => void taken++ } };
}

export const afterOf = (t: Trained, name: string): number[] =>
  Array.from(t.params.find((p) => p.name === name)?.after ?? []);
