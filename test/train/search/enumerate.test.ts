/** Exhaustive search: state machines, numbers beside choices, ties, blocks of examples. */
import { describe, expect, test } from 'vitest';
import { tableOf } from '../../../src/train/rows.ts';
import { everyRow, lineOf, OPS, opRows, PARITY, parityRows, trained } from './programs.ts';

describe('without numbers', () => {
  test('parity: the table is found and written, nothing else is tried', async () => {
    const t = await trained(PARITY(', search: enumerate'), parityRows());
    expect(lineOf(t, 'param next')).toBe('param next: State[2, 2] = [[even, odd], [odd, even]];');
    expect(t.outcome.final).toEqual({ loss: 0, accuracy: 1 });
    expect(t.outcome.search?.won).toBe('enumerate');
    expect(t.verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
  });

  test('a cell that no example reads keeps its value', async () => {
    const text = `
enum E { a, b, c }
param t: E[3] = [c, c, c];
fn f(x: Index<3>) -> E { t[x] }
fn error(p: E, label: E) -> f32 { if p == label { 0.0 } else { 1.0 } }
train f { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 20 }`;
    const t = await trained(
      text,
      tableOf(
        ['x', 'y'],
        [
          ['0', 'a'],
          ['2', 'b'],
        ],
      ),
    );
    expect(lineOf(t, 'param t')).toBe('param t: E[3] = [a, c, b];');
  });

  test('many assignments over many blocks of examples: the same as over one', async () => {
    const text = PARITY(', search: enumerate').replace('Bit[4]', 'Bit[10]');
    const rows = everyRow('bits', 10, ['zero', 'one'], (x) => String(x.reduce((a, b) => a + b, 0) % 2 === 1));
    const t = await trained(text, rows);
    expect(t.outcome.final).toEqual({ loss: 0, accuracy: 1 });
    expect(t.outcome.search?.tried[0]?.measured).toBeLessThanOrEqual(16);
  });
});

describe('with numbers', () => {
  test('the formula and its number', async () => {
    const t = await trained(
      OPS('search: enumerate'),
      opRows((x, y) => 2.5 * Math.max(x, y)),
    );
    expect(lineOf(t, 'param op')).toBe('param op: Op = larger;');
    expect(lineOf(t, 'param left')).toBe('param left: bool = true;');
    expect(t.outcome.final.loss).toBeLessThan(0.1);
  });
});
