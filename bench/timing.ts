/** Timing within one process, and the figure that no kernel of this machine can exceed. */
import { openPeak } from './calibrate.ts';

export const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** Microseconds of one run, when it is run so many times. */
export function time(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - start) / times) * 1000;
}

/** How often something must run to take so many microseconds. */
export function timesFor(run: () => void, microseconds: number): number {
  let times = 1;
  while (time(run, times) * times < microseconds / 4) times *= 2;
  return Math.max(1, Math.round(microseconds / time(run, times)));
}

/** GFLOP/s of multiplications and additions of four floats in registers, the best of some. */
export function peak(): number {
  const { gflops } = openPeak(1_000_000);
  return Math.max(...Array.from({ length: 20 }, gflops));
}
