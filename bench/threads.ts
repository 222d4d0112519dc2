/**
 * Threads against one: `node bench/run.mjs bench/threads.ts [threads] [item]`. Steps in place, interleaved in one process; prints
 * the median of each, their ratio, and what a barrier costs. That the bits are equal the tests hold.
 */
import type { Resident } from '../src/backends/backend.ts';
import { splitPlan } from '../src/backends/parallel/index.ts';
import { schedulePlan } from '../src/backends/schedule/index.ts';
import { instantiate, newSharedMemory } from '../src/backends/wasm/host.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { wasmThreads } from '../src/backends/wasm/threads/index.ts';
import { layoutOf } from '../src/backends/wasm/threads/layout.ts';
import { openPool } from '../src/backends/wasm/threads/pool.ts';
import { nodeThreads } from '../src/cli/threads.ts';
import type { Plan } from '../src/kernel/nest.ts';
import { must } from '../src/text/result.ts';
import { ITEMS, type Item, valuesOf } from './items.ts';
import { median, time, timesFor } from './timing.ts';

/** Microseconds of one block: as in training, a step follows the other, so wakening the workers is a small part of it. */
const BLOCK_US = 50_000;
const ROUNDS = 41;

const threads = Number(process.argv[2] ?? 2);
const only = process.argv[3];
const backend = wasmThreads(nodeThreads(new URL('./worker.mjs', import.meta.url)), threads);

async function measure(item: Item): Promise<void> {
  const { title, graph, updates } = item;
  const split = splitPlan(schedulePlan(graph, updates), { threads });
  if (!split) {
    console.log(`${title}: not split`);
    return;
  }
  const [one, many] = [wasm, backend].map((each) => each.compile(graph, updates).resident) as [Resident, Resident];
  const { inputs, params } = valuesOf(item);
  for (const { inputs: views, params: named } of [one, many]) {
    for (const [i, view] of views.entries()) view.set(must(inputs[i]));
    for (const [name, view] of named) view.set(must(params.get(name)));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const often = timesFor(one.step, BLOCK_US);
  for (const each of [one, many]) time(each.step, 2 * often);
  const before = backend.together();
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    a.push(time(one.step, often));
    b.push(time(many.step, often));
  }
  const [x, y] = [median(a), median(b)];
  const [least, leastTogether] = [must(a[0]), must(b[0])];
  const together = (backend.together() - before) / (ROUNDS * often);
  const { shared, barriers, aloneNs, togetherNs } = split;
  console.log(
    `${title}: one ${x.toPrecision(4)} µs, ${threads} threads ${y.toPrecision(4)} µs, ${(x / y).toFixed(2)}x (of minima ${(least / leastTogether).toFixed(2)}x); ` +
      `${shared.length} shared, ${barriers} barriers, estimated ${(aloneNs / togetherNs).toFixed(2)}x; ${(100 * together).toFixed(0)} % together`,
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
for (const [title, make] of ITEMS) if (only === undefined || title.includes(only)) await measure(make(title));
