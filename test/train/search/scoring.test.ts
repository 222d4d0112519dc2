/** Many assignments at once score as one by one, and giving up early loses none that is better. */
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/num/random.ts';
import { must } from '../../../src/text/result.ts';
import { type RowSource, tableOf } from '../../../src/train/rows.ts';
import type { Assignment, SearchContext } from '../../../src/train/search/strategy.ts';
import { program, trainOn, unwrap } from '../programs.ts';
import { contextOf } from './harness.ts';
import { everyRow, OPS, opRows, PARITY, parityRows } from './programs.ts';

const random = randomStream(5, 1);
const anyAssignment = ({ space }: SearchContext): Assignment =>
  Int32Array.from(space.choices, (c) => random.below(c.cases));

const LONG = PARITY(', class_weights: [1.0, 3.0]')
  .replace('Bit[4]', 'Bit[10]')
  .replace('[2, 2] = [[even, even], [even, even]]', '[2, 2] = [[odd, even], [even, even]]');
const longRows = everyRow('bits', 10, ['zero', 'one'], (x) => String(x[2] === 1));

const PROGRAMS: readonly (readonly [string, string, RowSource])[] = [
  ['a machine', PARITY(), parityRows()],
  ['a formula with a number', OPS('holdout: 0.2'), opRows((x, y) => x * y)],
  ['many examples, weighted', LONG, longRows],
];

describe.each(PROGRAMS)('%s', (_, text, rows) => {
  test('the score of each assignment is the one that the program has alone', async () => {
    const context = await contextOf(program(text), rows);
    const assignments = Array.from({ length: 40 }, () => anyAssignment(context));
    const scores = unwrap(await context.scores(assignments));
    for (const [i, assignment] of assignments.entries()) {
      const alone = unwrap(await context.score(context.valuesOf(assignment)));
      expect(must(scores[i])).toBeCloseTo(alone, 12);
    }
  });

  test('above a score: the same, or infinite where the score is higher', async () => {
    const context = await contextOf(program(text), rows);
    const assignments = Array.from({ length: 40 }, () => anyAssignment(context));
    const scores = unwrap(await context.scores(assignments));
    const above = must([...scores].sort((a, b) => a - b)[5]);
    const some = unwrap(await context.scores(assignments, { above }));
    for (const [i, score] of scores.entries()) {
      if (score <= above) expect(some[i]).toBe(score);
      else expect([score, Number.POSITIVE_INFINITY]).toContain(some[i]);
    }
  });
});

test('a loss below 0 ends giving up, and what was given up is scored again', async () => {
  // Six switches cost 1 on each row but win 1000 on a rare one, so they are given up early. Only then eight others give a loss below 0.
  const text = `
param on: bool[14] = [${Array(14).fill('false').join(', ')}];
fn f(rare: bool) -> f32 {
  let six = all(for i in 0..6: on[i]);
  let eight = all(for i in 6..14: on[i]) && !any(for i in 0..6: on[i]);
  if six { if rare { -1000.0 } else { 1.0 } } else { if eight { -0.001 } else { if rare { 0.5 } else { 0.0 } } }
}
fn given(p: f32, _label: f32) -> f32 { p }
train f { data: csv("rows.csv", label = "y"), loss: given, optimizer: adam(rate = 0.05), epochs: 2, search: enumerate }`;
  const rows = Array.from({ length: 100 }, (_, i) => [String(i === 1), '0']);
  const t = unwrap(await trainOn(program(text), tableOf(['rare', 'y'], rows)));
  expect(t.outcome.final.loss).toBeCloseTo(-9.01, 6);
  expect(t.outcome.search?.tried[0]?.measured).toBeGreaterThan(2 ** 14);
});
