/** The error of a float32 result in units of the last place, against a double that stands for the true value. */

const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);
const LARGEST = 3.4028234663852886e38;

/**
 * |got - truth| in ulps of the binade of `truth` (2^-149 for subnormal ones). Beyond the range an infinity counts as 2^128,
 * and as exact where rounding the truth gives it. Zeros must agree in sign; NaN only with NaN.
 */
export function ulpError(got: number, truth: number): number {
  if (Number.isNaN(got) || Number.isNaN(truth)) return Object.is(got, truth) ? 0 : Infinity;
  const right = Math.fround(truth);
  if (Math.abs(got) === Infinity || Math.abs(right) === Infinity) {
    if (got === right) return 0;
    const finite = (x: number): number => (Math.abs(x) === Infinity ? Math.sign(x) * 2 ** 128 : x);
    return Math.abs(truth) === Infinity
      ? Infinity
      : Math.abs(finite(got) - Math.min(Math.max(truth, -2 * LARGEST), 2 * LARGEST)) / 2 ** 104;
  }
  if (got === 0 && truth === 0) return Object.is(got, truth) ? 0 : Infinity;
  word[0] = truth;
  const exponent = Math.max((((halves[1] as number) >>> 20) & 0x7ff) - 1023, -126);
  word[0] = 0;
  halves[1] = (exponent - 23 + 1023) << 20;
  return Math.abs(got - truth) / (word[0] as number);
}
