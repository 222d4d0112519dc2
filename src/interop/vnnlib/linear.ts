/**
 * Terms and conditions of a specification: exact linear sums over numbered variables, and conditions as a tree of `and`,
 * `or` and inequalities, negations already pushed to the leaves. Used by `conditions.ts`.
 */
import { type Decimal, isZero, negated, ONE, plus, times, ZERO } from '../../num/decimal.ts';
import type { Span } from '../../text/span.ts';

/** Σ coefficient · variable + constant. */
export interface Sum {
  readonly terms: ReadonlyMap<number, Decimal>;
  readonly constant: Decimal;
}

export const number = (constant: Decimal): Sum => ({ terms: new Map(), constant });
export const variable = (id: number): Sum => ({ terms: new Map([[id, ONE]]), constant: ZERO });

export function added(a: Sum, b: Sum): Sum {
  const terms = new Map(a.terms);
  for (const [id, c] of b.terms) {
    const total = plus(terms.get(id) ?? ZERO, c);
    if (isZero(total)) terms.delete(id);
    else terms.set(id, total);
  }
  return { terms, constant: plus(a.constant, b.constant) };
}

export const scaled = (a: Sum, factor: Decimal): Sum =>
  isZero(factor)
    ? number(ZERO)
    : {
        terms: new Map([...a.terms].map(([id, c]) => [id, times(c, factor)])),
        constant: times(a.constant, factor),
      };

export const minus = (a: Sum, b: Sum): Sum => added(a, scaled(b, negated(ONE)));

/** The sum is <= 0, or with `strict` < 0. */
export interface Atom {
  readonly kind: 'atom';
  readonly sum: Sum;
  readonly strict: boolean;
  readonly at: Span;
}
export type Condition =
  | Atom
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] };

const COMPARISONS: Readonly<Record<string, string>> = {
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '==': '!=',
  '!=': '==',
};
export const isComparison = (word: string): boolean => word in COMPARISONS || word === '=';

/** `a op b`, or its contrary. */
export function comparison(op: string, [a, b]: readonly [Sum, Sum], negative: boolean, at: Span): Condition {
  const plain = op === '=' ? '==' : op;
  const atom = (sum: Sum, strict: boolean): Atom => ({ kind: 'atom', sum, strict, at });
  switch (negative ? COMPARISONS[plain] : plain) {
    case '<=':
      return atom(minus(a, b), false);
    case '<':
      return atom(minus(a, b), true);
    case '>=':
      return atom(minus(b, a), false);
    case '>':
      return atom(minus(b, a), true);
    case '==':
      return { kind: 'and', of: [atom(minus(a, b), false), atom(minus(b, a), false)] };
    default:
      return { kind: 'or', of: [atom(minus(a, b), true), atom(minus(b, a), true)] };
  }
}

/** Conjunctions of atoms whose disjunction is the condition, or undefined where they would be more than `most` atoms. */
export function disjuncts(condition: Condition, most: number): readonly (readonly Atom[])[] | undefined {
  if (condition.kind === 'atom') return [[condition]];
  const parts: (readonly (readonly Atom[])[])[] = [];
  for (const part of condition.of) {
    const found = disjuncts(part, most);
    if (!found) return undefined;
    parts.push(found);
  }
  if (condition.kind === 'or') return within(parts.flat(), most);
  // The parts without a choice first: they are then joined once.
  const sole = parts.filter((p) => p.length === 1).flatMap((p) => p[0] ?? []);
  let all: readonly (readonly Atom[])[] = [sole];
  for (const part of parts.filter((p) => p.length !== 1)) {
    if (all.length * part.length > most) return undefined;
    const next = within(
      all.flatMap((front) => part.map((back) => [...front, ...back])),
      most,
    );
    if (!next) return undefined;
    all = next;
  }
  return all;
}

const within = (list: readonly (readonly Atom[])[], most: number): readonly (readonly Atom[])[] | undefined =>
  list.reduce((n, atoms) => n + atoms.length + 1, 0) <= most ? list : undefined;
