/** `sutra prove --threads` through the built binary: the verdicts, proofs and exit codes of one thread. */
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { gathering, type Link } from '../../src/cli/proving/crew.ts';
import { seatOf } from '../../src/cli/proving/seats.ts';
import { floats, modelBytes, node } from '../interop/models.ts';
import { asked, searched } from '../verify/products.ts';
import { jsonLines, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read } = place;

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
  write('many.vnnlib', atLeast('1.002'));
  write('false.vnnlib', atLeast('0.99'));
  write('tie.vnnlib', atLeast('1.000000001'));
  write(
    'f.su',
    `fn f(x: f32, y: f32, z: f32) -> f32 { x * y + y * z - x * z }\n${property('many', '1.003')}${property('false', '0.99')}`,
  );
});

it('is built with the program of its workers', () => {
  const program = pathToFileURL(place.binary.replace('main.js', 'searcher.js'));
  const of = asked(1.02);
  let handed = 0;
  const start = (words: Int32Array, worker: number): Link => {
    const link = seatOf(program)(words, worker);
    return {
      ...link,
      tell(order) {
        handed++;
        link.tell(order);
      },
    };
  };
  const crew = gathering({ start, now: () => 20 * performance.now() }, 1)({ question: of.question, finishes: false });
  const given = Date.now() + 8000;
  while (crew.idle() === 0 && Date.now() < given) crew.reports(false);
  expect(searched(of, { crew }).kind).toBe('proved');
  expect(handed).toBeGreaterThan(0);
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
