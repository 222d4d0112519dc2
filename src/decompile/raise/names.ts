/** Names of a network as identifiers of the language: unique, none that means something else already. */
import { INTRINSICS } from '../../check/intrinsics.ts';
import { isKeyword } from '../../syntax/token.ts';

/** Loop variables of array expressions, by axis. */
export const INDEX_NAMES = ['i', 'j', 'k', 'l', ...Array.from({ length: 28 }, (_, axis) => `i${axis + 4}`)] as const;

const TAKEN: ReadonlySet<string> = new Set([...INDEX_NAMES, ...INTRINSICS.keys(), 'unknown', 'inf', 'nan']);

/** Gives each wish a name that no other has. */
export interface Names {
  /** For the whole file. */
  declared(wish: string): string;
  /** Inside of one function. */
  fresh(wish: string): string;
  /** A function ends: its names may be used again. */
  next(): void;
}

/** `reserved`: names that mean something else in the text. */
export function names(reserved: readonly string[] = []): Names {
  const file = new Set<string>(reserved);
  const own = new Set<string>();
  const give = (wish: string, to: Set<string>): string => {
    const letters = wish.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
    const base = /^[A-Za-z]/.test(letters) ? letters.slice(0, 60) : `value_${letters}`.replace(/_$/, '');
    const isTaken = (name: string): boolean => file.has(name) || own.has(name) || TAKEN.has(name) || isKeyword(name);
    let name = base;
    for (let i = 2; isTaken(name); i++) name = `${base}_${i}`;
    to.add(name);
    return name;
  };
  return { declared: (wish) => give(wish, file), fresh: (wish) => give(wish, own), next: () => own.clear() };
}
