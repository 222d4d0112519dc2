/** Several threads give the bits of one, whatever happens to them; a step that is not whole is never taken for a result. */

import { setTimeout as later } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { lossGradient } from '../../src/autodiff/index.ts';
import type { Resident, Updates } from '../../src/backends/backend.ts';
import { Halt } from '../../src/backends/halt.ts';
import { splitPlan } from '../../src/backends/parallel/index.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { instantiate, newSharedMemory } from '../../src/backends/wasm/host.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { layOut } from '../../src/backends/wasm/run.ts';
import { type ThreadHost, type ThreadsBackend, wasmThreads } from '../../src/backends/wasm/threads/index.ts';
import { layoutOf } from '../../src/backends/wasm/threads/layout.ts';
import { openPool } from '../../src/backends/wasm/threads/pool.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { openArena, planRunner } from '../../src/kernel/evaluate-nest.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { normals } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { anyData, differingBit, randomGraph } from '../random-graph.ts';
import { type TestHost, testHost, workerProgram } from '../threads-host.ts';

const PROGRAM = workerProgram();
const opened: ThreadsBackend[] = [];
afterAll(() => {
  for (const backend of opened) backend.close();
});

function threadsOf(threads: number, host: ThreadHost = testHost(PROGRAM), patienceMs = 10_000): ThreadsBackend {
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
function iteration(n = 128): { readonly graph: Graph; readonly updates: Updates } {
  const b = graphBuilder();
  const [x, w] = [b.input('x', [n, n]), b.param('w', [n, n])];
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
  for (const [i, view] of [...inputs, ...params.values()].entries())
    view.set(normals(view.length, 7, i).map((x) => x / 4));
}

/** All outputs when so many steps are done. */
function stepped(resident: Resident, steps: number): Float32Array[] {
  for (let i = 0; i < steps; i++) resident.step();
  return resident.outputs.map((out) => out.slice());
}

const expected = (graph: Graph, steps: number, updates?: Updates): Float32Array[] => {
  const { resident } = wasm.compile(graph, updates);
  fill(resident);
  return stepped(resident, steps);
};

/** Lets the workers start and take what they were sent. */
async function started({ workers }: TestHost): Promise<void> {
  await Promise.all(workers.map((w) => new Promise((resolve) => w.once('online', resolve))));
  await later(150);
}

describe('threads', () => {
  it.each([2, 3, 4])('%i give the bits of one: before the workers have started, and then', async (threads) => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(threads, host);
    const graph = perceptron(256);
    const { resident } = backend.compile(graph);
    fill(resident);
    const one = expected(graph, 1);
    expect(differingBit(stepped(resident, 1), one)).toBe(undefined);
    expect(host.workers).toHaveLength(threads - 1);
    await started(host);
    for (let i = 0; i < 50 || backend.together() === 0; i++) {
      for (const out of resident.outputs) out.fill(Number.NaN);
      expect(differingBit(stepped(resident, 1), one)).toBe(undefined);
    }
  });

  it('keep states in place', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(2, host);
    const { graph, updates } = iteration();
    const { resident } = backend.compile(graph, updates);
    await started(host);
    fill(resident);
    let steps = 0;
    while (backend.together() === 0 || steps < 40) {
      const out = stepped(resident, 40);
      steps += 40;
      expect(differingBit(out, expected(graph, steps, updates))).toBe(undefined);
    }
  });

  it('serve several executables in turn, with runs on copies too', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(2, host);
    const graphs = [perceptron(256), perceptron(192), iteration().graph];
    const opened = graphs.map((graph) => backend.compile(graph));
    for (const { resident } of opened) fill(resident);
    await started(host);
    for (let i = 0; i < 5 || backend.together() <= 3; i++) {
      for (const [n, { resident, run }] of opened.entries()) {
        const one = expected(must(graphs[n]), 1);
        expect(differingBit(stepped(resident, 1), one)).toBe(undefined);
        const copied = run(
          resident.inputs.map((x) => x.slice()),
          new Map([...resident.params].map(([name, x]) => [name, x.slice()])),
        );
        expect(differingBit(copied.outputs, one)).toBe(undefined);
      }
    }
    expect(host.workers).toHaveLength(1);
  });

  it('wake sleepers: a step after a pause', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(3, host);
    const { resident } = backend.compile(perceptron(256));
    fill(resident);
    await started(host);
    const one = expected(perceptron(256), 1);
    for (let i = 0; i < 5; i++) {
      await later(60);
      const before = backend.together();
      while (backend.together() === before) expect(differingBit(stepped(resident, 1), one)).toBe(undefined);
    }
  });

  it('run where the calling thread may not sleep', async () => {
    const host = testHost(PROGRAM, false);
    const backend = threadsOf(2, host);
    const { resident } = backend.compile(perceptron(256));
    fill(resident);
    await started(host);
    const one = expected(perceptron(256), 1);
    do expect(differingBit(stepped(resident, 20), one)).toBe(undefined);
    while (backend.together() === 0);
  });

  it('are not started for little work', () => {
    const host = testHost(PROGRAM);
    const { resident } = threadsOf(2, host).compile(perceptron(1));
    resident.step();
    expect(host.workers).toHaveLength(0);
  });
});

describe('calls that are withdrawn', () => {
  it('leave everything as it was, whenever the workers come', async () => {
    const [host, meeting] = [testHost(PROGRAM), { threads: 3, mayWait: true, patienceMs: 10_000 }];
    const pool = openPool(host, 2);
    const { graph, updates } = iteration(12);
    const plan = schedulePlan(graph, updates);
    const { codes, alone, memory: size } = layoutOf(plan, must(splitPlan(plan, { threads: 3, always: true })), meeting);
    const memory = must(newSharedMemory(size));
    const job = pool.open(codes.slice(1).map((bytes) => ({ bytes, memory })));
    const floats = layOut(plan, memory.buffer);
    const runOf = (bytes: Uint8Array): (() => void) => must(instantiate(bytes, { host: { memory } }).run);
    const [one, all] = [runOf(alone), runOf(must(codes[0]))];
    const arena = openArena(plan);
    const [run, r] = [planRunner(plan), random(1)];
    refill(plan, floats, 1);
    arena.f32.set(floats.subarray(0, plan.arena));
    const seen = [0, 0];
    // Workers may take their time to start; until they have, calls are withdrawn.
    for (let i = 0; i < 20_000 && (i < 300 || Math.min(...seen) < 50); i++) {
      if (i % 100 === 0) await later(seen[1] === 0 ? 50 : r.below(3));
      const isCalled = pool.call(job, r.pick([0, 10, 100, 10_000, 1_000_000]));
      seen[isCalled ? 1 : 0] = must(seen[isCalled ? 1 : 0]) + 1;
      if (isCalled) all();
      else one();
      run(arena);
      for (const id of plan.outputs) expect(sameF32s(partOf(plan, floats, id), partOf(plan, arena.f32, id))).toBe(true);
    }
    pool.close();
    expect(Math.min(...seen)).toBeGreaterThan(20);
  });
});

describe('random graphs', () => {
  it('give the bits of one thread, however small the shares', async () => {
    const host = testHost(PROGRAM);
    const pools = [2, 3].map((threads) => ({ threads, pool: openPool(host, threads - 1) }));
    let shared = 0;
    for (let seed = 0; seed < 250; seed++) {
      const plan = schedulePlan(randomGraph(seed));
      for (const { threads, pool } of pools) {
        const split = splitPlan(plan, { threads, always: true });
        if (!split) continue;
        const { codes, alone, memory: size } = layoutOf(plan, split, { threads, mayWait: true, patienceMs: 10_000 });
        const memory = must(newSharedMemory(size));
        const job = pool.open(codes.slice(1).map((bytes) => ({ bytes, memory })));
        const floats = layOut(plan, memory.buffer);
        const runOf = (bytes: Uint8Array): (() => void) => must(instantiate(bytes, { host: { memory } }).run);
        const [one, all] = [runOf(alone), runOf(must(codes[0]))];
        const outputs = (): Float32Array[] => plan.outputs.map((id) => partOf(plan, floats, id).slice());
        refill(plan, floats, seed);
        one();
        const expected = outputs();
        refill(plan, floats, seed);
        while (!pool.call(job, 100_000)) await later(1);
        all();
        const difference = differingBit(outputs(), expected);
        if (difference) expect.fail(`seed ${seed}, ${threads} threads: ${difference}`);
        pool.drop(job);
        shared += split.shared.length;
      }
    }
    for (const { pool } of pools) pool.close();
    expect(shared).toBeGreaterThan(1000);
  });
});

function partOf(plan: Plan, floats: Float32Array, id: number): Float32Array {
  const { offset, length } = must(plan.buffers[id]);
  return floats.subarray(offset, offset + length);
}

/** Poison wherever nothing is laid, then the inputs and params. */
function refill(plan: Plan, floats: Float32Array, seed: number): void {
  const r = random(seed);
  plan.buffers.forEach(({ role, length }, id) => {
    if (role === 'temporary' || role === 'output') partOf(plan, floats, id).fill(Number.NaN);
    else if (role !== 'constant' && role !== 'table') partOf(plan, floats, id).set(anyData(r, length, true));
  });
}

/** The same numbers, whoever computes them. */
function goesOnAlone(backend: ThreadsBackend, resident: Resident, graph: Graph): void {
  const before = backend.together();
  for (const out of resident.outputs) out.fill(Number.NaN);
  expect(differingBit(stepped(resident, 2), expected(graph, 1))).toBe(undefined);
  expect(backend.together()).toBe(before);
}

describe('one thread goes on', () => {
  const graph = perceptron(256);
  const filled = (backend: ThreadsBackend): Resident => {
    const { resident } = backend.compile(graph);
    fill(resident);
    return resident;
  };

  it('where no worker can be started', () => {
    const host: ThreadHost = {
      mayWait: true,
      start: () => {
        throw new Error('no threads here');
      },
    };
    const backend = threadsOf(2, host);
    goesOnAlone(backend, filled(backend), graph);
    expect(backend.isOpen()).toBe(false);
  });

  it('where no memory is shared', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    try {
      const host = testHost(PROGRAM);
      const backend = threadsOf(2, host);
      goesOnAlone(backend, filled(backend), graph);
      expect([backend.isOpen(), host.workers.length]).toEqual([false, 0]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('where only one is asked for', () => {
    const backend = threadsOf(1);
    goesOnAlone(backend, filled(backend), graph);
  });

  it.each([
    ['ends before it listens', 'process.exit(3);'],
    ['fails while it starts', 'throw new Error("broken");'],
    ['never listens', 'for (;;);'],
  ])('where a worker %s', async (_, before) => {
    const host = testHost(workerProgram(before));
    const backend = threadsOf(2, host);
    const resident = filled(backend);
    await later(300);
    goesOnAlone(backend, resident, graph);
    backend.close();
  });

  it('when a worker has died between steps', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(3, host);
    const { graph: turning, updates } = iteration();
    const { resident } = backend.compile(turning, updates);
    await started(host);
    fill(resident);
    let steps = 0;
    for (; backend.together() < 5; steps++) resident.step();
    await must(host.workers[0]).terminate();
    expect(differingBit(stepped(resident, 5), expected(turning, steps + 5, updates))).toBe(undefined);
    expect([backend.together(), backend.isOpen()]).toEqual([5, false]);
  });

  it('when nobody has yet heard that it died', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(3, host);
    const resident = filled(backend);
    await started(host);
    stepped(resident, 3);
    void must(host.workers[1]).terminate();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    goesOnAlone(backend, resident, graph);
    expect(backend.isOpen()).toBe(true);
    await later(50);
    expect(backend.isOpen()).toBe(false);
  });

  it('when the workers were given back', async () => {
    const host = testHost(PROGRAM);
    const backend = threadsOf(2, host);
    const resident = filled(backend);
    await started(host);
    stepped(resident, 3);
    const ended = new Promise((resolve) => must(host.workers[0]).once('exit', resolve));
    backend.close();
    goesOnAlone(backend, resident, graph);
    await ended;
    goesOnAlone(backend, filled(backend), graph);
  });
});

describe('a step that is not whole', () => {
  /** Workers whose code does this instead of its part. */
  const instead = (what: string): string =>
    workerProgram(`WebAssembly.Instance = class { constructor() { this.exports = { run() { ${what} } }; } };`);

  it.each([
    ['ends', 'process.exit(1);', true],
    ['fails', 'throw new Error("broken");', true],
    ['hangs', 'for (;;);', true],
    ['ends while the caller may not sleep', 'process.exit(1);', false],
  ])('throws when a worker %s within it, and never gives a result', async (_, what, mayWait) => {
    const host = testHost(instead(what), mayWait);
    const backend = threadsOf(2, host, 200);
    const [resident, other] = [perceptron(256), perceptron(192)].map((graph) => backend.compile(graph).resident);
    fill(must(resident));
    fill(must(other));
    await started(host);
    const untilTogether = (): void => {
      while (backend.together() === 0) must(resident).step();
    };
    expect(untilTogether).toThrow(Halt);
    expect(() => must(resident).step()).toThrow('Go on with `--threads 1`');
    expect(backend.isOpen()).toBe(false);
    goesOnAlone(backend, must(other), perceptron(192));
  });
});
