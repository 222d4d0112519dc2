/** `node bench/run.mjs test/fuzz/run-freeze.ts --programs 2000 --from 0`: freezing at length; prints what was done and every program that differs. */
import { freezeTrip } from './freeze.ts';

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

const programs = option('programs', 2000);
const from = option('from', 0);
let [changes, functions, failed] = [0, 0, 0];
for (let seed = from; seed < from + programs; seed++) {
  try {
    const trip = freezeTrip(seed);
    changes += trip.changes;
    functions += trip.functions;
  } catch (error) {
    failed++;
    console.error(error instanceof Error ? error.message : error);
  }
}
console.log(`seeds ${from} to ${from + programs - 1}: ${changes} changes, ${functions} functions`);
console.log(`${programs - failed} programs equal, ${failed} differ`);
process.exitCode = failed > 0 ? 1 : 0;
