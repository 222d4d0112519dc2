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

const ENUM = 'enum S { a, b, c }\nfn scores(x: f32, y: f32) -> f32[3] { [x, y, 0.25 * x - y] }\n';
const SOFT = `${ENUM}fn classify(x: f32, y: f32) -> Soft<S> { softmax({ a: x, b: y, c: 0.25 * x - y }) }\n`;

describe('ties', () => {
  it.each([
    'x + y <= 2.0',
    'x * x >= 0.0',
    'x < y ==> y - x >= 0.0',
    'abs(x) + abs(y) <= 2.0',
    'max(x, y) <= 1.0 && x * y <= 1.0',
  ])('%s holds for the compiled program', (text) => {
    expect(decided(text)).toMatchObject({ verdict: 'proved', tiers: ['S1'] });
  });
});

describe('functions that return bools', () => {
  it.each([
    ['all(for i in 0..3: v[i] > -0.5 && v[i] < 2.0 || v[i] == 1.0)', true],
    ['all(for i in 0..3: v[i] > 0.5 || v[i] < 0.25)', false],
    ['any(for x in v, y in v: x < y) || v[0] == v[2]', true],
    ['count(for x in v: x > 0.5) <= 3.0', true],
    ['count(for x in v: x > 0.5) >= 1.0', false],
    ['count(for x in v: x > 0.5) >= 2.0 ==> v[0] + v[1] + v[2] > 0.99', true],
    ['count(for x in v: x > 0.5) == count(for x in v: !(x <= 0.5))', true],
    ['v[argmax(v)] >= v[1]', true],
    ['max(v) <= 0.9', false],
    ['max(v) <= 1.0', true],
  ])('%s: %s', (text, holds) => {
    expect(verdict(text, undefined, { takes: 'v: f32[3]', box: { v: [0, 1] } })).toBe(holds ? 'proved' : 'refuted');
  });
});

describe('cases', () => {
  it.each([
    ['argmax(scores(x, y)) == 0 ==> x >= y', true],
    ['argmax(scores(x, y)) == 0 ==> x > y', false],
    ['argmax(scores(x, y)) == 1 ==> y > x', true],
    ['argmax(scores(x, y)) == 1 ==> y > x && y >= 0.25 * x - y', true],
    ['argmax(scores(x, y)) == argmax(scores(x, y))', true],
    ['argmax(scores(x, y)) == argmax(scores(y, x))', false],
    ['argmax(scores(x, y)) != 2 || y < 0.2', true],
    ['match argmax(scores(x, y)) { 0 => x >= y, 1 => y >= x, _ => y <= 0.2 }', true],
    ['match argmax(scores(x, y)) { 0 => x >= y, 1 => y >= 0.1, _ => y <= 0.2 }', false],
  ])('%s: %s', (text, holds) => {
    expect(verdict(text, undefined, { more: ENUM })).toBe(holds ? 'proved' : 'refuted');
  });

  it.each([
    ['argmax(classify(x, y)) == a ==> x > y - 0.001', true],
    ['argmax(classify(x, y)) == b ==> y > x', true],
    ['argmax(classify(x, y)) == a', false],
    ['argmax(classify(x, y)) == argmax(scores(x, y)) || x < y + 0.001 || x < 0.25 * x - y + 0.001', true],
    ['argmax(classify(x, 0.5 * x)) == a || x <= 0.01', true],
  ])('%s: %s', (text, holds) => {
    const more = SOFT.replace('f32[3] { [x', 'f32[3] { [x');
    const asked = text.replace('argmax(scores(x, y))', 'argmax(classify(x, y))');
    expect(verdict(asked, undefined, { more })).toBe(holds ? 'proved' : 'refuted');
  });
});
