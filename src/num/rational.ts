/** Exact fractions of whole numbers, in lowest terms with a positive denominator. */
import { bitsOfF64 } from './bits.ts';

export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

export const ZERO: Rational = { over: 0n, under: 1n };
export const ONE: Rational = { over: 1n, under: 1n };

const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The denominator is not 0. */
export function fraction(over: bigint, under: bigint): Rational {
  const common = divisor(over, under);
  const sign = under < 0n ? -1n : 1n;
  return common === 1n && sign === 1n
    ? { over, under }
    : { over: (sign * over) / common, under: (sign * under) / common };
}

/** A finite double, exactly. */
export function rationalOf(x: number): Rational {
  const bits = bitsOfF64(x);
  const field = (bits >> 52n) & 0x7ffn;
  const low = bits & 0xfffffffffffffn;
  const mantissa = field === 0n ? low : low | 0x10000000000000n;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  const exponent = (field === 0n ? 1n : field) - 1075n;
  return exponent >= 0n ? { over: signed << exponent, under: 1n } : fraction(signed, 1n << -exponent);
}

export const plus = (a: Rational, b: Rational): Rational =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under);
export const times = (a: Rational, b: Rational): Rational => fraction(a.over * b.over, a.under * b.under);
export const negative = ({ over, under }: Rational): Rational => ({ over: -over, under });
/** Of a number that is not 0. */
export const inverse = ({ over, under }: Rational): Rational => fraction(under, over);
export const isZero = ({ over }: Rational): boolean => over === 0n;
/** Below 0, 0 or above 0 as a is below, equal to or above b. */
export const compare = (a: Rational, b: Rational): number => {
  const gap = a.over * b.under - b.over * a.under;
  return gap < 0n ? -1 : gap > 0n ? 1 : 0;
};
export const textOf = ({ over, under }: Rational): string => (under === 1n ? `${over}` : `${over}/${under}`);
