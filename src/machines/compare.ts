/**
 * Whether two machines give the same for every input of every length, by their product: pairs of states that one word reaches, breadth
 * first, so the word that tells them apart is the shortest (Hopcroft and Karp, 1971: equal exactly where no reached pair gives differently).
 */
import { invariant } from '../text/result.ts';
import type { Machine } from './machine.ts';

export type Comparison =
  /** Equal on every word; `pairs` were reached. */
  | { readonly kind: 'equal'; readonly pairs: number }
  /** The last outputs after this word differ; no shorter word has that, and among those of its length it is the first by symbols. */
  | { readonly kind: 'differs'; readonly word: readonly number[] }
  /** More pairs than the limit. */
  | { readonly kind: 'open'; readonly pairs: number };

/** Of two machines with the same symbols. At most `limit` pairs are reached (2^24). */
export function compare(a: Machine, b: Machine, limit: number = 2 ** 24): Comparison {
  invariant(a.symbols === b.symbols, 'machines with other symbols');
  const trail: Trail = { from: [-1], by: [-1] };
  const pairs = [0];
  const known = new Set(pairs);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i] as number;
    const p = Math.floor(pair / b.states);
    const q = pair % b.states;
    for (let x = 0; x < a.symbols; x++) {
      const [s, t] = [p * a.symbols + x, q * b.symbols + x];
      if (a.out[s] !== b.out[t]) return { kind: 'differs', word: wordTo(trail, i, x) };
      const next = (a.next[s] as number) * b.states + (b.next[t] as number);
      if (known.has(next)) continue;
      if (known.size === limit) return { kind: 'open', pairs: limit };
      known.add(next);
      pairs.push(next);
      trail.from.push(i);
      trail.by.push(x);
    }
  }
  return { kind: 'equal', pairs: pairs.length };
}

/** How each thing that was found was reached: from which one, by which symbol; -1 where everything starts. */
export interface Trail {
  readonly from: number[];
  readonly by: number[];
}

/** The word to what was found at place `i`, with symbols after it. */
export function wordTo({ from, by }: Trail, i: number, ...after: readonly number[]): readonly number[] {
  const word: number[] = [];
  for (let at = i; (from[at] as number) >= 0; at = from[at] as number) word.push(by[at] as number);
  return [...word.reverse(), ...after];
}
