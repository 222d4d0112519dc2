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

/** Numbers of a graph that are copied for every thread without being asked: 64 MB. */
const MOST_NUMBERS = 2 ** 24;

/** The others of a proof: none where there is one thread. */
export function musterOf(session: Session): Muster | undefined {
  const told = threadsOf(session.options);
  const threads = told ?? defaultThreads();
  if (threads < 2 || typeof SharedArrayBuffer === 'undefined') return undefined;
  const host = { start: seatOf(PROGRAM), now: session.now };
  return told === undefined ? gathering(host, threads - 1, MOST_NUMBERS) : gathering(host, threads - 1);
}
