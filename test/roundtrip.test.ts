/** Random programs, random bits at every parameter, written back and compiled again: nothing may differ. */
import { expect, test } from 'vitest';
import { roundTrip } from './fuzz/roundtrip.ts';

const PROGRAMS = 2000;

test(`the round trip is exact on ${PROGRAMS} random programs`, { timeout: 300_000 }, () => {
  let numbers = 0;
  for (let seed = 0; seed < PROGRAMS; seed++) numbers += roundTrip(seed).numbers;
  expect(numbers).toBeGreaterThan(10 * PROGRAMS);
});
