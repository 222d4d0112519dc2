/** The long run of the judge of bounds: `node bench/run.mjs test/verify/run-bounds.ts [boxes] [seed]`. */
import { random } from '../fuzz/random.ts';
import { judgeCase, newTally } from './judge.ts';
import { anyCase, anyTwins, SMALL_NETS, smallCase } from './nets.ts';
import { programCases } from './programs.ts';

const [most, first] = process.argv.slice(2).map(Number);
const tally = newTally();
let seed = first ?? 1;
const wrong: string[] = [];
while (tally.boxes < (most ?? 10_000) && wrong.length < 20) {
  const r = random(seed);
  const name = r.pick([r.pick(SMALL_NETS), 'any graph', 'any graph', 'two of any graph', 'program']);
  const cases =
    name === 'program'
      ? programCases(seed)
      : [name === 'any graph' ? anyCase(r) : name === 'two of any graph' ? anyTwins(r) : smallCase(r, name)];
  try {
    for (const one of cases) {
      const found = judgeCase(r, one, { boxes: 4, points: 12 }, tally);
      if (found) wrong.push(`seed ${seed} ${name}: ${found.slice(0, 600)}`);
    }
  } catch (error) {
    wrong.push(`seed ${seed} ${name}: ${(error as Error).stack}`);
  }
  seed++;
}
console.log(JSON.stringify({ ...tally, seeds: seed - (first ?? 1), wrong: wrong.length }));
for (const one of wrong) console.log(one);
process.exitCode = wrong.length > 0 ? 1 : 0;
