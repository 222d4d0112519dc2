/** Properties of small programs whose truth is known on paper: connectives, functions that return bools, enums, ties, limits, cases, vacuity. */
import { describe, expect, it } from 'vitest';
import { type Box, failedAt, prepared, proofOf } from './properties.ts';

const XY = 'x: f32, y: f32';
const SQUARE: Box = { x: [-1, 1], y: [-1, 1] };

/** The proof of one assert over x and y, its witness checked by the reference. */
function decided(assert: string, assume?: string, { box = SQUARE, more = '', takes = XY } = {}) {
  const text = `${more}\nfn post(${takes}) -> bool { ${assert} }\nfn pre(${takes}) -> bool { ${assume ?? 'true'} }`;
  const property = prepared(text, box, { asserts: ['post'], ...(assume !== undefined && { assumes: ['pre'] }) });
  const proof = proofOf(property);
  if (proof.verdict === 'refuted') expect(failedAt(property)(proof.witness ?? [])).toEqual(proof.failed);
  return proof;
}

const verdict = (...args: Parameters<typeof decided>): string => decided(...args).verdict;

describe('connectives', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['x + y <= 2.01', true],
    ['x + y < 2.0', false],
    ['x + y <= 2.01 && x - y <= 2.01', true],
    ['x + y <= 2.0 && x - y <= 1.9', false],
    ['x * x >= -0.01 || y > 5.0', true],
    ['x > y || x <= y', true],
    ['x > y || x < y', false],
    ['!(x > y && y > x)', true],
    ['x < y ==> y - x >= -0.1', true],
    ['x < y ==> y > 0.0', false],
    ['(x < y) ^^ (x >= y)', true],
    ['(x < y) ^^ (x > y)', false],
    ['x == y ==> abs(x - y) <= 0.1', true],
    ['x != y || x <= y', true],
    ['x == y', false],
    ['max(x, y) >= x && max(x, y) >= y', true],
    ['max(x, y) > x || max(x, y) > y', false],
    ['abs(x) + abs(y) <= 2.01', true],
    ['abs(x) + abs(y) <= 1.99', false],
    ['if x > 0.0 { x >= 0.0 } else { x < 0.5 }', true],
    ['if x > 0.0 { x < 0.5 } else { true }', false],
  ];
  it.each(cases)('%s: %s', (text, holds) => {
    expect(verdict(text)).toBe(holds ? 'proved' : 'refuted');
  });
});
