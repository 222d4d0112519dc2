/**
 * Arithmetic of symbolic sizes. A size is a natural number that is linear in size parameters; parameters are
 * naturals themselves, so a linear form whose coefficients are all non-negative is a natural whatever they are.
 */
import type { Size } from './types.ts';

export const sizeOf = (constant: number): Size => ({ constant, terms: [] });
export const sizeParam = (param: string): Size => ({ constant: 0, terms: [{ param, times: 1 }] });

const collect = (constant: number, times: ReadonlyMap<string, number>): Size => ({
  constant,
  terms: [...times]
    .filter(([, t]) => t !== 0)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([param, t]) => ({ param, times: t })),
});

/** `a + factor * b`. */
export function addSize(a: Size, b: Size, factor = 1): Size {
  if (b.terms.length === 0 && a.terms.length === 0) return sizeOf(a.constant + factor * b.constant);
  const times = new Map(a.terms.map((t) => [t.param, t.times]));
  for (const t of b.terms) times.set(t.param, (times.get(t.param) ?? 0) + factor * t.times);
  return collect(a.constant + factor * b.constant, times);
}

export const subSize = (a: Size, b: Size): Size => addSize(a, b, -1);
export const scaleSize = (a: Size, factor: number): Size => addSize(sizeOf(0), a, factor);

/** `a / by`; every coefficient must be divisible. */
export const divideSize = (a: Size, by: number): Size => ({
  constant: a.constant / by + 0,
  terms: a.terms.map((t) => ({ param: t.param, times: t.times / by })),
});

/** The product, when it is linear: one side must be a number. */
export function mulSize(a: Size, b: Size): Size | undefined {
  if (a.terms.length === 0) return scaleSize(b, a.constant);
  if (b.terms.length === 0) return scaleSize(a, b.constant);
  return undefined;
}

export const constantOf = (s: Size): number | undefined => (s.terms.length === 0 ? s.constant : undefined);

export function sameSize(a: Size, b: Size): boolean {
  const d = subSize(a, b);
  return d.terms.length === 0 && d.constant === 0;
}

/** Certainly a natural number, whatever the size parameters are. */
export const isNatural = (s: Size): boolean => s.constant >= 0 && s.terms.every((t) => t.times >= 0);

/** Certainly negative, whatever the size parameters are. */
export const isNegative = (s: Size): boolean => s.constant < 0 && s.terms.every((t) => t.times <= 0);

/** Replaces parameters; those that `by` does not know stay. */
export function substituteSize(s: Size, by: (param: string) => Size | undefined): Size {
  if (s.terms.length === 0) return s;
  let result = sizeOf(s.constant);
  for (const t of s.terms) result = addSize(result, by(t.param) ?? sizeParam(t.param), t.times);
  return result;
}

/** A product of sizes as a polynomial: monomial (names joined by `*`) to coefficient; for `reshape`. */
export function productOf(sizes: readonly Size[]): ReadonlyMap<string, number> {
  let poly = new Map<string, number>([['', 1]]);
  for (const size of sizes) {
    const next = new Map<string, number>();
    const add = (key: string, by: number): void => void next.set(key, (next.get(key) ?? 0) + by);
    for (const [key, by] of poly) {
      if (size.constant !== 0) add(key, by * size.constant);
      for (const t of size.terms) add([...key.split('*').filter(Boolean), t.param].sort().join('*'), by * t.times);
    }
    poly = next;
  }
  return new Map([...poly].filter(([, by]) => by !== 0));
}

export function samePolynomial(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, by]) => b.get(key) === by);
}
