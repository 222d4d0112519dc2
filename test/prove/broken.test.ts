/** The judge of formulas finds no mistake in what is shipped, and the mistake in every broken form of it. */
import { describe, expect, it } from 'vitest';
import { bundledWith } from '../verify/bundle.ts';
import { BROKEN } from './broken.ts';
import { judgeFormulas, type Kind } from './judge-formulas.ts';

const ALL: readonly Kind[] = ['logic', 'numbers', 'marks', 'counts', 'weights', 'nearness'];

describe('claims', () => {
  it.each(ALL)('of %s hold wherever the program violates the property', (kind) => {
    expect(judgeFormulas(kind, 10, 3)).toBeUndefined();
  });
});

describe('broken claims that are found out', () => {
  it.each(Object.entries(BROKEN))('%s', async (_, broken) => {
    type Judge = { readonly judgeFormulas: typeof judgeFormulas };
    const judge = await bundledWith<Judge>('../prove/judge-formulas.ts', `prove/${broken.file}`, broken);
    expect(judge.judgeFormulas(broken.on, 400, 1)).toBeDefined();
  });
});
