/**
 * Recurrences over the rationals: whether polynomials of the states vanish after every number of steps, whatever the inputs. Backwards: what has to vanish
 * before a step so that something vanishes after it, until a step adds nothing that is not a sum of multiples of what is known (for affine steps as
 * many as there are states and one, as in the theorem of Cayley and Hamilton; for polynomials after Müller-Olm and Seidl, POPL 2004, with
 * linear spans in the place of ideals). Says nothing about float32.
 */
import { inverse, negative } from '../num/rational.ts';
import { must } from '../text/result.ts';
import { constant, type Found, type Polynomial, productOf, scaled, sumOf, type Term, variable } from './polynomial.ts';

/** Polynomials by the names of variables: of states at the start; of states after a step of each kind, of states and inputs. */
export interface Recurrence {
  readonly start: ReadonlyMap<string, Polynomial>;
  readonly steps: readonly {
    readonly next: ReadonlyMap<string, Polynomial>;
    /** What has to be 0 in each such step. */
    readonly zeros: readonly Polynomial[];
  }[];
}

/** Invariants that are kept at most: states of affine steps, and one. */
const MOST_INVARIANTS = 200;
/** Polynomials of polynomials grow; beyond this they are given up. */
const MOST_DEGREE = 16;

const degreeOf = (p: Polynomial): number =>
  [...p.values()].reduce(
    (most, { powers }) =>
      Math.max(
        most,
        powers.reduce((n, [, k]) => n + k, 0),
      ),
    0,
  );

/** `yes`, `no` (some inputs make one of them differ from 0), or not decided. */
export function vanishes(recurrence: Recurrence, goOn: () => boolean): 'yes' | 'no' | 'open' {
  const { start, steps } = recurrence;
  const known = new Span();
  const open: Polynomial[] = steps.flatMap(({ zeros }) => zeros.flatMap((p) => coefficients(p, start)));
  for (let p = open.pop(); p !== undefined; p = open.pop()) {
    const rest = known.reduce(p);
    if (!rest || degreeOf(rest) > MOST_DEGREE) return 'open';
    if (rest.size === 0) continue;
    const first = composed(rest, start);
    if (!first) return 'open';
    if (first.size > 0) return 'no';
    if (known.size === MOST_INVARIANTS || !goOn()) return 'open';
    known.add(rest);
    for (const { next } of steps) {
      const before = composed(rest, next);
      if (!before) return 'open';
      open.push(...coefficients(before, start));
    }
  }
  return 'yes';
}

/** A polynomial of states and inputs as polynomials of states, one per product of inputs: it is 0 for all inputs where these are. */
function coefficients(p: Polynomial, states: ReadonlyMap<string, unknown>): Polynomial[] {
  const parts = new Map<string, Term[]>();
  for (const { powers, coefficient } of p.values()) {
    const key = JSON.stringify(powers.filter(([v]) => !states.has(v)));
    const own = powers.filter(([v]) => states.has(v));
    parts.set(key, [...(parts.get(key) ?? []), { powers: own, coefficient }]);
  }
  return [...parts.values()].map((terms) => must(sumOf(terms.map(polynomialOf))));
}

/** One term by itself: products of few variables are not given up. */
const polynomialOf = ({ powers, coefficient }: Term): Polynomial =>
  must(powers.reduce<Found>((p, [v, n]) => raised(p, variable(v), n), constant(coefficient)));

/** p · q^n. */
function raised(p: Found, q: Polynomial, n: number): Found {
  let product = p;
  for (let k = 0; k < n && product; k++) product = productOf(product, q);
  return product;
}

/** With polynomials in the place of variables; others stay. */
function composed(p: Polynomial, by: ReadonlyMap<string, Polynomial>): Found {
  return sumOf(
    [...p.values()].map(({ powers, coefficient }) =>
      powers.reduce<Found>((product, [v, n]) => raised(product, by.get(v) ?? variable(v), n), constant(coefficient)),
    ),
  );
}

/** Polynomials and the sums of their multiples, each reduced by a term that no other has. */
class Span {
  readonly #rows = new Map<string, Polynomial>();

  get size(): number {
    return this.#rows.size;
  }

  /** What is left of a polynomial; nothing where it is in the span. */
  reduce(p: Polynomial): Found {
    let rest: Found = p;
    for (const [lead, row] of this.#rows) {
      const own = rest?.get(lead);
      if (own) rest = sumOf([rest, scaled(row, negative(own.coefficient))]);
    }
    return rest;
  }

  /** Adds what `reduce` left. */
  add(p: Polynomial): void {
    const [lead, { coefficient }] = must([...p][0]);
    const row = must(scaled(p, inverse(coefficient)));
    for (const [other, q] of this.#rows) {
      const own = q.get(lead);
      if (own) this.#rows.set(other, must(sumOf([q, scaled(row, negative(own.coefficient))])));
    }
    this.#rows.set(lead, row);
  }
}
