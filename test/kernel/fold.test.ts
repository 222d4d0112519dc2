/** Folding as kernels are built: what is left out, and that every value stays the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, type KernelFactory, kernelBuilder } from '../../src/kernel/build.ts';
import type { Expr } from '../../src/kernel/expr.ts';
import { foldingBuilder } from '../../src/kernel/fold.ts';
import { evaluateScalar } from '../../src/kernel/scalar.ts';
import { must } from '../../src/text/result.ts';

const k = foldingBuilder();
const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];
const less = k.step('f32.lt', x, y);
const bool = (mask: Expr): Expr => k.select(mask, k.f32(1), k.f32(-1));

describe('folding', () => {
  it('asks a bool nothing that made it', () => {
    expect(k.step('f32.lt', k.f32(0), bool(less))).toBe(less);
    expect(k.select(k.step('f32.lt', bool(less), k.f32(0)), x, y)).toBe(k.select(less, y, x));
    expect(k.step('f32.eq', bool(less), k.f32(2))).toBe(k.i32(0));
  });

  it('computes constants, but no NaN and nothing out of range', () => {
    expect(k.step('f32.add', k.f32(0.1), k.f32(0.2))).toBe(k.f32(Math.fround(0.1) + Math.fround(0.2)));
    expect(k.step('f32.mul', k.f32(-0), k.f32(3))).toBe(k.f32(-0));
    expect(k.step('f32.sub', k.f32(Infinity), k.f32(Infinity)).kind).toBe('step');
    expect(k.step('f32.toI32', k.f32(2 ** 31)).kind).toBe('step');
  });

  it('takes signs into sums', () => {
    const minus = k.step('f32.neg', y);
    expect(k.step('f32.add', x, minus)).toBe(k.step('f32.sub', x, y));
    expect(k.step('f32.add', minus, x)).toBe(k.step('f32.sub', x, y));
    expect(k.step('f32.sub', x, minus)).toBe(k.step('f32.add', x, y));
    expect(k.step('f32.neg', minus)).toBe(y);
  });

  it('multiplies instead of dividing by a power of two, where that is the same', () => {
    for (const power of [1, -2, 0.25, 2 ** 126, 2 ** -126]) {
      const quotient = k.step('f32.div', x, k.f32(power));
      expect(quotient).toBe(k.step('f32.mul', x, k.f32(1 / power)));
      for (const a of [3, -0.1, 1e-40, 3e38, 1.5e-45, Infinity, 0, -0])
        expect(evaluateScalar(quotient, [a])).toBe(Math.fround(Math.fround(a) / power));
    }
    for (const other of [0, 3, 2 ** 127, 2 ** -127, Infinity, Number.NaN])
      expect(k.step('f32.div', x, k.f32(other))).toMatchObject({ step: 'f32.div' });
  });

  it('does not take a number for a mask', () => {
    const odd = k.step('i32.and', k.step('f32.bits', x), k.i32(1));
    expect(k.step('f32.lt', k.f32(0), bool(odd)).kind).toBe('step');
    expect(k.select(k.step('i32.xor', odd, k.i32(-1)), x, y).kind).toBe('select');
  });

  it('keeps every value of random kernels', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(13), fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 }), (ops) => {
        const plain = inOrder([randomKernel(kernelBuilder(), ops)]);
        const folded = inOrder([randomKernel(foldingBuilder(), ops)]);
        for (const args of SAMPLES)
          expect(evaluateScalar(must(folded.at(-1)), args)).toBe(evaluateScalar(must(plain.at(-1)), args));
        return folded.length <= plain.length;
      }),
      { numRuns: 500 },
    );
  });
});

const SAMPLES = [
  [1.5, -2],
  [0, -0],
  [-0, 3],
  [Number.NaN, 1],
  [Infinity, 0.1],
  [2, 2],
];

/** Floats and masks from the ones before. */
function randomKernel(
  b: KernelFactory,
  ops: readonly (readonly [kind: number, i: number, j: number, m: number])[],
): Expr {
  const floats = [b.arg('f32', 0), b.arg('f32', 1), b.f32(1), b.f32(-1), b.f32(0), b.f32(-0), b.f32(0.1)];
  const ints = [b.i32(0), b.i32(-1), b.step('i32.and', b.step('f32.bits', must(floats[0])), b.i32(3))];
  for (const [kind, i, j, m] of ops) {
    const [p, q] = [must(floats[i % floats.length]), must(floats[j % floats.length])];
    const [u, v] = [must(ints[i % ints.length]), must(ints[m % ints.length])];
    if (kind < 2) floats.push(b.step(kind === 0 ? 'f32.add' : 'f32.mul', p, q));
    else if (kind < 6) floats.push(b.select(v, p, q));
    else if (kind < 9) ints.push(b.step(kind === 6 ? 'f32.lt' : kind === 7 ? 'f32.le' : 'f32.eq', p, q));
    else if (kind < 11) floats.push(kind === 9 ? b.step('f32.sub', p, q) : b.step('f32.neg', p));
    else ints.push(b.step(kind === 11 ? 'i32.and' : kind === 12 ? 'i32.or' : 'i32.xor', u, v));
  }
  return must(floats.at(-1));
}
