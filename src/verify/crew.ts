/**
 * A search that others work at: parts are handed out as plain data, and come back as a piece of the proof with the parts that are still
 * open. Who the others are, threads or not, is not known here. Every part stands on one stack, is handed out once, or has its piece in the
 * proof; a part that is lost goes back on the stack.
 */
import { invariant, must } from '../text/result.ts';
import type { Point } from './attack.ts';
import type { Part } from './divide.ts';
import { type ExamineOptions, examiner } from './examine.ts';
import { type Entry, journal, replayed } from './journal.ts';
import type { Net } from './net.ts';
import type { Proof, Question } from './question.ts';
import { type Stack, stackOf, type Tally } from './stack.ts';
import { leaves } from './tree.ts';

/** A part without a tree: its place is a number in a journal. */
export type Loose = Omit<Part, 'place'> & { readonly place: number };

/** What became of a part. Its places are all filled, split, open or stuck. */
export interface Worked {
  readonly tally: Tally;
  readonly entries: readonly Entry[];
  readonly open: readonly Loose[];
  readonly stuck: readonly number[];
  /** Where whoever worked found the run unsafe; whoever handed the part out runs it again. */
  readonly unsafe?: Point;
}

/** `worked` is undefined where the part was lost. */
export interface Report {
  readonly id: number;
  readonly worked: Worked | undefined;
}

/** What everyone who works at its parts has to know; plain data. */
export interface Task {
  readonly question: Question;
  /** Whether leaves are taken that speak of the compiled program alone. */
  readonly finishes: boolean;
}

/** Gathers others for a task; whether they come is seen when they do. */
export type Muster = (task: Task) => Crew;

/** Those who work at parts of one question. */
export interface Crew {
  /** How many would begin at once. */
  idle(): number;
  /** To one that is idle. */
  hand(id: number, part: Loose): void;
  /** Whether those who work shall give back what they have, as far as it is several parts. */
  want(parts: boolean): void;
  /** What came back since it was asked last; `waits` for a moment where nothing did. */
  reports(waits: boolean): readonly Report[];
  /** What is still worked at is of no use any more. */
  end(): void;
}

/** Nobody. */
export const ALONE: Crew = {
  idle: () => 0,
  hand: () => invariant(false, 'nobody takes a part'),
  want: () => undefined,
  reports: () => [],
  end: () => undefined,
};

export interface Handed {
  /** Parts that others have. */
  readonly parts: ReadonlyMap<number, Part>;
  /** Takes what came back, and hands out the largest parts but one; waits where there is nothing else to do. A point is a counterexample. */
  exchange(): Point | undefined;
}

/** `isUnsafe` is the last word on points. */
export function handing(crew: Crew, stack: Stack, isUnsafe: (point: Point) => boolean): Handed {
  const parts = new Map<number, Part>();
  const leafOf = leaves();
  const shared = (proof: Proof): Proof =>
    proof.kind === 'bounds' && !proof.slopes && !proof.times && !proof.multipliers ? leafOf(proof.rows) : proof;
  let next = 0;
  const take = ({ id, worked }: Report): Point | undefined => {
    const part = must(parts.get(id), 'a report is about a part that was handed out');
    parts.delete(id);
    if (worked) join(stack, part, worked, shared);
    else stack.parts.push(part);
    return worked?.unsafe && isUnsafe(worked.unsafe) ? worked.unsafe : undefined;
  };
  return {
    parts,
    exchange() {
      const reports = crew.reports(stack.parts.length === 0 && parts.size > 0);
      const unsafe = reports.map(take).find((point) => point !== undefined);
      if (reports.length > 0) stack.parts.sort((a, b) => b.part - a.part);
      while (stack.parts.length > 1 && crew.idle() > 0) {
        const { place: _, ...part } = must(stack.parts[0]);
        parts.set(next, must(stack.parts.shift()));
        crew.hand(next++, { ...part, place: 0 });
      }
      crew.want(stack.parts.length === 0 || crew.idle() > 0);
      return unsafe;
    },
  };
}

function join(stack: Stack, part: Part, worked: Worked, shared: (proof: Proof) => Proof): void {
  const places = replayed(worked.entries, part.place, shared);
  const placeAt = (at: number): Part['place'] => {
    const place = must(places.get(at), 'what is open has a place');
    places.delete(at);
    return place;
  };
  stack.parts.push(...worked.open.map((one) => ({ ...one, place: placeAt(one.place) })));
  stack.stuck.push(...worked.stuck.map(placeAt));
  invariant(places.size === 0, 'every part is accounted for');
  stack.tally.boxes += worked.tally.boxes;
  stack.tally.proved += worked.tally.proved;
  stack.tally.best = Math.min(stack.tally.best, worked.tally.best);
}

export interface Slice {
  /** Whether to examine one more part; `open` parts are left. */
  goOn(open: number): boolean;
  /** Whether it is of use at all. */
  isWanted(): boolean;
}

export type Work = (part: Loose, slice: Slice) => Worked;

/** Works at parts of a question, for a search elsewhere. Ends where nothing is open, at a point that may refute, and when told. */
export function workOf(net: Net, { box, claim }: Question, options: ExamineOptions): Work {
  const examine = examiner(net, box, claim, options);
  return (part, slice) => {
    const { root, entries, numberOf } = journal();
    const stack = stackOf(examine, { ...part, place: root });
    let unsafe: Point | undefined;
    while (!unsafe && stack.parts.length > 0 && slice.goOn(stack.parts.length)) unsafe = stack.step(slice.isWanted);
    return {
      tally: stack.tally,
      entries,
      open: stack.parts.map(({ place, ...one }) => ({ ...one, place: must(numberOf(place)) })),
      stuck: stack.stuck.map((place) => must(numberOf(place))),
      ...(unsafe && { unsafe }),
    };
  };
}
