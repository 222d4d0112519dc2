/** What `sutra bench` says of times, and the inputs it makes up. */
import { describe, expect, it } from 'vitest';
import { madeUpInputs } from '../../src/cli/made-up.ts';
import { summarise, timeCalls, timeText } from '../../src/cli/timing.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { succeed } from '../programs.ts';

describe('timing', () => {
  it('has the median of all runs and an interval around it', () => {
    const times = Array.from({ length: 31 }, (_, i) => 31 - i);
    expect(summarise(times)).toEqual({ median: 16, low: 10, high: 22, runs: 31 });
    expect(summarise([3])).toEqual({ median: 3, low: 3, high: 3, runs: 1 });
  });

  it('has intervals that hold the true median in some 95 of 100 cases', () => {
    const r = random(7);
    const tries = 2000;
    let held = 0;
    for (let i = 0; i < tries; i++) {
      const { low, high } = summarise(Array.from({ length: 31 }, () => r.below(1_000_001)));
      if (low <= 500_000 && 500_000 <= high) held++;
    }
    expect(held / tries).toBeGreaterThan(0.94);
    expect(held / tries).toBeLessThan(0.985);
  });

  it('counts calls on the clock that it is given', () => {
    let ms = 0;
    let calls = 0;
    const timing = timeCalls(
      () => {
        ms += 0.25;
        calls++;
      },
      () => ms,
    );
    expect(timing).toEqual({ median: 0.25, low: 0.25, high: 0.25, runs: 31 });
    expect(calls).toBe(400 + 31 * 8);
  });

  it('is told with three digits', () => {
    expect([0.0000123456, 0.00123456, 1.23456, 1234.56].map(timeText)).toEqual([
      '12.3 ns',
      '1.23 µs',
      '1.23 ms',
      '1.23 s',
    ]);
  });
});

describe('made-up inputs', () => {
  it('fit their types and ranges', () => {
    const text =
      'enum Kind { a, b, c }\nrecord R { near: f32, kind: Kind, on: bool, t: truth[2] }\n' +
      'fn f(r: R, x: f32 in [2, 3]) -> f32 { r.near + x }\n';
    const { entries } = succeed(compile({ name: 'made.su', text }, { read: () => undefined }));
    const [near, kind, on, t, x] = madeUpInputs(must(entries[0]), 6);
    expect([near, kind, on, t, x].map((a) => a?.length)).toEqual([6, 18, 6, 12, 6]);
    expect([...must(kind)].slice(0, 9)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(must(on).every((v) => v === 1 || v === -1)).toBe(true);
    expect(must(t).every((v) => Math.abs(v) <= 1)).toBe(true);
    expect(must(x).every((v) => v >= 2 && v <= 3)).toBe(true);
  });
});
