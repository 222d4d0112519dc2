/**
 * Numbers as C literals that are exact on every compiler: decimal where a short decimal is the number itself, else hexadecimal.
 * Negative ones stand in parentheses, so that a literal may follow any operator.
 */
import { bitsOfF64 } from '../../num/bits.ts';

const PLAIN_LIMIT = 2 ** 24;
const PLAIN_PARTS = 1024;

/** A float. Infinities and nan need `math.h`. */
export const f32Literal = (value: number): string => floatLiteral(value, 'f');

/** A double. */
export const f64Literal = (value: number): string => floatLiteral(value, '');

/** 32 bits as an unsigned number. */
export function wordLiteral(value: number): string {
  const word = value >>> 0;
  return word < 1000 ? `${word}u` : `0x${word.toString(16).padStart(8, '0')}u`;
}

function floatLiteral(value: number, suffix: string): string {
  const negative = value < 0 || Object.is(value, -0);
  const text = magnitudeText(Math.abs(value), suffix);
  return negative ? `(-${text})` : text;
}

function magnitudeText(x: number, suffix: string): string {
  if (Number.isNaN(x)) return 'NAN';
  if (x === Infinity) return 'INFINITY';
  if (x >= PLAIN_LIMIT || !Number.isInteger(x * PLAIN_PARTS)) return `${hexadecimal(x)}${suffix}`;
  return `${Number.isInteger(x) ? x.toFixed(1) : x}${suffix}`;
}

/** `0x1.8p+3` of a positive number. */
function hexadecimal(x: number): string {
  const bits = bitsOfF64(x);
  const exponent = Number(bits >> 52n);
  const digits = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0').replace(/0+$/, '');
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `0x${exponent === 0 ? 0 : 1}${digits === '' ? '' : `.${digits}`}p${power}`;
}
