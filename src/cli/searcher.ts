/** The program of a worker thread that works at parts of proofs. A file of its own in `dist/cli/`. */
import { workerData } from 'node:worker_threads';
import { wasm } from '../backends/wasm/index.ts';
import type { Order } from './proving/crew.ts';
import type { Seat } from './proving/seats.ts';
import { deskWork } from './proving/work.ts';

const { words, worker, port } = workerData as Seat;
const take = deskWork({
  words,
  worker,
  backend: wasm,
  answer: (answer) => port.postMessage(answer),
  now: () => performance.now(),
});
port.on('message', (order: Order) => take(order));
