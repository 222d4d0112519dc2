/** Exact sums of products of doubles: whole numbers of 2^-2200. */
import { bitsOfF64 } from '../../src/num/bits.ts';

const SCALE = 2200n;

function split(x: number): readonly [mantissa: bigint, exponent: bigint] {
  if (!Number.isFinite(x)) throw new Error(`${x} is no number`);
  const bits = bitsOfF64(x);
  const field = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0n ? fraction : fraction | 0x10000000000000n;
  return [bits >> 63n === 1n ? -mantissa : mantissa, (field === 0n ? 1n : field) - 1075n];
}

/** x · 2^SCALE. */
export function whole(x: number): bigint {
  const [mantissa, exponent] = split(x);
  return mantissa << (exponent + SCALE);
}

/** (Σ a_j x_j + c) · 2^SCALE. */
export function rowAt(a: ArrayLike<number>, x: ArrayLike<number>, c: number): bigint {
  let sum = whole(c);
  for (let j = 0; j < a.length; j++) {
    if (a[j] === 0) continue;
    const [[m, e], [n, f]] = [split(a[j] as number), split(x[j] as number)];
    sum += (m * n) << (e + f + SCALE);
  }
  return sum;
}
