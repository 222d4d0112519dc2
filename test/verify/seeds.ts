/**
 * Where judges find out broken code: seeds at which it shows at once, so that tests take little time. A seed of `seeds.json` that shows nothing any
 * more, because nets or judges have changed, is slow and never wrong: all are tried then, from the first on. `BLESS=1` finds the seeds
 * anew, `SEED=n` tries those from n on: the long version of the tests.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('./seeds.json', import.meta.url));
const { BLESS, SEED } = process.env;

const readSeeds = (): Record<string, number> => JSON.parse(readFileSync(FILE, 'utf8'));

/** What a judge finds at a seed that is known, or else at the first of so many. */
export function foundOut(name: string, judge: (seed: number) => string | undefined, most: number): string | undefined {
  const known = BLESS || SEED ? undefined : readSeeds()[name];
  const found = known === undefined ? undefined : judge(known);
  if (found !== undefined) return found;
  const first = Number(SEED ?? 1);
  for (let seed = first; seed < first + most; seed++) {
    const wrong = judge(seed);
    if (wrong !== undefined && BLESS) writeSeed(name, seed);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function writeSeed(name: string, seed: number): void {
  const all = Object.entries({ ...readSeeds(), [name]: seed }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}
