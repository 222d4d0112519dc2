/**
 * Three functions in double precision made of IEEE operations alone, so that every host gives the same bits: the natural
 * logarithm, and cosine and sine of a turn. Relative error below 1e-15; used where float32 results are drawn from them.
 */

const word = new Float64Array(1);
const bits = new Int32Array(word.buffer);

/** ln x for a positive normal double: x = m·2^e with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)) by its series. */
export function ln(x: number): number {
  word[0] = x;
  const top = bits[1] as number;
  let exponent = (top >> 20) - 1022;
  bits[1] = (top & 0xfffff) | 0x3fe00000;
  let mantissa = word[0] as number;
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let k = 21; k >= 3; k -= 2) series = (series + 1 / k) * square;
  return exponent * Math.LN2 + (2 * s + 2 * s * series);
}

/** cos 2πt for t in [0, 1). */
export const cosTurn = (t: number): number => {
  const half = t > 0.5 ? 1 - t : t;
  if (half > 0.375) return -cosine(0.5 - half);
  return half > 0.125 ? sine(0.25 - half) : cosine(half);
};

/** sin 2πt for t in [0, 1): the cosine a quarter turn back. */
export const sinTurn = (t: number): number => cosTurn(Math.abs(t - 0.25));

const TWO_PI = 2 * Math.PI;

/** Taylor series on |t| <= 1/8. */
function cosine(t: number): number {
  const x = TWO_PI * t;
  const square = x * x;
  let sum = 1;
  for (let k = 16; k >= 2; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return sum;
}

function sine(t: number): number {
  const x = TWO_PI * t;
  const square = x * x;
  let sum = 1;
  for (let k = 17; k >= 3; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return x * sum;
}
