/** What holds with equality is proved about the compiled program alone, and says so; what holds with room is proved for all tiers. */
import { describe, expect, it } from 'vitest';
import { prepared, proofOf } from './properties.ts';

const BOX = { x: [-100, 100], y: [-1, 1] } as const;

const proofOfText = (text: string) =>
  proofOf(prepared(`fn post(x: f32, y: f32) -> bool { ${text} }`, BOX, { asserts: ['post'] }));

describe('properties that hold with equality', () => {
  it.each([
    'sigmoid(x) <= 1.0',
    'tanh(x) <= 1.0 && tanh(x) >= -1.0',
    'x + y <= 101.0',
    'x * x >= 0.0',
    'exp(x) >= 0.0',
    'sqrt(abs(x)) >= 0.0',
  ])('%s: of the compiled program', (text) => {
    expect(proofOfText(text)).toMatchObject({ verdict: 'proved', tiers: ['S1'] });
  });

  it.each(['sigmoid(x) <= 1.01', 'x + y <= 101.01', 'round(x) <= 100.0'])('%s: of all tiers', (text) => {
    expect(proofOfText(text)).toMatchObject({ verdict: 'proved', tiers: ['S1', 'S2', 'S3'] });
  });

  it.each(['sigmoid(x) < 1.0', 'x + y < 101.0', 'round(x) < 100.0'])('%s: refuted', (text) => {
    expect(proofOfText(text)).toMatchObject({ verdict: 'refuted' });
  });
});
