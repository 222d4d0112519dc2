/**
 * x^y = 2^(y·log2 |x|) in double, rounded once at the end, with the special cases of IEEE 754 (`pow` of section 9.2.1):
 * x^0 = 1 and 1^y = 1 whatever the other is, even NaN; (-1)^±inf = 1; a negative finite x with a y that is no integer gives
 * NaN; the result is negative exactly for odd y and negative x (-0 and -inf included); 0^y for y < 0 and |x|^y beyond
 * the range are infinite.
 */
import type { Expr, KernelBuilder } from '../expr.ts';
import { flipSign, horner, nearestInteger, signBit, splitFloat } from './parts.ts';

/** 2 artanh(w) / (w ln 2) in w² for m in [√½, √2), w = (m-1)/(m+1): relative error 8e-14. */
const LOG2 = [
  2.8853900817778504, 0.9617966941123595, 0.5770779426302618, 0.41220922733052445, 0.3199066608891474,
  0.28288718263073565,
];
/** 2^r on |r| <= ½, relative error 4e-11. */
const EXP2 = [
  0.9999999999595618, 0.6931471805568324, 0.24022651213498092, 0.055504109063258665, 0.009618025613318034,
  0.0013333478473685416, 0.00015469729214118296, 1.5303700711365693e-5,
];
/** Beyond these the result is infinite or 0. */
const GREATEST = 160;

export function pow(k: KernelBuilder, x: Expr, y: Expr): Expr {
  const magnitude = exp2(k, k.step('f64.mul', k.step('f64.fromF32', y), log2(k, k.step('f32.abs', x))));
  const odd = isOdd(k, y);
  const signed = flipSign(k, magnitude, k.step('i32.and', signBit(k, x), odd));
  return specialCases(k, { x, y, general: signed });
}

function specialCases(k: KernelBuilder, p: { x: Expr; y: Expr; general: Expr }): Expr {
  const { x, y } = p;
  const infinity = k.f32(Infinity);
  const eq = (a: Expr, b: Expr): Expr => k.step('f32.eq', a, b);
  const broken = k.step('i32.xor', eq(k.step('f32.floor', y), y), k.i32(-1));
  const negative = k.step('i32.and', k.step('f32.lt', x, k.f32(0)), k.step('f32.lt', k.f32(-Infinity), x));
  const real = k.select(k.step('i32.and', negative, broken), k.f32(NaN), p.general);
  const unitBase = k.step('i32.and', eq(k.step('f32.abs', x), k.f32(1)), eq(k.step('f32.abs', y), infinity));
  const one = k.step('i32.or', k.step('i32.or', eq(y, k.f32(0)), eq(x, k.f32(1))), unitBase);
  return k.select(one, k.f32(1), real);
}

/** log2 of a magnitude, in double; 0 gives -inf, inf and NaN themselves. */
function log2(k: KernelBuilder, ax: Expr): Expr {
  const { mantissa, exponent } = splitFloat(k, ax);
  const m = k.step('f64.fromF32', mantissa);
  const w = k.step('f64.div', k.step('f64.sub', m, k.f64(1)), k.step('f64.add', m, k.f64(1)));
  const fraction = k.step('f64.mul', w, horner(k, k.step('f64.mul', w, w), LOG2));
  const finite = k.step('f64.add', k.step('f64.fromI32', exponent), fraction);
  const proper = k.select(k.step('f32.lt', ax, k.f32(Infinity)), finite, k.step('f64.fromF32', ax));
  return k.select(k.step('f32.eq', ax, k.f32(0)), k.f64(-Infinity), proper);
}

/** 2^t rounded to f32; NaN stays. */
function exp2(k: KernelBuilder, t: Expr): Expr {
  const least = k.select(k.step('f64.lt', t, k.f64(-GREATEST)), k.f64(-GREATEST), t);
  const bounded = k.select(k.step('f64.lt', k.f64(GREATEST), t), k.f64(GREATEST), least);
  const n = nearestInteger(k, k.step('f32.fromF64', bounded));
  const r = k.step('f64.sub', bounded, k.step('f64.fromF32', n.float));
  return k.step('f32.fromF64', k.step('f64.mul', horner(k, r, EXP2), k.step('f64.exp2i', n.int)));
}

/** An i32 mask: y is an odd integer (then |y| < 2^24; larger floats are even). */
function isOdd(k: KernelBuilder, y: Expr): Expr {
  const half = k.step('f32.mul', y, k.f32(0.5));
  const even = k.step('f32.eq', k.step('f32.floor', half), half);
  const integer = k.step('f32.eq', k.step('f32.floor', y), y);
  return k.step('i32.and', integer, k.step('i32.xor', even, k.i32(-1)));
}
