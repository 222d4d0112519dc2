/** What holds with equality is proved about the compiled program alone, and says so; what holds with room, or by order, is proved for all tiers. */
import { describe, expect, it } from 'vitest';
import { prepared, proofOf } from './properties.ts';

const BOX = { x: [-100, 100], y: [-1, 1] } as const;

/** What is asserted of f, a function of the program. */
function proofOfText(computed: string, text: string) {
  const asserted = text.replaceAll('f', 'f(x, y)');
  const program = `fn f(x: f32, y: f32) -> f32 { ${computed} }\nfn post(x: f32, y: f32) -> bool { ${asserted} }`;
  return proofOf(prepared(program, BOX, { asserts: ['post'] }));
}

describe('properties that hold with equality', () => {
  it.each([
    ['sigmoid(x)', 'f <= 1.0'],
    ['tanh(x)', 'f <= 1.0 && f >= -1.0'],
    ['x + y', 'f <= 101.0'],
    ['x * x', 'f >= 0.0'],
    ['exp(x)', 'f >= 0.0'],
  ])('%s, %s: of the compiled program', (computed, text) => {
    expect(proofOfText(computed, text)).toMatchObject({ verdict: 'proved', tiers: ['S1'] });
  });

  it.each([
    ['sigmoid(x)', 'f <= 1.01'],
    ['x + y', 'f <= 101.01'],
    ['round(x)', 'f <= 100.0'],
    ['sqrt(abs(x))', 'f >= 0.0'],
  ])('%s, %s: of all tiers', (computed, text) => {
    expect(proofOfText(computed, text)).toMatchObject({ verdict: 'proved', tiers: ['S1', 'S2', 'S3'] });
  });

  it.each([
    ['sigmoid(x)', 'f < 1.0'],
    ['x + y', 'f < 101.0'],
    ['round(x)', 'f < 100.0'],
  ])('%s, %s: refuted', (computed, text) => {
    expect(proofOfText(computed, text)).toMatchObject({ verdict: 'refuted' });
  });

  it.each(['round(x) <= 100.0', 'sqrt(abs(x)) >= 0.0', 'tanh(2.0 * y + 1.0) < 0.9 || y > 0.2'])(
    '%s: says nothing, for no function of the program is in it',
    (text) => {
      expect(proofOfText('x', text)).toMatchObject({ verdict: 'vacuous', idle: [0] });
    },
  );
});
