/**
 * The WebAssembly backend on several threads: plans that are worth it are split, each thread runs its own code over one shared
 * memory, and the bits are those of one thread. Whatever is missing (shared memory, workers, a worker that does not come), a step
 * runs on the calling thread alone; a worker that is lost within a step is the one thing that ends it, with a `Halt`.
 */
import type { Plan } from '../../../kernel/nest.ts';
import { must } from '../../../text/result.ts';
import type { Backend, Executable } from '../../backend.ts';
import { threadLost } from '../../halt.ts';
import { splitPlan } from '../../parallel/index.ts';
import { planExecutable } from '../../resident.ts';
import { CONTROL } from '../barrier.ts';
import { instantiate, newSharedMemory, type SharedMemory, sharesMemory } from '../host.ts';
import { compileWith } from '../index.ts';
import { layOut, MEMORY_LIMIT } from '../run.ts';
import { type Layout, layoutOf } from './layout.ts';
import { openPool, type Pool, type ThreadHost } from './pool.ts';
import { openQuicker } from './quicker.ts';

export type { ThreadHost, ThreadWorker } from './pool.ts';
export type { Message } from './protocol.ts';
export { serveThread } from './serve.ts';

export interface ThreadsBackend extends Backend {
  readonly threads: number;
  /** Whether workers are there or may still be started; without them all goes on with one thread. */
  isOpen(): boolean;
  /** How many steps all threads have run together so far. */
  together(): number;
  /** Gives the workers back. What was compiled goes on with one thread. */
  close(): void;
}

export interface ThreadsOptions {
  /** How long a thread waits for another within a step before that one is lost; steps that take long get more. */
  readonly patienceMs?: number;
  /** Milliseconds. With it a step runs with all threads or alone, whichever turns out quicker; without, always with all. */
  readonly clock?: () => number;
}

/** How much longer than a step should take a thread waits. */
const SLACK = 50;
const NS_PER_MS = 1e6;
/** A call waits for the workers for this part of what they would win. */
const PATIENCE = 0.5;
const NS_PER_LOOK = 5;
/** `wait32` takes nanoseconds of 64 bits, made from milliseconds of 31. */
const MOST_MS = 2 ** 31 - 1;

/**
 * As `wasm`, on the calling thread and `threads - 1` workers; they start when the first plan that is worth it is compiled.
 * Steps run alone until they have started, so nothing waits for them.
 */
export function wasmThreads(host: ThreadHost, threads: number, options: ThreadsOptions = {}): ThreadsBackend {
  const { patienceMs = 10_000, clock } = options;
  const pool = threads > 1 && sharesMemory() ? openPool(host, threads - 1) : undefined;
  const dropped = new FinalizationRegistry<number>((job) => pool?.drop(job));
  const together = (plan: Plan): Executable | undefined => {
    const split = pool?.isOpen() ? splitPlan(plan, { threads }) : undefined;
    if (!pool || !split) return undefined;
    const ms = Math.min(MOST_MS, Math.ceil(Math.max(patienceMs, (SLACK * split.aloneNs) / NS_PER_MS)));
    const layout = layoutOf(plan, split, { threads, mayWait: host.mayWait, patienceMs: ms });
    const memory = layout.memory <= MEMORY_LIMIT ? newSharedMemory(layout.memory) : undefined;
    const looks = Math.ceil((PATIENCE * (split.aloneNs - split.togetherNs)) / NS_PER_LOOK);
    return memory && open(plan, { layout, looks, memory, pool, dropped, clock });
  };
  return {
    name: 'wasm',
    threads,
    compile: compileWith(together),
    isOpen: () => pool?.isOpen() ?? false,
    together: () => pool?.calls() ?? 0,
    close: () => pool?.close(),
  };
}

interface Laid {
  readonly layout: Layout;
  readonly looks: number;
  readonly memory: SharedMemory;
  readonly pool: Pool;
  readonly dropped: FinalizationRegistry<number>;
  readonly clock: ThreadsOptions['clock'];
}

function open(
  plan: Plan,
  { layout: { alone, codes, control }, looks, memory, pool, dropped, clock }: Laid,
): Executable {
  const floats = layOut(plan, memory.buffer);
  const failed = new Int32Array(memory.buffer, control + CONTROL.failed, 1);
  const [first, ...others] = codes.map((bytes) => ({ bytes, memory }));
  const job = pool.open(others);
  const runOf = (bytes: Uint8Array): (() => void) => must(instantiate(bytes, { host: { memory } }).run);
  const [runAlone, runTogether] = [runOf(alone), runOf(must(first).bytes)];
  let isLost = false;
  const runSafe = (): void => {
    if (isLost) throw threadLost();
    runAlone();
  };
  const runShared = (): void => {
    if (isLost || !pool.call(job, looks)) {
      runSafe();
      return;
    }
    try {
      runTogether();
    } catch (error) {
      isLost = true;
      pool.close();
      throw Atomics.load(failed, 0) === 1 ? threadLost() : error;
    }
  };
  const run = clock ? whicheverIsQuicker(runShared, runSafe, clock) : runShared;
  dropped.register(run, job);
  return planExecutable(plan, { floats, run });
}

function whicheverIsQuicker(first: () => void, second: () => void, clock: () => number): () => void {
  const quicker = openQuicker();
  return () => {
    const isTrial = quicker.isTrial();
    const way = quicker.next() ? first : second;
    if (!isTrial) {
      way();
      return;
    }
    const start = clock();
    way();
    quicker.took(clock() - start);
  };
}
