/** The judge of `simplify` lets the code pass as it stands, and finds each mistake that is put into it. */
import { expect, test } from 'vitest';
import type { Broken } from '../verify/bundle.ts';
import { bundledWith } from '../verify/bundle.ts';
import { foundOut } from '../verify/seeds.ts';
import { judgeSimplify } from './judge-simplify.ts';

const PROGRAMS = 20;

test('what is claimed of random programs holds at points, and is proved again', () => {
  expect(judgeSimplify(PROGRAMS, 1)).toBeUndefined();
});

const FOLDER = 'decompile/simplify';
const [NEAR, PROGRAM] = ['near.ts', 'program.ts'];

const BROKEN: Readonly<Record<string, Omit<Broken, 'on'>>> = {
  'only how far it is above': {
    file: NEAR,
    from: 'Math.max(-(lo[k] as number), hi[k] as number)',
    to: 'hi[k] as number',
  },
  'only how far it is below': { file: NEAR, from: 'Math.max(-(lo[k] as number), hi[k] as number)', to: '-lo[k]' },
  'a limit that is twice as large': { file: NEAR, from: 'at: limit, strict', to: 'at: 2 * limit, strict' },
  'splitting on one side': { file: NEAR, from: '[one(k, 1), one(k, -1)]', to: '[one(k, 1)]' },
  'refuted taken for proved': { file: NEAR, from: "kind === 'proved'", to: "kind !== 'unknown'" },
  'the first output alone': { file: NEAR, from: 'Array.from({ length: size }', to: 'Array.from({ length: 1 }' },
  'a bound rounded down': { file: PROGRAM, from: 'near >= x ? near', to: 'near >= 0 ? near' },
};

test.each(Object.entries(BROKEN))('found out: %s', async (name, broken) => {
  const path = `${FOLDER}/${broken.file}`;
  const { judgeSimplify: judge } = await bundledWith<{ readonly judgeSimplify: typeof judgeSimplify }>(
    '../decompile/judge-simplify.ts',
    path,
    { ...broken, on: '' },
  );
  expect(foundOut(`simplify: ${name}`, (seed) => judge(1, seed), 200)).toBeDefined();
});
