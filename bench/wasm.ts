/**
 * The WebAssembly backend against the reference, interleaved in one run: `node bench/run.mjs bench/wasm.ts`. Prints, per work
 * item, the time to compile, the median time of a run on each, their ratio, and whether all bits are equal.
 */
import { lossGradient } from '../src/autodiff/index.ts';
import type { Executable } from '../src/backends/backend.ts';
import { reference } from '../src/backends/reference.ts';
import { schedulePlan } from '../src/backends/schedule/index.ts';
import { moduleBuilder } from '../src/backends/wasm/encode.ts';
import { instantiate, newMemory } from '../src/backends/wasm/host.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { planModule } from '../src/backends/wasm/nests.ts';
import { type Graph, sizeOf, type ValueId } from '../src/ir/graph.ts';
import { sameF32s } from '../src/num/bits.ts';
import { normals } from '../src/num/random.ts';
import { graphBuilder } from '../src/ops/build.ts';
import type { GraphBuilder } from '../src/ops/builder.ts';

const layer = (b: GraphBuilder, x: ValueId, from: number, to: number, n: number): ValueId => {
  const w = b.param(`w${n}`, [from, to]);
  return b.add(b.einsum(x, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' }), b.param(`b${n}`, [to]));
};

function distance(b: GraphBuilder, x: ValueId, y: ValueId): ValueId {
  const d = b.sub(x, y);
  return b.sum(b.mul(d, d), [0], 'lanes');
}

/** 784-256-128-10, rectified. */
function perceptron(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [784]), b.input('y', [10])];
  const h1 = b.max(layer(b, x, 784, 256, 1), b.full([], 0));
  const h2 = b.max(layer(b, h1, 256, 128, 2), b.full([], 0));
  return b.finish([{ name: 'loss', value: distance(b, layer(b, h2, 128, 10, 3), y) }]);
}

/** Softmax over negative squared distances to five prototypes of 768. */
function classifier(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [768]), b.input('y', [5])];
  const p = b.param('p', [5, 768]);
  const d = b.sub(b.broadcast(x, [5, 768], [1]), p);
  const score = b.op('neg', [b.sum(b.mul(d, d), [1], 'lanes')], {});
  const e = b.op('exp', [b.sub(score, b.broadcast(b.op('reduceMax', [score], { axes: [0] }), [5], []))], {});
  const soft = b.div(e, b.broadcast(b.sum(e, [0], 'lanes'), [5], []));
  return b.finish([{ name: 'loss', value: distance(b, soft, y) }]);
}

/** `state = tanh(w · state + v · x[t])`. */
function recurrent(steps: number, states: number): Graph {
  const inner = graphBuilder();
  const [s, xt] = [inner.input('s', [states]), inner.input('x', [])];
  const [w, v] = [inner.input('w', [states, states]), inner.input('v', [states])];
  const turned = inner.einsum(s, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });
  const next = inner.op('tanh', [inner.add(turned, inner.mul(v, xt))], {});
  const body = inner.finish([{ name: 's', value: next }]);
  const b = graphBuilder();
  const [x, y] = [b.input('x', [steps]), b.input('y', [states])];
  const captured = [b.param('w1', [states, states]), b.param('b1', [states])];
  const attrs = { body, carries: 1, mapped: 1, length: steps, reverse: false };
  const last = b.op('scan', [b.full([states], 0), x, ...captured], attrs);
  return b.finish([{ name: 'loss', value: distance(b, last, y) }]);
}

function matmul(n: number): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [n, n]), b.input('y', [n, n])];
  const product = b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  return b.finish([{ name: 'product', value: product }]);
}

function chain(n: number): Graph {
  const b = graphBuilder();
  let x = b.input('x', [n]);
  const y = b.input('y', [n]);
  for (let i = 0; i < 5; i++) x = b.max(b.sub(b.mul(x, y), b.full([], 0.25 * i)), b.full([], -1 - i));
  return b.finish([{ name: 'x', value: x }]);
}

const tenScalars = (): Graph => {
  const b = graphBuilder();
  let x = b.input('x', []);
  const y = b.input('y', []);
  for (let i = 0; i < 10; i++) x = b.add(b.mul(x, y), b.full([], i));
  return b.finish([{ name: 'x', value: x }]);
};

const step = (perExample: Graph, batch: number): Graph => {
  const wrt = perExample.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));
  return lossGradient(perExample, batch, { of: 'loss', wrt }).graph;
};

const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** Microseconds of one run: repeated until it takes a while. */
function time(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - start) / times) * 1000;
}

function measure(title: string, graph: Graph): void {
  const inputs = graph.inputs.map((v, i) => normals(sizeOf(graph.types[v]?.shape ?? []), 1, i));
  const params = new Map<string, Float32Array>();
  for (const n of graph.nodes)
    if (n.op === 'param')
      params.set(
        n.attrs.name,
        normals(sizeOf(n.attrs.shape), 2, params.size).map((x) => x / 8),
      );
  const begun = performance.now();
  const plan = schedulePlan(graph);
  const planned = performance.now();
  const { bytes } = planModule(plan);
  const printed = performance.now();
  const [slow, fast] = [reference.compile(graph), wasm.compile(graph)];
  const run = (e: Executable) => () => e.run(inputs, params);
  const { resident } = wasm.compile(graph);
  for (const [i, view] of resident.inputs.entries()) view.set(inputs[i] ?? []);
  for (const [name, view] of resident.params) view.set(params.get(name) ?? []);
  const expected = slow.run(inputs, params).outputs;
  const equal = fast.run(inputs, params).outputs.every((out, i) => sameF32s(out, expected[i] ?? []));
  const once = time(run(slow), 1);
  const [few, many] = [Math.max(1, Math.ceil(5000 / once)), Math.max(3, Math.ceil(50_000 / once))];
  time(run(fast), 200);
  time(resident.step, 200);
  const [a, b, c]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < 15; i++) {
    a.push(time(run(slow), few));
    b.push(time(run(fast), many));
    c.push(time(resident.step, many));
  }
  const [ra, rb] = [median(a), median(b)];
  console.log(
    `${title}: reference ${ra.toPrecision(3)} µs, wasm ${rb.toPrecision(3)} µs (its code alone ${median(c).toPrecision(3)}), ${(ra / rb).toPrecision(3)}x, ${equal ? 'same bits' : 'BITS DIFFER'}; ` +
      `plan ${(planned - begun).toFixed(1)} ms, print ${(printed - planned).toFixed(1)} ms, ${bytes.length} bytes, arena ${plan.arena} (peak ${plan.peak})`,
  );
}

// biome-ignore format: a table reads better in rows
const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [0, 0], [1, 1]] as const;

/** GFLOP/s of multiplications and additions of four floats in registers: what no kernel can exceed. */
function peak(): number {
  const turns = 1_000_000;
  const m = moduleBuilder();
  m.importMemory('host', 'memory', { least: 1 });
  const f = m.function({ params: [], results: [] }, (code) => {
    const sums = Array.from({ length: PAIRS.length }, () => code.local('v128'));
    const left = code.local('i32');
    const factors = [0, 16, 32, 48].map((at) => {
      const factor = code.local('v128');
      code.i32(0);
      code.memory('v128.load', at);
      code.set(factor);
      return factor;
    });
    code.i32(turns);
    code.set(left);
    code.loop(() => {
      // Each sum has its own pair of factors, for equal products would be computed once.
      for (const [i, sum] of sums.entries()) {
        const [a, b] = PAIRS[i] ?? [0, 0];
        code.get(sum);
        code.get(factors[a] ?? sum);
        code.get(factors[b] ?? sum);
        code.op('f32x4.mul');
        code.op('f32x4.add');
        code.set(sum);
      }
      code.get(left);
      code.i32(1);
      code.op('i32.sub');
      code.tee(left);
      code.brIf(0);
    });
    for (const sum of sums) {
      code.i32(0);
      code.get(sum);
      code.memory('v128.store', 0);
    }
  });
  m.exportFunction('f', f);
  const run = instantiate(m.finish(), { host: { memory: newMemory(1) } }).f;
  const times = Array.from({ length: 20 }, () => time(() => run?.(), 1));
  return (turns * PAIRS.length * 8) / (Math.min(...times) * 1000);
}

console.log(`peak ${peak().toPrecision(3)} GFLOP/s`);
const only = process.argv[2];
const items: readonly (readonly [string, () => Graph])[] = [
  ['20 scalar operations', tenScalars],
  ['chain of 15 over 1M', () => chain(1 << 20)],
  ['matmul 256', () => matmul(256)],
  ['matmul 1024', () => matmul(1024)],
  ['matmul 512', () => matmul(512)],
  ['classifier 5 x 768, batch 1, step', () => step(classifier(), 1)],
  ['classifier 5 x 768, batch 50, step', () => step(classifier(), 50)],
  ['mlp 784-256-128-10, batch 1, step', () => step(perceptron(), 1)],
  ['mlp 784-256-128-10, batch 64, step', () => step(perceptron(), 64)],
  ['recurrent cell, 100 x 64, step', () => step(recurrent(100, 64), 1)],
];
for (const [title, make] of items) if (only === undefined || title.includes(only)) measure(title, make());
