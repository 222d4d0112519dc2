/** Verdicts hold: what is proved at every point that is tried, what is refuted at its witness. The long run is `run-claims.ts`. */
import { describe, expect, it } from 'vitest';
import { random } from '../fuzz/random.ts';
import { BROKEN_SEARCHES } from './broken-search.ts';
import { bundledWith } from './bundle.ts';
import { judgeClaims, newClaimTally } from './judge-claims.ts';
import type * as Judge from './judge-claims-net.ts';
import { judgeClaimsNet } from './judge-claims-net.ts';
import { anyCase } from './nets.ts';
import { EXACT_NETS } from './nets-exact.ts';
import { programCases } from './programs.ts';
import { foundOut } from './seeds.ts';

describe('verdicts hold', () => {
  it.each(EXACT_NETS)('about a small net: %s', (name) => {
    expect(judgeClaimsNet(name, 4, 3)).toBeUndefined();
  });

  it('about random graphs and programs', () => {
    const tally = newClaimTally();
    for (let seed = 1; tally.claims < 80; seed++) {
      const r = random(seed * 15485863);
      for (const one of r.chance(0.3) ? programCases(seed) : [anyCase(r)])
        expect(judgeClaims(r, one, { boxes: 40, points: 120 }, tally), `seed ${seed}`).toBeUndefined();
    }
    expect(Math.min(tally.proved, tally.refuted)).toBeGreaterThan(12);
  });
});

describe('broken searches are found out', () => {
  it.each(Object.entries(BROKEN_SEARCHES))('%s', async (name, broken) => {
    const judge = await bundledWith<typeof Judge>('judge-claims-net.ts', broken.file, broken);
    const at = (seed: number) => judge.judgeClaimsNet(broken.on, 1, seed);
    expect(foundOut(`search: ${name}`, at, 600)).toBeDefined();
  });
});
