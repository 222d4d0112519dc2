/** Machines inferred from examples: the same rule in programs written in many ways, and what is said where there is none. */
import { describe, expect, test } from 'vitest';
import { must } from '../../../src/text/result.ts';
import type { RowSource } from '../../../src/train/rows.ts';
import { machine } from '../../../src/train/search/machine.ts';
import { countMissed } from '../../../src/train/search/missed.ts';
import type { SearchContext } from '../../../src/train/search/strategy.ts';
import { program, unwrap } from '../programs.ts';
import { contextOf, sequences } from './harness.ts';

const TRAIN = (target: string, label: string): string => `
fn wrong(p: ${label}, y: ${label}) -> f32 { if p == y { 0.0 } else { 1.0 } }
train ${target} { data: csv("rows.csv", label = "y"), loss: wrong, optimizer: adam(rate = 0.1), epochs: 1 }
`;
const TRAIN_ALL = (label: string, length: number): string => `
fn wrong(p: ${label}[${length}], y: ${label}[${length}]) -> f32 { sum(for i in 0..${length}: if p[i] == y[i] { 0.0 } else { 1.0 }) }
train run { data: csv("rows.csv", label = "y"), loss: wrong, optimizer: adam(rate = 0.1), epochs: 1 }
`;

/** What the outputs of a rule are, step by step. */
const scanned =
  (f: (s: number, x: number) => readonly [next: number, out: number]) =>
  (xs: readonly number[]): number[] => {
    let s = 0;
    return xs.map((x) => {
      const [next, out] = f(s, x);
      s = next;
      return out;
    });
  };
const parity = scanned((s, x) => [(s + x) % 2, (s + x) % 2]);
const div3 = scanned((r, x) => [(2 * r + x) % 3, Math.floor((2 * r + x) / 3)]);

interface Outcome {
  readonly why: string | undefined;
  /** Of the program with the inferred choices: the loss over the training examples. */
  readonly loss: number | undefined;
}

async function inferred(text: string, rows: RowSource): Promise<Outcome> {
  const context: SearchContext = await contextOf(program(text), rows);
  const why = await machine.unfit(context);
  if (why !== undefined) return { why, loss: undefined };
  const { values } = unwrap(await machine.search(context));
  return { why, loss: unwrap(await context.measure(values, 'train')).loss };
}
const RIGHT: Outcome = { why: undefined, loss: 0 };

const BITS = sequences(div3, { rows: 300, length: 8 });
/** Division by 3 in the ways a person may write it: a state of four, of which three are needed. */
const WAYS: Readonly<Record<string, string>> = {
  'tables of next states and of outputs, the output carried': `
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param out: Index<2>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<4>, Index<2>) = (0, 0);
  let steps = scan s = start for x in xs { (next[s.0][x], out[s.0][x]) };
  [for s in steps: s.1]
}`,
  'the output looked up by the state before, afterwards': `
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param out: Index<2>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<4>, Index<4>) = (0, 0);
  let steps = scan s = start for x in xs { (next[s.0][x], s.0) };
  [for i in 0..8: out[steps[i].1][xs[i]]]
}`,
  'a table for each input': `
param zero: Index<4>[4] = [for s in 0..4: 0];
param one: Index<4>[4] = [for s in 0..4: 0];
param given: Index<2>[2, 4] = [for b in 0..2: [for s in 0..4: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<4>, Index<2>) = (0, 0);
  let steps = scan s = start for x in xs {
    (match x { 0 => zero[s.0], 1 => one[s.0] }, given[x][s.0])
  };
  [for s in steps: s.1]
}`,
  'two states that are one together': `
param high: Index<2>[2, 2, 2] = [for a in 0..2: [for b in 0..2: [for x in 0..2: 0]]];
param low: Index<2>[2, 2, 2] = [for a in 0..2: [for b in 0..2: [for x in 0..2: 0]]];
param out: Index<2>[2, 2, 2] = [for a in 0..2: [for b in 0..2: [for x in 0..2: 0]]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<2>, Index<2>, Index<2>) = (0, 0, 0);
  let steps = scan s = start for x in xs { (high[s.0][s.1][x], low[s.0][s.1][x], out[s.0][s.1][x]) };
  [for s in steps: s.2]
}`,
  'the start is chosen too': `
param first: Index<4> = 2;
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param out: Index<2>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<4>, Index<2>) = (first, 0);
  let steps = scan s = start for x in xs { (next[s.0][x], out[s.0][x]) };
  [for s in steps: s.1]
}`,
};
describe('division by 3', () => {
  for (const [name, body] of Object.entries(WAYS))
    test(name, async () => {
      expect(await inferred(`${body}${TRAIN_ALL('Index<2>', 8)}`, BITS)).toEqual(RIGHT);
    });
});

describe('other programs', () => {
  test('the state is what is given', async () => {
    const text = `
param next: Index<2>[2, 2] = [for s in 0..2: [for b in 0..2: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: Index<2> = 0;
  scan s = start for x in xs { next[s][x] }
}${TRAIN_ALL('Index<2>', 8)}`;
    expect(await inferred(text, sequences(parity, { rows: 60, length: 8 }))).toEqual(RIGHT);
  });

  test('an output of the next state, looked up in the step', async () => {
    const text = `
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param out: Index<2>[4] = [for s in 0..4: 0];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<4>, Index<2>) = (0, 0);
  let steps = scan s = start for x in xs { let t = next[s.0][x]; (t, out[t]) };
  [for s in steps: s.1]
}${TRAIN_ALL('Index<2>', 8)}`;
    expect(await inferred(text, sequences(parity, { rows: 60, length: 8 }))).toEqual(RIGHT);
    // of division each pair of a remainder and an output is a state
    expect((await inferred(text, BITS)).why).toBe('the program has 4 states, and a machine of 6 was found');
  });

  test('an output of the next state, looked up afterwards', async () => {
    const text = `
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param out: bool[4] = [for s in 0..4: false];
fn run(xs: Index<2>[8]) -> bool[8] {
  let start: Index<4> = 0;
  [for s in scan s = start for x in xs { next[s][x] }: out[s]]
}${TRAIN_ALL('bool', 8)}`;
    const rows = sequences((xs) => parity(xs).map((p) => (p === 1 ? 'true' : 'false')), { rows: 60, length: 8 });
    expect(await inferred(text, rows)).toEqual(RIGHT);
  });

  test('only the last state is told', async () => {
    const text = `
param next: Index<4>[4, 2] = [for s in 0..4: [for b in 0..2: 0]];
param accept: bool[4] = [for s in 0..4: false];
fn run(xs: Index<2>[6]) -> bool {
  let start: Index<4> = 0;
  accept[fold s = start for x in xs { next[s][x] }]
}${TRAIN('run', 'bool')}`;
    const rows = sequences((xs) => (xs.reduce((a, b) => a + b, 0) % 3 === 0 ? 'true' : 'false'), {
      rows: 300,
      length: 6,
    });
    expect(await inferred(text, rows)).toEqual(RIGHT);
  });

  test('two inputs at a step, which are bools', async () => {
    const text = `
param next: bool[2, 2, 2] = [for s in 0..2: [for a in 0..2: [for b in 0..2: false]]];
param out: bool[2, 2, 2] = [for s in 0..2: [for a in 0..2: [for b in 0..2: false]]];
fn place(b: bool) -> Index<2> { if b { 1 } else { 0 } }
fn run(xs: Index<2>[8]) -> bool[4] {
  let start = (false, false);
  let steps = scan s = start for i in 0..4 {
    (next[place(s.0)][xs[2 * i]][xs[2 * i + 1]], out[place(s.0)][xs[2 * i]][xs[2 * i + 1]])
  };
  [for s in steps: s.1]
}${TRAIN_ALL('bool', 4)}`;
    const rows = sequences(
      (xs) => {
        let carry = 0;
        return [0, 1, 2, 3].map((i) => {
          const sum = (xs[2 * i] as number) + (xs[2 * i + 1] as number) + carry;
          carry = sum > 1 ? 1 : 0;
          return sum % 2 === 1 ? 'true' : 'false';
        });
      },
      { rows: 200, length: 8 },
    );
    expect(await inferred(text, rows)).toEqual(RIGHT);
  });
});

test('the last check: a single other case is noticed', async () => {
  const text = `${WAYS['tables of next states and of outputs, the output carried']}${TRAIN_ALL('Index<2>', 8)}`;
  const context = await contextOf(program(text), BITS);
  const { values } = unwrap(await machine.search(context));
  expect(unwrap(await countMissed(context.job, values))).toBe(0);
  const next = must(values.get('next')).slice();
  const [to, other] = [next.indexOf(1), next.indexOf(1) === 0 ? 1 : 0];
  next[to] = 0;
  next[other] = 1;
  expect(unwrap(await countMissed(context.job, new Map([...values, ['next', next]])))).toBeGreaterThan(0);
});

describe('why not', () => {
  const SMALL = `
param next: Index<2>[2, 2] = [for s in 0..2: [for b in 0..2: 0]];
param out: Index<2>[2, 2] = [for s in 0..2: [for b in 0..2: 0]];
fn run(xs: Index<2>[8]) -> Index<2>[8] {
  let start: (Index<2>, Index<2>) = (0, 0);
  let steps = scan s = start for x in xs { (next[s.0][x], out[s.0][x]) };
  [for s in steps: s.1]
}${TRAIN_ALL('Index<2>', 8)}`;

  test('too few states', async () => {
    expect((await inferred(SMALL, BITS)).why).toBe('the program has 2 states, and a machine of 3 was found');
  });

  test('contradictory labels', async () => {
    let turn = 0;
    const rows = sequences((xs) => xs.map(() => (turn++ % 3 === 0 ? 1 : 0)), { rows: 50, length: 8 });
    expect((await inferred(SMALL, rows)).why).toMatch(
      /^example \d+ begins like another one, and step \d has another label$/,
    );
  });

  test('a state that counts', async () => {
    const text = `
param up: bool[2] = [false, false];
fn run(xs: Index<2>[8]) -> bool[8] {
  [for n in scan n = 0.0 for x in xs { if up[x] { n + 1.0 } else { n } }: n > 2.0]
}${TRAIN_ALL('bool', 8)}`;
    const rows = sequences((xs) => xs.map((_, i) => String(xs.slice(0, i + 1).filter((x) => x === 1).length > 2)), {
      rows: 50,
      length: 8,
    });
    expect((await inferred(text, rows)).why).toBe('its state is not looked up in what is to be chosen');
  });

  test('no loop', async () => {
    const text = `
param t: bool[2] = [false, false];
fn run(xs: Index<2>[8]) -> bool { t[xs[0]] }${TRAIN('run', 'bool')}`;
    const rows = sequences((xs) => (xs[0] === 1 ? 'true' : 'false'), { rows: 9, length: 8 });
    expect((await inferred(text, rows)).why).toBe('no loop with a state reads what is to be chosen');
  });
});
