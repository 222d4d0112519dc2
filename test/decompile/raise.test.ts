import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Raised, raise } from '../../src/decompile/raise/index.ts';
import { importOnnx } from '../../src/interop/onnx/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { floats, modelBytes, node, SEEDS } from '../interop/models.ts';
import { succeed } from '../programs.ts';
import { anyParams, randomGraph } from '../random-graph.ts';

function raised(build: (b: GraphBuilder) => void, params: ReadonlyMap<string, Float32Array> = new Map()): Raised {
  const b = graphBuilder();
  build(b);
  const last = must(b.finish([]).nodes.at(-1)?.results[0]);
  return succeed(raise(b.finish([{ name: 'y', value: last }]), params, { path: 'net.su' }));
}

const ofModel = (bytes: Uint8Array): Raised => {
  const n = succeed(importOnnx(bytes, { file: 'm.onnx' }));
  return succeed(raise(n.graph, n.params, { path: 'net.su' }));
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
    expect(made).toMatchObject({ equal: true, numbers: 8, layers: 1, fn: 'network' });
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

  it('says what it cannot write', () => {
    const b = graphBuilder();
    const y = b.op('sum', [b.input('x', [4])], { axes: [0], order: 'sequential' });
    const result = raise(b.finish([{ name: 'y', value: y }]), new Map(), { path: 'net.su' });
    expect(result.ok ? [] : result.problems.map((p) => `${p.id} ${p.title}`)).toEqual([
      'SU1107 the operation `sum` (`sum`) cannot be written in Sutra',
    ]);
  });

  it('tells when the graph differs', () => {
    expect(raised((b) => b.op('pad', [b.input('x', [2])], { low: [1], high: [0] })).equal).toBe(false);
  });
});

it('a changed number is not equal', () => {
  const b = graphBuilder();
  const y = b.add(b.input('x', []), b.constant([], [0.1]));
  const made = succeed(raise(b.finish([{ name: 'y', value: y }]), new Map(), { path: 'net.su' }));
  const text = made.text.replace('0.1', '0.10000001');
  const again = succeed(compile({ name: 'net.su', text }, { read: () => undefined }));
  expect(again.entries[0]?.graph.nodes.some((n) => n.op === 'const' && n.attrs.data[0] === Math.fround(0.1))).toBe(
    false,
  );
});

/** Whether all of a graph is written by operations that compile to themselves (docs/notes/onnx.md). */
const isDirect = (graph: Graph): boolean =>
  graph.nodes.every((n) => {
    if ('width' in n.attrs && n.attrs.width !== 1) return false;
    if (n.op === 'take') return new Set(n.attrs.indices).size === n.attrs.indices.length;
    return n.op !== 'pad';
  });

it('is that graph again, for random graphs', () => {
  let equal = 0;
  const wrong: number[] = [];
  for (let seed = 0; seed < 900; seed++) {
    const graph = randomGraph(seed, { depth: 0, nodes: 8 });
    if (!isDirect(graph)) continue;
    const result = raise(graph, anyParams(random(seed), graph, true), { path: 'net.su' });
    if (!result.ok) {
      expect(result.problems.map((p) => p.id)).toEqual(['SU1107']);
      continue;
    }
    if (result.value.equal) equal++;
    else wrong.push(seed);
  }
  expect(wrong).toEqual([]);
  expect(equal).toBeGreaterThan(150);
}, 60_000);

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
