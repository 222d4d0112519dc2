/** The ideal functions in float64 against rational arithmetic: no error above the stated bound, at random places and the ends of reductions. */
import { describe, expect, it } from 'vitest';
import * as real from '../../src/num/real64.ts';
import { exact, ONE, SCALE } from '../bounds/exact.ts';
import { type Enclosure, IDEAL } from '../bounds/ideal.ts';
import { type Draw, draw } from '../table/draw.ts';

/** Whether `y` is within `error` of the ideal value, relatively, or within 1e-30. */
function isClose(y: number, ideal: Enclosure, error: number): boolean {
  const [low, high] = ideal;
  const size = low < 0n ? -low : high;
  const slack = (size * exact(error)) / ONE + (ONE >> 100n);
  return exact(y) >= low - slack && exact(y) <= high + slack;
}

const CASES: readonly (readonly [
  string,
  (x: number) => number,
  (x: number) => Enclosure | undefined,
  readonly number[],
])[] = [
  ['exp64', real.exp64, IDEAL.exp, [-80, 0.35, 1, 20, 90]],
  ['ln64', real.ln64, (x) => (x > 0 ? IDEAL.log(x) : undefined), [1e-45, 0.5, Math.SQRT1_2, 1, 2, 1e30]],
  ['tanh64', real.tanh64, IDEAL.tanh, [1e-30, 0.17, 0.35, 1, 20, 45]],
  ['sigmoid64', real.sigmoid64, IDEAL.sigmoid, [1e-30, 0.35, 5, 40, 90]],
  ['softplus64', real.softplus64, IDEAL.softplus, [1e-30, 0.35, 5, 40]],
  ['erf64', real.erf64, IDEAL.erf, [1e-30, 0.5, 1, 3, 5.99, 6.5]],
  ['sin64', real.sin64, IDEAL.sin, [1e-30, 0.78, 1.57, 3.1, 100, 65000, 2 ** 20]],
  ['cos64', real.cos64, IDEAL.cos, [1e-30, 0.78, 1.57, 3.1, 100, 65000, 2 ** 20]],
];

const near = (d: Draw, at: number): number =>
  (d.chance() ? at : -at) * (1 + (d.int(0, 1 << 20) / (1 << 20) - 0.5) ** 3);

describe.each(CASES)('%s', (_, f, ideal, places) => {
  it('is as near as it says', () => {
    const d = draw(17);
    const far = places.flatMap((at) =>
      Array.from({ length: 60 }, () => near(d, at))
        .filter((x) => Math.abs(x) <= 2 ** 20 || x > 1e29)
        .filter((x) => {
          const wanted = ideal(x);
          return wanted && !isClose(f(x), wanted, real.REAL64_ERROR / 4);
        }),
    );
    expect(far).toEqual([]);
  });
});

describe('slopes', () => {
  const square = ([a, b]: Enclosure): Enclosure => [(a * a) >> SCALE, (b * b) >> SCALE];
  const less = ([a, b]: Enclosure, [c, e]: Enclosure): Enclosure => [a - e, b - c];

  it('of tanh, sigmoid and erf are as near', () => {
    const d = draw(18);
    for (let i = 0; i < 300; i++) {
      const x = near(d, [0.1, 1, 4, 12][i % 4] as number);
      const sigmoid = IDEAL.sigmoid(x);
      expect(isClose(real.tanhSlope64(x), less([ONE, ONE], square(IDEAL.tanh(x))), real.REAL64_ERROR)).toBe(true);
      expect(isClose(real.sigmoidSlope64(x), less(sigmoid, square(sigmoid)), real.REAL64_ERROR)).toBe(true);
      const decay = IDEAL.exp(-x * x);
      const [low, high] = decay ?? [0n, 0n];
      const scale = exact(1.1283791670955126);
      const slope: Enclosure = [(low * scale) >> SCALE, (high * scale) >> SCALE];
      expect(isClose(real.erfSlope64(x), slope, real.REAL64_ERROR)).toBe(true);
    }
  });
});

describe('pow64', () => {
  it('is as near as it says', () => {
    const d = draw(19);
    for (let i = 0; i < 1500; i++) {
      const x = 10 ** (d.int(-3000, 3000) / 200);
      const n = d.chance() ? d.int(-6, 6) : d.int(-500, 500) / 100;
      const ideal = IDEAL.pow(x, n);
      if (ideal) expect(isClose(real.pow64(x, n), ideal, real.POW64_ERROR / 4)).toBe(true);
    }
  });
});
