/**
 * Correctly rounded float32 arithmetic on numbers that are float32 values. Rounding the double result once more is
 * innocuous for these five (2·24 + 2 <= 53), so each is the IEEE operation; nothing else may be rounded this way.
 */

export const addF32 = (a: number, b: number): number => Math.fround(a + b);
export const subF32 = (a: number, b: number): number => Math.fround(a - b);
export const mulF32 = (a: number, b: number): number => Math.fround(a * b);
export const divF32 = (a: number, b: number): number => Math.fround(a / b);
export const sqrtF32 = (a: number): number => Math.fround(Math.sqrt(a));

/** `b < a ? b : a`: the first operand on ties and when either is NaN. */
// biome-ignore lint/complexity/useMathMinMax: differs on zeros and NaN
export const minF32 = (a: number, b: number): number => (b < a ? b : a);
/** `a < b ? b : a`: the first operand on ties and when either is NaN. */
// biome-ignore lint/complexity/useMathMinMax: differs on zeros and NaN
export const maxF32 = (a: number, b: number): number => (a < b ? b : a);

/** 2^k for -1022 <= k <= 1023, exactly. */
export function exp2i(k: number): number {
  halves[0] = 0;
  halves[1] = (k + 1023) << 20;
  return whole[0] as number;
}

const whole = new Float64Array(1);
/** Low word first: every host of ours is little-endian (WebAssembly memory is, by definition). */
const halves = new Int32Array(whole.buffer);

/** To the nearest integer, ties to even; keeps the sign of zero. */
export function nearestEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 4503599627370496)) return x;
  const rounded = magnitude + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
