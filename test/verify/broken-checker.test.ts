/** The judge of the checker accepts no false claim, and finds the mistake in every broken checker. */
import { describe, expect, it } from 'vitest';
import { BROKEN_CHECKERS, UNSEEN_CHECKERS } from './broken-checker.ts';
import { bundledWith } from './bundle.ts';
import type * as Judge from './judge-checker.ts';
import { judgeChecker } from './judge-checker.ts';
import { SMALL_NETS } from './nets.ts';
import { foundOut } from './seeds.ts';

const QUESTIONS = 200;

describe('no false claim is accepted', () => {
  it.each([...SMALL_NETS, 'any graph'])('about %s', (name) => {
    expect(judgeChecker(name, 2, 4711)).toBeUndefined();
  });
});

describe('broken checkers that are found out', () => {
  it.each(Object.entries(BROKEN_CHECKERS))('%s', async (name, broken) => {
    const judge = await bundledWith<typeof Judge>('judge-checker.ts', broken.file, broken);
    const at = (seed: number) => judge.judgeChecker(broken.on, 1, seed);
    expect(foundOut(`checker: ${name}`, at, QUESTIONS)).toBeDefined();
  });
});

describe('broken checkers that no sample can find out', () => {
  it.each(Object.entries(UNSEEN_CHECKERS))('%s', async (_, broken) => {
    const judge = await bundledWith<typeof Judge>('judge-checker.ts', broken.file, broken);
    expect(judge.judgeChecker(broken.on, 3, 1)).toBeUndefined();
  });
});
