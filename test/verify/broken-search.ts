/**
 * Broken searches: one edit of the sources of the search each. The judge of verdicts must find all of them. (That bounds of exactly 0 are taken
 * for strict inequalities no judge can see: the slack of every bound leaves none.)
 */
import type { Broken } from './bundle.ts';

const SEARCH = 'verify/search.ts';
const DIVIDE = 'verify/divide.ts';
const JUDGE = 'verify/judge.ts';

export const BROKEN_SEARCHES: Readonly<Record<string, Broken>> = {
  'a half that is forgotten': {
    file: 'verify/stack.ts',
    from: 'parts.push(...next);',
    to: 'parts.push(...next.slice(0, 1));',
    on: 'relus',
  },
  'a half with the wrong box': {
    file: DIVIDE,
    from: 'cutBox(box, cut, 1), place: above',
    to: 'cutBox(cutBox(box, cut, 1), cut, -1), place: above',
    on: 'relus',
  },
  'halves that leave a gap': {
    file: DIVIDE,
    from: 'moved[element] = cut;',
    to: 'moved[element] = side < 0 ? must(lo[element]) : cut;',
    on: 'products',
  },
  'ends for what they are not': {
    file: JUDGE,
    from: 'return holdsAt(one, corner) ?',
    to: 'return false ?',
    on: 'dense',
  },
  'the constant of another row': {
    file: JUDGE,
    from: 'Float64Array.from(all, (one) => one.at)',
    to: 'Float64Array.from(all, (_, r) => must(all[all.length - 1 - r]).at)',
    on: 'dense',
  },
  'the coefficients of another row': {
    file: JUDGE,
    from: 'coefficients.set(one.coefficients, r * size)',
    to: 'coefficients.set(one.coefficients, (all.length - 1 - r) * size)',
    on: 'dense',
  },
  'rows of the conjunction before': {
    file: JUDGE,
    from: 'first += list.length;',
    to: 'first += 0;',
    on: 'dense',
  },
  'one conjunction is enough': {
    file: JUDGE,
    from: 'standing.every((s) => s.isShown)',
    to: 'standing.some((s) => s.isShown)',
    on: 'dense',
  },
  'strict and not strict changed over': {
    file: 'verify/claim.ts',
    from: 'one.strict ? sign < 0 : sign <= 0',
    to: 'one.strict ? sign <= 0 : sign < 0',
    on: 'crossings',
  },
  'what is open is proved': {
    file: SEARCH,
    from: 'return stuck.length === 0',
    to: 'return stuck.length >= 0',
    on: 'copies',
  },
  'leaves of the compiled program for all tiers': {
    file: 'verify/tiers.ts',
    from: "return ['S1'];",
    to: 'return ALL;',
    on: 'curves',
  },
  'witnesses that are not unsafe': {
    file: 'verify/examine.ts',
    from: 'if (isUnsafeAt(corner)) return corner;',
    to: 'return corner;',
    on: 'relus',
  },
};
