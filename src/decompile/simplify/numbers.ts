/** Short numbers: the decimal with the fewest digits near a number, and how many digits a number has. */
import { printF32 } from '../../num/literal.ts';

/** Digits of a float32 that carry meaning, as it is written: 0 for zero, 1 for 20.0 or 1e-3. */
export const digitsOf = (x: number): number =>
  printF32(x)
    .replace(/[eE].*$/, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '').length;

/** More digits than any float32 needs. */
const MOST_DIGITS = 9;

/**
 * The float32 nearest to the decimal of fewest digits that is at most `off` from x and lies in [least, most]; x itself where there is none.
 * @example shortestNear(0.14839, 0.01, -1, 1) === Math.fround(0.15)
 */
export function shortestNear(x: number, off: number, least: number, most: number): number {
  if (Math.abs(x) <= off && least <= 0 && most >= 0) return 0;
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const y = Math.fround(Number(x.toPrecision(digits)));
    if (Math.abs(y - x) <= off && y >= least && y <= most) return y;
  }
  return Math.fround(x);
}
