/** The long run of the judge of bit-exact intervals: `node bench/run.mjs test/verify/run-exact.ts [samples] [seed]`. */
import { random } from '../fuzz/random.ts';
import { judgeExact, newExactTally, opsOf } from './judge-exact.ts';
import { anyCase } from './nets.ts';
import { EXACT_NETS, exactCase } from './nets-exact.ts';
import { programCases } from './programs.ts';

const [most, first] = process.argv.slice(2).map(Number);
const tally = newExactTally();
let seed = first ?? 1;
const wrong: string[] = [];
while (tally.samples < (most ?? 20_000) && wrong.length < 20) {
  const r = random(seed);
  const name = r.pick([r.pick(EXACT_NETS), 'any graph', 'any graph', 'program']);
  const cases = name === 'program' ? programCases(seed) : [name === 'any graph' ? anyCase(r) : exactCase(r, name)];
  for (const one of cases) {
    const found = judgeExact(r, one, { boxes: 4, samples: 8, compiled: true }, tally);
    if (found) wrong.push(`seed ${seed} ${name} (${opsOf(one.graph)}): ${found.slice(0, 600)}`);
  }
  seed++;
}
console.log(JSON.stringify({ ...tally, seeds: seed - (first ?? 1), wrong: wrong.length }));
for (const one of wrong) console.log(one);
process.exitCode = wrong.length > 0 ? 1 : 0;
