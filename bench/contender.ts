/**
 * What is measured against what: a contender prepares a work item, shows its results once and then runs blocks of
 * repetitions on its own clock. Sutra's backends and all peers share this face.
 */
import { must } from '../src/text/result.ts';
import type { Tensors, Work } from './work.ts';

/** Results by name. A training step gives `losses` of its first steps and its parameters after them. */
export type Results = ReadonlyMap<string, Float32Array>;

export interface Prepared {
  readonly results: Results;
  /** Seconds for this many runs, one after the other. Training begins anew at the same numbers. */
  time(runs: number): number | Promise<number>;
  /** More to say, such as which of two ways was the quicker. */
  readonly note?: string;
  close?(): void;
}

export interface Contender {
  readonly name: string;
  /** Version and settings, for the report. */
  readonly about: string;
  /** Undefined: this contender does not do that work. */
  prepare(work: Work, tensors: Tensors): Promise<Prepared | undefined>;
  close?(): void;
}

/** A contender that is there, or why it is not. */
export type Found =
  | { readonly is: 'here'; readonly contender: Contender }
  | { readonly is: 'missing'; readonly name: string; readonly why: string };

/** Seconds of a loop in this process. */
export function timed(runs: number, run: () => void): number {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  return (performance.now() - start) / 1000;
}

/** Of several ways to do the same the one with the least best time of `runs` runs. */
export async function quicker(ways: readonly Prepared[], runs: number): Promise<Prepared> {
  const best = ways.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 5; round++)
    for (const [i, way] of ways.entries()) best[i] = Math.min(best[i] ?? 0, await way.time(runs));
  return must(ways[best.indexOf(Math.min(...best))]);
}

/** What only counts when it was computed: keeps results alive that a benchmark reads. */
export const sink = { value: 0 };
