/** `sutra prove` through the built binary: every verdict with its exit code, text and JSON, and what is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { floats, modelBytes, node } from '../interop/models.ts';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write } = workplace();

const HEAD = '(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n';
const BOX = '(assert (and (>= X_0 0) (<= X_0 1) (>= X_1 0) (<= X_1 1)))\n';

beforeAll(() => {
  // y = (relu(a - b), relu(b - a))
  const tensors = { w: floats([2, 2], [1, -1, -1, 1]) };
  const nodes = [node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['y'])];
  write('net.onnx', modelBytes({ inputs: { x: ['N', 2] }, outputs: ['y'], tensors, nodes }));
  write('lstm.onnx', modelBytes({ inputs: { x: [1, 2] }, outputs: ['y'], nodes: [node('LSTM', ['x'], ['y'])] }));
  write('broken.onnx', Uint8Array.of(255, 255, 255));
  write('safe.vnnlib', `${HEAD}${BOX}(assert (>= Y_0 1.5))`);
  write('unsafe.vnnlib', `${HEAD}${BOX}(assert (>= Y_0 0.75))`);
  write('rounding.vnnlib', `${HEAD}(assert (and (>= X_0 0) (<= X_0 0.3) (>= X_1 0) (<= X_1 1)))(assert (> Y_0 0.3))`);
  write('vacuous.vnnlib', `${HEAD}${BOX}(assert (and (>= Y_0 1) (<= Y_0 0)))`);
  write(
    'other.vnnlib',
    `(declare-const X_0 Real)${HEAD.slice(HEAD.indexOf('(declare-const Y'))}(assert (and (>= X_0 0) (<= X_0 1)))(assert (>= Y_0 1))`,
  );
  write('broken.vnnlib', `${HEAD}${BOX}(assert (>= Y_0`);
  write('long.vnnlib', `${HEAD}${BOX}(assert (>= (* 0.12345678901234567890123 Y_0) 1.5))`);
  write('rule.su', 'fn f(x: f32) -> f32 { x }\nprove "same" { forall x: f32 in [0.0, 1.0]; assert f(x) >= 0.0; }\n');
});

describe('a verdict', () => {
  it('of what is proved', () => {
    const { code, out, err } = sutra('prove', 'net.onnx', 'safe.vnnlib');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^unsat\nproved \(S1 S2 S3\): \d+ box(es)?, [\d.]+ s\n$/);
  });

  it('of what is refuted, with a counterexample', () => {
    const { code, out } = sutra('prove', 'net.onnx', 'unsafe.vnnlib');
    expect(code).toBe(3);
    expect(out).toMatch(
      /^sat\n\(\(X_0 [\d.]+\)\n \(X_1 [\d.]+\)\n \(Y_0 [\d.]+\)\n \(Y_1 0\.0\)\)\nrefuted \(S1\): \d+ box(es)?, [\d.]+ s\n$/,
    );
  });

  it('of what only rounding refutes', () => {
    const { code, out } = sutra('prove', 'net.onnx', 'rounding.vnnlib', '--timeout', '500ms');
    expect(code).toBe(3);
    expect(out).toContain(
      'refuted (S1): at rounding (outside of the stated box; inside of the one rounded to float32), ',
    );
  });

  it('of what time did not decide', () => {
    const { code, out } = sutra('prove', 'net.onnx', 'safe.vnnlib', '--timeout', '0s');
    expect(code).toBe(4);
    expect(out).toMatch(/^unknown\nunknown: time is up, 1 open, 0 boxes, [\d.]+ s\n$/);
  });

  it('of what says nothing', () => {
    const { code, out, err } = sutra('prove', 'net.onnx', 'vacuous.vnnlib');
    expect(code).toBe(4);
    expect(out).toMatch(/^vacuous\nvacuous: 1 of 1 case vacuous, 0 boxes/);
    expect(err).toContain('SU1116');
  });

  it('as JSON', () => {
    const [proved] = jsonLines(sutra('prove', 'net.onnx', 'safe.vnnlib', '--json').out);
    expect(proved).toMatchObject({
      v: 1,
      name: 'safe.vnnlib',
      verdict: 'proved',
      answer: 'unsat',
      tiers: ['S1', 'S2', 'S3'],
      open: 0,
      cases: { all: 1, proved: 1, vacuous: 0 },
    });
    const { code, out } = sutra('prove', 'net.onnx', 'unsafe.vnnlib', '--json');
    const [refuted] = jsonLines(out);
    expect(code).toBe(3);
    expect(refuted).toMatchObject({ verdict: 'refuted', answer: 'sat', tiers: ['S1'], inside: 'box' });
    const { X_0, X_1, Y_0, Y_1 } = (refuted?.counterexample ?? {}) as Record<string, number>;
    expect(Math.fround(Math.fround(X_0 ?? 0) - Math.fround(X_1 ?? 0))).toBe(Math.fround(Y_0 ?? 0));
    expect([(Y_0 ?? 0) >= 0.75, Y_1]).toEqual([true, 0]);
    expect(refuted?.hex).toMatchObject({ X_0: expect.stringMatching(/^0x[01](\.[0-9a-f]+)?p[+-]\d+$/) });
    expect(refuted?.vnnlib).toMatch(/^\(\(X_0 [\d.]+\)\n/);
  });

  it('is the same with every backend', () => {
    const of = (backend: string): unknown => {
      const [line] = jsonLines(sutra('prove', 'net.onnx', 'unsafe.vnnlib', '--json', '--backend', backend).out);
      return line?.hex;
    };
    expect(of('reference')).toEqual(of('wasm'));
    expect(of('reference')).toBeDefined();
  });
});

describe('what cannot be decided', () => {
  it.each([
    ['a specification for another network', ['net.onnx', 'other.vnnlib'], 'SU1115'],
    ['more networks than are declared', ['net.onnx', 'net.onnx', 'safe.vnnlib'], 'SU1115'],
    ['an operator without a rule', ['lstm.onnx', 'safe.vnnlib'], 'SU1103'],
    ['a damaged model', ['broken.onnx', 'safe.vnnlib'], 'SU1101'],
    ['a damaged specification', ['net.onnx', 'broken.vnnlib'], 'SU1111'],
    ['a coefficient that no double holds', ['net.onnx', 'long.vnnlib'], 'SU1120'],
    ['a missing file', ['none.onnx', 'safe.vnnlib'], 'SU0801'],
  ])('is told: %s', (_, words, id) => {
    expect(sutra('prove', ...words)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(id) });
    const { code, out } = sutra('prove', ...words, '--json');
    expect(code).toBe(1);
    expect(jsonLines(out)).toMatchObject([{ problems: [{ code: id }] }]);
  });

  it('is wrong usage where the words are no call', () => {
    for (const words of [
      ['net.onnx'],
      ['net.onnx', 'net.onnx'],
      ['rule.su', 'safe.vnnlib'],
      ['net.onnx', 'safe.vnnlib', '--timeout', 'soon'],
    ])
      expect(sutra('prove', ...words).code).toBe(2);
  });
});
