/** Worker threads of Node for the WebAssembly backend: how many, how one is started, and one pool of them for the process. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ThreadHost, type ThreadsBackend, wasmThreads } from '../backends/wasm/threads/index.ts';

/** More share the same work badly where the work is small. */
const MOST = 4;
/** What may be asked for. */
export const MOST_THREADS = 64;

export const defaultThreads = (): number => Math.min(availableParallelism(), MOST);

/** Starts the program of `worker.ts` from its file. */
export const nodeThreads = (program: URL): ThreadHost => ({
  mayWait: true,
  start() {
    const worker = new Worker(program, { execArgv: [], stdin: false });
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      onEnd: (ended) => void worker.once('error', ended).once('exit', ended),
      stop: () => void worker.terminate(),
    };
  },
});

const backends = new Map<number, ThreadsBackend>();

/** The backend with so many threads; the same one each time, so that its workers start once. */
export function threadsBackend(threads: number): ThreadsBackend {
  const known = backends.get(threads);
  if (known) return known;
  const backend = wasmThreads(nodeThreads(new URL('./worker.js', import.meta.url)), threads);
  backends.set(threads, backend);
  return backend;
}
