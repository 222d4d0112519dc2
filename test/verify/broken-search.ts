/**
 * Broken searches: one edit of the sources of the search each. The judge of verdicts must find all of them. (That bounds of exactly 0 are taken
 * for strict inequalities no judge can see: the slack of every bound leaves none.)
 */
import type { Broken } from './broken.ts';

const SEARCH = 'verify/search.ts';
const JUDGE = 'verify/judge.ts';

export const BROKEN_SEARCHES: Readonly<Record<string, Broken>> = {
  'a half that is forgotten': {
    file: SEARCH,
    from: 'stack.push(...halves);',
    to: 'stack.push(...halves.slice(0, 1));',
    on: 'relus',
  },
  'a half with the wrong box': {
    file: SEARCH,
    from: 'made({ lo: more, hi }, above)',
    to: 'made({ lo: more, hi: less }, above)',
    on: 'relus',
  },
  'halves that leave a gap': {
    file: SEARCH,
    from: 'less[j] = cut;',
    to: 'less[j] = must(lo[j]);',
    on: 'products',
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
    from: 'first += all.length;',
    to: 'first += 0;',
    on: 'dense',
  },
  'one conjunction is enough': {
    file: JUDGE,
    from: 'rows: isProved ? rows : undefined',
    to: 'rows: rows.some((shown) => shown >= 0) ? rows : undefined',
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
    from: 'return stuck === 0 ?',
    to: 'return stuck >= 0 ?',
    on: 'copies',
  },
  'leaves of the compiled program for all tiers': {
    file: 'verify/tiers.ts',
    from: "return ['S1'];",
    to: 'return ALL;',
    on: 'curves',
  },
  'witnesses that are not unsafe': {
    file: SEARCH,
    from: 'if (isUnsafeAt(corner)) return corner;',
    to: 'return corner;',
    on: 'relus',
  },
};
