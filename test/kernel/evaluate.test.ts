import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK } from '../../src/kernel/blocks.ts';
import { kernelBuilder, SIGNATURES } from '../../src/kernel/build.ts';
import { compileKernel } from '../../src/kernel/evaluate.ts';
import type { Expr, KernelBuilder, KernelType, Primitive } from '../../src/kernel/expr.ts';
import { evaluateScalar } from '../../src/kernel/scalar.ts';
import { patterns, printedFunction, runBlocks } from './run.ts';

/** Conversions that are defined in range only. */
const PARTIAL: ReadonlySet<Primitive> = new Set(['f32.toI32', 'f64.toI32', 'f64.exp2i']);
const STEPS = (Object.keys(SIGNATURES) as Primitive[]).filter((p) => !PARTIAL.has(p));

/** Any value as an f32, so that a kernel can end in it. NaN bits are not defined, so they are made equal before they are read. */
function asF32(k: KernelBuilder, e: Expr): Expr {
  if (e.type === 'f32') return e;
  return e.type === 'f64' ? k.step('f32.fromF64', e) : k.step('f32.fromI32', e);
}

function operand(k: KernelBuilder, type: KernelType, from: Expr): Expr {
  if (type === 'f32') return from;
  if (type === 'f64') return k.step('f64.fromF32', from);
  const number = k.step('f32.eq', from, from);
  return k.step('f32.bits', k.select(number, from, k.f32(1)));
}

describe('every primitive', () => {
  const args = [patterns(1000, 1), patterns(1000, 2).reverse()];
  it.each(STEPS)('%s means the same to the block evaluator, to printed code, and to the definition', (step) => {
    const k = kernelBuilder();
    const signature: readonly KernelType[] = SIGNATURES[step];
    const operands = signature.slice(0, -1).map((type, i) => operand(k, type, k.arg('f32', i)));
    agree(asF32(k, k.step(step, ...operands)), args);
  });

  it('conversions agree in their range', () => {
    const k = kernelBuilder();
    const x = k.step('f32.max', k.step('f32.min', k.arg('f32', 0), k.f32(1000)), k.f32(-1000));
    const safe = k.select(k.step('f32.eq', x, x), x, k.f32(0));
    const n = k.step('f32.toI32', safe);
    agree(k.step('f32.fromI32', n), args);
    agree(k.step('f32.fromI32', k.step('f64.toI32', k.step('f64.fromF32', safe))), args);
    agree(k.step('f32.fromF64', k.step('f64.mul', k.step('f64.exp2i', n), k.f64(2 ** 300))), args);
    agree(asF32(k, k.select(k.step('f32.lt', x, k.f32(0)), k.step('f64.fromF32', x), k.f64(0.1))), args);
  });
});

describe('random kernels', () => {
  it('give the same bits three ways', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 }),
        (choices) => {
          const k = kernelBuilder();
          const pool: Expr[] = [k.arg('f32', 0), k.arg('f32', 1), k.f32(0.5), k.f32(-3)];
          for (const [what, a, b, c] of choices) pool.push(grow(k, pool, [what, a, b, c]));
          agree(pool[pool.length - 1] as Expr, [patterns(300, 3), patterns(300, 4).reverse()]);
        },
      ),
      { numRuns: 200 },
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

function agree(root: Expr, args: readonly Float32Array[]): void {
  const length = (args[0] as Float32Array).length;
  const blocks = runBlocks(root, args, length);
  const printed = printedFunction(root);
  for (let i = 0; i < length; i++) {
    const at = args.map((a) => a[i] as number);
    const defined = evaluateScalar(root, at);
    if (!Object.is(blocks[i], defined)) expect.fail(`blocks give ${blocks[i]}, the definition ${defined} at ${at}`);
    const result = printed(...at);
    if (!Object.is(result, defined)) expect.fail(`printed code gives ${result}, the definition ${defined} at ${at}`);
  }
}

describe('the block evaluator', () => {
  const square = (): Expr => {
    const k = kernelBuilder();
    return k.step('f32.mul', k.arg('f32', 0), k.arg('f32', 0));
  };

  it('runs any length, around the size of a block too', () => {
    for (const n of [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5]) {
      const x = Float32Array.from({ length: n }, (_, i) => i / 8);
      expect(runBlocks(square(), [x], n)).toEqual(x.map((v) => v * v));
    }
  });

  it('gives several results at once and may write over its arguments', () => {
    const k = kernelBuilder();
    const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];
    const kernel = compileKernel([k.step('f32.add', x, y), k.step('f32.sub', x, y), x], 2);
    const a = Float32Array.from({ length: 600 }, (_, i) => i);
    const b = new Float32Array(600).fill(2);
    const c = new Float32Array(600);
    kernel.run([a, b], [a, b, c]);
    expect([a[599], b[599], c[599], a[0], b[0]]).toEqual([601, 597, 599, 2, -2]);
  });

  it('keeps constants and arguments whole over many blocks and runs', () => {
    const k = kernelBuilder();
    const x = k.arg('f32', 0);
    let sum = k.step('f32.mul', x, k.f32(2));
    for (let i = 0; i < 20; i++) sum = k.step('f32.add', k.step('f32.mul', sum, k.f32(0.5)), k.f32(i));
    const root = k.step('f32.add', sum, x);
    const kernel = compileKernel(root, 1);
    const input = patterns(5 * BLOCK, 9);
    const first = new Float32Array(input.length);
    const second = new Float32Array(input.length);
    kernel.run([input], [first]);
    kernel.run([input], [second]);
    expect(second).toEqual(first);
    input.forEach((v, i) => {
      expect(first[i]).toBe(evaluateScalar(root, [v]));
    });
  });

  it('refuses kernels that do not fit', () => {
    const k = kernelBuilder();
    expect(() => compileKernel(k.f64(1), 0)).toThrow('a kernel gives f32');
    expect(() => compileKernel(k.arg('f32', 1), 1)).toThrow('arguments are f32 and in range');
  });
});

describe('products that only a sum reads', () => {
  it('are rounded on their own, never fused', () => {
    const k = kernelBuilder();
    const [x, y, z] = [k.arg('f32', 0), k.arg('f32', 1), k.arg('f32', 2)];
    const product = k.step('f32.mul', x, y);
    // (1 + 2^-12)² = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11; fused, 2^-24 would be left
    const [a, c] = [Float32Array.of(1 + 2 ** -12), Float32Array.of(-1 - 2 ** -11)];
    expect([...runBlocks(k.step('f32.add', product, z), [a, a, c], 1)]).toEqual([0]);
    expect([...runBlocks(k.step('f32.add', z, product), [a, a, c], 1)]).toEqual([0]);
  });

  it('stay when something else reads them, or they are results', () => {
    const k = kernelBuilder();
    const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];
    const product = k.step('f32.mul', x, y);
    const outs = [new Float32Array(1), new Float32Array(1)];
    compileKernel([k.step('f32.add', product, x), product], 2).run([Float32Array.of(3), Float32Array.of(5)], outs);
    expect(outs.map((o) => o[0])).toEqual([18, 15]);
    expect([...runBlocks(k.step('f32.add', product, product), [Float32Array.of(3), Float32Array.of(5)], 1)]).toEqual([
      30,
    ]);
  });
});
