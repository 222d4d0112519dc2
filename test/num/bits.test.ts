import { describe, expect, it } from 'vitest';
import { exp2i, nearestEven } from '../../src/num/arith.ts';
import {
  bitsOfF32,
  bitsOfF64,
  f32OfBits,
  f64OfBits,
  nextDownF32,
  nextUpF32,
  sameF32,
  sameF32s,
  ulpF32,
} from '../../src/num/bits.ts';

describe('bits', () => {
  it('are those of IEEE 754', () => {
    expect(bitsOfF32(1)).toBe(0x3f800000);
    expect(bitsOfF32(-0)).toBe(0x80000000);
    expect(f32OfBits(0x7f7fffff)).toBe(3.4028234663852886e38);
    expect(f32OfBits(-0x80000000)).toBe(-0);
    expect(bitsOfF64(-2)).toBe(0xc000000000000000n);
    expect(f64OfBits(1n)).toBe(5e-324);
  });

  it('tell zeros apart and take all NaNs as one', () => {
    expect(sameF32(0, -0)).toBe(false);
    expect(sameF32(NaN, f32OfBits(0xffc00001))).toBe(true);
    expect(sameF32s([1, 0.1], new Float32Array([1, 0.1]))).toBe(true);
    expect(sameF32s([1], [1, 2])).toBe(false);
    expect(sameF32s([0], [-0])).toBe(false);
  });
});

describe('the float32 grid', () => {
  it('is walked one step at a time', () => {
    expect(nextUpF32(1)).toBe(1 + 2 ** -23);
    expect(nextDownF32(1)).toBe(1 - 2 ** -24);
    expect(nextUpF32(-0)).toBe(2 ** -149);
    expect(nextDownF32(0)).toBe(-(2 ** -149));
    expect(Object.is(nextUpF32(-(2 ** -149)), -0)).toBe(true);
    expect(nextUpF32(f32OfBits(0x7f7fffff))).toBe(Infinity);
    expect(nextUpF32(-Infinity)).toBe(-f32OfBits(0x7f7fffff));
    expect(nextUpF32(Infinity)).toBe(Infinity);
    expect(nextUpF32(NaN)).toBeNaN();
  });

  it('has these spacings', () => {
    expect(ulpF32(1)).toBe(2 ** -23);
    expect(ulpF32(1.99)).toBe(2 ** -23);
    expect(ulpF32(0)).toBe(2 ** -149);
    expect(ulpF32(2 ** -126)).toBe(2 ** -149);
    expect(ulpF32(2 ** -125)).toBe(2 ** -148);
    expect(ulpF32(-(2 ** -103))).toBe(2 ** -126);
    expect(ulpF32(2 ** -104)).toBe(2 ** -127);
  });
});

describe('steps that hosts do not have', () => {
  it('2^k is exact over the normal range', () => {
    for (let k = -1022; k <= 1023; k++) expect(exp2i(k)).toBe(2 ** k);
  });

  it('nearest ties to even and keeps the sign of zero', () => {
    const cases = [
      [0.5, 0],
      [1.5, 2],
      [2.5, 2],
      [-0.5, -0],
      [-1.5, -2],
      [-0, -0],
      [0.49999999999999994, 0],
      [2 ** 53 + 2, 2 ** 53 + 2],
    ] as const;
    for (const [x, y] of cases) expect(nearestEven(x)).toBe(y);
    expect(nearestEven(-Infinity)).toBe(-Infinity);
    expect(nearestEven(NaN)).toBeNaN();
  });
});
