/** Local search: machines that enumeration could not try out, plateaus, numbers beside choices. */
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/num/random.ts';
import { tableOf } from '../../../src/train/rows.ts';
import { lineOf, PARITY, parityRows, trained } from './programs.ts';

test('parity', async () => {
  const t = await trained(PARITY(', search: local'), parityRows());
  expect(t.outcome.final.loss).toBe(0);
  expect(t.outcome.search?.won).toBe('local');
});

test('division by 7: the remainders of binary numbers, digit by digit', async () => {
  const text = `
enum S { a, b, c, d, e, f, g }
enum Bit { zero, one }
param next: S[7, 2] = [[a, a], [a, a], [a, a], [a, a], [a, a], [a, a], [a, a]];
fn right(s: S, label: S) -> f32 { if s == label { 0.0 } else { 1.0 } }
fn run(bits: Bit[5]) -> S[5] { scan s = a for b in bits { next[s][b] } }
fn error(p: S[5], label: S[5]) -> f32 { mean(for i in 0..5: right(p[i], label[i])) }
train run { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 100, search: local }
`;
  const random = randomStream(1, 2);
  const rows = Array.from({ length: 60 }, () => {
    const bits = Array.from({ length: 5 }, () => random.below(2));
    let remainder = 0;
    const states = bits.map((b) => {
      remainder = (2 * remainder + b) % 7;
      return 'abcdefg'[remainder] ?? '';
    });
    return [...bits.map((b) => (b ? 'one' : 'zero')), ...states];
  });
  const t = await trained(
    text,
    tableOf([...'01234'].map((i) => `bits${i}`).concat([...'01234'].map((i) => `y${i}`)), rows),
  );
  expect(t.outcome.final.loss).toBe(0);
  expect(lineOf(t, 'param next')).toBe(
    'param next: S[7, 2] = [[a, b], [c, d], [e, f], [g, a], [b, c], [d, e], [f, g]];',
  );
});

test('thresholds under a loss of steps: gradients are 0 there, and the choices depend on them', async () => {
  const text = `
record Person { age: f32, priors: f32, weight: f32 }
fn high(p: Person) -> bool {
  pick { p.age, p.priors, p.weight } > ?2.0 && pick { p.age, p.priors, p.weight } < ?5.0
}
fn error(p: bool, label: bool) -> f32 { if p == label { 0.0 } else { 1.0 } }
train high { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 20, search: local }`;
  const random = randomStream(3, 4);
  const rows = Array.from({ length: 150 }, () => {
    const [age, priors, weight] = [20 + random.below(60), random.below(8), 40 + random.below(60)];
    return [age, priors, weight, priors > 3 && weight < 75].map(String);
  });
  const t = await trained(text, tableOf(['age', 'priors', 'weight', 'y'], rows));
  expect(t.outcome.final.loss).toBe(0);
  expect(lineOf(t, '  pick')).toMatch(/^ {2}pick 1 \{.*\} > \?3\S* && pick 2 \{.*\} < \?7\d\S*$/);
});
