/** The long run of the judge of verdicts: `node bench/run.mjs test/verify/run-claims.ts [claims] [seed]`. */
import { random } from '../fuzz/random.ts';
import { judgeClaims, newClaimTally } from './judge-claims.ts';
import { anyCase } from './nets.ts';
import { EXACT_NETS, exactCase } from './nets-exact.ts';
import { programCases } from './programs.ts';

const [most, first] = process.argv.slice(2).map(Number);
const tally = newClaimTally();
let seed = first ?? 1;
const wrong: string[] = [];
while (tally.claims < (most ?? 10_000) && wrong.length < 20) {
  const r = random(seed);
  const name = r.pick([r.pick(EXACT_NETS), 'any graph', 'any graph', 'program']);
  const cases = name === 'program' ? programCases(seed) : [name === 'any graph' ? anyCase(r) : exactCase(r, name)];
  try {
    for (const one of cases) {
      const found = judgeClaims(r, one, { boxes: 100, points: 2000 }, tally);
      if (found) wrong.push(`seed ${seed} ${name}: ${found.slice(0, 900)}`);
    }
  } catch (error) {
    wrong.push(`seed ${seed} ${name}: ${(error as Error).stack}`);
  }
  seed++;
}
console.log(JSON.stringify({ ...tally, seeds: seed - (first ?? 1), wrong: wrong.length }));
for (const one of wrong) console.log(one);
process.exitCode = wrong.length > 0 ? 1 : 0;
