/** Recurrences found from examples: written in many ways, and what is said where there is none. */
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/num/random.ts';
import { type RowSource, tableOf } from '../../../src/train/rows.ts';
import { recurrence } from '../../../src/train/search/recurrence.ts';
import { afterOf, program, trainOn, unwrap } from '../programs.ts';
import { contextOf } from './harness.ts';

const LENGTH = 8;
const TRAIN = (settings = ''): string => `
fn wrong(p: f32[${LENGTH}], y: f32[${LENGTH}]) -> f32 { mean(for i in 0..${LENGTH}: abs(p[i] - y[i])) }
train run { data: csv("rows.csv", label = "y"), loss: wrong, optimizer: adam(rate = 0.1), epochs: 3${settings} }
`;

function rowsOf(f: (xs: readonly number[]) => readonly number[], count = 200, scale = 1): RowSource {
  const random = randomStream(1, 3);
  const rows = Array.from({ length: count }, () => {
    const xs = Array.from({ length: LENGTH }, () => (random.below(21) - 10) * scale);
    return [...xs, ...f(xs)].map(String);
  });
  const header = (name: string): string[] => Array.from({ length: LENGTH }, (_, i) => `${name}${i}`);
  return tableOf([...header('xs'), ...header('y')], rows);
}

/** A body moves with what pushes it and is pulled down: y = 2 y1 - y2 + x - 1. */
function falling(xs: readonly number[]): number[] {
  const ys: number[] = [];
  for (const [t, x] of xs.entries()) ys.push(2 * (ys[t - 1] ?? 0) - (ys[t - 2] ?? 0) + x - 1);
  return ys;
}

async function why(text: string, rows: RowSource): Promise<string | undefined> {
  return recurrence.unfit(await contextOf(program(text), rows));
}

describe('the same rule in programs written in many ways', () => {
  const LAGS = `
record Past { y: f32[3], x: f32[4] }
param a: f32[3] = zeros();
param b: f32[4] = zeros();
param c = 0.0;
fn run(xs: f32[${LENGTH}]) -> f32[${LENGTH}] {
  let start = Past { y: zeros(), x: zeros() };
  let steps = scan s = start for v in xs {
    let x = concat([v], s.x[0..3]);
    let y = sum(for i in 0..3: a[i] * s.y[i]) + sum(for i in 0..4: b[i] * x[i]) + c;
    Past { y: concat([y], s.y[0..2]), x: x }
  };
  [for s in steps: s.y[0]]
}`;
  test('shift registers; the data and the search say all', async () => {
    const t = unwrap(await trainOn(program(`${LAGS}${TRAIN(', holdout: 0.25')}`), rowsOf(falling)));
    expect(t.outcome.search?.won).toBe('recurrence');
    expect(t.outcome.final).toMatchObject({ loss: 0, holdout_loss: 0 });
    expect([...afterOf(t, 'a'), ...afterOf(t, 'b'), ...afterOf(t, 'c')]).toEqual([2, -1, 0, 1, 0, 0, 0, -1]);
    expect(t.verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
  });

  test('matrices and a separate state for each lag', async () => {
    const text = `
param w: f32[1, 4] = zeros();
param c = 5.0;
fn run(xs: f32[${LENGTH}]) -> f32[${LENGTH}] {
  let steps = scan s = (0.0, 0.0, 0.0) for x in xs {
    let y = (w @ [s.0, s.1, x, s.2])[0] + c;
    (y, s.0, x)
  };
  [for s in steps: s.0]
}${TRAIN()}`;
    const t = unwrap(await trainOn(program(text), rowsOf(falling)));
    expect(t.outcome.search?.won).toBe('recurrence');
    expect([...afterOf(t, 'w'), ...afterOf(t, 'c')]).toEqual([2, -1, 1, 0, -1]);
  });

  test('inputs that are added up are known, products too', async () => {
    const text = `
param a = 0.5;
param b = 0.5;
fn run(xs: f32[${LENGTH}]) -> f32[${LENGTH}] {
  let steps = scan s = (0.0, 0.0) for x in xs { (s.0 + x, a * s.0 * x + b * x * x) };
  [for s in steps: s.1]
}${TRAIN()}`;
    const rule = (xs: readonly number[]): number[] =>
      xs.map((x, t) => 3 * x * xs.slice(0, t).reduce((p, q) => p + q, 0) - x * x);
    const t = unwrap(await trainOn(program(text), rowsOf(rule)));
    expect([...afterOf(t, 'a'), ...afterOf(t, 'b')]).toEqual([3, -1]);
  });

  test('halves and quarters are exact', async () => {
    const t = unwrap(
      await trainOn(
        program(`${LAGS}${TRAIN()}`),
        rowsOf((xs) => xs.map((x, t) => 0.5 * x - 0.25 * (xs[t - 2] ?? 0)), 100, 0.5),
      ),
    );
    expect(afterOf(t, 'b')).toEqual([0.5, 0, -0.25, 0]);
  });

  test('a frozen number is one that is known', async () => {
    const text = `${LAGS.replace('param c = 0.0', 'frozen param c = -1.0')}${TRAIN()}`;
    const t = unwrap(await trainOn(program(text), rowsOf(falling)));
    expect([...afterOf(t, 'a'), ...afterOf(t, 'b'), ...afterOf(t, 'c')]).toEqual([2, -1, 0, 1, 0, 0, 0, -1]);
  });

  describe('why not', () => {
    const text = `${LAGS}${TRAIN()}`;
    test('labels that are no such sum: by how much', async () => {
      expect(
        await why(
          text,
          rowsOf((xs) => xs.map((x) => Math.abs(x))),
        ),
      ).toMatch(/^no numbers solve its equations: at best the square of what is missing is \d/);
    });
    test('one label of many that is off by one', async () => {
      let rows = 0;
      const off = (xs: readonly number[]): number[] =>
        falling(xs).map((y, t) => (t === 7 && rows++ === 100 ? y + 1 : y));
      expect(await why(text, rowsOf(off))).toMatch(/^no numbers solve/);
    });
    test('a number outside of its range', async () => {
      const ranged = text.replace('param c = 0.0', 'param c: f32 in [0, 1] = 0.0');
      expect(await why(ranged, rowsOf(falling))).toBe(
        'the numbers that solve its equations are outside of their ranges',
      );
    });
    test('a state that is not seen', async () => {
      const hidden = `
param a = 1.0;
param b = 0.0;
fn run(xs: f32[${LENGTH}]) -> f32[${LENGTH}] {
  let steps = scan s = (0.0, 0.0) for x in xs { let v = a * s.0 + x; (v, s.1 + v + b) };
  [for s in steps: s.1]
}${TRAIN()}`;
      expect(await why(hidden, rowsOf(falling))).toBe('its states are neither outputs nor known');
    });
    test('a curve', async () => {
      const bent = text.replace('zeros() };', 'zeros() };').replace('+ c;', '+ tanh(c);');
      expect(await why(bent, rowsOf(falling))).toBe('what it gives is not a sum of its numbers times what is known');
    });
    test('a product of two numbers', async () => {
      const product = text.replace('+ c;', '+ c * b[0];');
      expect(await why(product, rowsOf(falling))).toBe('what it gives is not a sum of its numbers times what is known');
    });
  });
});
