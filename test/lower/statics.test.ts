/** Tables over loops against plain loops. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findWrong,
  indexOfLoop,
  known,
  type Loop,
  modulo,
  soleValue,
  tabulate,
  whereIn,
} from '../../src/lower/statics.ts';

const loop = (name: string, depth: number, from: number, length: number): Loop => ({ name, depth, from, length });

describe('static tables', () => {
  it('agree with nested loops, whatever the order of the operands', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: -3, max: 3 }), (l, m, n, from) => {
        const [i, j, k] = [loop('i', 1, from, l), loop('j', 2, 0, m), loop('k', 3, 1, n)];
        const sum = tabulate([indexOfLoop(k), indexOfLoop(i)], (a, b) => 10 * b + a);
        const all = tabulate([indexOfLoop(j), sum], (a, b) => 100 * a + b);
        expect(all.loops).toEqual([i, j, k]);
        const expected: number[] = [];
        for (let a = from; a < from + l; a++)
          for (let b = 0; b < m; b++) for (let c = 1; c < 1 + n; c++) expected.push(100 * b + 10 * a + c);
        expect([...all.values]).toEqual(expected);
      }),
    );
  });

  it('know when they do not vary', () => {
    const i = indexOfLoop(loop('i', 1, 0, 4));
    expect(soleValue(i)).toBeUndefined();
    expect(soleValue(tabulate([i], () => 7))).toBe(7);
    expect(soleValue(known(3))).toBe(3);
  });

  it('name the round that goes wrong, unless a condition excludes it', () => {
    const [i, j] = [loop('i', 1, 1, 3), loop('j', 2, 0, 3)];
    const product = tabulate([indexOfLoop(i), indexOfLoop(j)], (a, b) => a * b);
    expect(findWrong(product, undefined, (v) => v > 3)).toEqual({ value: 4, where: 'i = 2, j = 2' });
    const small = tabulate([indexOfLoop(j)], (b) => (b < 2 ? 1 : 0));
    expect(findWrong(product, small, (v) => v > 3)).toBeUndefined();
    expect(whereIn([i, j], 8)).toBe('i = 3, j = 2');
  });

  it('take remainders with the sign of the divisor', () => {
    expect([-4, -1, 0, 5].map((a) => modulo(a, 3))).toEqual([2, 2, 0, 2]);
    expect(modulo(5, -3)).toBe(-1);
  });
});
