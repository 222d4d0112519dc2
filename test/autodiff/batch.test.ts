import { describe, expect, it } from 'vitest';
import { batchGraph, lossOverBatch } from '../../src/autodiff/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { anyData, anyParams, differingBit, randomGraph } from '../random-graph.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 150);
const SIZE = 3;

/** The same graph run once per example, results side by side. */
function loopOf(
  graph: Graph,
  inputs: readonly Float32Array[],
  params: ReadonlyMap<string, Float32Array>,
): Float32Array[] {
  const runs = Array.from({ length: SIZE }, (_, lane) => {
    const own = graph.inputs.map((v, i) => {
      const size = sizeOf(must(graph.types[v]).shape);
      return must(inputs[i]).slice(lane * size, (lane + 1) * size);
    });
    return evaluate(graph, own, params).outputs;
  });
  return graph.outputs.map((_, k) => Float32Array.from(runs.flatMap((outputs) => [...must(outputs[k])])));
}

describe('a batched graph', () => {
  it('is a loop over the examples, bit for bit, on random graphs', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = randomGraph(seed);
      const batched = verifyGraph(batchGraph(graph, SIZE));
      const r = random(seed);
      const inputs = graph.inputs.map((v) => anyData(r, SIZE * sizeOf(must(graph.types[v]).shape), seed % 2 === 0));
      const params = anyParams(r, graph, false);
      const difference = differingBit(loopOf(graph, inputs, params), evaluate(batched, inputs, params).outputs);
      expect({ seed, difference }).toEqual({ seed, difference: undefined });
    }
  });

  it('gives shared inputs to every example as they are', () => {
    const b = graphBuilder();
    const x = b.input('x', [2]);
    const t = b.input('t', []);
    const batched = batchGraph(b.finish([{ name: 'y', value: b.mul(x, t) }]), 2, { shared: ['t'] });
    expect(batched.inputs.map((v) => batched.types[v]?.shape)).toEqual([[2, 2], []]);
    const { outputs } = evaluate(batched, [Float32Array.of(1, 2, 3, 4), Float32Array.of(10)]);
    expect([...must(outputs[0])]).toEqual([10, 20, 30, 40]);
  });

  it('raises an alarm when any example does', () => {
    const b = graphBuilder();
    const x = b.input('x', []);
    const at = { source: { name: 'a.su', text: '' }, start: 0, end: 0 };
    b.alarm({ value: x, message: 'positive', at });
    const batched = batchGraph(b.finish([{ name: 'x', value: x }]), 3);
    const alarms = (...xs: number[]): readonly number[] => evaluate(batched, [Float32Array.from(xs)]).alarms;
    expect(alarms(-1, -1, -1)).toEqual([]);
    expect(alarms(-1, 1, -1)).toEqual([0]);
    expect(alarms(Number.NaN, -1, 1)).toEqual([0]);
  });

  it('lets lanes of an iterate stop at different steps', () => {
    const loop = doubling();
    const { outputs } = evaluate(batchGraph(loop, 4), [Float32Array.of(1, 30, 200, 0.5)]);
    expect([...must(outputs[0])]).toEqual([128, 120, 200, 128]);
  });
});

/** While x < 100: x = 2 x. */
function doubling(): Graph {
  const body = graphBuilder();
  const s = body.input('s', []);
  const cond = graphBuilder();
  const t = cond.input('s', []);
  const test = cond.op('lt', [t, cond.full([], 100)], { width: 1 });
  const b = graphBuilder();
  const [y] = b.node('iterate', [b.input('x', [])], {
    body: body.finish([{ name: 's', value: body.add(s, s) }]),
    cond: cond.finish([{ name: 'c', value: test }]),
    carries: 1,
    max: 64,
  });
  return b.finish([{ name: 'y', value: must(y) }]);
}

describe('the loss over a batch', () => {
  const square = (): Graph => {
    const b = graphBuilder();
    const x = b.input('x', []);
    return b.finish([
      { name: 'loss', value: b.mul(x, x) },
      { name: 'size', value: b.op('abs', [x], {}) },
    ]);
  };

  it('is the mean of the examples, and so are the metrics', () => {
    const graph = lossOverBatch(square(), 4);
    const { outputs } = evaluate(graph, [Float32Array.of(1, -2, 3, 0)]);
    expect(graph.outputs.map((o) => o.name)).toEqual(['loss', 'size']);
    expect(outputs.map((o) => o[0])).toEqual([3.5, 1.5]);
  });

  it('takes weights that sum to 1', () => {
    const graph = lossOverBatch(square(), 2, { weighted: true });
    const { outputs } = evaluate(graph, [Float32Array.of(1, -2), Float32Array.of(0.75, 0.25)]);
    expect(outputs.map((o) => o[0])).toEqual([1.75, 1.25]);
  });
});
