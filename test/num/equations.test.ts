/** Equations over whole numbers: solved exactly, with those unknowns that come first. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Products, solved } from '../../src/num/equations.ts';
import { isZero, textOf } from '../../src/num/rational.ts';

/** Rows of columns, the right side last. */
function productsOf(rows: readonly (readonly number[])[]): Products {
  const size = rows[0]?.length ?? 0;
  const sums = Array.from({ length: size * size }, (_, k) =>
    rows.reduce((sum, row) => sum + BigInt(row[Math.floor(k / size)] ?? 0) * BigInt(row[k % size] ?? 0), 0n),
  );
  return { size, sums };
}
const texts = (rows: readonly (readonly number[])[], order: readonly number[]): string[] => {
  const { numbers, rest } = solved(productsOf(rows), order);
  return [...numbers, rest].map(textOf);
};

describe('least squares', () => {
  test('exact numbers, fractions too', () => {
    expect(
      texts(
        [
          [2, 1, 7],
          [1, 3, 11],
          [3, 4, 18],
        ],
        [0, 1],
      ),
    ).toEqual(['2', '3', '0']);
    expect(
      texts(
        [
          [3, 1],
          [6, 2],
        ],
        [0],
      ),
    ).toEqual(['1/3', '0']);
  });

  test('what is left where no numbers solve all equations: its square, at least', () => {
    expect(
      texts(
        [
          [1, 0],
          [1, 1],
        ],
        [0],
      ),
    ).toEqual(['1/2', '1/2']);
  });

  test('of dependent unknowns the later ones are left out', () => {
    const rows = [
      [1, 2, 3, 5],
      [2, 1, 3, 4],
      [0, 1, 1, 2],
    ];
    expect(texts(rows, [0, 1, 2])).toEqual(['1', '2', '0', '0']);
    expect(texts(rows, [2, 0, 1])).toEqual(['-1', '0', '2', '0']);
  });
});

test('right sides that were made from numbers are met exactly, and a changed one is noticed', () => {
  const row = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 6, maxLength: 12 }), row, (rows, numbers) => {
      const right = (r: readonly number[]): number => r.reduce((sum, x, i) => sum + x * (numbers[i] ?? 0), 0);
      const system = rows.map((r) => [...r, right(r)]);
      const found = solved(productsOf(system), [3, 2, 1, 0]);
      expect(isZero(found.rest)).toBe(true);
      // the sum of the squares of what is missing, at the numbers themselves, is 0 only if every equation holds
      for (const r of rows) {
        const sum = r.reduce(
          (s, x, i) =>
            s +
            (x * Number(textOf(found.numbers[i] ?? { over: 0n, under: 1n }).split('/')[0])) /
              Number(textOf(found.numbers[i] ?? { over: 0n, under: 1n }).split('/')[1] ?? 1),
          0,
        );
        expect(sum).toBeCloseTo(right(r), 6);
      }
      const twice = [...system, [...(rows[0] ?? []), right(rows[0] ?? []) + 1]];
      expect(isZero(solved(productsOf(twice), [3, 2, 1, 0]).rest)).toBe(false);
    }),
    { numRuns: 100 },
  );
});
