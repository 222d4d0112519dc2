/** Exact arithmetic on doubles: every double, and every product of a double and a float32, is a whole multiple of 2^-SCALE. */
import { bitsOfF64 } from '../../src/num/bits.ts';

export const SCALE = 1400n;
export const ONE = 1n << SCALE;

interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: bigint;
}

function split(x: number): Dyadic {
  if (!Number.isFinite(x)) throw new Error(`${x} is no number`);
  const bits = bitsOfF64(x);
  const field = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0n ? fraction : fraction | 0x10000000000000n;
  return { mantissa: bits >> 63n === 1n ? -mantissa : mantissa, exponent: (field === 0n ? 1n : field) - 1075n };
}

const scaled = (mantissa: bigint, exponent: bigint): bigint => {
  const shift = exponent + SCALE;
  if (shift >= 0n) return mantissa << shift;
  const whole = mantissa >> -shift;
  if (whole << -shift !== mantissa) throw new Error('beyond the scale');
  return whole;
};

/** x · 2^SCALE. */
export function exact(x: number): bigint {
  const { mantissa, exponent } = split(x);
  return scaled(mantissa, exponent);
}

/** a · b · 2^SCALE. */
export function product(a: number, b: number): bigint {
  const [x, y] = [split(a), split(b)];
  return scaled(x.mantissa * y.mantissa, x.exponent + y.exponent);
}

/** (Σ k_j x_j + c) · 2^SCALE. */
export function planeAt(k: Float64Array, c: number, x: readonly number[]): bigint {
  return x.reduce((sum, v, j) => ((k[j] as number) === 0 ? sum : sum + product(k[j] as number, v)), exact(c));
}
