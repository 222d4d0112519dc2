/** The long run of the judge of the checker: `node bench/run.mjs test/verify/run-checker.ts [questions] [seed]`. */
import { type CheckerTally, judgeChecker } from './judge-checker.ts';
import { SMALL_NETS } from './nets.ts';

const [most, first] = process.argv.slice(2).map(Number);
const tally: CheckerTally = { questions: 0, proofs: 0 };
const wrong: string[] = [];
for (let seed = first ?? 1; tally.questions < (most ?? 2000); seed++)
  for (const name of [...SMALL_NETS, 'any graph', 'any graph', 'any graph'])
    try {
      const found = judgeChecker(name, 2, seed * 1000, tally);
      if (found) wrong.push(`${name}: ${found}`);
    } catch (error) {
      wrong.push(`${name} ${seed}: ${(error as Error).stack}`);
    }
console.log(JSON.stringify({ ...tally, wrong: wrong.length }));
for (const one of wrong.slice(0, 20)) console.log(one);
process.exitCode = wrong.length > 0 ? 1 : 0;
