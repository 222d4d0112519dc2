/**
 * The workers of a process or page, shared by everything that is compiled for threads. A call is made only when every worker has
 * come for it; else it is not made at all, the workers are given back, and the caller goes on alone.
 */
import { handledBy, heardBy, type Message, tell, WORD, waitWhile, wordsFor } from './protocol.ts';

/** What the host lends: a way to start workers that run `serveThread`. */
export interface ThreadHost {
  /** Whether the calling thread may sleep; the thread of a page may not. */
  readonly mayWait: boolean;
  /** Starts one, or throws. It must not keep the process alive. */
  start(): ThreadWorker;
}

export interface ThreadWorker {
  post(message: Message): void;
  /** Calls back when the worker ends or fails, in whatever way. */
  onEnd(ended: () => void): void;
  stop(): void;
}

/** The code of one worker for a job. */
export type JobCode = Pick<Extract<Message, { kind: 'open' }>, 'bytes' | 'memory'>;

export interface Pool {
  /** Whether workers can be called at all; once false it stays so. */
  isOpen(): boolean;
  /** Sends one code to each worker; gives the number of the job. Starts the workers at the first time. */
  open(codes: readonly JobCode[]): number;
  drop(job: number): void;
  /** Calls all workers to a job and says whether they came; they begin at once. False leaves everything as it was. */
  call(job: number): boolean;
  /** How many calls were begun. */
  calls(): number;
  /** Gives all workers back. */
  close(): void;
}

/** How long a call waits for each worker to come. */
const ATTENTION_MS = 1000;

function hasCome(words: Int32Array, worker: number, call: number, mayWait: boolean): boolean {
  const at = heardBy(worker);
  for (;;) {
    const heard = Atomics.load(words, at);
    if (heard === call) return true;
    if (!waitWhile(words, at, heard, { mayWait, ms: ATTENTION_MS })) return false;
  }
}

export function openPool(host: ThreadHost, workers: number): Pool {
  const words = wordsFor(workers);
  const started: ThreadWorker[] = [];
  let messages = 0;
  let jobs = 0;
  let calls = 0;
  let isOpen = true;

  const close = (): void => {
    isOpen = false;
    for (const worker of started.splice(0)) worker.stop();
  };
  const tellAll = (of: (worker: number) => Message): void => {
    for (const [i, worker] of started.entries()) worker.post(of(i + 1));
    messages++;
    Atomics.store(words, WORD.posted, messages);
    stir();
  };
  const stir = (): void => tell(words, WORD.wake, (Atomics.load(words, WORD.wake) + 1) | 0);
  const start = (): void => {
    try {
      while (started.length < workers) {
        const worker = host.start();
        started.push(worker);
        worker.onEnd(close);
      }
      tellAll((worker) => ({ kind: 'join', worker, words }));
    } catch {
      close();
    }
  };
  /** Every worker has dealt with everything it was sent, and so watches for calls. */
  const isReady = (): boolean => {
    for (let worker = 1; worker <= workers; worker++)
      if (Atomics.load(words, handledBy(worker)) !== messages) return false;
    return true;
  };
  return {
    isOpen: () => isOpen,
    open(codes) {
      const job = ++jobs;
      if (started.length === 0 && isOpen) start();
      if (isOpen) tellAll((worker) => ({ kind: 'open', job, ...(codes[worker - 1] as JobCode) }));
      return job;
    },
    drop: (job) => isOpen && tellAll(() => ({ kind: 'drop', job })),
    call(job) {
      if (!isOpen || !isReady()) return false;
      calls = (calls + 1) | 0;
      Atomics.store(words, WORD.job, job);
      Atomics.store(words, WORD.call, calls);
      stir();
      for (let worker = 1; worker <= workers; worker++) {
        if (hasCome(words, worker, calls, host.mayWait)) continue;
        close();
        return false;
      }
      tell(words, WORD.begin, calls);
      return true;
    },
    calls: () => Atomics.load(words, WORD.begin),
    close,
  };
}
