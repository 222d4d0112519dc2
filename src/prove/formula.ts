/**
 * Formulas over computed numbers: linear inequalities joined by all and any. A formula stands for two sets, where it may hold and where it may fail;
 * both may be too large, never too small, so what is proved of them holds for what they stand for. Negation exchanges them.
 */

import { type Key, keyOf, type Source } from './elements.ts';

/** Σ coefficient·number + at <= 0, or < 0 where strict; exact. Terms in ascending order of keys. A coefficient of 0 only says that the number is read. */
export interface Row {
  readonly terms: readonly (readonly [key: Key, coefficient: number])[];
  readonly at: number;
  readonly strict: boolean;
}

export type Formula =
  | { readonly kind: 'known'; readonly holds: boolean }
  | { readonly kind: 'row'; readonly row: Row }
  /** `short`: a row that holds exactly where the formula does, for where there are too many parts. */
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Formula[]; readonly short?: Row }
  /** Two sets that are not each other's complement in form, or not at all. */
  | { readonly kind: 'pair'; readonly holds: Formula; readonly fails: Formula; readonly short?: Row };

export const ALWAYS: Formula = { kind: 'known', holds: true };
export const NEVER: Formula = { kind: 'known', holds: false };
export const known = (holds: boolean): Formula => (holds ? ALWAYS : NEVER);
export const rowOf = (row: Row): Formula => ({ kind: 'row', row });

/** x - y < 0, or <= 0; `signs` are those of x and y before they are compared. */
export function compared(x: Source, y: Source, strict: boolean, signs: readonly [number, number] = [1, 1]): Row {
  const coefficients = new Map<Key, number>();
  let at = 0;
  for (const [e, c] of [[x, signs[0]] as const, [y, -signs[1]] as const]) {
    if (typeof e === 'number') at += c * e;
    else coefficients.set(keyOf(e), (coefficients.get(keyOf(e)) ?? 0) + c);
  }
  return { terms: [...coefficients].sort((a, b) => a[0] - b[0]), at, strict };
}

/** -Σ <= 0 where it was Σ < 0, and the other way round. */
export const opposite = ({ terms, at, strict }: Row): Row => ({
  terms: terms.map(([key, c]) => [key, -c || 0]),
  at: -at || 0,
  strict: !strict,
});

/** The same text for the same row. */
export const rowText = ({ terms, at, strict }: Row): string => `${terms.join(';')}|${at}|${strict}`;

const joined = (kind: 'all' | 'any', parts: readonly Formula[]): Formula => {
  const flat = parts.flatMap((p) => (p.kind === kind && p.short === undefined ? p.parts : [p]));
  const decisive = kind === 'any';
  if (flat.some((p) => p.kind === 'known' && p.holds === decisive)) return known(decisive);
  const open = [...new Set(flat.filter((p) => p.kind !== 'known'))];
  return open.length === 1 ? (open[0] as Formula) : open.length === 0 ? known(!decisive) : { kind, parts: open };
};

export const all = (parts: readonly Formula[]): Formula => joined('all', parts);
export const any = (parts: readonly Formula[]): Formula => joined('any', parts);

const negations = new WeakMap<Formula, Formula>();

/** Where the formula may fail. Made once per formula, so that what is shared stays shared. */
export function not(formula: Formula): Formula {
  const before = negations.get(formula);
  if (before) return before;
  const made = negated(formula);
  negations.set(formula, made);
  if (made.kind !== 'known') negations.set(made, formula);
  return made;
}

function negated(formula: Formula): Formula {
  switch (formula.kind) {
    case 'known':
      return known(!formula.holds);
    case 'row':
      return rowOf(opposite(formula.row));
    case 'pair':
      return shortened({ kind: 'pair', holds: formula.fails, fails: formula.holds }, shortOf(formula, opposite));
    default:
      return shortened(
        { kind: formula.kind === 'all' ? 'any' : 'all', parts: formula.parts.map(not) },
        shortOf(formula, opposite),
      );
  }
}

const shortOf = ({ short }: { readonly short?: Row }, change: (row: Row) => Row): Row | undefined =>
  short && change(short);

/** The formula with a row that says the same. */
export function shortened(formula: Formula, short: Row | undefined): Formula {
  if (!short || formula.kind === 'known' || formula.kind === 'row') return formula;
  return { ...formula, short };
}

/** What `of` says where the guard before it holds; exactly one of the guards does. */
export function chosen(guards: readonly Formula[], of: readonly Formula[]): Formula {
  const sides = (change: (f: Formula) => Formula): Formula =>
    any(guards.map((g, i) => all([g, change(of[i] as Formula)])));
  const [holds, fails] = [sides((f) => f), sides(not)];
  if (fails.kind === 'known' && !fails.holds) return ALWAYS;
  if (holds.kind === 'known' && !holds.holds) return NEVER;
  return { kind: 'pair', holds, fails };
}
