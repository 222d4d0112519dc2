/** The judge of bounds finds the mistake in every broken prover that it can see, and the reasons for the others are listed. */
import { describe, expect, it } from 'vitest';
import { SEEN } from './broken.ts';
import { SEEN_IN_PAIRS } from './broken-pairs.ts';
import { brokenJudge } from './bundle.ts';
import { foundOut } from './seeds.ts';
import { UNSEEN } from './unseen.ts';

const NETS = 1000;

describe('broken provers that are found out', () => {
  it.each(Object.entries({ ...SEEN, ...SEEN_IN_PAIRS }))('%s', async (name, broken) => {
    const judge = await brokenJudge(broken);
    expect(foundOut(`bounds: ${name}`, (seed) => judge(broken.on, 1, seed), NETS)).toBeDefined();
  });
});

describe('broken provers that no sample can find out', () => {
  it.each(Object.entries(UNSEEN))('%s', async (_, broken) => {
    const judge = await brokenJudge(broken);
    expect(judge(broken.on, 60, 1)).toBeUndefined();
  });
});
