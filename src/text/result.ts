/**
 * The three kinds of failure. A user's mistake is a value (`Result` with Problems); something not
 * supported yet is a Problem with a limitation code; our own mistake throws `Bug`. Nothing else throws.
 */
import type { Problem } from './problem.ts';

export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly notes: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const ok = <T>(value: T, notes: readonly Problem[] = []): Result<T> => ({ ok: true, value, notes });
export const fail = (problems: readonly Problem[]): Result<never> => ({ ok: false, problems });

/** An internal invariant is broken: our mistake, never the user's. The CLI turns it into exit code 70. */
export class Bug extends Error {
  override name = 'Bug';
}

/** What to say of a broken invariant; a function where the text is costly and the invariant is stated often. */
type What = string | (() => string);

const textOf = (what: What): string => (typeof what === 'string' ? what : what());

/** States an invariant; throws `Bug` when it does not hold. */
export function invariant(condition: unknown, what: What): asserts condition {
  if (!condition) throw new Bug(textOf(what));
}

/** A value that the surrounding invariants say is there (indexing under `noUncheckedIndexedAccess`). */
export function must<T>(value: T | undefined | null, what: What = 'missing value'): T {
  if (value === undefined || value === null) throw new Bug(textOf(what));
  return value;
}
