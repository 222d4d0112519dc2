/** `npm run fuzz -- --programs 100000 --from 0`: the round trip at length; prints what was done and every program that differs. */
import { roundTrip } from './roundtrip.ts';

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

const programs = option('programs', 10_000);
const from = option('from', 2000);
let params = 0;
let numbers = 0;
let sites = 0;
let failed = 0;
for (let seed = from; seed < from + programs; seed++) {
  try {
    const trip = roundTrip(seed);
    params += trip.params;
    numbers += trip.numbers;
    sites += trip.sites;
  } catch (error) {
    failed++;
    console.error(error instanceof Error ? error.message : error);
  }
}
console.log(`seeds ${from} to ${from + programs - 1}: ${params} parameters, ${numbers} numbers, ${sites} sites`);
console.log(`${programs - failed} programs equal, ${failed} differ`);
process.exitCode = failed > 0 ? 1 : 0;
