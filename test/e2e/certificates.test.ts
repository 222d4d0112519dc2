/** `sutra prove --certificate` and `sutra certify --proof` through the built binary: what is accepted, what is refused, and how it is told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { floats, modelBytes, node } from '../interop/models.ts';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read, has } = workplace();

const HEAD = '(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n';
const box = (top: string) => `(assert (and (>= X_0 0) (<= X_0 ${top}) (>= X_1 0) (<= X_1 1)))\n`;
const model = (weight: number) =>
  modelBytes({
    inputs: { x: ['N', 2] },
    outputs: ['y'],
    tensors: { w: floats([2, 2], [weight, -1, -1, 1]) },
    nodes: [node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['y'])],
  });
const program = (slope: string) => `fn size(x: f32) -> f32 { max(x, 0.0) + max(-x, 0.0) * ${slope} }
prove "never negative" { forall x: f32 in [-1.0, 1.0]; assert size(x) - 0.5 * x >= -0.001; }
prove "no larger" { forall x: f32 in [-1.0, 1.0]; assert size(x) <= 1.5; }
prove "commutes" { forall a: bool; forall b: bool; assert (a && b) == (b && a); }
prove "too large" { forall x: f32 in [-1.0, 1.0]; assert size(x) <= 0.5; }
`;

beforeAll(() => {
  write('net.onnx', model(1));
  write('other.onnx', model(1 + 2 ** -20));
  write('safe.vnnlib', `${HEAD}${box('1')}(assert (>= Y_0 1.5))`);
  write('wider.vnnlib', `${HEAD}${box('1.1')}(assert (>= Y_0 1.5))`);
  write('unsafe.vnnlib', `${HEAD}${box('1')}(assert (>= Y_0 0.75))`);
  write('rule.su', program('1.0'));
  write('changed.su', program('1.0000001'));
});

describe('a certificate of a network', () => {
  it('is written and replayed', () => {
    const { code, out } = sutra('prove', 'net.onnx', 'safe.vnnlib', '--certificate', 'net.json');
    expect(code).toBe(0);
    expect(out).toMatch(/\nnet\.json: 1 property, \d+ lea(f|ves).*, \d+ bytes\n$/);
    const replay = sutra('certify', '--proof', 'net.json', 'net.onnx', 'safe.vnnlib');
    expect(replay).toMatchObject({ code: 0, err: '' });
    expect(replay.out).toMatch(/^accepted: 1 property, \d+ lea(f|ves) \(S1 S2 S3\), [\d.]+ s\n$/);
  });

  it('is refused for another network, another property, another box', () => {
    for (const files of [
      ['other.onnx', 'safe.vnnlib'],
      ['net.onnx', 'unsafe.vnnlib'],
      ['net.onnx', 'wider.vnnlib'],
    ]) {
      const { code, out } = sutra('certify', '--proof', 'net.json', ...files);
      expect([code, out]).toEqual([3, expect.stringContaining('refused "safe.vnnlib": it is another question')]);
    }
  });

  it('is not written where nothing was proved', () => {
    const { code, err } = sutra('prove', 'net.onnx', 'unsafe.vnnlib', '--certificate', 'none.json');
    expect([code, has('none.json')]).toEqual([3, false]);
    expect(err).toContain('no certificate was written');
  });
});

describe('a certificate of a program', () => {
  it('has what was proved, and is replayed', () => {
    const { code, out } = sutra('prove', 'rule.su', '--certificate', 'rule.json');
    expect(code).toBe(3);
    expect(out).toMatch(/\nrule\.json: 3 properties, \d+ lea(f|ves).*, \d+ bytes\n$/);
    const [accepted] = jsonLines(sutra('certify', '--proof', 'rule.json', 'rule.su', '--json').out);
    expect(accepted).toMatchObject({ v: 1, accepted: true, properties: 3, tiers: ['S1', 'S2', 'S3'] });
  });

  it('is refused when the program has changed by a bit', () => {
    const { code, out } = sutra('certify', '--proof', 'rule.json', 'changed.su');
    expect(code).toBe(3);
    expect(out).toContain('refused "never negative": it is another question');
    const [refused] = jsonLines(sutra('certify', '--proof', 'rule.json', 'changed.su', '--json').out);
    expect(refused).toMatchObject({ accepted: false, property: 'never negative' });
  });
});

describe('a file that is no certificate', () => {
  it.each([
    ['changed', (text: string) => text.replace('safe.vnnlib', 'safe.vnnlip')],
    ['cut short', (text: string) => text.slice(0, 200)],
    ['of another kind', () => '{"v":1}'],
    ['empty', () => ''],
  ])('is told: %s', (_, change) => {
    write('bad.json', change(read('net.json')));
    const { code, err } = sutra('certify', '--proof', 'bad.json', 'net.onnx', 'safe.vnnlib');
    expect([code, err]).toEqual([1, expect.stringContaining('SU1130')]);
  });

  it('and usage', () => {
    expect(sutra('certify', '--proof', 'net.json', 'net.onnx').code).toBe(2);
    expect(sutra('certify', '--proof', 'net.json', 'rule.su', 'changed.su').code).toBe(2);
    expect(sutra('certify', 'rule.su', 'changed.su').code).toBe(2);
    expect(sutra('prove', 'net.onnx', 'safe.vnnlib', '--certificate', 'no/such/folder/c.json').code).toBe(1);
  });
});
