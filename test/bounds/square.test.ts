/** The rule for a value times itself: kernel and real square between the planes, exactly; tighter than the product's. */
import { describe, expect, it } from 'vitest';
import { mulF32 } from '../../src/num/arith.ts';
import { squareBounds } from '../../src/ops/bounds/power.ts';
import type { Alpha, Interval, Planes } from '../../src/ops/bounds.ts';
import { draw } from '../table/draw.ts';
import { exact, planeAt, product } from './exact.ts';
import { randomInterval, ruleOf } from './harness.ts';

const planes = (size: number): Planes => ({
  lower: new Float64Array(size),
  lowerAt: 0,
  upper: new Float64Array(size),
  upperAt: 0,
});

describe('the square', () => {
  it('is enclosed', () => {
    const d = draw(23);
    for (let i = 0; i < 1500; i++) {
      const { lo, hi } = randomInterval(d);
      const box = [{ lo: Math.fround(lo), hi: Math.fround(hi) }];
      const [x] = box as [Interval];
      const alpha: Alpha | undefined = d.chance() ? undefined : [d.int(0, 8) / 8, d.int(0, 8) / 8];
      const out = planes(1);
      const known = squareBounds.planes(box, {}, alpha, out);
      const whole: Interval = { lo: 0, hi: 0 };
      expect(squareBounds.interval(box, {}, whole)).toBe(true);
      for (let k = 0; k <= 20; k++) {
        const at = Math.fround(x.lo + ((x.hi - x.lo) * k) / 20);
        if (!(at >= x.lo && at <= x.hi && Number.isFinite(at))) continue;
        const y = mulF32(at, at);
        expect(y >= whole.lo && y <= whole.hi).toBe(true);
        if (!known) continue;
        const [below, above] = [planeAt(out.lower, out.lowerAt, [at]), planeAt(out.upper, out.upperAt, [at])];
        expect(exact(y) >= below && exact(y) <= above && product(at, at) >= below && product(at, at) <= above).toBe(
          true,
        );
      }
    }
  });

  it('knows that both factors are one', () => {
    const x = { lo: -1, hi: 1 };
    const [alone, pair] = [planes(1), planes(2)];
    expect(squareBounds.planes([x], {}, undefined, alone)).toBe(true);
    expect(ruleOf('mul').planes([x, x], {}, undefined, pair)).toBe(true);
    expect(alone.lowerAt).toBeGreaterThan(-1e-6);
    expect(pair.lowerAt).toBeLessThan(-0.9);
  });
});
