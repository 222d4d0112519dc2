/** Graphs come back from their sources as they are: by hand, at random, of programs, of examples, of ONNX models; and what the sources look like. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Raised, raise } from '../../src/decompile/raise/index.ts';
import { importOnnx } from '../../src/interop/onnx/index.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { compile } from '../../src/road.ts';
import { format } from '../../src/syntax/index.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { floats, modelBytes, node, SEEDS } from '../interop/models.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram, succeed } from '../programs.ts';
import { allEqual, raisedGraph, raisedProgram } from './raised.ts';

function raised(build: (b: GraphBuilder) => void, params: ReadonlyMap<string, Float32Array> = new Map()): Raised {
  const b = graphBuilder();
  build(b);
  const last = must(b.finish([]).nodes.at(-1)?.results[0]);
  return succeed(
    raise([{ name: 'network', graph: b.finish([{ name: 'y', value: last }]) }], params, { path: 'net.su' }),
  );
}

const ofModel = (bytes: Uint8Array): Raised => {
  const { graph, params } = succeed(importOnnx(bytes, { file: 'm.onnx' }));
  return succeed(raise([{ name: 'network', graph }], params, { path: 'net.su' }));
};

describe('a graph as source', () => {
  it('reads like one', () => {
    const tensors = { 'fc1.weight': floats([3, 2], [1, -2, 0.5, 3, -1, 2]), 'fc1.bias': floats([2], [0.25, -0.5]) };
    const made = ofModel(
      modelBytes({
        inputs: { x: [1, 3] },
        outputs: ['y'],
        tensors,
        nodes: [
          node('Gemm', ['x', 'fc1.weight', 'fc1.bias'], ['fc1']),
          node('Relu', ['fc1'], ['hidden']),
          node('Tanh', ['hidden'], ['a']),
          node('Sub', ['hidden', 'a'], ['y']),
        ],
      }),
    );
    expect(made.text).toBe(`param fc1_weight: f32[3, 2] = [[1.0, -2.0], [0.5, 3.0], [-1.0, 2.0]];
param fc1_bias: f32[2] = [0.25, -0.5];

fn network(x: f32[1, 3]) -> f32[1, 2] {
  let hidden = max(x @ fc1_weight + reshape(fc1_bias, 1, 2), 0.0);
  hidden - tanh(hidden)
}
`);
    expect(made).toMatchObject({ equal: true, numbers: 8, layers: 1, fns: ['network'], literal: 0 });
  });

  it('keeps large weights beside it, with their hash', () => {
    const w = Float32Array.from({ length: 100 }, (_, i) => i / 7);
    const made = raised(
      (b) =>
        b.einsum(b.param('w', [10, 10]), b.input('x', [10]), { lhs: [0, 1], rhs: [1], out: [0], order: 'sequential' }),
      new Map([['w', w]]),
    );
    expect(made.text).toMatch(/param w: f32\[10, 10\] = load\(\s*"net.safetensors",\s*"w",\s*sha256 = "[0-9a-f]{64}"/);
    expect(made.side?.path).toBe('net.safetensors');
    expect(made.equal).toBe(true);
  });

  it('takes names apart that are one in the language, and words of the language', () => {
    const made = raised((b) =>
      b.add(b.add(b.input('a.b', []), b.input('a_b', [])), b.add(b.input('fn', []), b.input('exp', []))),
    );
    expect(made.text).toContain('fn network(a_b: f32, a_b_2: f32, fn_2: f32, exp_2: f32) -> f32');
    expect(made.equal).toBe(true);
  });

  it.each([
    ['pad', (b: GraphBuilder) => b.op('pad', [b.input('x', [2])], { low: [1], high: [0] })],
    ['sum', (b: GraphBuilder) => b.op('sum', [b.input('x', [4])], { axes: [0], order: 'sequential' })],
    ['take', (b: GraphBuilder) => b.op('take', [b.input('x', [4])], { axis: 0, indices: [3, 0, 0] })],
    ['lt', (b: GraphBuilder) => comparedTwice(b)],
  ] as const)('writes %s as an operation', (op, build) => {
    const made = raised(build);
    expect(made.text).toContain(`op("${op}"`);
    expect(made.equal).toBe(true);
  });

  it('is not equal when a number is changed', () => {
    const made = raised((b) => b.add(b.input('x', []), b.constant([], [0.1])));
    const of = (text: string) => succeed(compile({ name: 'net.su', text }, { read: () => undefined }));
    const [own, other] = [made.text, made.text.replace('0.1', '0.10000001')].map(of);
    expect(allEqual(must(own), { ...made, text: made.text.replace('0.1', '0.10000001') })).toBe(false);
    expect(allEqual(must(other), made)).toBe(false);
    expect(allEqual(must(own), made)).toBe(true);
  });
});

/** Comparisons of two widths: the file chooses one. */
function comparedTwice(b: GraphBuilder): number {
  const [x, y] = [b.input('x', []), b.input('y', [])];
  const wide = b.op('lt', [x, y], { width: 2 });
  return b.add(wide, b.op('lt', [y, x], { width: 0.5 }));
}

/** More in a long run, `judge-raise.ts`. */
const GRAPHS = 24;
const PROGRAMS = 10;

it('every random graph comes back', () => {
  const wrong = Array.from({ length: GRAPHS }, (_, seed) => seed).filter((seed) => !raisedGraph(seed).equal);
  expect(wrong).toEqual([]);
}, 60_000);

it('so it does with every node as an operation', () => {
  const wrong = Array.from({ length: GRAPHS }, (_, seed) => seed).filter((seed) => !raisedGraph(seed, true).equal);
  expect(wrong).toEqual([]);
}, 60_000);

it('every function of random programs comes back, and its text is formatted', () => {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const compiled = succeed(compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined }));
    const made = raisedProgram(compiled);
    expect({ seed, equal: made.equal && allEqual(compiled, made) }).toEqual({ seed, equal: true });
    expect(succeed(format({ name: 'again.su', text: made.text }))).toBe(made.text);
    expect(raisedProgram(compiled).text).toBe(made.text);
  }
}, 60_000);

/** Examples that nothing but the language itself is needed for. */
const PLAIN = /^(adding|breast_cancer|carry|digits|div7|iris|loan|parity|permutation|thermostat)\//;

it.each(EXAMPLE_GRAPHS)('%s comes back', (path) => {
  const { compiled } = openProgram(join(EXAMPLES, path));
  const made = raisedProgram(compiled);
  expect(made.equal).toBe(true);
  if (PLAIN.test(path)) expect(made.literal).toBe(0);
  expect(allEqual(compiled, made)).toBe(true);
});

it.each(SEEDS.map((_, i) => i))('is that of model %i', (i) => {
  expect(ofModel(must(SEEDS[i])).equal).toBe(true);
});

const ACAS = new URL('../../../shared/data/vnncomp/acasxu_2023/onnx/', import.meta.url).pathname;
const nets = existsSync(ACAS) ? readdirSync(ACAS).filter((name) => name.endsWith('.onnx')) : [];

describe.runIf(nets.length > 0)('the ACAS Xu networks', () => {
  it('are equal to their sources, bit for bit', () => {
    const unequal = nets.filter((name) => !ofModel(new Uint8Array(readFileSync(join(ACAS, name)))).equal);
    expect(unequal).toEqual([]);
  }, 60_000);
});
