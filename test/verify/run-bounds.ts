/** The long run of the judge of bounds: `node bench/run.mjs test/verify/run-bounds.ts [boxes] [seed]`. */
import { judgeCase, newTally } from './judge.ts';
import { longRun } from './long-run.ts';
import { anyCase, anyTwins, SMALL_NETS, smallCase } from './nets.ts';
import { programCases } from './programs.ts';

longRun({
  tally: newTally(),
  done: ({ boxes }) => boxes,
  most: 10_000,
  cases: (r, seed) => {
    const name = r.pick([r.pick(SMALL_NETS), 'any graph', 'any graph', 'two of any graph', 'program']);
    if (name === 'program') return [name, programCases(seed)];
    return [name, [name === 'any graph' ? anyCase(r) : name === 'two of any graph' ? anyTwins(r) : smallCase(r, name)]];
  },
  judge: (r, one, tally) => judgeCase(r, one, { boxes: 4, points: 12 }, tally),
});
