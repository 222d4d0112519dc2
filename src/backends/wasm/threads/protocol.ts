/**
 * What the main thread and its workers say to each other: messages while a worker listens, words of shared memory while it
 * watches for calls. A worker that watches hears no message; so every message is counted in a word that it watches too.
 */

export type Message =
  /** The first one: its place among the workers, from 1 on, and the words. */
  | { readonly kind: 'join'; readonly worker: number; readonly words: Int32Array }
  /** Code over the memory of a plan, ready for calls under this number. */
  | { readonly kind: 'open'; readonly job: number; readonly bytes: Uint8Array; readonly memory: unknown }
  | { readonly kind: 'drop'; readonly job: number };

/** Words apart, so that no two share a line of the cache. Beside each stands how many threads sleep on it. */
const LINE = 16;
const SLEEPERS = 1;

/** `wake` changes whenever there is something to do: a message (`posted` of them so far), or the call number `call` of `job`. */
export const WORD = { wake: 0, posted: LINE, call: 2 * LINE, job: 3 * LINE, begin: 4 * LINE } as const;

/** How many messages this worker (1, 2, ...) has dealt with. */
export const handledBy = (worker: number): number => (3 + 2 * worker) * LINE;
/** The last call that this worker has come for. `begin` then says whether it begins: its number, or `withdrawn` of it. */
export const heardBy = (worker: number): number => (4 + 2 * worker) * LINE;

export const wordsFor = (workers: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * (5 + 2 * workers) * LINE));

export const withdrawn = (call: number): number => ~call;

/** How often a thread looks before it sleeps: some tens of microseconds. */
const LOOKS = 10_000;

/** Sets a word and wakes who sleeps on it. */
export function tell(words: Int32Array, at: number, value: number): void {
  Atomics.store(words, at, value);
  if (Atomics.load(words, at + SLEEPERS) > 0) Atomics.notify(words, at);
}

/**
 * Waits until the word is not `was`, watching first and then asleep. Sleepers count themselves before they look a last time, so
 * none is left behind.
 */
export function waitWhile(words: Int32Array, at: number, was: number): void {
  for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, at) !== was) return;
  Atomics.add(words, at + SLEEPERS, 1);
  Atomics.wait(words, at, was);
  Atomics.sub(words, at + SLEEPERS, 1);
}
