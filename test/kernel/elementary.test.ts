import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ulpError } from '../../scripts/elementary/error.ts';
import { FUNCTIONS, powReference, REFERENCE, RISING } from '../../scripts/elementary/reference.ts';
import { kernelOf, subset, subsetHash } from '../../scripts/elementary/subset.ts';
import { inOrder } from '../../src/kernel/build.ts';
import { evaluateScalar } from '../../src/kernel/scalar.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { patterns, printedFunction, runBlocks } from './run.ts';

const RECORD: Record<string, { maxUlp: number; falls: number | null; subset: string; inputs: number }> = JSON.parse(
  readFileSync(new URL('../../docs/notes/elementary.json', import.meta.url), 'utf8'),
);
const INF = Infinity;
const LEAST = 2 ** -149;
const GREATEST = f32OfBits(0x7f7fffff);

describe.each(FUNCTIONS)('%s', (name) => {
  const root = kernelOf(name);

  it('gives the bits that were measured', () => {
    expect(subsetHash(name)).toBe(RECORD[name]?.subset);
  });

  it('was measured over all inputs, within 1.5 ulp and monotone where it should be', () => {
    expect(RECORD[name]?.inputs).toBe(2 ** 32);
    expect(RECORD[name]?.maxUlp).toBeLessThanOrEqual(1.5);
    expect(RECORD[name]?.falls).toBe(RISING.has(name) ? 0 : null);
  });

  it('is within 1.5 ulp on a sample', () => {
    const x = [...subset(), ...Float32Array.from({ length: 20_000 }, (_, i) => (i - 10_000) / 100)];
    const y = runBlocks(root, [Float32Array.from(x)], x.length);
    x.forEach((v, i) => {
      const error = ulpError(y[i] as number, REFERENCE[name](Math.fround(v)));
      if (!(error <= 1.5)) expect.fail(`${name}(${v}) = ${y[i]} is ${error} ulp off`);
    });
  });

  it('gives the same bits by blocks, as printed code and step by step', () => {
    const x = patterns(3000, 5);
    const y = runBlocks(root, [x], x.length);
    const printed = printedFunction(root);
    x.forEach((v, i) => {
      expect(Object.is(y[i], evaluateScalar(root, [v]))).toBe(true);
      expect(Object.is(y[i], printed(v))).toBe(true);
    });
  });

  it('has no step that is partial', () => {
    const steps = inOrder([root]).flatMap((e) => (e.kind === 'step' ? [e.step] : []));
    expect(steps.filter((s) => s.endsWith('toI32'))).toEqual([]);
  });
});

describe('special values', () => {
  // biome-ignore format: a table reads better in rows
  const cases = {
    exp: [[-INF, 0], [INF, INF], [0, 1], [-0, 1], [89, INF], [88.72284, INF], [-103.97208, LEAST], [-104, 0], [-GREATEST, 0], [LEAST, 1]],
    log: [[0, -INF], [-0, -INF], [INF, INF], [-1, NaN], [-LEAST, NaN], [-INF, NaN], [1, 0], [LEAST, -103.27893]],
    tanh: [[0, 0], [-0, -0], [INF, 1], [-INF, -1], [9.1, 1], [GREATEST, 1], [LEAST, LEAST], [-LEAST, -LEAST]],
    sigmoid: [[0, 0.5], [-0, 0.5], [INF, 1], [-INF, 0], [-103.97208, LEAST], [-110, 0], [20, 1]],
    softplus: [[0, Math.LN2], [INF, INF], [-INF, 0], [GREATEST, GREATEST], [100, 100], [-103.97208, LEAST], [-110, 0]],
    sin: [[0, 0], [-0, -0], [INF, NaN], [-INF, NaN], [LEAST, LEAST], [-LEAST, -LEAST], [GREATEST, -0.52187651]],
    cos: [[0, 1], [-0, 1], [INF, NaN], [-INF, NaN], [GREATEST, 0.85302104]],
    erf: [[0, 0], [-0, -0], [INF, 1], [-INF, -1], [4, 1], [3.8, f32OfBits(0x3f7fffff)], [LEAST, LEAST], [GREATEST, 1]],
  } as const;

  it.each(FUNCTIONS)('%s', (name) => {
    for (const [x, y] of cases[name]) expect(evaluateScalar(kernelOf(name), [x]), `${name}(${x})`).toBe(Math.fround(y));
    expect(evaluateScalar(kernelOf(name), [NaN])).toBeNaN();
  });

  it('odd functions are odd to the bit', () => {
    for (const name of ['tanh', 'sin', 'erf'] as const) {
      for (const x of patterns(500, 6))
        expect(evaluateScalar(kernelOf(name), [-x])).toBe(-evaluateScalar(kernelOf(name), [x]));
    }
  });
});

describe('pow', () => {
  const root = kernelOf('pow');
  const pow = (x: number, y: number): number => evaluateScalar(root, [x, y]);

  it('gives the bits that were measured, on samples within 1.5 ulp', () => {
    expect(subsetHash('pow')).toBe(RECORD.pow?.subset);
    expect(RECORD.pow?.maxUlp).toBeLessThanOrEqual(1.5);
  });

  // biome-ignore format: a table reads better in rows
  it.each([
    [NaN, 0, 1], [NaN, -0, 1], [1, NaN, 1], [1, INF, 1], [-1, INF, 1], [-1, -INF, 1], [-1, NaN, NaN], [NaN, 1, NaN], [2, NaN, NaN],
    [0, 3, 0], [-0, 3, -0], [-0, 2, 0], [-0, 0.5, 0], [0, -1, INF], [-0, -1, -INF], [-0, -2, INF], [-0, -0.5, INF], [0, -INF, INF], [-0, INF, 0],
    [INF, 0.001, INF], [INF, -0.001, 0], [-INF, 3, -INF], [-INF, 2, INF], [-INF, -3, -0], [-INF, -2, 0], [-INF, 0.5, INF], [-INF, -0.5, 0],
    [0.5, INF, 0], [0.5, -INF, INF], [2, INF, INF], [2, -INF, 0], [-2, INF, INF], [-0.5, INF, 0],
    [-2, 3, -8], [-2, 2, 4], [-2, 0.5, NaN], [-2, 1e30, INF], [-2, -149, -LEAST],
    [10, 10, 1e10], [9, 0.5, 3], [0.25, -0.5, 2], [LEAST, 1, LEAST], [GREATEST, 1, GREATEST], [3, 2, 9], [-3, 3, -27], [7, 5, 16807],
    [LEAST, 0.5, 3.743392e-23],
  ])('%d to the %d is %d', (x, y, z) => {
    expect(pow(x, y)).toBe(Math.fround(z));
  });

  it('is within 1.5 ulp on a sample and the same by blocks and as printed code', () => {
    const x = patterns(4000, 7).map((v, i) => (i % 2 === 0 ? v : Math.abs(v) % 30));
    const y = patterns(4000, 8).map((v, i) => (i < 20 || i % 3 === 0 ? v : v % 10));
    const printed = printedFunction(root);
    runBlocks(root, [x, y], x.length).forEach((z, i) => {
      const [a, b] = [x[i] as number, y[i] as number];
      if (!(ulpError(z, powReference(a, b)) <= 1.5)) expect.fail(`${a} ** ${b} = ${z}`);
      expect(Object.is(z, printed(a, b))).toBe(true);
    });
  });
});
