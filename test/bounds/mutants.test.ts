/** The judge of the rules finds a contradiction in every broken one: so it would in a rule that were broken in such a way. */
import { describe, expect, it } from 'vitest';
import { ARITY } from '../../src/ir/vocabulary.ts';
import { ELEMENTWISE, judge } from './harness.ts';
import { mutantsOf } from './mutants.ts';

describe.each(ELEMENTWISE)('broken rules of %s', (op) => {
  it.each(Object.entries(mutantsOf(op, ARITY[op] ?? 0)))('%s', (_, rule) => {
    expect(judge(op, rule, { seed: 5, boxes: 1500 })).toBeDefined();
  });
});
