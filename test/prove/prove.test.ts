/** Specifications of small networks whose answer is known on paper: verdicts, witnesses, boxes and claims that grow, limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { reference } from '../../src/backends/reference.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { importOnnx, readVnnlib, writeOnnx } from '../../src/interop/index.ts';
import type { ValueId } from '../../src/ir/graph.ts';
import { compareFloat, decimalOf } from '../../src/num/decimal.ts';
import { randomStream } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import {
  type CaseProgress,
  hexF32,
  type Named,
  type Proof,
  printWitness,
  proveSpecification,
} from '../../src/prove/index.ts';
import { must, type Result } from '../../src/text/result.ts';
import { floats, modelBytes, node } from '../interop/models.ts';
import { succeed } from '../programs.ts';

const networkOf = (bytes: Uint8Array): Named => ({ ...succeed(importOnnx(bytes)), file: 'net.onnx' });

/** Of one number x: y = (relu(x) - relu(-x), relu(x) + relu(-x)) = (x, |x|). */
const FOLD = networkOf(
  modelBytes({
    inputs: { x: ['N', 1] },
    outputs: ['y'],
    tensors: { w: floats([1, 2], [1, -1]), v: floats([2, 2], [1, 1, -1, 1]) },
    nodes: [node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['r']), node('MatMul', ['r', 'v'], ['y'])],
  }),
);
/** Of two numbers: their sum. */
const SUM = networkOf(
  modelBytes({
    inputs: { x: ['N', 2] },
    outputs: ['y'],
    tensors: { w: floats([2, 1], [1, 1]) },
    nodes: [node('MatMul', ['x', 'w'], ['y'])],
  }),
);

/** relu(x), which rounds nothing. */
const RELU = networkOf(modelBytes({ inputs: { x: ['N', 1] }, outputs: ['y'], nodes: [node('Relu', ['x'], ['y'])] }));

interface Settings {
  readonly networks?: readonly Named[];
  readonly backend?: Backend;
  readonly boxes?: number;
}

function tried(text: string, { networks = [FOLD], backend = wasm, boxes = 2000 }: Settings = {}): Result<Proof> {
  const spec = succeed(readVnnlib({ name: 's.vnnlib', text }));
  const goOn = (p: { readonly boxes: number }): boolean => p.boxes < boxes;
  return proveSpecification(spec, networks, { backend, random: randomStream(0, 0).uniform, goOn });
}

const HEAD = '(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)';
const box = (low: string, high: string): string => `(assert (>= X_0 ${low}))(assert (<= X_0 ${high}))`;
const fold = (low: string, high: string, unsafe: string, settings: Settings = {}): Proof =>
  succeed(tried(`${HEAD}${box(low, high)}(assert ${unsafe})`, settings));
const relu = (low: string, high: string, unsafe: string): Proof =>
  succeed(
    tried(`${HEAD.replace(/\(declare-const Y_1 Real\)/, '')}${box(low, high)}(assert ${unsafe})`, { networks: [RELU] }),
  );
const refusal = (result: Result<Proof>): string => (result.ok ? '' : result.problems.map((p) => p.id).join(' '));
const valuesOf = ({ witness }: Proof): number[] => witness?.values.map((v) => v.value) ?? [];

describe('a specification', () => {
  it('is proved where nothing unsafe can be', () => {
    const proof = fold('-1', '1', '(<= Y_1 -0.001)');
    expect(proof).toMatchObject({ answer: 'unsat', cases: 1, proved: 1, vacuous: 0, open: 0 });
    expect(proof.boxes).toBeGreaterThan(0);
    expect(proof.witness).toBeUndefined();
  });

  it('is refuted by a point that was run, the same with every backend', () => {
    const proof = fold('-1', '1', '(and (>= Y_1 0.75) (<= Y_0 0))');
    const [x = 0, y0, y1] = valuesOf(proof);
    expect(proof).toMatchObject({ answer: 'sat', witness: { inside: 'box' } });
    expect(x).toBeLessThanOrEqual(-0.75);
    expect([y0, y1]).toEqual([x, -x]);
    expect(fold('-1', '1', '(and (>= Y_1 0.75) (<= Y_0 0))', { backend: reference })).toEqual(proof);
  });

  it('is unknown when it is told to stop, and says what is left', () => {
    expect(fold('-1', '1', '(<= Y_1 -0.001)', { boxes: 0 })).toMatchObject({
      answer: 'unknown',
      boxes: 0,
      open: 1,
      reason: 'time is up',
    });
  });

  it('may speak of inputs and outputs together', () => {
    expect(fold('-1', '1', '(<= Y_1 (- X_0 0.5))').answer).toBe('unsat');
    const proof = fold('-1', '1', '(>= Y_1 (+ X_0 1.5))');
    expect(proof.answer).toBe('sat');
    expect(valuesOf(proof)[0]).toBeLessThanOrEqual(-0.75);
  });

  it('may have several boxes: one that is refuted is enough, all have to be proved', () => {
    const cases = (unsafe: string): string =>
      `${HEAD}(assert (or (and (>= X_0 -1) (<= X_0 -0.5)) (and (>= X_0 0.5) (<= X_0 1))))(assert ${unsafe})`;
    expect(succeed(tried(cases('(<= Y_1 0.4)')))).toMatchObject({ answer: 'unsat', cases: 2, proved: 2 });
    // The first box takes one bound; then there is no time for the second.
    let asked = -1;
    const spec = succeed(readVnnlib({ name: 's.vnnlib', text: cases('(<= Y_1 0.4)') }));
    const goOn = ({ stage, number }: CaseProgress): boolean => (number === 1 && stage === 'attack') || ++asked < 1;
    const once = { backend: wasm, random: () => 0.5, goOn };
    expect(succeed(proveSpecification(spec, [FOLD], once))).toMatchObject({
      answer: 'unknown',
      proved: 1,
      reason: 'time is up',
    });
    const proof = succeed(tried(cases('(>= Y_0 0.6)')));
    expect(proof).toMatchObject({ answer: 'sat', cases: 2, proved: 1 });
    expect(valuesOf(proof)[0]).toBeGreaterThanOrEqual(0.6);
  });

  it('that says nothing is never proved', () => {
    expect(fold('1', '-1', '(<= Y_1 0)')).toMatchObject({ answer: 'vacuous', cases: 1, vacuous: 1, proved: 0 });
    expect(fold('-1', '1', '(and (<= Y_1 0) (>= Y_1 1))')).toMatchObject({ answer: 'vacuous', proved: 0 });
  });

  it('is not refuted by outputs that are no numbers', () => {
    const network = networkOf(
      modelBytes({ inputs: { x: ['N', 1] }, outputs: ['y'], nodes: [node('Log', ['x'], ['y'])] }),
    );
    const head = '(declare-const X_0 Real)(declare-const Y_0 Real)';
    const text = `${head}${box('-2', '-1')}(assert (or (<= Y_0 0) (>= Y_0 0)))`;
    expect(succeed(tried(text, { networks: [network] })).answer).toBe('unknown');
    const always = `${head}${box('-2', '-1')}`;
    expect(succeed(tried(always, { networks: [network] }))).toMatchObject({
      answer: 'unknown',
      reason: 'outputs are not finite',
    });
  });

  it('fits the network', () => {
    expect(refusal(tried(`${HEAD}${box('0', '1')}(assert (<= Y_0 0))`, { networks: [SUM] }))).toBe('SU1115');
    expect(refusal(tried(`${HEAD}${box('0', '1')}(assert (<= Y_0 0))`, { networks: [FOLD, FOLD] }))).toBe('SU1115');
  });
});

describe('decimals', () => {
  // The float32 nearest to 0.3 is above 0.3, that nearest to 0.1 is above 0.1.
  it('have no witness outside of the stated box, but one at rounding is told', () => {
    const proof = fold('0.1', '0.3', '(> Y_0 0.3)');
    expect(proof).toMatchObject({ answer: 'sat', witness: { inside: 'rounding', isHollow: false } });
    expect(valuesOf(proof)[0]).toBe(Math.fround(0.3));
    expect(fold('0.1', '0.29999', '(> Y_0 0.3)').answer).toBe('unsat');
  });

  // Of floats alone both would be proved: the nearest to 0.1 is above it, the nearest to 0.7 below.
  it('are covered where no float32 number is: the real point is not proved away', () => {
    expect(relu('0.1', '0.3', '(<= Y_0 0.1)')).toMatchObject({
      answer: 'unknown',
      reason: expect.stringContaining('small'),
    });
    expect(relu('0.1', '0.7', '(>= Y_0 0.7)').answer).toBe('unknown');
    expect(relu('0.1', '0.7', '(or (<= Y_0 0.0999999999) (>= Y_0 0.7000000001))').answer).toBe('unsat');
  });

  it('between two doubles are judged as they are', () => {
    expect(relu('0', '1', '(>= Y_0 1)').answer).toBe('sat');
    expect(relu('0', '1', '(>= Y_0 1.00000000000000000001)').answer).toBe('unknown');
  });

  it('that no float32 number equals are tried at rounding', () => {
    expect(fold('0.1', '0.1', '(>= Y_0 0.1)')).toMatchObject({
      answer: 'sat',
      witness: { inside: 'rounding', isHollow: true },
    });
    expect(fold('0.1', '0.1', '(>= Y_0 0.2)').answer).toBe('unsat');
    const head = HEAD.replaceAll('Y_1', 'X_1');
    const ends = '(assert (and (>= X_0 0.1) (<= X_0 0.1) (>= X_1 0) (<= X_1 0.3)))';
    const proof = succeed(tried(`${head}${ends}(assert (>= Y_0 0.35))`, { networks: [SUM] }));
    expect(proof).toMatchObject({ answer: 'sat', witness: { inside: 'rounding' } });
    expect(valuesOf(proof)[1]).toBeLessThan(0.3);
    expect(fold('0.5', '0.5', '(>= Y_0 0.5)')).toMatchObject({ answer: 'sat', witness: { inside: 'box' } });
  });

  it('as coefficients are exact: 0.1 + 0.2 is 0.3', () => {
    const sum = '(+ (* 0.1 Y_0) (* 0.2 Y_1))';
    expect(fold('0', '1', `(>= ${sum} 0.31)`).answer).toBe('unsat');
    expect(fold('0', '1', `(>= ${sum} 0.3)`)).toMatchObject({ answer: 'sat', witness: { inside: 'box' } });
    expect(fold('0', '1', `(> ${sum} 0.3)`).answer).not.toBe('sat');
  });

  it('that cannot be kept are refused', () => {
    const long = `${HEAD}${box('0', '1')}(assert (<= (* 0.12345678901234567890123 Y_0) 1))`;
    expect(refusal(tried(long))).toBe('SU1120');
  });
});

describe('two networks', () => {
  const declare = (name: string, size: number, outputs: number): string =>
    `(declare-network ${name} (declare-input X_${name} real [${size}]) (declare-output Y_${name} real [${outputs}]))`;
  const head = `(vnnlib-version <2.0>)${declare('f', 1, 2)}${declare('g', 1, 2)}`;
  const apart = '(assert (>= X_f[0] -1))(assert (<= X_f[0] 1))';
  const far = '(assert (>= (- Y_g[1] Y_f[1]) 0.5))';

  it('are bounded together where their inputs are linked', () => {
    const linked = `${head}${apart}(assert (== X_f[0] X_g[0]))${far}`;
    expect(succeed(tried(linked, { networks: [FOLD, FOLD] })).answer).toBe('unsat');
  });

  it('are apart where they are not', () => {
    const free = `${head}${apart}(assert (>= X_g[0] -1))(assert (<= X_g[0] 1))${far}`;
    const proof = succeed(tried(free, { networks: [FOLD, FOLD] }));
    expect(proof).toMatchObject({ answer: 'sat', witness: { inside: 'box' } });
    expect(proof.witness?.values.map((v) => v.name)).toEqual([
      'X_f[0]',
      'Y_f[0]',
      'Y_f[1]',
      'X_g[0]',
      'Y_g[0]',
      'Y_g[1]',
    ]);
  });

  it('of which only some inputs are linked are refused', () => {
    const ends = ['f', 'g'].map((n) => [0, 1].map((i) => `(assert (>= X_${n}[${i}] 0))(assert (<= X_${n}[${i}] 1))`));
    const text = `(vnnlib-version <2.0>)${declare('f', 2, 1)}${declare('g', 2, 1)}${ends.flat().join('')}(assert (== X_f[0] X_g[0]))(assert (>= Y_f[0] Y_g[0]))`;
    expect(refusal(tried(text, { networks: [SUM, SUM] }))).toBe('SU1120');
  });
});

describe('random networks', () => {
  const relu = (b: GraphBuilder, x: ValueId): ValueId => b.max(x, b.full(b.shapeOf(x), 0));
  const product = (b: GraphBuilder, x: ValueId, w: ValueId): ValueId =>
    b.einsum(x, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });

  /** Two numbers, a layer of four with relu, two numbers; through the bytes of a model. */
  function made(weights: readonly number[]): Named {
    const b = graphBuilder();
    const w = b.constant([2, 4], weights.slice(0, 8));
    const shift = b.constant([4], weights.slice(8, 12));
    const v = b.constant([4, 2], weights.slice(12, 20));
    const y = product(b, relu(b, b.add(product(b, b.input('x', [2]), w), shift)), v);
    return networkOf(succeed(writeOnnx(b.finish([{ name: 'y', value: y }]), new Map())));
  }

  const head =
    '(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)(assert (and (>= X_0 -0.9) (<= X_0 0.7) (>= X_1 0.1) (<= X_1 0.3)))';

  it('are never proved where a sampled point is unsafe, and refuted only by points that are', () => {
    const verdicts = { unsat: 0, sat: 0, unknown: 0, vacuous: 0 };
    const weight = fc.integer({ min: -16, max: 16 }).map((n) => n / 8 + n / 1000);
    const property = fc.property(
      fc.array(weight, { minLength: 20, maxLength: 20 }),
      fc.integer({ min: -30, max: 30 }),
      fc.integer(),
      (weights, tenths, seed) => {
        const network = made(weights);
        const random = randomStream(seed >>> 0, 1);
        const run = (x: readonly number[]): ArrayLike<number> =>
          must(evaluate(network.graph, [Float32Array.from(x)], network.params).outputs[0]);
        const margin = (y: ArrayLike<number>): number => must(y[0]) - 0.5 * must(y[1]) - tenths / 8;
        const proof = succeed(
          tried(`${head}(assert (>= (- Y_0 (* 0.5 Y_1)) ${tenths / 8}))`, { networks: [network], boxes: 300 }),
        );
        verdicts[proof.answer]++;
        if (proof.answer === 'unsat')
          for (let k = 0; k < 50; k++)
            expect(margin(run([-0.89 + 1.58 * random.uniform(), 0.11 + 0.18 * random.uniform()]))).toBeLessThan(0);
        const values = valuesOf(proof);
        if (proof.answer === 'sat') {
          expect(Array.from(run(values.slice(0, 2)))).toEqual(values.slice(2));
          expect(margin(values.slice(2))).toBeGreaterThanOrEqual(0);
        }
      },
    );
    fc.assert(property, { numRuns: 150 });
    expect(Math.min(verdicts.unsat, verdicts.sat)).toBeGreaterThan(10);
    expect(verdicts.unknown + verdicts.vacuous).toBeLessThan(5);
  });
});

describe('a witness as text', () => {
  it('states each number exactly', () => {
    const values = [
      { name: 'X_0', value: 0.5 },
      { name: 'Y_0', value: Math.fround(0.1) },
    ];
    expect(printWitness({ values })).toBe('((X_0 0.5)\n (Y_0 0.100000001490116119384765625))');
  });

  it('and bit by bit', () => {
    expect([1, -0.1, 0, -0, 2 ** -149, 1.5 * 2 ** 127].map(Math.fround).map(hexF32)).toEqual([
      '0x1p+0',
      '-0x1.99999ap-4',
      '0x0p+0',
      '-0x0p+0',
      '0x0.000002p-126',
      '0x1.8p+127',
    ]);
  });

  it('reads back', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(compareFloat(decimalOf(x), x)).toBe(0);
        const [, sign, whole = '', fraction = '', power = ''] =
          /^(-?)0x(\d)(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(hexF32(x)) ?? [];
        const size = (Number(whole) + Number(`0x0${fraction}`) / 16 ** fraction.length) * 2 ** Number(power);
        expect(Object.is(sign === '-' ? -size : size, x)).toBe(true);
      }),
    );
  });
});
