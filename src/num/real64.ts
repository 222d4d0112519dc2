/**
 * Values of the ideal elementary functions, for bounds: float64 made of IEEE operations alone, each within REAL64_ERROR of the
 * real function, relatively, wherever the value is above 1e-300 (below, within 1e-300). The error bounds are generous; the tests of
 * this file compare with rational arithmetic. Programs never run these: what a program computes stands in `kernel/elementary`.
 */
import { exp2i, nearestEven } from './arith.ts';
import { ln } from './elementary64.ts';

/** A bound of the relative error of every function here; the largest found is below 2e-14 (erf near 6). */
export const REAL64_ERROR = 1e-13;

/** ln 2 in two parts; the first has 32 bits, so that its products with exponents are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 1/k! for k = 14 down to 1. */
const FACTORIALS = Float64Array.from({ length: 14 }, (_, i) => {
  let product = 1;
  for (let k = 2; k <= 14 - i; k++) product *= k;
  return 1 / product;
});

/** e^r - 1 on |r| <= 0.35: its Taylor polynomial of degree 14 (what is left out is below 1e-18 of it). */
function expm1Reduced(r: number): number {
  let sum = 0;
  for (let i = 0; i < 14; i++) sum = sum * r + (FACTORIALS[i] as number);
  return sum * r;
}

/** e^x; 0 from -700 down, infinite from 700 up. */
export function exp64(x: number): number {
  if (x <= -700) return 0;
  if (x >= 700) return Infinity;
  const n = nearestEven(x * Math.LOG2E);
  return (1 + expm1Reduced(x - n * LN2_HIGH - n * LN2_LOW)) * exp2i(n);
}

/** ln x for x = 0 or a normal double above; NaN below. */
export const ln64 = (x: number): number => (x > 0 ? ln(x) : x === 0 ? -Infinity : NaN);

/** Hyperbolic tangent. */
export function tanh64(x: number): number {
  const z = 2 * Math.abs(x);
  if (z > 80) return x < 0 ? -1 : 1;
  const n = nearestEven(z * Math.LOG2E);
  const scale = exp2i(n);
  const grown = scale * expm1Reduced(z - n * LN2_HIGH - n * LN2_LOW) + (scale - 1);
  const size = grown / (grown + 2);
  return x < 0 ? -size : size;
}

/** 1 - tanh² x = 4e / (1 + e)² with e = e^-2|x|. */
export function tanhSlope64(x: number): number {
  const e = exp64(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
}

/** 1 / (1 + e^-x). */
export function sigmoid64(x: number): number {
  const e = exp64(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** e / (1 + e)² with e = e^-|x|. */
export function sigmoidSlope64(x: number): number {
  const e = exp64(-Math.abs(x));
  return e / ((1 + e) * (1 + e));
}

/** ln(1 + e^x) = max(x, 0) + 2 artanh(e / (2 + e)) with e = e^-|x|. */
export function softplus64(x: number): number {
  const e = exp64(-Math.abs(x));
  const w = e / (2 + e);
  const square = w * w;
  let series = 0;
  for (let k = 35; k >= 3; k -= 2) series = (series + 1 / k) * square;
  return Math.max(x, 0) + 2 * w * (1 + series);
}

const TWO_BY_ROOT_PI = 1.1283791670955126;

/** Error function: 2/√π · e^-x² · Σ 2^n x^(2n+1) / (2n+1)!!, all terms of one sign (Abramowitz and Stegun 7.1.6); 1 from 6 on. */
export function erf64(x: number): number {
  const z = Math.abs(x);
  if (z >= 6) return x < 0 ? -1 : 1;
  const square = z * z;
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  const size = TWO_BY_ROOT_PI * exp64(-square) * sum;
  return x < 0 ? -size : size;
}

/** 2/√π · e^-x². */
export const erfSlope64 = (x: number): number => TWO_BY_ROOT_PI * exp64(-x * x);

/** Up to here sin64 and cos64 keep their promise. */
export const TRIG64_LIMIT = 2 ** 20;

/** π/2 in three parts, the first two of 33 bits, so that their products with quarter turns are exact. */
const QUARTER_HIGH = 1.5707963267341256;
const QUARTER_MIDDLE = 6.077100506303966e-11;
const QUARTER_LOW = 2.0222662487959506e-21;

/** Sine for |x| <= TRIG64_LIMIT; beyond a quarter turn the error is relative to the value plus 1e-30. */
export const sin64 = (x: number): number => turned(x, 0);
/** Cosine, as `sin64`. */
export const cos64 = (x: number): number => turned(x, 1);

function turned(x: number, quarters: number): number {
  const n = nearestEven(x / (Math.PI / 2));
  const r = x - n * QUARTER_HIGH - n * QUARTER_MIDDLE - n * QUARTER_LOW;
  const turn = (n + quarters) & 3;
  const size = (turn & 1) === 1 ? cosine(r) : sine(r);
  return turn > 1 ? -size : size;
}

/** Taylor series on |r| <= 0.8. */
function cosine(r: number): number {
  const square = r * r;
  let sum = 1;
  for (let k = 20; k >= 2; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return sum;
}

function sine(r: number): number {
  const square = r * r;
  let sum = 1;
  for (let k = 21; k >= 3; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return r * sum;
}

/** x^n for x > 0 with |n ln x| < 700; whole n of either sign up to 64 also for x < 0. */
export function pow64(x: number, n: number): number {
  if (Number.isInteger(n) && Math.abs(n) <= 64) return wholePower(x, n);
  return exp64(n * ln(x));
}

/** A bound of the relative error of pow64. */
export const POW64_ERROR = 4e-12;

function wholePower(x: number, n: number): number {
  let [result, base] = [1, x];
  for (let left = Math.abs(n); left > 0; left >>= 1) {
    if ((left & 1) === 1) result *= base;
    base *= base;
  }
  return n < 0 ? 1 / result : result;
}
