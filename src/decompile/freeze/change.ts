/**
 * What freezing does, as data: changes of places in a text, each by a rule and with its reason. A rule proposes changes, and says of a change
 * that somebody else filed whether it is one of its own; the second is all that a certificate is believed by.
 */
import { applyEdits } from '../../text/edits.ts';
import type { Evidence } from './equality.ts';
import type { Subject } from './subject.ts';

export interface Change {
  /** Where `before` stands in the text of the stage. */
  readonly start: number;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  /** The function whose meaning was compared in every row, where the change replaces one. */
  readonly function?: string;
}

export interface Rule {
  readonly name: string;
  /** Changes that do not overlap. */
  propose(s: Subject): readonly Change[];
  /** Whether a change keeps the meaning, by looking at it alone. What the graphs say comes on top. */
  allows(s: Subject, change: Change): boolean;
  /** How the program after all changes is the one before, where graphs and rows alone do not tell; undefined when it is not. */
  evidence?(before: Subject, after: Subject): readonly Evidence[] | undefined;
}

/** A rule that allows what it proposes. What it proposes of a program is found once. */
export function plainRule(
  name: string,
  propose: (s: Subject) => readonly Change[],
  more: Pick<Rule, 'evidence'> = {},
): Rule {
  const proposed = once(propose);
  return { name, propose: proposed, allows: (s, c) => proposed(s).some((own) => isSameChange(own, c)), ...more };
}

/** A function of a program that remembers what it gave. */
export function once<T>(of: (s: Subject) => T): (s: Subject) => T {
  const known = new WeakMap<Subject, { readonly value: T }>();
  return (s) => {
    const found = known.get(s) ?? { value: of(s) };
    known.set(s, found);
    return found.value;
  };
}

const isSameChange = (a: Change, b: Change): boolean =>
  a.start === b.start && a.before === b.before && a.after === b.after && a.function === b.function;

/** Whether the change is about this text, and does not overlap another. */
export function areInText(text: string, changes: readonly Change[]): boolean {
  const sorted = [...changes].sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, before } of sorted) {
    if (start < end || text.slice(start, start + before.length) !== before) return false;
    end = start + before.length;
  }
  return true;
}

export const textAfter = (text: string, changes: readonly Change[]): string =>
  applyEdits(
    text,
    changes.map(({ start, before, after }) => ({ at: { start, end: start + before.length }, insert: after })),
  );
