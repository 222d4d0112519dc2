/**
 * Float32 literals. `printF32` writes the shortest decimal that reads back to the same 32 bits and is visibly not an
 * integer literal; `readF32` rounds a decimal correctly, once. The printer of IR text and write-back stand on both.
 */
import { bitsOfF32, f32OfBits } from './bits.ts';

const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['nan', NaN],
]);

/** Decimals from 1e-4 below 1e9 are written without an exponent. */
const PLAIN_LEAST = -4;
const PLAIN_LIMIT = 9;

/**
 * The shortest literal of a float32: `2.0`, `0.1`, `1e-30`, `-0.0`, `inf`, `-inf`, `nan`. Of several shortest
 * decimals it is the one nearest to the value.
 * @example printF32(Math.fround(0.1)) === '0.1'
 */
export function printF32(x: number): string {
  const value = Math.fround(x);
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return `${sign}inf`;
  if (magnitude === 0) return `${sign}0.0`;
  const { digits, exponent } = shortest(magnitude);
  return sign + layout(digits, exponent);
}

/** Fewest digits d1 d2 ... with d1.d2... · 10^exponent reading back as `magnitude` (finite, positive). */
function shortest(magnitude: number): { digits: string; exponent: number } {
  // Below a power of two the grid is twice as fine, so there the nearest p-digit decimal can miss while the next one above hits.
  const lopsided = (bitsOfF32(magnitude) & 0x7fffff) === 0;
  // More digits come nearer: when six do not do, fewer need no trial.
  const least = lopsided || readF32(magnitude.toExponential(5)) === magnitude ? 1 : 7;
  for (let precision = least; ; precision++) {
    const text = magnitude.toExponential(precision - 1);
    if (readF32(text) === magnitude) return split(text);
    const above = lopsided ? stepUp(text) : text;
    if (above !== text && readF32(above) === magnitude) return split(above);
  }
}

function split(text: string): { digits: string; exponent: number } {
  const [digits, exponent] = text.split('e') as [string, string];
  return { digits: digits.replace('.', '').replace(/0+$/, ''), exponent: Number(exponent) };
}

/** The next decimal of as many digits, in the same form. */
function stepUp(text: string): string {
  const [digits, exponent] = text.split('e') as [string, string];
  const next = String(BigInt(digits.replace('.', '')) + 1n);
  const grown = next.length > digits.replace('.', '').length ? 1 : 0;
  return `${next[0]}.${next.slice(1)}e${Number(exponent) + grown}`;
}

function layout(digits: string, exponent: number): string {
  if (exponent < PLAIN_LEAST || exponent >= PLAIN_LIMIT) {
    const tail = digits.slice(1);
    return `${digits[0]}${tail && `.${tail}`}e${exponent}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** Whether `readF32` understands the text: a decimal with an optional sign, fraction and exponent, or `inf`, `-inf`, `nan`. */
export const isF32Text = (text: string): boolean => SPECIAL.has(text) || DECIMAL.test(text);

/**
 * The float32 nearest to a decimal, ties to even, rounded once from the exact decimal (going through a double alone would
 * round twice). Overflow gives an infinity. NaN for text that `isF32Text` rejects.
 */
export function readF32(text: string): number {
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  const parts = DECIMAL.exec(text);
  if (!parts) return NaN;
  const double = Math.abs(Number(text));
  const magnitude = settle(
    double,
    (parts[2] as string) + (parts[3] ?? ''),
    Number(parts[4] ?? 0) - (parts[3] ?? '').length,
  );
  return parts[1] === '-' ? -magnitude : magnitude;
}

/** Rounds a double that stands for `digits · 10^exponent`: only where it is a midpoint of float32 must the exact value decide. */
function settle(double: number, digits: string, exponent: number): number {
  const rounded = Math.fround(double);
  if (rounded === double) return rounded;
  const bits = bitsOfF32(rounded);
  const below = rounded > double ? f32OfBits(bits - 1) : rounded;
  const above = rounded > double ? rounded : f32OfBits(bits + 1);
  // The grid goes on beyond the largest finite number: its next one would be 2^128.
  const midpoint = (below + (above === Infinity ? 2 ** 128 : above)) / 2;
  if (double !== midpoint) return rounded;
  const order = compareExactly(digits, exponent, midpoint);
  return order < 0 ? below : order > 0 ? above : rounded;
}

/** Sign of `digits · 10^exponent - midpoint`, in integers. Midpoints are multiples of 2^-150. */
function compareExactly(digits: string, exponent: number, midpoint: number): number {
  const left = BigInt(digits) << 150n;
  const right = BigInt(midpoint * 2 ** 150);
  const power = 10n ** BigInt(exponent < 0 ? -exponent : exponent);
  const difference = exponent < 0 ? left - right * power : left * power - right;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
