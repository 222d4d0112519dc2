/**
 * Numbers without gradients: where they are few, each in turn is moved by steps of many sizes, and the best place is taken, while
 * that helps. It finds thresholds that are far away or lie under a loss of steps, where gradients are 0. (Coordinate search over a
 * geometric grid; Hooke and Jeeves, "Direct search", 1961.)
 */
import { maxF32, minF32 } from '../../num/arith.ts';
import { must, ok, type Result } from '../../text/result.ts';
import { openParameters } from '../parameters.ts';
import type { SearchContext, Values } from './strategy.ts';

/** More numbers than that are left to gradients. */
const MOST = 16;

/** Steps in units of the number's size, at least 1, both ways, small ones first: finely from 2^-4 to 2^6, coarsely down to 2^-16. */
const POWERS = [-16, -14, -12, -10, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
const STEPS = POWERS.flatMap((power) => [2 ** power, -(2 ** power)]);

/** Whether a score is so much lower that it pays to go on. */
export const isWorthwhile = (score: number, before: number): boolean => before - score > 1e-3 * Math.abs(score);

export interface Tuned {
  readonly values: Values;
  readonly score: number;
}

/** One number: element `at` of a param, and its bounds. */
interface Place {
  readonly name: string;
  readonly at: number;
  readonly range: readonly [number, number];
}

/** The numbers that are tuned; none where there are many. */
export function tunable({ job }: SearchContext): readonly Place[] {
  const { slots, flat } = openParameters(job.params);
  if (flat.length > MOST) return [];
  return slots.flatMap(({ spec, start, end, range = [-Infinity, Infinity] }) =>
    Array.from({ length: end - start }, (_, at) => ({ name: spec.name, at, range })),
  );
}

/** Evaluations of a sweep over all numbers. */
export const sweepCost = (context: SearchContext): number => tunable(context).length * STEPS.length;

export async function tune(context: SearchContext, from: Tuned): Promise<Result<Tuned>> {
  const places = tunable(context);
  let best = from;
  let isBetter = places.length > 0;
  while (isBetter && best.score > 0) {
    const before = best.score;
    for (const place of places) {
      const next = await tuneOne(context, best, place);
      if (!next.ok) return next;
      best = next.value;
      if (await context.isOver()) return ok(best);
    }
    isBetter = isWorthwhile(best.score, before);
  }
  return ok(best);
}

/** The best of the places that one number can step to; of equal ones the nearest. */
async function tuneOne(context: SearchContext, from: Tuned, { name, at, range }: Place): Promise<Result<Tuned>> {
  const own = must(must(from.values.get(name))[at]);
  const size = Math.max(1, Math.abs(own));
  let best = from;
  for (const step of STEPS) {
    const numbers = must(from.values.get(name)).slice();
    numbers[at] = minF32(maxF32(Math.fround(own + step * size), Math.fround(range[0])), Math.fround(range[1]));
    const values = new Map(from.values).set(name, numbers);
    const score = await context.score(values);
    if (!score.ok) return score;
    if (score.value < best.score) best = { values, score: score.value };
  }
  return ok(best);
}
