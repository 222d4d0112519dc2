/**
 * How long the reference backend takes for one training step (loss and gradients):
 * `node bench/run.mjs bench/reference.ts`. Prints the median of many steps per program.
 */
import { lossGradient } from '../src/autodiff/index.ts';
import { reference } from '../src/backends/reference.ts';
import { type Graph, sizeOf, type ValueId } from '../src/ir/graph.ts';
import { normals } from '../src/num/random.ts';
import { graphBuilder } from '../src/ops/build.ts';
import type { GraphBuilder } from '../src/ops/builder.ts';

const matrixTimes = (b: GraphBuilder, w: ValueId, x: ValueId): ValueId =>
  b.einsum(w, x, { lhs: [0, 1], rhs: [1], out: [0], order: 'sequential' });

/** Squared distance, summed. */
function distance(b: GraphBuilder, x: ValueId, y: ValueId): ValueId {
  const d = b.sub(x, y);
  return b.sum(b.mul(d, d), [0], 'lanes');
}

/** Inputs `x` and `y`, one hidden layer. */
function perceptron(inputs: number, hidden: number, outputs: number): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [inputs]), b.input('y', [outputs])];
  const h = b.max(b.add(matrixTimes(b, b.param('w1', [hidden, inputs]), x), b.param('b1', [hidden])), b.full([], 0));
  const out = b.add(matrixTimes(b, b.param('w2', [outputs, hidden]), h), b.param('b2', [outputs]));
  return b.finish([{ name: 'loss', value: distance(b, out, y) }]);
}

/** `state = tanh(w1 · state + b1 · x[t])` over the steps of `x`, compared with `y` at the end. */
function recurrent(steps: number, states: number): Graph {
  const inner = graphBuilder();
  const [s, xt] = [inner.input('s', [states]), inner.input('x', [])];
  const [w, v] = [inner.input('w', [states, states]), inner.input('v', [states])];
  const next = inner.op('tanh', [inner.add(matrixTimes(inner, w, s), inner.mul(v, xt))], {});
  const body = inner.finish([{ name: 's', value: next }]);
  const b = graphBuilder();
  const [x, y] = [b.input('x', [steps]), b.input('y', [states])];
  const captured = [b.param('w1', [states, states]), b.param('b1', [states])];
  const attrs = { body, carries: 1, mapped: 1, length: steps, reverse: false };
  const last = b.op('scan', [b.full([states], 0), x, ...captured], attrs);
  return b.finish([{ name: 'loss', value: distance(b, last, y) }]);
}

function median(run: () => void, times: number): number {
  const spent = Array.from({ length: times }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return spent.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

function measure(title: string, perExample: Graph, batch: number): void {
  const params = perExample.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs] : []));
  const { graph } = lossGradient(perExample, batch, { of: 'loss', wrt: params.map((p) => p.name) });
  const step = reference.compile(graph);
  const inputs = graph.inputs.map((v, i) => normals(sizeOf(graph.types[v]?.shape ?? []), 1, i));
  const at = new Map(params.map((p, i) => [p.name, normals(sizeOf(p.shape), 2, i).map((x) => x / 8)]));
  const ms = median(() => step.run(inputs, at), 200);
  console.log(`${title}, batch ${batch}: ${ms.toPrecision(3)} ms per step, ${graph.nodes.length} nodes`);
}

measure('perceptron 64-32-10', perceptron(64, 32, 10), 32);
measure('perceptron 784-256-10', perceptron(784, 256, 10), 16);
measure('recurrent cell, 32 states, 20 steps', recurrent(20, 32), 16);
