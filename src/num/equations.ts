/**
 * Linear equations over whole numbers, exactly: least squares, and with that whether some numbers solve all of them, and which. Works on
 * the products of the columns (the normal equations), so its cost does not depend on how many equations there are.
 */
import { fraction, inverse, isZero, negative, plus, type Rational, times, ZERO } from './rational.ts';

/** Of the columns of all equations, the right sides being the last one: the sums of their products, row by row. */
export interface Products {
  readonly size: number;
  readonly sums: readonly bigint[];
}

export interface Solution {
  /** Per unknown; 0 of one that is left out. */
  readonly numbers: readonly Rational[];
  /** The sum of the squares of what is left of the right sides: 0 where all equations hold. */
  readonly rest: Rational;
}

/**
 * Least squares by elimination over the rationals (Gauss and Jordan), unknown by unknown in this order: one whose column is a combination of those
 * before is left out. Those that are left
 * in are independent, so their numbers are the only ones: leaving out, last unknown first, whatever the equations hold without, comes to the same.
 */
export function solved({ size, sums }: Products, order: readonly number[]): Solution {
  const right = size - 1;
  const columns = [...order, right];
  const rows = columns.map((i) => columns.map((j) => fraction(sums[i * size + j] as bigint, 1n)));
  const pivots: number[] = [];
  for (let k = 0; k < order.length; k++) {
    // the products are those of vectors, so a 0 here means that nothing is left of the whole column
    if (isZero((rows[k] as Rational[])[k] as Rational)) continue;
    pivots.push(k);
    clear(rows, k);
  }
  const numbers: Rational[] = Array(right).fill(ZERO);
  const last = order.length;
  for (const k of pivots) {
    const row = rows[k] as Rational[];
    numbers[order[k] as number] = times(row[last] as Rational, inverse(row[k] as Rational));
  }
  return { numbers, rest: (rows[last] as Rational[])[last] as Rational };
}

/** Takes multiples of row k from all others, so that column k is 0 there. */
function clear(rows: Rational[][], k: number): void {
  const own = rows[k] as Rational[];
  const by = inverse(own[k] as Rational);
  for (const [i, row] of rows.entries()) {
    if (i === k || isZero(row[k] as Rational)) continue;
    const factor = negative(times(row[k] as Rational, by));
    for (let j = 0; j < row.length; j++)
      if (!isZero(own[j] as Rational)) row[j] = plus(row[j] as Rational, times(factor, own[j] as Rational));
  }
}
