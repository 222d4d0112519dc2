/** Choosing the quicker of two ways while both are used. */
import { describe, expect, it } from 'vitest';
import { openQuicker } from '../../src/backends/wasm/threads/quicker.ts';

/** How often the first way is taken in so many runs, when the ways take these times. */
function firstOf(runs: number, times: (run: number) => readonly [number, number]): number {
  const quicker = openQuicker();
  let first = 0;
  for (let run = 0; run < runs; run++) {
    const isTrial = quicker.isTrial();
    const isFirst = quicker.next();
    if (isFirst) first++;
    if (isTrial) quicker.took(times(run)[isFirst ? 0 : 1]);
  }
  return first;
}

describe('the quicker way', () => {
  it('is taken but for trials', () => {
    expect(firstOf(10_000, () => [1, 2])).toBeGreaterThan(9900);
    expect(firstOf(10_000, () => [2, 1])).toBeLessThan(100);
  });

  it('is found again when times change', () => {
    const late = firstOf(40_000, (run) => (run < 1000 ? [1, 2] : [2, 1]));
    expect(late).toBeGreaterThan(1000);
    expect(late).toBeLessThan(6000);
  });

  it('is not judged by the first runs, which wake sleepers', () => {
    let run = 0;
    const quicker = openQuicker();
    const trial = Array.from({ length: 12 }, () => {
      const isFirst = quicker.next();
      quicker.took(isFirst ? (run++ < 2 ? 1000 : 1) : 2);
      return isFirst;
    });
    expect(trial).toEqual(Array.from({ length: 12 }, (_, i) => i < 6));
    expect(quicker.isTrial()).toBe(false);
    expect(quicker.next()).toBe(true);
  });
});
