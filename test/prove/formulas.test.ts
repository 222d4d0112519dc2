/**
 * Random bool functions over comparisons of two numbers, decided and compared with dense grids: nothing that is proved has a counterexample, every
 * counterexample is one, and most is decided.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedAt, type Prepared, prepared, proofOf } from './properties.ts';

const number = fc.integer({ min: -8, max: 8 }).map((n) => `${(n / 4).toFixed(2)}`.replace('-', '0.0 - '));
const constant = fc.integer({ min: -16, max: 16 }).map((n) => `${(n / 4).toFixed(2)}`.replace('-', '0.0 - '));
const linear = fc.tuple(number, number, constant).map(([a, b, c]) => `((${a}) * x + (${b}) * y + (${c}))`);
const term = fc.oneof(
  { weight: 3, arbitrary: linear },
  { weight: 1, arbitrary: fc.constantFrom('x', 'y', '(x * y)') },
  { weight: 1, arbitrary: fc.tuple(linear, linear).map(([a, b]) => `max(${a}, ${b})`) },
  { weight: 1, arbitrary: linear.map((a) => `abs(${a})`) },
);
const comparison = fc
  .tuple(term, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), term)
  .map(([a, op, b]) => `(${a} ${op} ${b})`);
const { formula } = fc.letrec<{ formula: string }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('formula'), fc.constantFrom('&&', '||', '^^', '==>'), tie('formula'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('formula').map((a) => `!${a}`),
    fc.tuple(tie('formula'), tie('formula'), tie('formula')).map(([c, a, b]) => `(if ${c} { ${a} } else { ${b} })`),
    fc.tuple(linear, linear, fc.nat(1)).map(([a, b, c]) => `(argmax([${a}, ${b}]) == ${c})`),
    fc
      .tuple(linear, linear, tie('formula'), tie('formula'))
      .map(([a, b, p, q]) => `(match argmax(softmax([${a}, ${b}])) { 0 => ${p}, _ => ${q} })`),
    fc.tuple(linear, linear, fc.nat(2)).map(([a, b, n]) => `(count(for v in [${a}, ${b}, x]: v > 0.25) >= ${n}.0)`),
  ),
}));

const ENDS = 0.75;

function* grid(): Generator<readonly Float32Array[]> {
  for (let i = -20; i <= 20; i++)
    for (let j = -20; j <= 20; j++) yield [Float32Array.of((i * ENDS) / 20), Float32Array.of((j * ENDS) / 20)];
}

function counterexample(property: Prepared): readonly Float32Array[] | undefined {
  const failed = failedAt(property);
  for (const point of grid()) if (failed(point)) return point;
  return undefined;
}

describe('random formulas', () => {
  it('are decided as dense grids say', () => {
    const counts = { proved: 0, refuted: 0, unknown: 0, vacuous: 0 };
    fc.assert(
      fc.property(
        fc.oneof(
          formula,
          fc.tuple(formula, formula).map(([a, b]) => `(${a} || ${b})`),
        ),
        fc.option(formula, { nil: undefined }),
        (assert, assume) => {
          const text = `fn post(x: f32, y: f32) -> bool { ${assert} }\nfn pre(x: f32, y: f32) -> bool { ${assume ?? 'true'} }`;
          const names = { asserts: ['post'], ...(assume !== undefined && { assumes: ['pre'] }) };
          const property = prepared(text, { x: [-ENDS, ENDS], y: [-ENDS, ENDS] }, names);
          const proof = proofOf(property, 200);
          counts[proof.verdict]++;
          if (proof.verdict === 'refuted') expect(failedAt(property)(proof.witness ?? [])).toEqual(proof.failed);
          if (proof.verdict === 'proved' || proof.verdict === 'vacuous')
            expect(counterexample(property)?.map((xs) => xs[0])).toBeUndefined();
        },
      ),
      { numRuns: Number(process.env.FORMULAS ?? 40) },
    );
    const all = Object.values(counts).reduce((n, c) => n + c, 0);
    expect(counts.unknown / all).toBeLessThan(0.3);
  });
});
