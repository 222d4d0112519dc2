import { describe, expect, it } from 'vitest';
import { inOrder, kernelBuilder } from '../../src/kernel/build.ts';
import { Bug } from '../../src/text/result.ts';

describe('the kernel builder', () => {
  it('shares equal subexpressions', () => {
    const k = kernelBuilder();
    const x = k.arg('f32', 0);
    const twice = k.step('f32.add', k.step('f32.mul', x, x), k.step('f32.mul', x, x));
    expect(inOrder([twice])).toHaveLength(3);
    expect(k.arg('f32', 0)).toBe(x);
    expect(k.f32(0.1)).toBe(k.f32(Math.fround(0.1)));
    expect(k.select(k.step('f32.lt', x, x), x, x)).toBe(k.select(k.step('f32.lt', x, x), x, x));
  });

  it('keeps apart what has other bits or another type', () => {
    const k = kernelBuilder();
    expect(k.f32(0)).not.toBe(k.f32(-0));
    expect(k.f32(1)).not.toBe(k.f64(1));
    expect(k.f64(0.1)).not.toBe(k.f64(Math.fround(0.1)));
    expect(k.f32(NaN)).toBe(k.f32(NaN));
    expect(k.arg('f32', 0)).not.toBe(k.arg('f32', 1));
    const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];
    expect(k.step('f32.min', x, y)).not.toBe(k.step('f32.min', y, x));
  });

  it('refuses operands of wrong types and numbers', () => {
    const k = kernelBuilder();
    const x = k.arg('f32', 0);
    expect(() => k.step('f32.add', x, k.f64(1))).toThrow(Bug);
    expect(() => k.step('f32.add', x)).toThrow('f32.add does not take (f32)');
    expect(() => k.step('f32.neg', x, x)).toThrow(Bug);
    expect(() => k.select(x, x, x)).toThrow('select over f32, f32, f32');
    expect(() => k.select(k.i32(0), x, k.f64(0))).toThrow(Bug);
  });

  it('puts operands before their users', () => {
    const k = kernelBuilder();
    const x = k.arg('f32', 0);
    const mask = k.step('f32.lt', x, k.f32(0));
    const root = k.select(mask, k.step('f32.neg', x), x);
    const order = inOrder([root]);
    expect(order[order.length - 1]).toBe(root);
    expect(order.indexOf(mask)).toBeGreaterThan(order.indexOf(x));
    expect(new Set(order).size).toBe(order.length);
  });
});
