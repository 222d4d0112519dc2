/**
 * Where threads meet, as a function of each thread's module. The last to come moves the epoch on; the others watch it for a while
 * and then sleep. Who waits too long says that the meeting failed, and traps: the memory is then in nobody's hands.
 */
import type { Code } from './code.ts';
import type { ModuleBuilder } from './encode.ts';
import { countedLoop } from './walk.ts';

/** Words of the control in bytes, each on a line of the cache of its own. */
export const CONTROL = { arrived: 0, epoch: 64, sleepers: 128, failed: 192 } as const;
export const CONTROL_BYTES = 256;

export interface Meeting {
  readonly threads: number;
  /** Whether this thread may sleep; the thread of a page may not, and goes on watching. */
  readonly mayWait: boolean;
  /** How long it waits for others before it fails. */
  readonly patienceMs: number;
}

/** How often a thread looks at the epoch before it sleeps: some tens of microseconds. */
const LOOKS = 20_000;
/** Looks of one that may not sleep, taken for a millisecond; more than fit, so that it errs towards patience. */
const LOOKS_PER_MS = 1_000_000;
const NS_PER_MS = 1_000_000;
/** What `wait32` gives after the time is over. */
const LATE = 2;
/** A thread sleeps for its patience in so many parts: a process that is stopped and goes on comes out of one of them only. */
const SLEEPS = 10;

/** Adds the function and gives its index. */
export function printBarrier(m: ModuleBuilder, control: number, meeting: Meeting): number {
  return m.function({ params: [], results: [] }, (code) => {
    const at = wordsOf(code, control);
    const epoch = code.local('i32');
    at.load('epoch');
    code.set(epoch);
    at.add('arrived', 1);
    code.i32(meeting.threads - 1);
    code.op('i32.eq');
    code.branch(() => {
      moveOn(code, at, () => code.get(epoch));
      code.op('return');
    });
    const isMoved = (): void => {
      at.load('epoch');
      code.get(epoch);
      code.op('i32.ne');
    };
    watch(code, isMoved, LOOKS);
    if (meeting.mayWait) sleep(code, at, { isMoved, epoch: () => code.get(epoch), ms: meeting.patienceMs });
    else countedLoop(code, meeting.patienceMs, () => watch(code, isMoved, LOOKS_PER_MS));
    at.store('failed', () => code.i32(1));
    code.op('unreachable');
  });
}

type Word = keyof typeof CONTROL;

/** Instructions on one word of the control. */
interface Words {
  load(name: Word): void;
  /** Stores what `value` leaves on the stack. */
  store(name: Word, value: () => void): void;
  /** Leaves the word as it was on the stack. */
  add(name: Word, by: number): void;
  /** Wakes all who sleep on it. */
  wake(name: Word): void;
  /** Sleeps while it is `value`; leaves why it ended. Nothing may stand under it on the stack: V8 11 loses that. */
  wait(name: Word, value: () => void, ms: number): void;
}

const wordsOf = (code: Code, control: number): Words => ({
  load(name) {
    code.i32(0);
    code.atomic('i32.atomic.load', control + CONTROL[name]);
  },
  store(name, value) {
    code.i32(0);
    value();
    code.atomic('i32.atomic.store', control + CONTROL[name]);
  },
  add(name, by) {
    code.i32(0);
    code.i32(by);
    code.atomic('i32.atomic.rmw.add', control + CONTROL[name]);
  },
  wake(name) {
    code.i32(0);
    code.i32(-1);
    code.atomic('memory.atomic.notify', control + CONTROL[name]);
    code.op('drop');
  },
  wait(name, value, ms) {
    code.i32(0);
    value();
    code.i32(ms);
    code.op('i64.extend_i32_s');
    code.i32(NS_PER_MS);
    code.op('i64.extend_i32_s');
    code.op('i64.mul');
    code.atomic('memory.atomic.wait32', control + CONTROL[name]);
  },
});

/** Sleepers count themselves before they look at the epoch a last time, so none is left behind. */
function moveOn(code: Code, at: Words, epoch: () => void): void {
  at.store('arrived', () => code.i32(0));
  at.store('epoch', () => {
    epoch();
    code.i32(1);
    code.op('i32.add');
  });
  at.load('sleepers');
  code.branch(() => at.wake('epoch'));
}

/** Returns from the function when the epoch has moved on. */
function watch(code: Code, isMoved: () => void, looks: number): void {
  countedLoop(code, looks, () => {
    isMoved();
    code.branch(() => code.op('return'));
  });
}

/** Sleeps until the epoch has moved on, and returns; or comes out when it has slept too long. */
function sleep(
  code: Code,
  at: Words,
  { isMoved, epoch, ms }: { readonly isMoved: () => void; readonly epoch: () => void; readonly ms: number },
): void {
  const [left, why] = [code.local('i32'), code.local('i32')];
  at.add('sleepers', 1);
  code.op('drop');
  code.i32(SLEEPS);
  code.set(left);
  code.loop(() => {
    at.wait('epoch', epoch, Math.ceil(ms / SLEEPS));
    code.set(why);
    code.get(left);
    code.get(why);
    code.i32(LATE);
    code.op('i32.eq');
    code.op('i32.sub');
    code.set(left);
    isMoved();
    code.branch(() => {
      at.add('sleepers', -1);
      code.op('drop');
      code.op('return');
    });
    code.get(left);
    code.brIf(0);
  });
  for (const local of [left, why]) code.free(local);
}
