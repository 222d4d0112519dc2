/** Long runs of judges: seed after seed until so much is tallied, then the tally and what was wrong, as text and as the exit code. */
import { type Random, random } from '../fuzz/random.ts';
import type { Case } from './nets.ts';

export interface LongRun<T extends object> {
  readonly tally: T;
  /** How much of the tally there is, and how much is asked for where the command does not say. */
  readonly done: (tally: T) => number;
  readonly most: number;
  /** What is judged at a seed, and what it is called. */
  readonly cases: (r: Random, seed: number) => readonly [name: string, cases: readonly Case[]];
  readonly judge: (r: Random, one: Case, tally: T) => string | undefined;
}

/** More mistakes than these are not looked for. */
const ENOUGH = 20;

/** `[how much] [first seed]` on the command line. */
export function longRun<T extends object>({ tally, done, most, cases, judge }: LongRun<T>): void {
  const [asked = most, first = 1] = process.argv.slice(2).map(Number);
  const wrong: string[] = [];
  let seed = first;
  for (; done(tally) < asked && wrong.length < ENOUGH; seed++) {
    const r = random(seed);
    const [name, list] = cases(r, seed);
    try {
      for (const one of list) {
        const found = judge(r, one, tally);
        if (found) wrong.push(`seed ${seed} ${name}: ${found.slice(0, 900)}`);
      }
    } catch (error) {
      wrong.push(`seed ${seed} ${name}: ${(error as Error).stack}`);
    }
  }
  console.log(JSON.stringify({ ...tally, seeds: seed - first, wrong: wrong.length }));
  for (const one of wrong) console.log(one);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
