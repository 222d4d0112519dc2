/**
 * Annealing finds state machines, formulas and rules with thresholds from examples, tells the gap between relaxed and crisp, gives
 * the same bits on every backend, and outlives losses that are no numbers.
 */
import { describe, expect, it } from 'vitest';
import { reference } from '../../../src/backends/reference.ts';
import { wasm } from '../../../src/backends/wasm/index.ts';
import { sameF32s } from '../../../src/num/bits.ts';
import { evaluate } from '../../../src/ops/reference.ts';
import { must } from '../../../src/text/result.ts';
import { tableOf } from '../../../src/train/rows.ts';
import { adamStep } from '../../../src/train/search/adam.ts';
import { annealing, COOLING } from '../../../src/train/search/anneal.ts';
import type { Found, SearchContext } from '../../../src/train/search/strategy.ts';
import { random } from '../../fuzz/random.ts';
import { program, unwrap } from '../programs.ts';
import { contextOf, machine, sequences } from './harness.ts';
import { OPS, opRows, PARITY, parityRows, trained } from './programs.ts';

const search = async (context: SearchContext, change: Partial<typeof COOLING> = {}): Promise<Found> =>
  unwrap(await annealing('anneal', 'mixture', { ...COOLING, ...change }).search(context));
const lossOf = async (context: SearchContext, { values }: Found): Promise<number> =>
  unwrap(await context.measure(values, 'train')).loss;

describe('finds', () => {
  it('the parity of ten bits, from the last state alone', async () => {
    const rows = sequences((xs) => `o${xs.reduce((a, b) => a + b, 0) % 2}`, { rows: 500, length: 10 });
    const context = await contextOf(program(machine({ states: 4, base: 2, length: 10, outputs: 2 })), rows);
    const found = await search(context);
    expect(await lossOf(context, found)).toBe(0);
    expect(found.relaxed).toBeGreaterThan(0);
    expect(found.restarts).toBeLessThanOrEqual(3);
  });

  it('sums mod 5, told at each step', async () => {
    const sums = (xs: readonly number[]): string[] =>
      xs.map((_, i) => `o${xs.slice(0, i + 1).reduce((a, b) => a + b, 0) % 5}`);
    const rows = sequences(sums, { rows: 500, length: 10, base: 5 });
    const text = machine({ states: 6, base: 5, length: 10, outputs: 5, each: true });
    const context = await contextOf(program(text), rows);
    expect(await lossOf(context, await search(context))).toBe(0);
  });

  it('a formula and its number', async () => {
    const t = await trained(
      OPS('search: anneal, seed: 1, restarts: 4'),
      opRows((x, y) => 2 * Math.max(x, y)),
      { backend: wasm },
    );
    expect(t.outcome.search?.won).toBe('anneal');
    expect(t.written.files[0]?.after).toContain('param op: Op = larger;');
    expect(t.outcome.final.loss).toBeLessThan(0.02);
  });

  it('a feature and its threshold', async () => {
    const text = `
enum Feature { age, priors, height }
param feature: Feature = age;
param threshold = 0.0;
fn risky(x: f32[3]) -> bool {
  let seen = match feature { age => x[0], priors => x[1], height => x[2] };
  seen > threshold
}
fn error(p: bool, label: bool) -> f32 { if p == label { 0.0 } else { 1.0 } }
train risky { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 20, search: anneal, restarts: 4 }
`;
    const r = random(4);
    const points = Array.from({ length: 300 }, () => [0, 1, 2].map(() => (r.below(2001) - 1000) / 500));
    const rows = tableOf(
      ['x0', 'x1', 'x2', 'y'],
      points.map((x) => [...x, must(x[1]) > 0.7].map(String)),
    );
    const t = await trained(text, rows, { backend: wasm });
    expect(t.written.files[0]?.after).toContain('param feature: Feature = priors;');
    expect(t.outcome.final.accuracy).toBeGreaterThan(0.98);
  });
});

describe('the same seed', () => {
  it('gives the same bits on every backend', async () => {
    const found = await Promise.all(
      [wasm, reference].map(async (backend) =>
        search(
          await contextOf(
            program(OPS('seed: 3, restarts: 1')),
            opRows((x, y) => x * y - 1),
            backend,
          ),
          { steps: 60 },
        ),
      ),
    );
    const [a, b] = [must(found[0]), must(found[1])];
    expect([a.relaxed, a.measured]).toEqual([b.relaxed, b.measured]);
    for (const [name, numbers] of a.values) expect(sameF32s(numbers, must(b.values.get(name)))).toBe(true);
  });

  it('another one another way', async () => {
    const of = async (seed: number): Promise<Found> =>
      search(await contextOf(program(PARITY(`, seed: ${seed}, restarts: 1`)), parityRows()), { steps: 50 });
    expect((await of(1)).relaxed).not.toBe((await of(2)).relaxed);
  });
});

it('outlives an arm whose loss is infinite', async () => {
  const text = OPS('seed: 1, restarts: 2').replace('rest => abs(a) - y', 'rest => 1.0 / (x - x)');
  const context = await contextOf(
    program(text),
    opRows((x, y) => Math.min(x, y)),
  );
  const found = await search(context);
  expect(await lossOf(context, found)).toBeLessThan(0.1);
  expect(Number.isFinite(found.relaxed)).toBe(true);
});

it('stops at the price of the shortest program', async () => {
  const context = await contextOf(program(PARITY(', price: 0.001, restarts: 30')), parityRows());
  const found = await search(context);
  expect(await lossOf(context, found)).toBe(0);
  expect(found.restarts).toBeLessThan(30);
});

it('steps as std/optim adam does', () => {
  const std = must(program(PARITY()).program.train?.optimizer.step);
  const r = random(8);
  const draw = (): number => (r.below(2001) - 1000) / 300;
  for (let t = 1; t < 40; t++) {
    const numbers = [draw(), draw() * 10 ** -r.below(30), draw(), Math.abs(draw()) * 10 ** -r.below(30), t, 0.05];
    const inputs = numbers.map((x) => Float32Array.of(x));
    const [own, expected] = [adamStep(), std].map((g) => evaluate(g, inputs, new Map()).outputs.map((o) => o[0]));
    expect(own).toEqual(expected);
  }
});
