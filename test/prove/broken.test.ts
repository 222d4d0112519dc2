/** The judge of formulas finds no mistake in what is shipped, and the mistake in every broken form of it. */
import { describe, expect, it } from 'vitest';
import { bundledWith } from '../verify/bundle.ts';
import { BROKEN } from './broken.ts';
import { BROKEN_ORDER } from './broken-order.ts';
import { judgeFormulas, type Kind } from './judge-formulas.ts';
import type { judgeOrder } from './judge-order.ts';

const ALL: readonly Kind[] = ['logic', 'numbers', 'rising', 'none', 'marks', 'counts', 'weights', 'nearness'];

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

describe('broken comparisons that are found out', () => {
  it.each(Object.entries(BROKEN_ORDER))('%s', async (_, broken) => {
    type Judge = { readonly judgeOrder: typeof judgeOrder };
    const judge = await bundledWith<Judge>('../prove/judge-order.ts', `prove/${broken.file}`, broken);
    expect(judge.judgeOrder(broken.on, 400, 1).wrong).toBeDefined();
  });
});
