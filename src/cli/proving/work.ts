/** What a thread of the crew does: it is told a task, then parts of it, and answers each with what became of it. */
import type { Backend } from '../../backends/backend.ts';
import { workOn } from '../../prove/index.ts';
import type { Loose, Report, Slice, Work } from '../../verify/index.ts';
import { type Answer, type Order, WORD } from './crew.ts';

export interface Desk {
  readonly words: Int32Array;
  readonly worker: number;
  readonly backend: Backend;
  answer(answer: Answer): void;
  /** Milliseconds since some start. */
  now(): number;
}

/** After so long it answers with what it has: what was done is not lost with it, and others see it. */
const SLICE_MS = 1000;

/** Says that it is ready; the result takes orders. */
export function deskWork({ words, worker, backend, answer, now }: Desk): (order: Order) => void {
  const say = (one: Answer): void => {
    answer(one);
    Atomics.add(words, WORD.spoken, 1);
    Atomics.notify(words, WORD.spoken);
  };
  let serial = 0;
  let work: (() => Work) | undefined;
  const slice = (): Slice => {
    const end = now() + SLICE_MS;
    const isWanted = (): boolean => {
      Atomics.add(words, WORD.beats + worker, 1);
      return Atomics.load(words, WORD.serial) === serial;
    };
    const isAsked = (open: number): boolean => open > 1 && Atomics.load(words, WORD.wanted) === 1;
    return { isWanted, goOn: (open) => isWanted() && now() < end && !isAsked(open) };
  };
  /** A failure shows again where the part is examined next, which is where it can be told. */
  const worked = (part: Loose): Report['worked'] => {
    try {
      return work?.()(part, slice());
    } catch {
      return undefined;
    }
  };
  say({ kind: 'ready' });
  return (order) => {
    if (order.kind === 'part') return say({ kind: 'report', report: { id: order.id, worked: worked(order.part) } });
    serial = order.serial;
    let made: Work | undefined;
    work = () => {
      made ??= workOn(order.task, backend);
      return made;
    };
  };
}
