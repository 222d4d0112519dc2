/** Broken checkers: one edit of the sources of the checker each. The judge must find every one, on nets on which it shows. */
import type { Broken } from './broken.ts';

const CHECKER = 'verify/checker.ts';
const BOUNDS = 'verify/checker-bounds.ts';
const RULES = 'verify/checker-rules.ts';
const STEPS = 'verify/checker-steps.ts';
const CASES = 'verify/checker-cases.ts';
const RUNS = 'verify/checker-runs.ts';

export const BROKEN_CHECKERS: Readonly<Record<string, Broken>> = {
  'a half that is not checked': {
    file: CHECKER,
    from: 'return together([() => walk(halves[0], split.below), () => walk(halves[1], split.above)]);',
    to: 'return together([() => walk(halves[0], split.below)]);',
    on: 'relus',
  },
  'a bound that is not known to be low': { file: CHECKER, from: '!(least > 0)', to: 'least <= -1', on: 'dense' },
};
