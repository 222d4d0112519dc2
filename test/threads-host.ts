/** Worker threads for tests: the program of `src/cli/worker.ts`, or another one, bundled on the spot. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { ThreadHost } from '../src/backends/wasm/threads/index.ts';
import { must } from '../src/text/result.ts';

const WORKER = fileURLToPath(new URL('../src/cli/worker.ts', import.meta.url));

/** The text of a worker's program: `before`, then what every worker runs. */
export function workerProgram(before = ''): string {
  const { outputFiles } = buildSync({
    entryPoints: [WORKER],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    banner: { js: before },
  });
  return must(outputFiles[0]).text;
}

/** A host whose workers are remembered. */
export interface TestHost extends ThreadHost {
  readonly workers: Worker[];
}

export function testHost(program: string, mayWait = true): TestHost {
  const workers: Worker[] = [];
  return {
    workers,
    mayWait,
    start() {
      const worker = new Worker(program, { eval: true });
      worker.unref();
      workers.push(worker);
      return {
        post: (message) => worker.postMessage(message),
        onEnd: (ended) => void worker.once('error', ended).once('exit', ended),
        stop: () => void worker.terminate(),
      };
    },
  };
}
