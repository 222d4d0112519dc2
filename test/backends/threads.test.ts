/** Several threads give the bits of one, whatever happens to them; a step that is not whole is never taken for a result. */
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { lossGradient } from '../../src/autodiff/index.ts';
import type { Resident, Updates } from '../../src/backends/backend.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { ThreadLost, type ThreadsBackend, wasmThreads } from '../../src/backends/wasm/threads/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { normals } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { must } from '../../src/text/result.ts';
import { differingBit } from '../random-graph.ts';
import { type TestHost, testHost, workerProgram } from '../threads-host.ts';

const PROGRAM = workerProgram();
const opened: ThreadsBackend[] = [];
afterAll(() => {
  for (const backend of opened) backend.close();
});

function threadsOf(threads: number, host: TestHost = testHost(PROGRAM), patienceMs = 10_000): ThreadsBackend {
  const backend = wasmThreads(host, threads, { patienceMs });
  opened.push(backend);
  return backend;
}

/** Loss and gradient of a perceptron for a batch. */
function perceptron(rows: number): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [96]), b.input('y', [8])];
  const layer = (from: number, to: number, n: number, v: typeof x): typeof x => {
    const product = b.einsum(v, b.param(`w${n}`, [from, to]), { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });
    return b.add(product, b.param(`b${n}`, [to]));
  };
  const hidden = b.op('tanh', [layer(96, 64, 1, x)], {});
  const d = b.sub(layer(64, 8, 2, hidden), y);
  const loss = b.finish([{ name: 'loss', value: b.sum(b.mul(d, d), [0], 'lanes') }]);
  return lossGradient(loss, rows, { of: 'loss', wrt: ['w1', 'b1', 'w2', 'b2'] }).graph;
}

/** A state that is multiplied by a matrix and squashed, again and again, in place. */
function iteration(): { readonly graph: Graph; readonly updates: Updates } {
  const b = graphBuilder();
  const [x, w] = [b.input('x', [64, 64]), b.param('w', [64, 64])];
  const product = b.einsum(x, w, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  const next = b.op('tanh', [product], {});
  const sums = b.sum(next, [0], 'sequential');
  const graph = b.finish([
    { name: 'x', value: next },
    { name: 'sums', value: sums },
  ]);
  return { graph, updates: new Map([[0, x]]) };
}

function fill({ inputs, params }: Resident): void {
  for (const [i, view] of [...inputs, ...params.values()].entries()) view.set(normals(view.length, 7, i).map((x) => x / 4));
}

/** All outputs after so many steps. */
function after(resident: Resident, steps: number): Float32Array[] {
  for (let i = 0; i < steps; i++) resident.step();
  return resident.outputs.map((out) => out.slice());
}

const expected = (graph: Graph, steps: number, updates?: Updates): Float32Array[] => {
  const { resident } = wasm.compile(graph, updates);
  fill(resident);
  return after(resident, steps);
};

/** Lets the workers start; true when a step was run by all of them. */
async function started({ workers }: TestHost): Promise<void> {
  await Promise.all(workers.map((w) => new Promise((resolve) => w.once('online', resolve))));
  await later(150);
}

describe('threads', () => {
  it.each([2, 3])('%i give the bits of one: before the workers have started, and after', async (threads) => {
    const host = testHost(PROGRAM);
    const graph = perceptron(64);
    const { resident } = threadsOf(threads, host).compile(graph);
    fill(resident);
    const one = expected(graph, 1);
    expect(differingBit(after(resident, 1), one)).toBe(undefined);
    expect(host.workers).toHaveLength(threads - 1);
    await started(host);
    for (let i = 0; i < 50; i++) {
      for (const out of resident.outputs) out.fill(Number.NaN);
      expect(differingBit(after(resident, 1), one)).toBe(undefined);
    }
  });

  it('keep states in place', async () => {
    const host = testHost(PROGRAM);
    const { graph, updates } = iteration();
    const { resident } = threadsOf(2, host).compile(graph, updates);
    await started(host);
    fill(resident);
    expect(differingBit(after(resident, 40), expected(graph, 40, updates))).toBe(undefined);
  });
});
