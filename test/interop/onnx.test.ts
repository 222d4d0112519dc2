import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOnnx, type Network, withConstants, writeOnnx } from '../../src/interop/onnx/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { readMutant, SPECS } from '../fuzz/interop.ts';
import { random } from '../fuzz/random.ts';
import { succeed } from '../programs.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { floats, type ModelSpec, modelBytes, node, SEEDS, type TensorDraft, wholes } from './models.ts';

const read = (spec: ModelSpec): Network => succeed(importOnnx(modelBytes(spec), { file: 'm.onnx' }));
const complaints = (bytes: Uint8Array): string[] => {
  const result = importOnnx(bytes, { file: 'm.onnx' });
  return result.ok ? [] : result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`);
};
/** The outputs as lists of numbers. */
const run = (n: Network, ...inputs: readonly (readonly number[])[]): number[][] =>
  evaluate(
    n.graph,
    inputs.map((x) => Float32Array.from(x)),
    n.params,
  ).outputs.map((o) => [...o]);

/** One node from x (and tensors) to y. */
const single = (
  op: string,
  x: readonly number[],
  rest: Partial<ModelSpec> & { readonly with?: readonly string[]; readonly set?: Parameters<typeof node>[3] } = {},
): Network =>
  read({ ...rest, inputs: { x }, outputs: ['y'], nodes: [node(op, ['x', ...(rest.with ?? [])], ['y'], rest.set)] });

describe('the operators', () => {
  it('of elements broadcast as ONNX does', () => {
    const n = single('Sub', [2, 3], { with: ['w'], tensors: { w: floats([2, 1], [1, 10]) } });
    expect(run(n, [1, 2, 3, 4, 5, 6])).toEqual([[0, 1, 2, -6, -5, -4]]);
  });

  it('MatMul and Gemm are sequential einsums of params', () => {
    const tensors = { w: floats([2, 3], [1, 2, 3, 4, 5, 6]), b: floats([3], [10, 20, 30]) };
    const n = single('Gemm', ['N' as unknown as number, 2], { with: ['w', 'b'], tensors, set: { beta: { float: 2 } } });
    expect(n.inputs).toEqual([{ name: 'x', shape: [1, 2] }]);
    expect(run(n, [1, -1])).toEqual([[17, 37, 57]]);
    expect(printGraph(n.graph)).toContain('order=sequential');
    expect([...n.params.keys()].sort()).toEqual(['b', 'w']);
  });

  it('Conv slides with pads, strides, dilations and groups', () => {
    const w = floats([2, 1, 2], [1, 2, -1, 1]);
    const n = single('Conv', [1, 2, 4], {
      with: ['w'],
      tensors: { w },
      set: { group: 2, pads: [1, 0], strides: [2], dilations: [2] },
    });
    // Padded: 0 1 2 3 4; windows 0,2 and 2,4; filter 0 is 1·a + 2·b. Second channel 0 5 6 7 8 with -a + b.
    expect(run(n, [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[4, 10, 6, 2]]);
  });

  it('pools count as stated and never see padding as a largest', () => {
    const max = single('MaxPool', [1, 1, 3], { set: { kernel_shape: [2], pads: [1, 1], strides: [2] } });
    expect(run(max, [-1, -2, -3])).toEqual([[-1, -2]]);
    const mean = single('AveragePool', [1, 1, 3], { set: { kernel_shape: [2], pads: [1, 1], strides: [2] } });
    expect(run(mean, [1, 2, 4])).toEqual([[1, 3]]);
    const all = single('AveragePool', [1, 1, 3], {
      set: { kernel_shape: [2], pads: [1, 1], strides: [2], count_include_pad: 1 },
    });
    expect(run(all, [1, 2, 4])).toEqual([[0.5, 3]]);
  });

  it('of moves follow ONNX: negative steps, kept sizes, mirrored pads', () => {
    const tensors = {
      s: wholes([1], [-1]),
      e: wholes([1], [-1000]),
      a: wholes([1], [1]),
      p: wholes([1], [-2]),
      z: wholes([2], [0, -1]),
      q: wholes([4], [0, 1, 0, 2]),
    };
    expect(run(single('Slice', [1, 5], { with: ['s', 'e', 'a', 'p'], tensors }), [1, 2, 3, 4, 5])).toEqual([[5, 3, 1]]);
    expect(single('Reshape', [2, 3, 2], { with: ['z'], tensors }).outputs).toEqual([{ name: 'y', shape: [2, 6] }]);
    expect(run(single('Pad', [1, 3], { with: ['q'], tensors, set: { mode: 'reflect' } }), [1, 2, 3])).toEqual([
      [2, 1, 2, 3, 2, 1],
    ]);
  });

  it('of truth give 0 and 1', () => {
    const n = single('Less', [3], { with: ['w'], tensors: { w: floats([], [0]) } });
    expect(run(n, [-1, 0, 1])).toEqual([[1, 0, 0]]);
    const k = single('ArgMax', [2, 3], { set: { axis: 1, keepdims: 0 } });
    expect(run(k, [1, 3, 3, 5, 4, 2])).toEqual([[1, 0]]);
    const last = single('ArgMax', [1, 3], { set: { axis: 1, keepdims: 0, select_last_index: 1 } });
    expect(run(last, [3, 1, 3])).toEqual([[2]]);
  });

  it('changed with the opset', () => {
    expect(run(single('Softmax', [1, 2, 2], { opset: 8, set: { axis: 1 } }), [0, 0, 0, 0])).toEqual([
      [0.25, 0.25, 0.25, 0.25],
    ]);
    expect(run(single('Softmax', [1, 2, 2], { set: { axis: 1 } }), [0, 0, 0, 0])).toEqual([[0.5, 0.5, 0.5, 0.5]]);
    expect(run(single('Clip', [3], { opset: 8, set: { min: { float: 0 }, max: { float: 1 } } }), [-1, 0.5, 2])).toEqual(
      [[0, 0.5, 1]],
    );
  });

  it('on shapes leave nothing in the network', () => {
    const n = read({
      inputs: { x: [2, 3, 4] },
      outputs: ['y'],
      tensors: { i: wholes([], [0]), a: wholes([1], [0]), m: wholes([1], [-1]) },
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Gather', ['s', 'i'], ['n']),
        node('Unsqueeze', ['n', 'a'], ['u']),
        node('Concat', ['u', 'm'], ['t'], { axis: 0 }),
        node('Reshape', ['x', 't'], ['y']),
      ],
    });
    expect(n.graph.nodes.map((m) => m.op)).toEqual(['input', 'reshape']);
    expect(n.outputs[0]?.shape).toEqual([2, 12]);
  });
});

describe('what is wrong is named', () => {
  const one = (op: string, set: Parameters<typeof node>[3] = {}, rest: Partial<ModelSpec> = {}) =>
    complaints(modelBytes({ inputs: { x: [2, 3] }, outputs: ['y'], nodes: [node(op, ['x'], ['y'], set)], ...rest }));

  it('operators, attributes, opsets, types', () => {
    expect(one('LSTM')).toEqual([
      'SU1103 m.onnx: the operator `LSTM` is not supported (node `the LSTM`): The model uses it of opset 13. `docs/notes/onnx.md` lists the operators that are imported.',
    ]);
    expect(one('Relu', { slope: 1 })[0]).toContain('Its attribute slope is not understood.');
    expect(one('Relu', {}, { opset: 6 })[0]).toContain('Its operators are of opset 6; 7 to 21 are read.');
    expect(one('Relu', {}, { elements: 11 })[0]).toContain('Its input `x` is of type double; only float32');
    expect(one('Transpose', { perm: [0, 0] })[0]).toContain(
      'SU1104 m.onnx: the node `the Transpose` (Transpose of opset 13)',
    );
  });

  it('names that nothing makes, and names given twice', () => {
    const nodes = [node('Add', ['x', 'q'], ['y']), node('Relu', ['x'], ['x'])];
    expect(complaints(modelBytes({ inputs: { x: [2] }, outputs: ['z'], nodes }))).toEqual([
      'SU1104 m.onnx: the node `the Add` (Add of opset 13) cannot be imported: It uses `q`, which nothing before it makes.',
      'SU1102 m.onnx is an ONNX model that cannot be imported: The name `x` is given twice.',
    ]);
    expect(one('Relu', {}, { outputs: ['z'] })[0]).toContain('Nothing makes its output `z`.');
    expect(one('Relu', {}, { inputs: { x: [2, 'length'] } })[0]).toContain('has no size for axis 1 (`length`)');
  });

  it('bytes: where reading stopped', () => {
    const good = must(SEEDS[0]);
    expect(complaints(good)).toEqual([]);
    expect(complaints(good.subarray(0, good.length - 40))[0]).toMatch(/SU1101 .* At byte \d+: a field should take/);
    expect(complaints(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f))[0]).toContain(
      '4294967295 bytes, and 0 are left',
    );
    expect(complaints(new Uint8Array(0))[0]).toContain('names 0 versions');
  });

  it('tensors: sizes, types, files beside the model', () => {
    const add = (w: TensorDraft) =>
      complaints(
        modelBytes({ inputs: { x: [2] }, outputs: ['y'], nodes: [node('Add', ['x', 'w'], ['y'])], tensors: { w } }),
      );
    expect(add(floats([3], [1, 2]))[0]).toContain(
      'SU1105 m.onnx: the tensor `w` cannot be read: Its shape has 3 elements, and it holds 2.',
    );
    expect(add({ dims: [2n ** 40n], dataType: 1n })[0]).toContain('is not possible');
    expect(add({ dims: [2n], dataType: 10n, rawData: new Uint8Array(4) })[0]).toContain('of type float16');
    expect(
      add({ dims: [2n], dataType: 1n, dataLocation: 1n, externalData: [{ key: 'location', value: 'w.bin' }] })[0],
    ).toContain('w.bin, which is not there');
  });
});

it('a model reads no file outside of its folder', () => {
  for (const location of ['../w.bin', '/etc/w.bin', 'a/../../w.bin', 'C:\\w.bin', '\\w.bin']) {
    const w = { dims: [2n], dataType: 1n, dataLocation: 1n, externalData: [{ key: 'location', value: location }] };
    const spec = { inputs: { x: [2] }, outputs: ['y'], nodes: [node('Add', ['x', 'w'], ['y'])], tensors: { w } };
    const asked: string[] = [];
    const result = importOnnx(modelBytes(spec), { external: (name) => void asked.push(name) });
    expect([result.ok, asked]).toEqual([false, []]);
  }
});

it('numbers may stand in a file beside the model', () => {
  const outside = { dims: [2n], dataType: 1n, dataLocation: 1n };
  const externalData = [
    { key: 'location', value: 'w.bin' },
    { key: 'offset', value: '4' },
  ];
  const bytes = modelBytes({
    inputs: { x: [2] },
    outputs: ['y'],
    nodes: [node('Add', ['x', 'w'], ['y'])],
    tensors: { w: { ...outside, externalData } },
  });
  const file = new Uint8Array(Float32Array.of(9, 1, 2).buffer);
  const n = succeed(importOnnx(bytes, { external: (name) => (name === 'w.bin' ? file.slice(0, 12) : undefined) }));
  expect(run(n, [10, 10])).toEqual([[11, 12]]);
});

it('weights become constants where that is wanted', () => {
  const n = succeed(importOnnx(must(SEEDS[0])));
  const graph = withConstants(n);
  expect(graph.nodes.filter((m) => m.op === 'param')).toEqual([]);
  const x = [Float32Array.of(1, 2, 3)];
  expect(differingBit(evaluate(graph, x).outputs, evaluate(n.graph, x, n.params).outputs)).toBeUndefined();
});

/** ONNX states no order of summation: read back, products are sequential (dots and sums in lanes). */
function isWritten(graph: Graph): boolean {
  return graph.nodes.every((n) => {
    if (n.op === 'sum') return n.attrs.order === 'lanes';
    if (n.op !== 'einsum') return !['random', 'put', 'scan', 'iterate'].includes(n.op);
    return n.attrs.order === (n.attrs.out.length === 0 ? 'lanes' : 'sequential');
  });
}

it('a graph that is written and read again has the same bits', () => {
  let written = 0;
  for (let seed = 0; seed < 1200; seed++) {
    const graph = randomGraph(seed, { depth: 0 });
    if (!isWritten(graph)) continue;
    written++;
    const r = random(seed);
    const [params, inputs] = [anyParams(r, graph, true), anyInputs(r, graph, true)];
    const bytes = succeed(writeOnnx(graph, params));
    const back = succeed(importOnnx(bytes, { file: `${seed}` }));
    const difference = differingBit(
      evaluate(graph, inputs, params).outputs,
      evaluate(back.graph, inputs, back.params).outputs,
    );
    expect(difference, `seed ${seed}`).toBeUndefined();
  }
  expect(written).toBeGreaterThan(150);
});

it('damaged files and texts end in a network or a Problem', () => {
  const seeds = { models: SEEDS, specs: SPECS };
  for (const [i, bytes] of SEEDS.entries()) expect(complaints(bytes), `model ${i}`).toEqual([]);
  const start = performance.now();
  for (const kind of ['onnx', 'vnnlib'] as const)
    for (let seed = 0; seed < 2000; seed++)
      expect(readMutant(kind, seed, seeds).wrong, `${kind} ${seed}`).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(60_000);
}, 120_000);

const ACAS = new URL('../../../shared/data/vnncomp/acasxu_2023/onnx/', import.meta.url).pathname;
const nets = existsSync(ACAS) ? readdirSync(ACAS).filter((name) => name.endsWith('.onnx')) : [];

describe.runIf(nets.length > 0)('the ACAS Xu networks', () => {
  it('are read, and agree with a forward pass in doubles', () => {
    for (const name of nets) {
      const n = succeed(importOnnx(new Uint8Array(readFileSync(join(ACAS, name))), { file: name }));
      expect(n.inputs).toEqual([{ name: 'input', shape: [1, 1, 1, 5] }]);
      const x = [0.1, -0.2, 0.3, 0.4, -0.5];
      const made = must(run(n, x)[0]);
      for (const [i, y] of forward(n, x).entries())
        expect(Math.abs((made[i] ?? NaN) - y)).toBeLessThan(1e-5 * (1 + Math.abs(y)));
    }
  });
});

/** The six hidden layers and the last, from the weights by name. */
function forward(n: Network, x: readonly number[]): number[] {
  const weights = (name: string): Float32Array => must(n.params.get(name), name);
  let values = x.map((v, i) => v - (weights('input_AvgImg')[i] ?? 0));
  for (const layer of [
    'Operation_1',
    'Operation_2',
    'Operation_3',
    'Operation_4',
    'Operation_5',
    'Operation_6',
    'linear_7',
  ]) {
    const [w, b] = [weights(`${layer}_MatMul_W`), weights(`${layer}_Add_B`)];
    const sums = [...b].map((shift, j) => values.reduce((s, v, i) => s + v * (w[i * b.length + j] ?? 0), shift));
    values = layer === 'linear_7' ? sums : sums.map((s) => Math.max(0, s));
  }
  return values;
}
