/** Random programs along the road: passes, batching and printing keep every bit, and every gradient can be built. */
import { expect, test } from 'vitest';
import { sameMeaning } from './fuzz/meaning.ts';

/** More in a long run, with `--test-timeout`. */
const PROGRAMS = Number(process.env.PROGRAMS ?? 500);

test(`${PROGRAMS} random programs mean the same before and after the passes, alone and in a batch`, {
  timeout: 300_000,
}, () => {
  let functions = 0;
  let gradients = 0;
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const done = sameMeaning(seed);
    functions += done.functions;
    gradients += done.gradients;
  }
  expect(functions).toBeGreaterThan(2 * PROGRAMS);
  expect(gradients).toBeGreaterThan(PROGRAMS / 2);
});
