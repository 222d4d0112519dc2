/**
 * One loop per primitive, over registers of a block of elements. Each loop is its own function, so that the engine sees
 * one type of array in it and keeps it tight; that is why they are written out. The meaning stands in `scalar.ts`.
 */
import { exp2i, nearestEven } from '../num/arith.ts';
import type { Primitive } from './expr.ts';

/** Elements per block: small enough that the registers of a kernel stay in the first-level cache. */
export const BLOCK = 256;

/** A block of values of one type. f32 and i32 registers see the same bytes both ways, so reading bits costs nothing. */
export interface Register {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
}

/** Computes `count` elements of `d` from those of `a` (and `b`). */
export type Loop = (d: Register, a: Register, b: Register, count: number) => void;

const NO_DOUBLES = new Float64Array(0);

/** A register of doubles (`wide`) or of 32-bit words. */
export function register(wide: boolean): Register {
  const buffer = new ArrayBuffer(wide ? 8 * BLOCK : 4 * BLOCK);
  return {
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
    f64: wide ? new Float64Array(buffer) : NO_DOUBLES,
  };
}

type F32 = Float32Array;
type F64 = Float64Array;
type I32 = Int32Array;

function f32Add(d: F32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) + (b[i] as number);
}
function f32Sub(d: F32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) - (b[i] as number);
}
function f32Mul(d: F32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) * (b[i] as number);
}
function f32Div(d: F32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) / (b[i] as number);
}
function f32Min(d: F32, a: F32, b: F32, n: number): void {
  // biome-ignore lint/complexity/useMathMinMax: differs on zeros and NaN
  for (let i = 0; i < n; i++) d[i] = (b[i] as number) < (a[i] as number) ? (b[i] as number) : (a[i] as number);
}
function f32Max(d: F32, a: F32, b: F32, n: number): void {
  // biome-ignore lint/complexity/useMathMinMax: differs on zeros and NaN
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) < (b[i] as number) ? (b[i] as number) : (a[i] as number);
}
function f32Neg(d: I32, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) ^ 0x80000000;
}
function f32Abs(d: I32, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) & 0x7fffffff;
}
function f32Sqrt(d: F32, a: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = Math.sqrt(a[i] as number);
}
function f32Floor(d: F32, a: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = Math.floor(a[i] as number);
}
function f32Nearest(d: F32, a: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = nearestEven(a[i] as number);
}
function f32Lt(d: I32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) < (b[i] as number) ? -1 : 0;
}
function f32Le(d: I32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) <= (b[i] as number) ? -1 : 0;
}
function f32Eq(d: I32, a: F32, b: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) === (b[i] as number) ? -1 : 0;
}
function i32Copy(d: I32, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f32ToI32(d: I32, a: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f32FromI32(d: F32, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f32FromF64(d: F32, a: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f64FromF32(d: F64, a: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f64FromI32(d: F64, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f64Add(d: F64, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) + (b[i] as number);
}
function f64Sub(d: F64, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) - (b[i] as number);
}
function f64Mul(d: F64, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) * (b[i] as number);
}
function f64Div(d: F64, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) / (b[i] as number);
}
function f64Neg(d: F64, a: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = -(a[i] as number);
}
function f64Floor(d: F64, a: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = Math.floor(a[i] as number);
}
function f64Nearest(d: F64, a: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = nearestEven(a[i] as number);
}
function f64ToI32(d: I32, a: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = a[i] as number;
}
function f64Lt(d: I32, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) < (b[i] as number) ? -1 : 0;
}
function f64Le(d: I32, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) <= (b[i] as number) ? -1 : 0;
}
function f64Exp2i(d: F64, a: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = exp2i(a[i] as number);
}
function i32Add(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) + (b[i] as number);
}
function i32Sub(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) - (b[i] as number);
}
function i32And(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) & (b[i] as number);
}
function i32Or(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) | (b[i] as number);
}
function i32Xor(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) ^ (b[i] as number);
}
function i32Shl(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) << (b[i] as number);
}
function i32ShrS(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) >> (b[i] as number);
}
function i32ShrU(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) >>> (b[i] as number);
}
function i32Lt(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) < (b[i] as number) ? -1 : 0;
}
function i32Eq(d: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) === (b[i] as number) ? -1 : 0;
}

/** Bitwise exact for either type; `a` where the mask is set, else `b`. */
export type SelectLoop = (d: Register, mask: Register, a: Register, b: Register, count: number) => void;

export const selectWords: SelectLoop = (d, mask, a, b, count) => wordsBy(d.i32, mask.i32, a.i32, b.i32, count);
export const selectDoubles: SelectLoop = (d, mask, a, b, count) => doublesBy(d.f64, mask.i32, a.f64, b.f64, count);

function wordsBy(d: I32, m: I32, a: I32, b: I32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (m[i] as number) !== 0 ? (a[i] as number) : (b[i] as number);
}
function doublesBy(d: F64, m: I32, a: F64, b: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (m[i] as number) !== 0 ? (a[i] as number) : (b[i] as number);
}

// biome-ignore format: a table reads better in rows
export const LOOPS: { readonly [P in Primitive]: Loop } = {
  'f32.add': (d, a, b, n) => f32Add(d.f32, a.f32, b.f32, n),
  'f32.sub': (d, a, b, n) => f32Sub(d.f32, a.f32, b.f32, n),
  'f32.mul': (d, a, b, n) => f32Mul(d.f32, a.f32, b.f32, n),
  'f32.div': (d, a, b, n) => f32Div(d.f32, a.f32, b.f32, n),
  'f32.min': (d, a, b, n) => f32Min(d.f32, a.f32, b.f32, n),
  'f32.max': (d, a, b, n) => f32Max(d.f32, a.f32, b.f32, n),
  'f32.neg': (d, a, _, n) => f32Neg(d.i32, a.i32, n),
  'f32.abs': (d, a, _, n) => f32Abs(d.i32, a.i32, n),
  'f32.sqrt': (d, a, _, n) => f32Sqrt(d.f32, a.f32, n),
  'f32.floor': (d, a, _, n) => f32Floor(d.f32, a.f32, n),
  'f32.nearest': (d, a, _, n) => f32Nearest(d.f32, a.f32, n),
  'f32.lt': (d, a, b, n) => f32Lt(d.i32, a.f32, b.f32, n),
  'f32.le': (d, a, b, n) => f32Le(d.i32, a.f32, b.f32, n),
  'f32.eq': (d, a, b, n) => f32Eq(d.i32, a.f32, b.f32, n),
  'f32.bits': (d, a, _, n) => i32Copy(d.i32, a.i32, n),
  'f32.fromBits': (d, a, _, n) => i32Copy(d.i32, a.i32, n),
  'f32.toI32': (d, a, _, n) => f32ToI32(d.i32, a.f32, n),
  'f32.fromI32': (d, a, _, n) => f32FromI32(d.f32, a.i32, n),
  'f32.fromF64': (d, a, _, n) => f32FromF64(d.f32, a.f64, n),
  'f64.fromF32': (d, a, _, n) => f64FromF32(d.f64, a.f32, n),
  'f64.fromI32': (d, a, _, n) => f64FromI32(d.f64, a.i32, n),
  'f64.add': (d, a, b, n) => f64Add(d.f64, a.f64, b.f64, n),
  'f64.sub': (d, a, b, n) => f64Sub(d.f64, a.f64, b.f64, n),
  'f64.mul': (d, a, b, n) => f64Mul(d.f64, a.f64, b.f64, n),
  'f64.div': (d, a, b, n) => f64Div(d.f64, a.f64, b.f64, n),
  'f64.neg': (d, a, _, n) => f64Neg(d.f64, a.f64, n),
  'f64.floor': (d, a, _, n) => f64Floor(d.f64, a.f64, n),
  'f64.nearest': (d, a, _, n) => f64Nearest(d.f64, a.f64, n),
  'f64.toI32': (d, a, _, n) => f64ToI32(d.i32, a.f64, n),
  'f64.lt': (d, a, b, n) => f64Lt(d.i32, a.f64, b.f64, n),
  'f64.le': (d, a, b, n) => f64Le(d.i32, a.f64, b.f64, n),
  'f64.exp2i': (d, a, _, n) => f64Exp2i(d.f64, a.i32, n),
  'i32.add': (d, a, b, n) => i32Add(d.i32, a.i32, b.i32, n),
  'i32.sub': (d, a, b, n) => i32Sub(d.i32, a.i32, b.i32, n),
  'i32.and': (d, a, b, n) => i32And(d.i32, a.i32, b.i32, n),
  'i32.or': (d, a, b, n) => i32Or(d.i32, a.i32, b.i32, n),
  'i32.xor': (d, a, b, n) => i32Xor(d.i32, a.i32, b.i32, n),
  'i32.shl': (d, a, b, n) => i32Shl(d.i32, a.i32, b.i32, n),
  'i32.shrS': (d, a, b, n) => i32ShrS(d.i32, a.i32, b.i32, n),
  'i32.shrU': (d, a, b, n) => i32ShrU(d.i32, a.i32, b.i32, n),
  'i32.lt': (d, a, b, n) => i32Lt(d.i32, a.i32, b.i32, n),
  'i32.eq': (d, a, b, n) => i32Eq(d.i32, a.i32, b.i32, n),
};

/** a·b rounded, then c added and rounded: two steps of a kernel in one pass over memory, never a fused multiply-add. */
export type ProductSumLoop = (d: Register, a: Register, b: Register, c: Register, count: number) => void;

export const productSumF32: ProductSumLoop = (d, a, b, c, count) => f32ProductSum(d.f32, a.f32, b.f32, c.f32, count);
export const productSumF64: ProductSumLoop = (d, a, b, c, count) => f64ProductSum(d.f64, a.f64, b.f64, c.f64, count);

function f32ProductSum(d: F32, a: F32, b: F32, c: F32, n: number): void {
  for (let i = 0; i < n; i++) d[i] = Math.fround((a[i] as number) * (b[i] as number)) + (c[i] as number);
}
function f64ProductSum(d: F64, a: F64, b: F64, c: F64, n: number): void {
  for (let i = 0; i < n; i++) d[i] = (a[i] as number) * (b[i] as number) + (c[i] as number);
}
