/**
 * Simplification by local rules, every one exact to the bit for every float: `numbers` for arithmetic, `moves` for shapes.
 * No rule changes a gradient, so the pass may stand before differentiation as well as after it.
 */
import type { OpName } from '../../ir/vocabulary.ts';
import type { Pass } from '../pass.ts';
import { type Rule, type Rules, rewrite } from '../rewrite.ts';
import { moveRules } from './moves.ts';
import { numberRules } from './numbers.ts';

/** Several rule sets as one; a rule of an earlier set is tried first. */
export const together = (...sets: readonly Rules[]): Rules => {
  const ops = new Set(sets.flatMap((s) => Object.keys(s) as OpName[]));
  return Object.fromEntries([...ops].map((op) => [op, sets.flatMap((s) => (s[op] ?? []) as readonly Rule<OpName>[])]));
};

export const exactRules: Rules = together(numberRules, moveRules);

export const simplify: Pass = { name: 'simplify', promise: 'bits', run: (graph) => rewrite(graph, exactRules) };
