/**
 * The mark of the largest number of a vector as comparisons of its numbers; of softmax weights as comparisons of the numbers that softmax was
 * taken of, which bounds know better.
 */
import type { NodeOf, ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { all, any, type Formula } from './formula.ts';
import { lineThrough } from './parts.ts';
import type { Following } from './truths.ts';
import { logitsOf } from './weights.ts';

/** Where a number of a vector is its largest, the first such. */
export function markOfLargest(f: Following, node: NodeOf<'argmax'>, at: number): Formula {
  const [operand] = node.inputs as readonly [ValueId];
  const { places, own } = lineThrough(f.elements.shapeOf(operand), node.attrs.axis, at);
  const vector = places.map((place) => f.elements.source(operand, place));
  f.compares(vector);
  const logits = logitsOf(f.elements, vector);
  const me = must((logits ?? vector)[own]);
  const before = (logits ?? vector).slice(0, own);
  const after = (logits ?? vector).slice(own + 1);
  if (!logits) return all([...before.map((x) => f.below(x, me, true)), ...after.map((x) => f.below(x, me, false))]);
  return {
    kind: 'pair',
    holds: all([...before.map((x) => f.below(x, me, true)), ...after.map((x) => f.below(x, me, false, MARGIN))]),
    fails: any([...before.map((x) => f.below(me, x, false, MARGIN)), ...after.map((x) => f.below(me, x, true))]),
  };
}

/** By how much a number may miss the largest whose weight is as large. Note [Largest weight]. */
export const MARGIN = 2 ** -20;

/*
Note [Largest weight]

Weights are p_i = fl(e_i / s) with e_i = exp32(fl(z_i - m)), m = max z, s the float32 sum of the e_i in any order. All steps are monotone in z_i:
subtraction and division round monotonely, exp32 is monotone (checked over all floats). So p_i > p_j only if z_i > z_j.

Let p_c be the largest weight, z_k = m. Then e_k = 1, so 1 <= s <= 2^24, and fl(e_c / s) >= fl(1 / s) while e_c <= 1: both quotients round to the same
number f <= 1/s·(1 + 2^-24), so they are at most 2^-23·f apart, and e_c >= 1 - 2^-23·(1 + 2^-24). exp32 is off by at most two units in the last
place, so exp(d) >= 1 - 2^-21 for d = fl(z_c - m), hence d >= -2^-20·0.51, and z_c >= m - MARGIN, for the difference is rounded by a relative 2^-24.

Therefore, where c is marked: z_c > z_j for all j before c, and z_j <= m <= z_c + MARGIN for all after it. Where c is not marked, some k is: z_c <= m <=
z_k + MARGIN, and if k comes after c then p_k > p_c, so z_k > z_c. Both sets hold the ideal marks too, which compare z itself. A mark alone says this, a
comparison of two weights does not: weights that are 0 together may belong to different numbers.
*/
