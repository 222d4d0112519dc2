/**
 * Interleaved measuring: every contender first shows that it computes the same, then all run blocks of repetitions in turn, so
 * that a busy machine meets them alike. Figures are the median and the 5th percentile over the blocks.
 */
import { must } from '../src/text/result.ts';
import type { Contender, Prepared, Results } from './contender.ts';
import type { Item, Tensors } from './work.ts';

export interface Figure {
  readonly contender: string;
  /** Seconds of one run. */
  readonly median: number;
  readonly p5: number;
  readonly note?: string;
}

export interface Measured {
  readonly item: Item;
  readonly figures: readonly Figure[];
  /** Contenders that fail or compute something else, and how; they are not timed. */
  readonly differ: readonly { readonly contender: string; readonly by: string }[];
  readonly absent: readonly string[];
  /** GFLOP/s of the calibration loop between these blocks. */
  readonly peak: number;
}

export interface Settings {
  readonly rounds: number;
  readonly blockMs: number;
  readonly peak: () => number;
}

/** Steps of one block: with more on the same examples gradients die out, and peers meet denormals that no real training has. */
const MOST_STEPS = 500;
const LARGEST_DIFFERENCE = 1e-4;

export async function measure(
  item: Item,
  tensors: Tensors,
  contenders: readonly Contender[],
  settings: Settings,
): Promise<Measured> {
  const absent: string[] = [];
  const differ: { contender: string; by: string }[] = [];
  const ready: { name: string; prepared: Prepared; runs: number; seconds: number[] }[] = [];
  let expected: Results | undefined;
  for (const { name, prepare } of contenders) {
    const prepared = await attempt(() => prepare(item.work, tensors));
    if (typeof prepared === 'string') {
      differ.push({ contender: name, by: prepared });
      continue;
    }
    if (!prepared) {
      absent.push(name);
      continue;
    }
    expected ??= prepared.results;
    const by = difference(expected, prepared.results, item.within ?? LARGEST_DIFFERENCE);
    if (by !== undefined) differ.push({ contender: name, by });
    else ready.push({ name, prepared, runs: await blockSize(item, prepared, settings.blockMs), seconds: [] });
  }
  const peaks: number[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    for (let i = 0; i < ready.length; i++) {
      const r = must(ready[(i + round) % ready.length]);
      // The others had the caches, and workers have gone to sleep.
      await r.prepared.time(Math.ceil(r.runs / 4));
      r.seconds.push((await r.prepared.time(r.runs)) / r.runs);
    }
    peaks.push(settings.peak());
  }
  for (const { prepared } of ready) prepared.close?.();
  const figures = ready.map(({ name, prepared, seconds }) => ({
    contender: name,
    median: quantile(seconds, 0.5),
    p5: quantile(seconds, 0.05),
    ...(prepared.note !== undefined && { note: prepared.note }),
  }));
  return { item, figures, differ, absent, peak: quantile(peaks, 0.5) };
}

/** A peer that fails is told in the table and stops nobody else. */
async function attempt(prepare: () => Promise<Prepared | undefined>): Promise<Prepared | string | undefined> {
  try {
    return await prepare();
  } catch (error) {
    return `fails: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

/** Runs that take about `blockMs`, found after a warm-up of as long. */
async function blockSize({ work }: Item, prepared: Prepared, blockMs: number): Promise<number> {
  const isStep = 'mode' in work && work.mode === 'step';
  const most = isStep ? MOST_STEPS : Number.POSITIVE_INFINITY;
  let runs = 1;
  for (;;) {
    const ms = (await prepared.time(runs)) * 1000;
    if (ms >= blockMs || runs >= most) return Math.max(1, Math.min(most, Math.round((runs * blockMs) / ms)));
    runs = Math.min(most, Math.ceil(runs * Math.min(10, Math.max(1.2, blockMs / Math.max(ms, 1e-3)))));
  }
}

export function quantile(list: readonly number[], q: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/**
 * What differs by more than is allowed, or undefined. Losses and results: each number to 1e-4 or what the item says, relative where it is larger than 1.
 * Parameters after training steps: the root of the mean square to 1e-4, for Adam's first steps have the size of the rate whatever
 * the gradient, so a gradient that is zero but for rounding moves a single number by that much.
 */
function difference(expected: Results, found: Results, within: number): string | undefined {
  for (const [name, values] of expected) {
    const others = found.get(name);
    if (!others || others.length !== values.length) return `differs: ${name} is missing or has another size`;
    const isParam = expected.has('losses') && name !== 'losses';
    const off = isParam ? rootMeanSquare(values, others) : largest(values, others);
    if (!(off <= (isParam ? LARGEST_DIFFERENCE : within))) return `differs: ${name} by ${off.toPrecision(2)}`;
  }
  return undefined;
}

const rootMeanSquare = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - must(b[i])) ** 2, 0) / a.length);

const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, i) => {
    const off = Math.abs(x - must(b[i])) / Math.max(1, Math.abs(x));
    return Math.max(off, most);
  }, 0);
