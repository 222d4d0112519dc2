/** Worker threads of Node for the WebAssembly backend: how many, how one is started, and one pool of them for the process. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Backend } from '../backends/backend.ts';
import { wasm } from '../backends/wasm/index.ts';
import { type ThreadHost, wasmThreads } from '../backends/wasm/threads/index.ts';

/** Where nothing is said: more share the same work badly unless it is large. */
const MOST = 4;

export const defaultThreads = (): number => Math.min(availableParallelism(), MOST);

/** Workers that run the program of `worker.ts` from this file. None keeps the process alive. */
export const nodeThreads = (program: URL): ThreadHost => ({
  mayWait: true,
  start() {
    const worker = new Worker(program, { execArgv: [] });
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      onEnd: (ended) => void worker.once('error', ended).once('exit', ended),
      stop: () => void worker.terminate(),
    };
  },
});

const PROGRAM = new URL('./worker.js', import.meta.url);

/** Starts a worker and gives it back. */
export function workerStarts(): Promise<boolean> {
  return new Promise((resolve) => {
    const worker = new Worker(PROGRAM, { execArgv: [] });
    const end = (started: boolean) => (): void => {
      resolve(started);
      void worker.terminate();
    };
    worker.once('online', end(true)).once('error', end(false));
  });
}

const backends = new Map<number, Backend>();

/** The WebAssembly backend with so many threads; the same one each time, so that its workers start once. */
export function threadsBackend(threads = defaultThreads()): Backend {
  const known = backends.get(threads);
  if (known) return known;
  const backend = threads > 1 ? wasmThreads(nodeThreads(PROGRAM), threads, { clock: () => performance.now() }) : wasm;
  backends.set(threads, backend);
  return backend;
}
