/** Recurrences: what vanishes for every number of steps, against steps that are computed one by one in fractions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fraction, ONE, plus, type Rational, times, ZERO } from '../../src/num/rational.ts';
import { must } from '../../src/text/result.ts';
import { constant, type Polynomial, productOf, scaled, sumOf, variable } from '../../src/verify/polynomial.ts';
import { type Recurrence, vanishes } from '../../src/verify/recurrence.ts';

const whole = (n: number): Rational => fraction(BigInt(n), 1n);
const affine = (names: readonly string[], row: readonly number[]): Polynomial =>
  must(
    sumOf(
      row.map((x, i) => {
        const name = names[i];
        return name === undefined ? constant(whole(x)) : scaled(variable(name), whole(x));
      }),
    ),
  );

/** States z, one input u; the last column of a row is the constant. */
interface Affine {
  readonly start: readonly number[];
  readonly next: readonly (readonly number[])[];
  readonly zero: readonly number[];
}

const SIZE = 3;
const NAMES = ['0.0', '1.0', '2.0', '9.0'];

const recurrenceOf = ({ start, next, zero }: Affine): Recurrence => ({
  start: new Map(start.map((x, i) => [must(NAMES[i]), constant(whole(x))])),
  steps: [
    {
      next: new Map(next.map((row, i) => [must(NAMES[i]), affine(NAMES, row)])),
      zeros: [affine(NAMES, zero)],
    },
  ],
});

const dot = (row: readonly number[], values: readonly Rational[]): Rational =>
  row.reduce((sum, x, i) => plus(sum, times(whole(x), must(values[i]))), ZERO);

/** Whether it is 0 in each of so many steps, for inputs that are 0 but at one step, and for none. */
function isZeroFor({ start, next, zero }: Affine, steps: number): boolean {
  for (let pulse = -1; pulse < steps; pulse++) {
    let z: readonly Rational[] = start.map(whole);
    for (let t = 0; t < steps; t++) {
      const values = [...z, t === pulse ? ONE : ZERO, ONE];
      if (dot(zero, values).over !== 0n) return false;
      z = next.map((row) => dot(row, values));
    }
  }
  return true;
}

const small = fc.integer({ min: -1, max: 1 });
const row = fc.array(small, { minLength: SIZE + 2, maxLength: SIZE + 2 });

describe('affine recurrences', () => {
  it('vanish exactly where the first steps do, as many as there are states and one', () => {
    const seen = { yes: 0, no: 0, open: 0 };
    const arbitrary: fc.Arbitrary<Affine> = fc.record({
      start: fc.array(small, { minLength: SIZE, maxLength: SIZE }),
      next: fc.array(row, { minLength: SIZE, maxLength: SIZE }),
      zero: row,
    });
    fc.assert(
      fc.property(arbitrary, (given) => {
        // so that some vanish late or never: no input in what has to be 0, and a state that only it sees
        const a = { ...given, zero: [...given.zero.slice(0, SIZE), 0, 0] };
        const found = vanishes(recurrenceOf(a), () => true);
        seen[found]++;
        expect(found).toBe(isZeroFor(a, SIZE + 2) ? 'yes' : 'no');
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(seen.open).toBe(0);
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(20);
  });

  it('are seen to differ late', () => {
    // a pulse goes through all states before it is seen
    const delay = {
      start: [0, 0, 0],
      next: [
        [0, 0, 0, 1, 0],
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
      ],
      zero: [0, 0, 1, 0, 0],
    };
    expect(isZeroFor(delay, 3)).toBe(true);
    expect(vanishes(recurrenceOf(delay), () => true)).toBe('no');
  });
});

describe('polynomial recurrences', () => {
  const [n, s, q] = ['0.0', '1.0', '2.0'].map(variable) as [Polynomial, Polynomial, Polynomial];
  const one = constant(ONE);
  const add = (...list: readonly Polynomial[]): Polynomial => must(sumOf(list));
  const times2 = (p: Polynomial): Polynomial => must(scaled(p, whole(2)));
  const start = new Map(['0.0', '1.0', '2.0'].map((v) => [v, constant(ZERO)] as const));
  const next = new Map([
    ['0.0', add(n, one)],
    ['1.0', add(s, times2(n), one)],
    ['2.0', add(q, must(productOf(n, n)))],
  ]);
  const minus = (p: Polynomial): Polynomial => must(scaled(p, whole(-1)));

  it('are decided by induction: the sum of odd numbers is a square', () => {
    const square = add(s, minus(must(productOf(n, n))));
    expect(vanishes({ start, steps: [{ next, zeros: [square] }] }, () => true)).toBe('yes');
    expect(vanishes({ start, steps: [{ next, zeros: [add(square, n)] }] }, () => true)).toBe('no');
  });

  it('are given up where they grow, or where there is no time', () => {
    const grows = new Map([['0.0', must(productOf(n, n))]]);
    const from = new Map([['0.0', one]]);
    expect(vanishes({ start: from, steps: [{ next: grows, zeros: [add(n, minus(one))] }] }, () => true)).toBe('open');
    expect(
      vanishes({ start, steps: [{ next, zeros: [add(q, minus(q), s, minus(must(productOf(n, n))))] }] }, () => false),
    ).toBe('open');
  });

  it('hold in steps of every kind', () => {
    const back = new Map([...next, ['1.0', add(s, times2(n))]] as const);
    const square = add(s, minus(must(productOf(n, n))));
    expect(
      vanishes(
        {
          start,
          steps: [
            { next, zeros: [square] },
            { next: back, zeros: [] },
          ],
        },
        () => true,
      ),
    ).toBe('no');
  });
});
