/**
 * Exact decimals: m · 10^e with whole m. Sums, products and comparisons are exact, also with floats; the conversions say
 * which way they round. Bounds of specifications are kept so, because rounding one can turn a verdict.
 */
import { bitsOfF64, f64OfBits, nextDownF32, nextUpF32 } from './bits.ts';
import { readF32 } from './literal.ts';

export interface Decimal {
  readonly m: bigint;
  readonly e: number;
}

/** More digits or larger exponents are not read: exact arithmetic with them could take all memory. */
const MOST_DIGITS = 1000;
const MOST_EXPONENT = 2000;
const FORM = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

export const ZERO: Decimal = { m: 0n, e: 0 };
export const ONE: Decimal = { m: 1n, e: 0 };

/** The number a text states (`-0.5`, `1e-3`), or undefined where it is none or beyond the limits. */
export function readDecimal(text: string): Decimal | undefined {
  const parts = FORM.exec(text);
  if (!parts || text.length > MOST_DIGITS) return undefined;
  const fraction = parts[3] ?? '';
  const e = Number(parts[4] ?? 0) - fraction.length;
  const m = BigInt((parts[2] ?? '') + fraction);
  return Math.abs(e) > MOST_EXPONENT ? undefined : shortest({ m: parts[1] === '-' ? -m : m, e });
}

function shortest({ m, e }: Decimal): Decimal {
  if (m === 0n) return ZERO;
  let [digits, exponent] = [m, e];
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  return { m: digits, e: exponent };
}

/** Both as whole multiples of one power of ten. */
function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const e = Math.min(a.e, b.e);
  return [a.m * 10n ** BigInt(a.e - e), b.m * 10n ** BigInt(b.e - e), e];
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const [x, y, e] = aligned(a, b);
  return shortest({ m: x + y, e });
}
export const negated = ({ m, e }: Decimal): Decimal => ({ m: -m, e });
export const times = (a: Decimal, b: Decimal): Decimal => shortest({ m: a.m * b.m, e: a.e + b.e });
export const isZero = (a: Decimal): boolean => a.m === 0n;

/** a / b where that is a decimal again. */
export function quotient(a: Decimal, b: Decimal): Decimal | undefined {
  let [rest, twos, fives] = [b.m < 0n ? -b.m : b.m, 0, 0];
  if (rest === 0n) return undefined;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  if (a.m % rest !== 0n) return undefined;
  const shift = Math.max(twos, fives);
  return shortest({ m: (a.m * 10n ** BigInt(shift)) / b.m, e: a.e - b.e - shift });
}

/** The sign of a - b. */
export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Reads back to the same number; no exponent where the text stays short. */
export function printDecimal({ m, e }: Decimal): string {
  const [sign, digits] = [m < 0n ? '-' : '', String(m < 0n ? -m : m)];
  if (e >= 0 && e < 16) return `${sign}${digits}${'0'.repeat(m === 0n ? 0 : e)}.0`;
  const point = digits.length + e;
  if (e >= 0 || point < -6) return `${sign}${digits}e${e}`;
  return point > 0
    ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
    : `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** The sign of a - x, exactly; x may be infinite. */
export function compareFloat(a: Decimal, x: number): number {
  if (!Number.isFinite(x)) return x > 0 ? -1 : 1;
  const bits = bitsOfF64(x);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const whole = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const power = BigInt(Math.max(1, exponent) - 1075);
  const ten = 10n ** BigInt(Math.abs(a.e));
  const two = 2n ** (power < 0n ? -power : power);
  const left = a.m * (a.e > 0 ? ten : 1n) * (power < 0n ? two : 1n);
  const right = (x < 0 ? -whole : whole) * (a.e < 0 ? ten : 1n) * (power > 0n ? two : 1n);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A finite float as a decimal, exactly. */
export function decimalOf(x: number): Decimal {
  let [whole, twos] = [x, 0];
  for (; Number.isFinite(whole) && !Number.isInteger(whole); whole *= 2) twos++;
  return shortest({ m: BigInt(whole) * 5n ** BigInt(twos), e: -twos });
}

/** The nearest double. */
export const nearestF64 = (a: Decimal): number => Number(`${a.m}e${a.e}`);

const stepF64 = (x: number, up: boolean): number => {
  if (x === 0) return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  if (x === Infinity) return up ? x : Number.MAX_VALUE;
  if (x === -Infinity) return up ? -Number.MAX_VALUE : x;
  return f64OfBits(bitsOfF64(x) + (x > 0 === up ? 1n : -1n));
};

/** The largest double that is not above. */
export function belowF64(a: Decimal): number {
  const near = nearestF64(a);
  return compareFloat(a, near) < 0 ? stepF64(near, false) : near;
}
/** The least double that is not below. */
export function aboveF64(a: Decimal): number {
  const near = nearestF64(a);
  return compareFloat(a, near) > 0 ? stepF64(near, true) : near;
}

/** The nearest float32, rounded once. */
export const nearestF32 = (a: Decimal): number => readF32(`${a.m}e${a.e}`);

/** The largest float32 that is not above, or with `strict` that is below. */
export function belowF32(a: Decimal, strict = false): number {
  const near = nearestF32(a);
  const order = compareFloat(a, near);
  return order < 0 || (strict && order === 0) ? nextDownF32(near) : near;
}
/** The least float32 that is not below, or with `strict` that is above. */
export function aboveF32(a: Decimal, strict = false): number {
  const near = nearestF32(a);
  const order = compareFloat(a, near);
  return order > 0 || (strict && order === 0) ? nextUpF32(near) : near;
}
