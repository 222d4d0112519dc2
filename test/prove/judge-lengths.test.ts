/** The judge of relations for every length finds no mistake in what is shipped, and the mistake in every broken form of it. */
import { describe, expect, it } from 'vitest';
import { bundledWith } from '../verify/bundle.ts';
import { BROKEN_LENGTHS } from './broken-lengths.ts';
import { judgeFalse, judgeMachines } from './judge-lengths.ts';

describe('relations for every length', () => {
  it('of random machines are decided as their product says, with its shortest word', () => {
    expect(judgeMachines(12, 1)).toBeUndefined();
  });

  it('that hold for short inputs alone are not proved', () => {
    expect(judgeFalse()).toBeUndefined();
  });
});

describe('broken proofs for every length that are found out', () => {
  it.each(Object.entries(BROKEN_LENGTHS))('%s', async (_, broken) => {
    type Judge = { readonly judgeFalse: typeof judgeFalse; readonly judgeMachines: typeof judgeMachines };
    const judge = await bundledWith<Judge>('../prove/judge-lengths.ts', broken.file, broken);
    const found = (): string | undefined =>
      broken.on === 'machines' ? judge.judgeMachines(6, 1) : judge.judgeFalse(broken.on);
    expect(foundOut(found)).toBeDefined();
  });
});

/** What is wrong; a `Bug` that was noticed on the way is found out too. */
function foundOut(judge: () => string | undefined): string | undefined {
  try {
    return judge();
  } catch (thrown) {
    return String(thrown);
  }
}
