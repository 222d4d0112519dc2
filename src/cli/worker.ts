/** The program of a worker thread of Node: serves the threads of the WebAssembly backend. A file of its own in `dist/cli/`. */
import { parentPort } from 'node:worker_threads';
import { serveThread } from '../backends/wasm/threads/serve.ts';

serveThread((hear) => parentPort?.on('message', hear));
