/**
 * Threads against one: `node bench/run.mjs bench/threads.ts [threads] [item]`. Steps in place, interleaved in one process; prints
 * the median of each, their ratio, whether all bits are equal, and what a barrier costs.
 */
import { lossGradient } from '../src/autodiff/index.ts';
import type { Resident } from '../src/backends/backend.ts';
import { splitPlan } from '../src/backends/parallel/index.ts';
import { schedulePlan } from '../src/backends/schedule/index.ts';
import { instantiate, newSharedMemory } from '../src/backends/wasm/host.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { wasmThreads } from '../src/backends/wasm/threads/index.ts';
import { layoutOf } from '../src/backends/wasm/threads/layout.ts';
import { openPool } from '../src/backends/wasm/threads/pool.ts';
import { nodeThreads } from '../src/cli/threads.ts';
import type { Graph, ValueId } from '../src/ir/graph.ts';
import type { Plan } from '../src/kernel/nest.ts';
import { sameF32s } from '../src/num/bits.ts';
import { normals } from '../src/num/random.ts';
import { graphBuilder } from '../src/ops/build.ts';
import type { GraphBuilder } from '../src/ops/builder.ts';
import { must } from '../src/text/result.ts';

const layer = (b: GraphBuilder, x: ValueId, from: number, to: number, n: number): ValueId => {
  const w = b.param(`w${n}`, [from, to]);
  return b.add(b.einsum(x, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' }), b.param(`b${n}`, [to]));
};

/** 784-256-128-10, rectified: loss and gradient for a batch. */
function perceptron(batch: number): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [784]), b.input('y', [10])];
  const h1 = b.max(layer(b, x, 784, 256, 1), b.full([], 0));
  const h2 = b.max(layer(b, h1, 256, 128, 2), b.full([], 0));
  const d = b.sub(layer(b, h2, 128, 10, 3), y);
  const loss = b.finish([{ name: 'loss', value: b.sum(b.mul(d, d), [0], 'lanes') }]);
  const wrt = loss.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));
  return lossGradient(loss, batch, { of: 'loss', wrt }).graph;
}

/** `state = tanh(w · state + v · x[t])`. */
function recurrent(batch: number, steps: number, states: number): Graph {
  const inner = graphBuilder();
  const [s, xt] = [inner.input('s', [states]), inner.input('x', [])];
  const [w, v] = [inner.input('w', [states, states]), inner.input('v', [states])];
  const turned = inner.einsum(s, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });
  const next = inner.op('tanh', [inner.add(turned, inner.mul(v, xt))], {});
  const body = inner.finish([{ name: 's', value: next }]);
  const b = graphBuilder();
  const [x, y] = [b.input('x', [steps]), b.input('y', [states])];
  const attrs = { body, carries: 1, mapped: 1, length: steps, reverse: false };
  const captured = [b.param('w1', [states, states]), b.param('b1', [states])];
  const last = b.op('scan', [b.full([states], 0), x, ...captured], attrs);
  const d = b.sub(last, y);
  const loss = b.finish([{ name: 'loss', value: b.sum(b.mul(d, d), [0], 'lanes') }]);
  return lossGradient(loss, batch, { of: 'loss', wrt: ['w1', 'b1'] }).graph;
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

const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

function time(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - start) / times) * 1000;
}

function fill({ inputs, params }: Resident): void {
  for (const [i, view] of [...inputs, ...params.values()].entries())
    view.set(normals(view.length, 7, i).map((x) => x / 8));
}

/** Microseconds of one block: as in training, a step follows the other, so wakening the workers is a small part of it. */
const BLOCK_US = 50_000;
const ROUNDS = 41;

const threads = Number(process.argv[2] ?? 2);
const only = process.argv[3];
const backend = wasmThreads(nodeThreads(new URL('./worker.mjs', import.meta.url)), threads);

async function measure(title: string, graph: Graph): Promise<void> {
  const split = splitPlan(schedulePlan(graph), { threads });
  const [one, many] = [wasm.compile(graph).resident, backend.compile(graph).resident];
  for (const each of [one, many]) fill(each);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const each of [one, many]) time(each.step, 30);
  const [before, rounds] = [backend.together(), ROUNDS];
  const often = Math.max(1, Math.ceil(BLOCK_US / time(one.step, 3)));
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    a.push(time(one.step, often));
    b.push(time(many.step, often));
  }
  const equal = one.outputs.every((out, i) => sameF32s(out, many.outputs[i] ?? []));
  const [x, y] = [median(a), median(b)];
  const [least, leastTogether] = [a[0] ?? 0, b[0] ?? 0];
  const together = (backend.together() - before) / (rounds * often);
  console.log(
    `${title}: one ${x.toPrecision(4)} µs, ${threads} threads ${y.toPrecision(4)} µs, ${(x / y).toFixed(2)}x (of minima ${(least / leastTogether).toFixed(2)}x), ` +
      `${equal ? 'same bits' : 'BITS DIFFER'}; ${split ? `${split.shared.length} shared, ${split.barriers} barriers, estimated ${(split.aloneNs / 1000).toFixed(0)} to ${(split.togetherNs / 1000).toFixed(0)} µs` : 'not split'}; ${(100 * together).toFixed(0)} % together`,
  );
}

/** Microseconds of a call of all threads, and of one barrier more in it. */
async function meetings(): Promise<void> {
  const host = nodeThreads(new URL('./worker.mjs', import.meta.url));
  const plan: Plan = { arena: 16, peak: 0, buffers: [], inputs: [], outputs: [], alarms: [], params: [], steps: [] };
  const pool = openPool(host, threads - 1);
  const meeting = { threads, mayWait: true, patienceMs: 10_000 };
  const opened = [1, 1001].map((count) => {
    const own: Plan = { ...plan, steps: Array.from({ length: count }, () => ({ kind: 'barrier' })) };
    const { codes, memory: size } = layoutOf(plan, { plans: Array.from({ length: threads }, () => own) }, meeting);
    const memory = must(newSharedMemory(size));
    const job = pool.open(codes.slice(1).map((bytes) => ({ bytes, memory })));
    return { job, run: must(instantiate(must(codes[0]), { host: { memory } }).run) };
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [one, many] = opened.map(({ job, run }) => {
    const step = (): void => void (pool.call(job, 1_000_000) && run());
    time(step, 100);
    return median(Array.from({ length: 31 }, () => time(step, 20)));
  });
  console.log(
    `a call ${must(one).toPrecision(3)} µs, a barrier ${((must(many) - must(one)) / 1000).toPrecision(3)} µs`,
  );
  pool.close();
}

await meetings();
const items: readonly (readonly [string, () => Graph])[] = [
  ['mlp 784-256-128-10, batch 64, step', () => perceptron(64)],
  ['mlp 784-256-128-10, batch 1024, step', () => perceptron(1024)],
  ['matmul 512', () => matmul(512)],
  ['matmul 1024', () => matmul(1024)],
  ['recurrent cell, 100 x 64, batch 64, step', () => recurrent(64, 100, 64)],
  ['chain of 15 over 1M', () => chain(1 << 20)],
  ['chain of 15 over 64k', () => chain(1 << 16)],
];
for (const [title, make] of items) if (only === undefined || title.includes(only)) await measure(title, make());
