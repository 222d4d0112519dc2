/** The checker knows a schedule's settings by name, the trainer their defaults: the two lists are one. */
import { expect, test } from 'vitest';
import { SCHEDULES as RULES } from '../../src/check/train-steps.ts';
import { SCHEDULES } from '../../src/train/schedule.ts';

test('what the checker accepts as a schedule is what the trainer has', () => {
  const names = (table: Readonly<Record<string, object>>): object =>
    Object.fromEntries(Object.entries(table).map(([name, numbers]) => [name, Object.keys(numbers)]));
  expect(names(SCHEDULES)).toEqual(names(RULES));
});
