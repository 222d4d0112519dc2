/**
 * The workers of a process or page, shared by everything that is compiled for threads. A call begins only when every worker has
 * come for it, within a time that is worth it; else it is withdrawn and the caller goes on alone. So neither a worker that died nor
 * a machine with other work to do holds a step up.
 */
import { handledBy, heardBy, type Message, tell, WORD, withdrawn, wordsFor } from './protocol.ts';

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
  /**
   * Calls all workers to a job, looks so often whether they have come, and says so; they begin at once. False leaves everything
   * as it was.
   */
  call(job: number, looks: number): boolean;
  /** How many calls were begun. */
  calls(): number;
  /** Gives all workers back. */
  close(): void;
}

/** After so many calls in vain, as many are not even tried, and twice as many after each further one, up to the most. */
const MOST_SKIPPED = 64;
/** Numbers of calls go round, and stay apart from what `withdrawn` makes of them. */
const MOST_CALLS = 2 ** 30;

export function openPool(host: ThreadHost, workers: number): Pool {
  const words = wordsFor(workers);
  const started: ThreadWorker[] = [];
  let messages = 0;
  let jobs = 0;
  let calls = 0;
  let begun = 0;
  /** Calls in vain one after the other, and how many are still to be left out for them. */
  let [missed, skipped] = [0, 0];
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
  const haveCome = (looks: number): boolean => {
    let worker = 1;
    for (let i = 0; i <= looks; i++) {
      while (worker <= workers && Atomics.load(words, heardBy(worker)) === calls) worker++;
      if (worker > workers) return true;
    }
    return false;
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
    call(job, looks) {
      if (!isOpen || !isReady() || skipped-- > 0) return false;
      calls = (calls % MOST_CALLS) + 1;
      Atomics.store(words, WORD.job, job);
      Atomics.store(words, WORD.call, calls);
      stir();
      if (!haveCome(looks)) {
        tell(words, WORD.begin, withdrawn(calls));
        skipped = Math.min(MOST_SKIPPED, 2 ** missed++ - 1);
        return false;
      }
      [missed, skipped] = [0, 0];
      begun++;
      tell(words, WORD.begin, calls);
      return true;
    },
    calls: () => begun,
    close,
  };
}
