/** `sutra prove --threads` through the built binary: the verdicts, proofs and exit codes of one thread. */
import { beforeAll, describe, expect, it } from 'vitest';
import { floats, modelBytes, node } from '../interop/models.ts';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read } = workplace();

const DECLARED = 'X_0 X_1 X_2 Y_0'.split(' ').map((name) => `(declare-const ${name} Real)\n`);
const BOX = [0, 1, 2].map((i) => `(assert (and (>= X_${i} -1) (<= X_${i} 1)))\n`);
const atLeast = (least: string): string => `${[...DECLARED, ...BOX].join('')}(assert (>= Y_0 ${least}))\n`;
const property = (title: string, most: string): string =>
  `prove "${title}" { forall x: f32 in [-1.0, 1.0]; forall y: f32 in [-1.0, 1.0]; forall z: f32 in [-1.0, 1.0]; assert f(x, y, z) <= ${most}; }\n`;

beforeAll(() => {
  // x·y + y·z - x·z, which is 1 at most
  const tensors = {
    a: floats([3, 3], [1, 0, 1, 0, 1, 0, 0, 0, 0]),
    b: floats([3, 3], [0, 0, 0, 1, 0, 0, 0, 1, -1]),
    ones: floats([3, 1], [1, 1, 1]),
  };
  const nodes = [
    node('MatMul', ['x', 'a'], ['p']),
    node('MatMul', ['x', 'b'], ['q']),
    node('Mul', ['p', 'q'], ['r']),
    node('MatMul', ['r', 'ones'], ['y']),
  ];
  write('net.onnx', modelBytes({ inputs: { x: ['N', 3] }, outputs: ['y'], tensors, nodes }));
  write('many.vnnlib', atLeast('1.003'));
  write('false.vnnlib', atLeast('0.99'));
  write('tie.vnnlib', atLeast('1.000000001'));
  write(
    'f.su',
    `fn f(x: f32, y: f32, z: f32) -> f32 { x * y + y * z - x * z }\n${property('many', '1.003')}${property('false', '0.99')}`,
  );
});

/** What is told, but for times. */
const told = (threads: string, ...words: string[]) => {
  const { code, out } = sutra('prove', ...words, '--json', '--threads', threads);
  return { code, lines: jsonLines(out).map(({ seconds: _, ...rest }) => rest) };
};

describe('--threads 2', () => {
  it('proves of a network what one proves, in the same boxes and with the same certificate', () => {
    const one = sutra('prove', 'net.onnx', 'many.vnnlib', '--certificate', 'one.json', '--threads', '1');
    const two = sutra('prove', 'net.onnx', 'many.vnnlib', '--certificate', 'two.json', '--threads', '2');
    expect([one.code, two.code, two.err]).toEqual([0, 0, '']);
    expect(one.out).toMatch(/proved \(S1 S2 S3\): \d{4,} boxes/);
    const boxes = (out: string): string | undefined => /\d+ boxes/.exec(out)?.[0];
    expect(boxes(two.out)).toBe(boxes(one.out));
    expect(read('two.json')).toBe(read('one.json'));
    expect(sutra('certify', '--proof', 'two.json', 'net.onnx', 'many.vnnlib').code).toBe(0);
  });

  it('says of a program what one says', () => {
    const one = told('1', 'f.su');
    expect(one.lines.map((line) => line.verdict).slice(0, 2)).toEqual(['proved', 'refuted']);
    expect(told('2', 'f.su')).toEqual(one);
  });

  it('refutes what one refutes', () => {
    expect(told('2', 'net.onnx', 'false.vnnlib')).toEqual(told('1', 'net.onnx', 'false.vnnlib'));
  });

  it('ends when time is up', () => {
    const { code, out } = sutra('prove', 'net.onnx', 'tie.vnnlib', '--threads', '2', '--timeout', '1s');
    expect(code).toBe(4);
    expect(out).toMatch(/^unknown\nunknown: .*\d+ open, .*\d+ boxes, /);
  });
});
