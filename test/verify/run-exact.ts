/** The long run of the judge of bit-exact intervals: `node bench/run.mjs test/verify/run-exact.ts [samples] [seed]`. */
import { judgeExact, newExactTally } from './judge-exact.ts';
import { longRun } from './long-run.ts';
import { exactCases } from './nets-exact.ts';

longRun({
  tally: newExactTally(),
  done: ({ samples }) => samples,
  most: 20_000,
  cases: exactCases,
  judge: (r, one, tally) => judgeExact(r, one, { boxes: 4, samples: 8, compiled: true }, tally),
});
