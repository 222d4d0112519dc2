/**
 * Whether inequalities contradict each other whatever the network computes: Fourier and Motzkin's elimination, in exact
 * rationals, given up where it grows. `true` is certain; `false` may mean that it was given up.
 */
import type { Inequality } from './specification.ts';

interface Row {
  readonly terms: ReadonlyMap<number, bigint>;
  readonly bound: bigint;
  readonly strict: boolean;
}

const MOST_ROWS = 200;
const MOST_BITS = 4000;

/** The inequality times a power of ten, so that all of its numbers are whole. */
function rowOf({ terms, bound, strict }: Inequality): Row {
  const least = Math.min(0, bound.e, ...terms.map((t) => t.coefficient.e));
  const whole = ({ m, e }: { readonly m: bigint; readonly e: number }): bigint => m * 10n ** BigInt(e - least);
  return { terms: new Map(terms.map((t) => [t.variable, whole(t.coefficient)])), bound: whole(bound), strict };
}

/** a·p + b·q for positive p, q that cancel the variable. */
function cancelled(a: Row, b: Row, variable: number): Row {
  const p = -(b.terms.get(variable) ?? 0n);
  const q = a.terms.get(variable) ?? 0n;
  const terms = new Map<number, bigint>();
  for (const id of [...a.terms.keys(), ...b.terms.keys()]) {
    const total = p * (a.terms.get(id) ?? 0n) + q * (b.terms.get(id) ?? 0n);
    if (total !== 0n) terms.set(id, total);
  }
  return { terms, bound: p * a.bound + q * b.bound, strict: a.strict || b.strict };
}

const isFalse = ({ terms, bound, strict }: Row): boolean =>
  terms.size === 0 && (bound < 0n || (strict && bound === 0n));
const isLong = (n: bigint): boolean => n.toString(16).length * 4 > MOST_BITS;

export function contradicts(inequalities: readonly Inequality[]): boolean {
  if (inequalities.length > MOST_ROWS) return false;
  let rows = inequalities.map(rowOf);
  for (;;) {
    if (rows.some(isFalse)) return true;
    const variable = rows.flatMap((r) => [...r.terms.keys()])[0];
    if (variable === undefined) return false;
    const sign = (r: Row): number => {
      const c = r.terms.get(variable) ?? 0n;
      return c > 0n ? 1 : c < 0n ? -1 : 0;
    };
    const [above, below] = [rows.filter((r) => sign(r) > 0), rows.filter((r) => sign(r) < 0)];
    const rest = rows.filter((r) => sign(r) === 0);
    if (rest.length + above.length * below.length > MOST_ROWS) return false;
    rows = [...rest, ...above.flatMap((a) => below.map((b) => cancelled(a, b, variable)))];
    if (rows.some((r) => isLong(r.bound))) return false;
  }
}
