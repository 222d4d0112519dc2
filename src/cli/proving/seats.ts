/** Worker threads of Node for proofs: each has a port, which the thread that searches reads without its event loop. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Muster } from '../../verify/index.ts';
import { type Session, threadsOf } from '../session.ts';
import { defaultThreads } from '../threads.ts';
import { type Answer, gathering, type Link } from './crew.ts';

/** What a worker is started with. */
export interface Seat {
  readonly words: Int32Array;
  readonly worker: number;
  readonly port: MessagePort;
}

const PROGRAM = new URL('./searcher.js', import.meta.url);

/** Starts workers that run the program of `searcher.ts` from this file. */
export const seatOf =
  (program: URL) =>
  (words: Int32Array, worker: number): Link => {
    const { port1, port2 } = new MessageChannel();
    const seat: Seat = { words, worker, port: port2 };
    const thread = new Worker(program, { workerData: seat, transferList: [port2], execArgv: [] });
    thread.unref();
    thread.on('error', () => undefined);
    port1.unref();
    return {
      tell: (order) => port1.postMessage(order),
      hear: () => receiveMessageOnPort(port1)?.message as Answer | undefined,
      stop: () => void thread.terminate(),
    };
  };

/** The others of a proof: none where there is one thread. */
export function musterOf(session: Session): Muster | undefined {
  const threads = threadsOf(session.options) ?? defaultThreads();
  if (threads < 2 || typeof SharedArrayBuffer === 'undefined') return undefined;
  return gathering({ start: seatOf(PROGRAM), now: session.now }, threads - 1);
}
