/** The long run of the judge of verdicts: `node bench/run.mjs test/verify/run-claims.ts [claims] [seed]`. */
import { judgeClaims, newClaimTally } from './judge-claims.ts';
import { longRun } from './long-run.ts';
import { exactCases } from './nets-exact.ts';

longRun({
  tally: newClaimTally(),
  done: ({ claims }) => claims,
  most: 10_000,
  cases: exactCases,
  judge: (r, one, tally) => judgeClaims(r, one, { boxes: 100, points: 2000 }, tally),
});
