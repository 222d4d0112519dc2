/** Random programs, frozen: see `test/fuzz/freeze.ts`; at length by `node bench/run.mjs test/fuzz/run-freeze.ts`. */
import { describe, expect, it } from 'vitest';
import { freezeTrip } from '../fuzz/freeze.ts';

describe('random programs', () => {
  it('give the same bits frozen, have no marks left, and their certificates are replayed', () => {
    const trips = Array.from({ length: 10 }, (_, seed) => freezeTrip(seed));
    expect(trips.reduce((n, t) => n + t.changes, 0)).toBeGreaterThan(20);
  });
});
