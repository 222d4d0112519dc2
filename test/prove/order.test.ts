/** What comparisons say of operands, against brute force: floats of all sizes, limits that are hit and missed, the run and the ideal function. */
import { describe, expect, it } from 'vitest';
import { judgeOrder, RULES } from './judge-order.ts';

/** Of 100 comparisons, so many at least are followed to operands. */
const FOLLOWED = 10;

describe('a comparison of what is computed by one op', () => {
  it.each(RULES)('%s: says of its operands what holds, and only that', (op) => {
    const { wrong, followed } = judgeOrder(op, 100, 1);
    expect(wrong).toBeUndefined();
    expect(followed).toBeGreaterThanOrEqual(FOLLOWED);
  });
});
