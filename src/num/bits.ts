/**
 * The bits of floats: conversions between numbers and their IEEE 754 patterns, and steps along the float32 grid.
 * Bit patterns are unsigned (`0x80000000` is -0). Used wherever "the same number" means "the same bits".
 */

const scratch = new ArrayBuffer(8);
const asF32 = new Float32Array(scratch);
const asU32 = new Uint32Array(scratch);
const asF64 = new Float64Array(scratch);
const asU64 = new BigUint64Array(scratch);

/** The 32 bits of a number rounded to float32. */
export function bitsOfF32(x: number): number {
  asF32[0] = x;
  return asU32[0] as number;
}

/** The float32 with these bits (any 32-bit integer, signed or not). */
export function f32OfBits(bits: number): number {
  asU32[0] = bits;
  return asF32[0] as number;
}

/** The 64 bits of a double. */
export function bitsOfF64(x: number): bigint {
  asF64[0] = x;
  return asU64[0] as bigint;
}

/** The double with these bits. */
export function f64OfBits(bits: bigint): number {
  asU64[0] = bits;
  return asF64[0] as number;
}

/** Same bits, except that all NaNs count as one. */
export const sameF32 = (a: number, b: number): boolean => Object.is(Math.fround(a), Math.fround(b));

/** Whether two arrays hold the same float32 values, bit for bit (NaNs count as one). */
export function sameF32s(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameF32(a[i] as number, b[i] as number)) return false;
  return true;
}

/** The least float32 above a float32 (`inf` stays; both zeros step to the least subnormal). */
export function nextUpF32(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x === 0) return f32OfBits(1);
  const bits = bitsOfF32(x);
  return f32OfBits(x > 0 ? bits + 1 : bits - 1);
}

/** The greatest float32 below a float32. */
export const nextDownF32 = (x: number): number => -nextUpF32(-x);

/** The greatest float32 that is not above a number, and the least that is not below it. */
export function floorF32(x: number): number {
  const y = Math.fround(x);
  return y > x ? nextDownF32(y) : y;
}
export const ceilF32 = (x: number): number => -floorF32(-x);

/** Distance from |x| to the next float32 above it; for the largest finite one, to the one below. */
export function ulpF32(x: number): number {
  const exponent = Math.max(1, (bitsOfF32(x) >>> 23) & 0xff);
  return exponent > 23 ? f32OfBits((exponent - 23) << 23) : f32OfBits(1 << (exponent - 1));
}
