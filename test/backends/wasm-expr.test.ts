import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelOf, subset } from '../../scripts/elementary/subset.ts';
import { ARITY, type OpAttrs, type OpName } from '../../src/ir/vocabulary.ts';
import { kernelBuilder, SIGNATURES } from '../../src/kernel/build.ts';
import type { Expr, KernelBuilder, KernelType, Primitive } from '../../src/kernel/expr.ts';
import { OPS } from '../../src/ops/index.ts';
import { scalarExpr } from '../../src/ops/reference/kernels.ts';
import { patterns, runBlocks } from '../kernel/run.ts';
import { asF32, operand, STEPS } from './primitives.ts';
import { runWasm } from './run-kernel.ts';

const LENGTH = 65536;

/** Every pair and triple of special values first, then bit patterns. */
const SPECIALS = [...patterns(19, 0)];
const pairs = (): [Float32Array, Float32Array] => {
  const [a, b] = [patterns(LENGTH, 1).reverse(), patterns(LENGTH, 2).reverse()];
  SPECIALS.forEach((x, i) => {
    SPECIALS.forEach((y, j) => {
      a[19 * i + j] = x;
      b[19 * i + j] = y;
    });
  });
  return [a, b];
};
const third = (): Float32Array =>
  Float32Array.from(patterns(LENGTH, 3), (x, i) => (i % 3 === 0 ? Math.fround(i / 7) : x));
/** Numbers of everyday size, where the interesting parts of the elementary functions are. */
const everyday = (): Float32Array => Float32Array.from({ length: LENGTH }, (_, i) => (i - LENGTH / 2) / 301);

function agree(root: Expr, args: readonly Float32Array[]): void {
  const expected = runBlocks(root, args, LENGTH);
  for (const mode of ['scalar', 'lanes'] as const) {
    const got = runWasm(mode, root, args);
    for (let i = 0; i < LENGTH; i++) {
      if (!Object.is(got[i], expected[i]))
        expect.fail(`${mode}: ${got[i]}, the evaluator ${expected[i]} at ${args.map((a) => a[i])}`);
    }
  }
}

const ELEMENTWISE = (Object.keys(OPS) as OpName[]).filter((op) => OPS[op].scalar);
const ATTRS = { width: 1 } as unknown as OpAttrs[OpName];

describe('every op with a scalar kernel', () => {
  it('is one of these', () => expect(ELEMENTWISE.length).toBeGreaterThanOrEqual(25));
  it.each(ELEMENTWISE)('%s gives the bits of the evaluator, one at a time and four at a time', (op) => {
    const [a, b] = pairs();
    const root = scalarExpr(op, ATTRS);
    agree(root, [a, b, third()].slice(0, ARITY[op] ?? 0));
    agree(root, [everyday(), b, a].slice(0, ARITY[op] ?? 0));
  });
});

describe('every elementary function', () => {
  it.each(['exp', 'log', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'erf'] as const)('%s', (name) => {
    agree(kernelOf(name), [subset()]);
    agree(kernelOf(name), [everyday()]);
  });
  it('pow', () => {
    agree(kernelOf('pow'), [subset(), subset().map((_, i) => ((i % 4001) - 2000) / 64)]);
    agree(kernelOf('pow'), pairs());
  });
});

describe('every primitive', () => {
  it.each(STEPS)('%s', (step) => {
    const k = kernelBuilder();
    const signature: readonly KernelType[] = SIGNATURES[step];
    const operands = signature.slice(0, -1).map((type, i) => operand(k, type, k.arg('f32', i)));
    agree(asF32(k, k.step(step, ...operands)), pairs());
  });

  it('conversions in their range', () => {
    const k = kernelBuilder();
    const x = k.step('f32.max', k.step('f32.min', k.arg('f32', 0), k.f32(1000)), k.f32(-1000));
    const safe = k.select(k.step('f32.eq', x, x), x, k.f32(0));
    const n = k.step('f32.toI32', safe);
    const args = pairs();
    agree(k.step('f32.fromI32', n), args);
    agree(k.step('f32.fromI32', k.step('f64.toI32', k.step('f64.fromF32', safe))), args);
    agree(k.step('f32.fromF64', k.step('f64.mul', k.step('f64.exp2i', n), k.f64(2 ** 300))), args);
    agree(asF32(k, k.select(k.step('f32.lt', x, k.f32(0)), k.step('f64.fromF32', x), k.f64(0.1))), args);
  });

  it('selects by numbers that are no masks, and by masks of masks', () => {
    const k = kernelBuilder();
    const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];
    const odd = k.step('i32.and', operand(k, 'i32', x), k.i32(1));
    const both = k.step('i32.and', k.step('f32.lt', x, y), k.step('f32.lt', k.f32(0), x));
    agree(k.select(odd, x, y), pairs());
    agree(k.select(both, x, y), pairs());
    agree(k.select(k.select(both, both, k.step('f32.eq', x, x)), y, x), pairs());
    agree(asF32(k, k.select(odd, k.step('f64.fromF32', x), k.step('f64.fromF32', y))), pairs());
  });
});

describe('random kernels', () => {
  it('give the bits of the evaluator', () => {
    const choice = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 40 }), (choices) => {
        const k = kernelBuilder();
        const pool: Expr[] = [k.arg('f32', 0), k.arg('f32', 1), k.f32(0.5), k.f32(-3)];
        for (const [what, a, b, c] of choices) pool.push(grow(k, pool, [what, a, b, c]));
        agree(pool[pool.length - 1] as Expr, pairs());
      }),
      { numRuns: 40 },
    );
  });
});

/** One more f32 expression over the pool. */
function grow(
  k: KernelBuilder,
  pool: readonly Expr[],
  [what, a, b, c]: readonly [number, number, number, number],
): Expr {
  const pick = (n: number): Expr => pool[n % pool.length] as Expr;
  const index = what % (STEPS.length + 1);
  if (index === STEPS.length) return k.select(k.step('f32.lt', pick(a), pick(b)), pick(b), pick(c));
  const step = STEPS[index] as Primitive;
  const types: readonly KernelType[] = SIGNATURES[step].slice(0, -1);
  return asF32(k, k.step(step, ...types.map((type, i) => operand(k, type, pick(i === 0 ? a : b)))));
}
