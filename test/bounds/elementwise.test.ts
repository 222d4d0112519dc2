/** Every rule against its op: no sample outside an interval or off the planes, kernel and ideal function both, compared exactly. */
import { describe, expect, it } from 'vitest';
import { ELEMENTWISE, judge, ruleOf, type Tally } from './harness.ts';

describe.each(ELEMENTWISE)('bounds of %s', (op) => {
  it('hold every sample of random boxes', () => {
    const tally: Tally = { boxes: 0, refused: 0, planes: 0 };
    expect(judge(op, ruleOf(op), { seed: 11, boxes: 200 }, tally)).toBeUndefined();
    expect(tally.planes).toBeGreaterThan(tally.boxes / 10);
  });
});
