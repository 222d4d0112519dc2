/** Each optimiser against steps computed by hand, in the same float32 order as its formula. */
import { expect, test } from 'vitest';
import { reference } from '../../src/backends/reference.ts';
import { scheduleOf } from '../../src/train/schedule.ts';
import { afterOf, program, table, trainOn, unwrap } from './programs.ts';

const f = Math.fround;
const rows = table('x,y\n1,0\n1,0');

/** loss = (w · 1 - 0)², so the gradient is 2 w. Gives w after so many steps. */
async function walked(optimizer: string, steps: number): Promise<number> {
  const text = `
import { squared_error } from "std/loss";
param w = 2.0;
fn predict(x: f32) -> f32 { w * x }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: ${optimizer}, epochs: ${steps} }
`;
  return afterOf(unwrap(await trainOn(program(text), rows)), 'w')[0] ?? Number.NaN;
}

const STEPS = 5;

test('sgd: w - rate g', async () => {
  let w = 2;
  for (let t = 1; t <= STEPS; t++) w = f(w - f(f(0.1) * f(2 * w)));
  expect(await walked('sgd(rate = 0.1)', STEPS)).toBe(w);
});

test('sgd with momentum: v = m v + g, w - rate v', async () => {
  let [w, v] = [2, 0];
  for (let t = 1; t <= STEPS; t++) {
    v = f(f(f(0.5) * v) + f(2 * w));
    w = f(w - f(f(0.05) * v));
  }
  expect(await walked('sgd(rate = 0.05, momentum = 0.5)', STEPS)).toBe(w);
});

test('sgd with Nesterov’s momentum and decay', async () => {
  let [w, v] = [2, 0];
  for (let t = 1; t <= STEPS; t++) {
    const g = f(f(2 * w) + f(f(0.1) * w));
    v = f(f(f(0.5) * v) + g);
    w = f(w - f(f(0.05) * f(g + f(f(0.5) * v))));
  }
  expect(await walked('sgd(rate = 0.05, momentum = 0.5, decay = 0.1, nesterov = 1.0)', STEPS)).toBe(w);
});

/** Kingma and Ba's formula in double: what the float32 steps must be near to. */
function adam(rate: number, decay: number): number {
  let [w, m, s] = [2, 0, 0];
  for (let t = 1; t <= STEPS; t++) {
    w -= rate * decay * w;
    const g = 2 * w;
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * g * g;
    w -= (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(s / (1 - 0.999 ** t)) + 1e-8);
  }
  return w;
}

test('adam', async () => {
  expect(await walked('adam(rate = 0.1)', STEPS)).toBeCloseTo(adam(0.1, 0), 5);
});

test('adamw decays the weight itself; its gradient is taken before the decay', async () => {
  let [w, m, s] = [2, 0, 0];
  for (let t = 1; t <= STEPS; t++) {
    const g = 2 * w;
    w -= 0.1 * 0.05 * w;
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * g * g;
    w -= (0.1 * (m / (1 - 0.9 ** t))) / (Math.sqrt(s / (1 - 0.999 ** t)) + 1e-8);
  }
  expect(await walked('adamw(rate = 0.1, decay = 0.05)', STEPS)).toBeCloseTo(w, 5);
});

test('rmsprop', async () => {
  let [w, s, v] = [2, 0, 0];
  for (let t = 1; t <= STEPS; t++) {
    const g = 2 * w;
    s = 0.99 * s + 0.01 * g * g;
    v = 0.5 * v + g / (Math.sqrt(s) + 1e-8);
    w -= 0.02 * v;
  }
  expect(await walked('rmsprop(rate = 0.02, momentum = 0.5)', STEPS)).toBeCloseTo(w, 5);
});

test('an optimiser of the program’s own', async () => {
  const text = `
import { squared_error } from "std/loss";
record Steps { taken: f32 }
fn shrinking(w: f32, g: f32, state: Steps, _t: f32, rate: f32 = 0.1) -> (f32, Steps) {
  (w - rate / (1.0 + state.taken) * g, Steps { taken: state.taken + 1.0 })
}
param w = 2.0;
fn predict(x: f32) -> f32 { w * x }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: shrinking(rate = 0.2), epochs: 3 }
`;
  let w = 2;
  for (let k = 0; k < 3; k++) w = f(w - f(f(f(0.2) / (1 + k)) * f(2 * w)));
  expect(afterOf(unwrap(await trainOn(program(text), rows)), 'w')).toEqual([w]);
});

test('lbfgs solves least squares to the last digits of float32', async () => {
  const text = `
import { squared_error } from "std/loss";
param a = 0.0;
param b = 0.0;
param c = 0.0;
fn predict(x: f32) -> f32 { a * x * x + b * x + c }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: lbfgs(), epochs: 60 }
`;
  const data = table(
    `x,y\n${Array.from({ length: 21 }, (_, i) => i / 5 - 2)
      .map((x) => `${x},${0.5 * x * x - 1.25 * x + 3}`)
      .join('\n')}`,
  );
  const t = unwrap(await trainOn(program(text), data));
  const found = ['a', 'b', 'c'].map((name) => afterOf(t, name)[0] ?? 0);
  for (const [i, expected] of [0.5, -1.25, 3].entries())
    expect(Math.abs((found[i] ?? 0) - expected)).toBeLessThan(2e-6);
  expect(t.outcome.final.loss).toBeLessThan(1e-11);
  expect(t.outcome.end).toBe('early');
});

test('lbfgs stays inside the constraints', async () => {
  const text = `
import { squared_error } from "std/loss";
param a: f32 in [0.0, 1.0] = 0.5;
fn predict(x: f32) -> f32 { a * x }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: lbfgs(), epochs: 20 }
`;
  expect(afterOf(unwrap(await trainOn(program(text), table('x,y\n1,3\n2,6'))), 'a')).toEqual([1]);
});

test('schedules', () => {
  const factors = (name: string, numbers: Record<string, number>): number[] => {
    const schedule = scheduleOf({ name, numbers }, 10, reference);
    return [0, 1, 2, 5, 9].map((done) => schedule?.(done) ?? Number.NaN);
  };
  expect(factors('constant', {})).toEqual([1, 1, 1, 1, 1]);
  expect(factors('constant', { warmup: 3 })).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(factors('linear', {})).toEqual([1, 0.9, 0.8, 0.5, 1 - 0.9]);
  expect(factors('step', { every: 2, factor: 0.5 })).toEqual([1, 1, 0.5, 0.25, 0.0625]);
  expect(factors('exponential', { factor: 0.5 })).toEqual([1, 0.5, 0.25, 0.03125, 0.001953125]);
  const cosine = factors('cosine', { floor: 0.1 });
  for (const [i, done] of [0, 1, 2, 5, 9].entries())
    expect(cosine[i]).toBeCloseTo(0.1 + 0.45 * (1 + Math.cos((Math.PI * done) / 10)), 6);
  expect(scheduleOf({ name: 'zigzag', numbers: {} }, 10, reference)).toBeUndefined();
});
