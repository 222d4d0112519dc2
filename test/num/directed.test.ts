/** Outward steps: they pass the rounded result's neighbour, hardly more, and the sums and products they follow are enclosed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOfF64, f64OfBits } from '../../src/num/bits.ts';
import { down, restAbove, restBelow, up } from '../../src/num/directed.ts';
import { exact, product } from '../bounds/exact.ts';

const successor = (x: number): number => {
  if (x === 0) return 2 ** -1074;
  return f64OfBits(x > 0 ? bitsOfF64(x) + 1n : bitsOfF64(x) - 1n);
};

const double = fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e300, min: -1e300 });
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('outward steps', () => {
  it('reach the neighbour and at most two further', () => {
    fc.assert(
      fc.property(double, (x) => {
        expect(up(x)).toBeGreaterThanOrEqual(successor(x));
        expect(up(x)).toBeLessThanOrEqual(successor(successor(successor(x))));
        expect(down(x) + up(-x)).toBe(0);
      }),
      { numRuns: 5000 },
    );
  });

  it('hold over powers of two, subnormals and zero', () => {
    const places = Array.from({ length: 2090 }, (_, i) => 2 ** (i - 1074)).flatMap((p) => [
      p,
      -p,
      successor(p),
      -successor(p),
    ]);
    for (const x of [0, -0, ...places]) expect(up(x) >= successor(x) && down(x) <= -successor(-x)).toBe(true);
  });

  it('enclose sums and what a line leaves', () => {
    fc.assert(
      fc.property(float, float, float, (v, k, x) => {
        const rest = exact(v) - product(k, x);
        expect(exact(restAbove(v, k, x)) >= rest && exact(restBelow(v, k, x)) <= rest).toBe(true);
        expect(exact(up(v + x)) >= exact(v) + exact(x) && exact(down(v + x)) <= exact(v) + exact(x)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('never turn an overflow into a bound', () => {
    expect([up(Infinity), up(-Infinity), down(Infinity)].filter(Number.isFinite)).toEqual([]);
  });
});
