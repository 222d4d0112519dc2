/** Relations of two functions: equal graphs, equal bits on all cases, equal polynomials, differences by rounding, and nearness. */
import { describe, expect, it } from 'vitest';
import type { PropertyProof } from '../../src/prove/index.ts';
import { type Box, proofOf, related } from './properties.ts';

const XY = 'x: f32, y: f32';

function compared(
  left: string,
  right: string,
  { within, takes = XY, gives = 'f32', box = SQUARE }: Settings = {},
): PropertyProof {
  const text = `param w = 0.5;\nfn f(${takes}) -> ${gives} { ${left} }\nfn g(${takes}) -> ${gives} { ${right} }`;
  return proofOf(related(text, box, ['f', 'g'], within));
}

interface Settings {
  readonly within?: number;
  readonly takes?: string;
  readonly gives?: string;
  readonly box?: Box;
}

const SQUARE: Box = { x: [-1, 1], y: [-1, 1] };
const FREE: Box = { x: [-Infinity, Infinity], y: [-Infinity, Infinity] };

describe('f == g', () => {
  it('is proved in every tier where the graphs are equal after passes that keep bits', () => {
    const proof = compared('let a = tanh(x * w); a + y', 'let c = y; tanh(x * 0.5) + c', { box: FREE });
    expect(proof).toMatchObject({ verdict: 'proved', kind: 'same graph', tiers: ['S1', 'S2', 'S3'] });
  });

  it('does not mind the order of two operands', () => {
    const proof = compared('tanh(x + y) * max(x, y * w)', 'max(x, w * y) * tanh(y + x)', { box: FREE });
    expect(proof).toMatchObject({ verdict: 'proved', kind: 'same graph' });
  });

  it('minds the order of extremes: of two zeros the first counts', () => {
    expect(compared('max(x, y)', 'max(y, x)').tiers).not.toContain('S1');
    expect(compared('min(x, y)', 'min(y, x)').tiers).not.toContain('S1');
    expect(compared('max(x, 0.0)', 'max(0.0, x)').tiers).not.toContain('S1');
  });

  it('is proved by running every case', () => {
    const takes = 'a: bool, b: bool, i: Index<7>';
    const proof = compared('(a ==> b) && i != 3', '!(a && !b) && !(i == 3)', { takes, gives: 'bool', box: {} });
    expect(proof).toMatchObject({ verdict: 'proved', tiers: ['S1', 'S2', 'S3'] });
    const other = compared('(a ==> b) && i != 3', '!(a && !b) && i != 4', { takes, gives: 'bool', box: {} });
    expect(other).toMatchObject({ verdict: 'refuted', kind: 'cases' });
    expect(other.witness?.map((xs) => [...xs])).toEqual([[-1], [-1], [0, 0, 0, 1, 0, 0, 0]]);
  });

  it('is refuted by bits', () => {
    const proof = compared('x + y', 'x - y');
    expect(proof).toMatchObject({ verdict: 'refuted', tiers: ['S1'] });
    expect(proof.reason).toBeUndefined();
    const [[x = 0] = [], [y = 0] = []] = (proof.witness ?? []).map((xs) => [...xs]);
    expect(Math.fround(x + y)).not.toBe(Math.fround(x - y));
  });

  it.each([
    ['(x + y) * (x + y)', 'x * x + 2.0 * x * y + y * y'],
    ['x * (y + w)', 'x * y + x * w'],
    ['sum(for i in 0..8: x * f32(i)) + y', '28.0 * x + y'],
    ['fold s = y for i in 0..5 { s + x }', 'y + 5.0 * x'],
  ])('tells that %s and %s differ by rounding alone', (left, right) => {
    const proof = compared(left, right);
    expect(proof.verdict).toBe('refuted');
    expect(proof.reason).toMatch(/rounding alone/);
  });

  it.each([
    ['2.0 * x + 2.0 * y', '2.0 * (x + y)'],
    ['x * 4.0 - y', '0.0 - y + (x + x) * 2.0'],
    ['tanh(x + x + y)', 'tanh(y + 2.0 * x)'],
    ['max(x, y) * 4.0', '2.0 * max(y, x) + 2.0 * max(x, y)'],
  ])('of %s and %s is proved of real numbers alone', (left, right) => {
    expect(compared(left, right)).toMatchObject({ verdict: 'proved', kind: 'polynomial', tiers: ['S3'] });
  });

  it('is open where only few points differ', () => {
    const proof = compared('if x == 0.12345 { y } else { x }', 'x');
    expect(proof).toMatchObject({ verdict: 'unknown' });
    expect(proof.reason).toMatch(/no difference/);
  });
});

describe('f ~= g within e', () => {
  it.each([
    ['tanh(x + y)', 'tanh(y + x) + 0.0005', 0.001, true],
    ['tanh(x + y)', 'tanh(y + x) + 0.0015', 0.001, false],
    ['(x + y) * (x - y)', 'x * x - y * y', 0.1, true],
    ['x + w', 'x + 0.5', 0.000001, true],
    ['max(x, y)', 'if x > y { x } else { y }', 0.001, true],
  ])('%s and %s within %s: %s', (left, right, within, holds) => {
    const proof = compared(left, right, { within });
    expect(proof.verdict).toBe(holds ? 'proved' : 'refuted');
    if (holds) expect(proof.tiers).toEqual(['S1', 'S2', 'S3']);
  });

  it('speaks of all numbers of a result', () => {
    const settings = { within: 0.01, gives: 'f32[2]' };
    expect(compared('[x, y]', '[x + 0.001, y]', settings).verdict).toBe('proved');
    expect(compared('[x, y]', '[x, y + 0.02]', settings).verdict).toBe('refuted');
  });
});
