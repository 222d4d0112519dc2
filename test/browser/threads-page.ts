/** The page of `threads.test.ts`, and its worker: steps on the page's own thread and a worker of it. */
import type { Message, ThreadHost } from '../../src/backends/wasm/threads/index.ts';
import { serveThread, wasmThreads } from '../../src/backends/wasm/threads/index.ts';
import { hashOf, threadWork } from './threads-work.ts';

/** What the file uses of a page and of a worker. */
interface PageWorker {
  onerror: ((event: unknown) => void) | null;
  postMessage(message: Message): void;
  terminate(): void;
}
interface Here {
  readonly document?: unknown;
  readonly Worker: new (path: string) => PageWorker;
  readonly crossOriginIsolated: boolean;
  onmessage: ((event: { readonly data: Message }) => void) | null;
}

export interface Found {
  readonly isIsolated: boolean;
  readonly together: number;
  readonly hashes: readonly string[];
}

const here = globalThis as unknown as Here;

const host: ThreadHost = {
  mayWait: false,
  start() {
    const worker = new here.Worker('/page.js');
    return {
      post: (message) => worker.postMessage(message),
      onEnd: (ended) => {
        worker.onerror = ended;
      },
      stop: () => worker.terminate(),
    };
  },
};

async function page(): Promise<Found> {
  const backend = wasmThreads(host, 2);
  const work = threadWork(backend);
  const hashes = new Set<string>();
  for (let turn = 0; backend.together() < 50 && turn < (backend.isOpen() ? 500 : 5); turn++) {
    for (const { step, outputs } of work) {
      step();
      hashes.add(hashOf(outputs));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { isIsolated: here.crossOriginIsolated, together: backend.together(), hashes: [...hashes].sort() };
}

if (here.document === undefined)
  serveThread((hear) => {
    here.onmessage = ({ data }) => hear(data);
  });
else
  page()
    .then((found) => JSON.stringify(found), String)
    .then((body) => fetch('/done', { method: 'POST', body }));
