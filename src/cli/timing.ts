/** Timing for `sutra bench`: warm-up, then blocks of calls long enough for the clock, and what their times say. */

/** Of one call, in milliseconds: the median over the blocks and the interval that holds the true one with 95 %. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Blocks that were timed. */
  readonly runs: number;
}

export type Clock = () => number;

const RUNS = 31;
const WARM_UP_MS = 100;
const BLOCK_MS = 2;

/** Calls until it is warm (100 ms), then 31 blocks of calls of about 2 ms each, or of one call where that takes longer. */
export function timeCalls(call: () => void, now: Clock): Timing {
  const start = now();
  let calls = 0;
  do {
    call();
    calls++;
  } while (now() - start < WARM_UP_MS);
  const perBlock = Math.max(1, Math.round((calls / (now() - start)) * BLOCK_MS));
  const block = (): number => {
    const begun = now();
    for (let i = 0; i < perBlock; i++) call();
    return (now() - begun) / perBlock;
  };
  return summarise(Array.from({ length: RUNS }, block));
}

/**
 * The median and its interval by order statistics: the ranks n/2 ± 1.96 √n / 2 (Conover, Practical Nonparametric Statistics),
 * which assumes nothing of how times are spread.
 */
export function summarise(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const n = sorted.length;
  const half = (1.96 * Math.sqrt(n)) / 2;
  const at = (rank: number): number => sorted[Math.min(n - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN;
  return { median: at((n - 1) / 2), low: at(n / 2 - half - 1), high: at(n / 2 + half), runs: n };
}

/** `1.24 µs`, `310 ns`, `12.5 ms`: three digits. */
export function timeText(ms: number): string {
  const [value, unit] =
    ms < 1e-3 ? [ms * 1e6, 'ns'] : ms < 1 ? [ms * 1e3, 'µs'] : ms < 1e3 ? [ms, 'ms'] : [ms / 1e3, 's'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
