/**
 * The worker's side of threads: what a worker of Node or of a page runs, and all that it runs. It instantiates the code it is sent
 * and runs it when called; between calls it watches for a moment, then sleeps.
 */
import { must } from '../../../text/result.ts';
import { instantiate } from '../host.ts';
import { handledBy, heardBy, type Message, tell, WORD, waitWhile, withdrawn } from './protocol.ts';

/** Called once, as the whole program of a worker; `listen` has it hear every message that comes. */
export function serveThread(listen: (hear: (message: Message) => void) => void): void {
  let joined: { readonly worker: number; readonly words: Int32Array } | undefined;
  let handled = 0;
  let called = 0;
  const jobs = new Map<number, () => void>();

  listen((message) => {
    if (message.kind === 'join') joined = message;
    else if (message.kind === 'drop') jobs.delete(message.job);
    else jobs.set(message.job, must(instantiate(message.bytes, { host: { memory: message.memory } }).run));
    const { words, worker } = must(joined);
    handled++;
    tell(words, handledBy(worker), handled);
    watch(words, worker);
  });

  /** Serves calls until there is a message to listen to. */
  function watch(words: Int32Array, worker: number): void {
    for (;;) {
      const woken = Atomics.load(words, WORD.wake);
      if (Atomics.load(words, WORD.posted) !== handled) return;
      const call = Atomics.load(words, WORD.call);
      if (call === called) waitWhile(words, WORD.wake, woken);
      else {
        called = call;
        answer(words, worker, call);
      }
    }
  }

  /** Comes, and runs if all others come too. A newer call means that this one was withdrawn. */
  function answer(words: Int32Array, worker: number, call: number): void {
    tell(words, heardBy(worker), call);
    for (;;) {
      const begun = Atomics.load(words, WORD.begin);
      if (begun === call) break;
      if (begun === withdrawn(call) || Atomics.load(words, WORD.call) !== call) return;
      waitWhile(words, WORD.begin, begun);
    }
    must(jobs.get(Atomics.load(words, WORD.job)))();
  }
}
