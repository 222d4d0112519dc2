/**
 * What the elementary functions are made of: Horner's scheme, sign transfer, splitting a float into exponent and mantissa,
 * and the reduced exponential that exp, sigmoid, tanh and softplus share.
 */
import type { Expr, KernelBuilder } from '../expr.ts';

/** c0 + x(c1 + x(c2 + ...)), innermost first, in the type of `x`. */
export function horner(k: KernelBuilder, x: Expr, coefficients: readonly number[]): Expr {
  const double = x.type === 'f64';
  const constant = (c: number): Expr => (double ? k.f64(c) : k.f32(c));
  const add = double ? 'f64.add' : 'f32.add';
  const mul = double ? 'f64.mul' : 'f32.mul';
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<Expr>((sum, c) => k.step(add, k.step(mul, sum, x), constant(c)), constant(last ?? 0));
}

const SIGN_BIT = -0x80000000;

/** The sign bit of an f32, as an i32. */
export const signBit = (k: KernelBuilder, x: Expr): Expr => k.step('i32.and', k.step('f32.bits', x), k.i32(SIGN_BIT));

/** Flips the sign of `x` where `sign` (an i32 that is 0 or the sign bit) says so. */
export const flipSign = (k: KernelBuilder, x: Expr, sign: Expr): Expr =>
  k.step('f32.fromBits', k.step('i32.xor', k.step('f32.bits', x), sign));

/** Adding this rounds a float32 of magnitude below 2^22 to an integer, which then stands in the low bits. */
const ROUNDER = 12582912;
const ROUNDER_BITS = 0x4b400000;

/** The nearest integer to `x` (|x| < 2^22), as a float and as an i32. */
export function nearestInteger(k: KernelBuilder, x: Expr): { float: Expr; int: Expr } {
  const shifted = k.step('f32.add', x, k.f32(ROUNDER));
  return {
    float: k.step('f32.sub', shifted, k.f32(ROUNDER)),
    int: k.step('i32.sub', k.step('f32.bits', shifted), k.i32(ROUNDER_BITS)),
  };
}

/** 2^n as an f32 for an i32 with -126 <= n <= 127. */
export const powerOfTwo = (k: KernelBuilder, n: Expr): Expr =>
  k.step('f32.fromBits', k.step('i32.shl', k.step('i32.add', n, k.i32(127)), k.i32(23)));

/** The upper 16 bits of ln 2, so that n·LN2_HIGH is exact for |n| < 2^8, and what is missing. */
export const LN2_HIGH = 0.693145751953125;
export const LN2_LOW = 1.428606765330187e-6;

/** (e^r - 1 - r) / r² on |r| <= 0.3467: with it e^r - 1 has a relative error of 4.3e-10. */
const EXP_TAIL = [
  0.5, 0.1666666716337204, 0.04166648909449577, 0.008333207108080387, 0.00139326648786664, 0.00019945114036090672,
];

/**
 * e^x = (1 + r + tail)·2^n for |x| < 2^15, with r + tail in [√½ - 1, √2 - 1], both f32, and n an i32. The tail is small
 * against r, so its rounding errors count little. For small x, n = 0 and r + tail is e^x - 1 with a small relative error.
 */
export function reducedExp(k: KernelBuilder, x: Expr): { r: Expr; tail: Expr; n: Expr } {
  const n = nearestInteger(k, k.step('f32.mul', x, k.f32(Math.LOG2E)));
  const high = k.step('f32.sub', x, k.step('f32.mul', n.float, k.f32(LN2_HIGH)));
  const r = k.step('f32.sub', high, k.step('f32.mul', n.float, k.f32(LN2_LOW)));
  const tail = k.step('f32.mul', k.step('f32.mul', r, r), horner(k, r, EXP_TAIL));
  return { r, tail, n: n.int };
}

/**
 * The same for a magnitude: e^-min(|x|, limit) = (1 + s)·2^n, in doubles: `s` (the sum of r and tail, not rounded to f32, which
 * keeps its noise far below the step from one x to the next) and `scale` = 2^n. NaN stays NaN.
 */
export function decayingExp(k: KernelBuilder, x: Expr, limit: number): { s: Expr; scale: Expr } {
  const z = k.step('f32.max', k.step('f32.neg', k.step('f32.abs', x)), k.f32(-limit));
  const { r, tail, n } = reducedExp(k, z);
  const s = k.step('f64.add', k.step('f64.fromF32', r), k.step('f64.fromF32', tail));
  return { s, scale: k.step('f64.exp2i', n) };
}

/** Bits of √½: mantissas are taken from [√½, √2). */
const SQRT_HALF_BITS = 0x3f3504f3;

/** A positive finite f32 as m·2^e, m in [√½, √2) an f32, e an i32. Subnormals are scaled up first. */
export function splitFloat(k: KernelBuilder, x: Expr): { mantissa: Expr; exponent: Expr } {
  const small = k.step('f32.lt', x, k.f32(2 ** -126));
  const scaled = k.select(small, k.step('f32.mul', x, k.f32(2 ** 23)), x);
  const offset = k.step('i32.sub', k.step('f32.bits', scaled), k.i32(SQRT_HALF_BITS));
  const exponent = k.step('i32.shrS', offset, k.i32(23));
  const fraction = k.step('i32.and', offset, k.i32(0x7fffff));
  return {
    mantissa: k.step('f32.fromBits', k.step('i32.add', fraction, k.i32(SQRT_HALF_BITS))),
    exponent: k.step('i32.add', exponent, k.step('i32.and', small, k.i32(-23))),
  };
}
