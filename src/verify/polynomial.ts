/**
 * Polynomials over the rationals in normal form: no two terms with the same powers, no zero coefficients. Two of them are the same function
 * exactly when they have the same text. Variables are named by texts; `ideal.ts` names inputs and what is no polynomial of them.
 */
import { fraction, inverse, isZero, negative, ONE, plus, type Rational, textOf, times } from '../num/rational.ts';

/** A product of powers of variables, ascending by name. */
type Powers = readonly (readonly [variable: string, power: number])[];

export interface Term {
  readonly powers: Powers;
  readonly coefficient: Rational;
}

/** By the text of the powers; that of no powers is empty. */
export type Polynomial = ReadonlyMap<string, Term>;

const textOfPowers = (powers: Powers): string => powers.map(([v, n]) => (n === 1 ? v : `${v}^${n}`)).join('·');

const termOf = (powers: Powers, coefficient: Rational): Polynomial =>
  isZero(coefficient) ? new Map() : new Map([[textOfPowers(powers), { powers, coefficient }]]);

export const constant = (x: Rational): Polynomial => termOf([], x);
export const variable = (name: string): Polynomial => termOf([[name, 1]], ONE);

/** Its value, if no variable is in it. */
export function numberIn(p: Polynomial): Rational | undefined {
  if (p.size === 0) return fraction(0n, 1n);
  return p.size === 1 ? p.get('')?.coefficient : undefined;
}

/** Sums and products of more terms are given up. */
export const MOST_TERMS = 5000;

/** Undefined where it has too many terms, or where an operand has. */
export type Found = Polynomial | undefined;

function addTo(terms: Map<string, Term>, { powers, coefficient }: Term): void {
  const text = textOfPowers(powers);
  const before = terms.get(text);
  const sum = before ? plus(before.coefficient, coefficient) : coefficient;
  if (isZero(sum)) terms.delete(text);
  else terms.set(text, { powers, coefficient: sum });
}

export function sumOf(list: readonly Found[]): Found {
  const terms = new Map<string, Term>();
  for (const p of list) {
    if (!p) return undefined;
    for (const term of p.values()) addTo(terms, term);
    if (terms.size > MOST_TERMS) return undefined;
  }
  return terms;
}

export function productOf(p: Found, q: Found): Found {
  if (!p || !q || p.size * q.size > 10 * MOST_TERMS) return undefined;
  const terms = new Map<string, Term>();
  for (const a of p.values())
    for (const b of q.values())
      addTo(terms, { powers: joined(a.powers, b.powers), coefficient: times(a.coefficient, b.coefficient) });
  return terms.size > MOST_TERMS ? undefined : terms;
}

function joined(a: Powers, b: Powers): Powers {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const powers = new Map(a);
  for (const [v, n] of b) powers.set(v, (powers.get(v) ?? 0) + n);
  return [...powers].sort(([x], [y]) => (x < y ? -1 : 1));
}

export const scaled = (p: Found, by: Rational): Found => productOf(p, constant(by));
export const negated = (p: Found): Found =>
  p && new Map([...p].map(([text, t]) => [text, { ...t, coefficient: negative(t.coefficient) }]));
/** p - q; of two that were not given up. */
export function differenceOfPolynomials(p: Polynomial, q: Polynomial): Polynomial {
  const terms = new Map(p);
  for (const { powers, coefficient } of q.values()) addTo(terms, { powers, coefficient: negative(coefficient) });
  return terms;
}
/** p / x; undefined where x is 0. */
export const divided = (p: Found, x: Rational): Found => (isZero(x) ? undefined : scaled(p, inverse(x)));

/** The normal form as text: equal for equal polynomials. */
export const textOfPolynomial = (p: Polynomial): string =>
  [...p]
    .map(([text, { coefficient }]) => `${textOf(coefficient)}·${text}`)
    .sort()
    .join(' + ');
