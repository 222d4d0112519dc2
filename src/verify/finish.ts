/**
 * The end of a search, for the compiled program alone (tier S1): a box is decided by bit-exact intervals, or by running each of its float32
 * points when there are few. So splitting is complete for the program that runs: boxes become small, and small boxes are decided.
 * Asked by the search where bounds fail by no more than a rounding, and where a box cannot be split any more.
 */

import type { Graph } from '../ir/graph.ts';
import type { FloatEnds } from '../ops/bounds/exact/index.ts';
import { evaluator } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import type { Point } from './attack.ts';
import { type Claim, holdsAt, type Inequality, isUnsafe, leastCorner } from './claim.ts';
import type { Ends } from './ends.ts';
import { exactly, floatsOf } from './exact.ts';
import { firstPointNot, pointCount } from './points.ts';
import type { Leaf } from './question.ts';

/** A leaf of the proof, or a point of the box at which the claim does not hold. */
export type Finished =
  | Extract<Leaf, { readonly kind: 'exact' | 'points' }>
  | { readonly kind: 'unsafe'; readonly inputs: Point };

/** `goOn` is asked before every run. */
export type Finisher = (box: readonly Ends[], claim: Claim, goOn: () => boolean) => Finished | undefined;

/** So many points of a box are run, at most. */
export const MOST_POINTS = 4096;

/** Makes a graph ready; what it gives decides a claim about its output over a box, or says nothing. The graph is the one that runs: one that is spread out has other bits. */
export function finisher(graph: Graph): Finisher {
  const exact = exactly(graph);
  const run = pointRunner(graph);
  return (box, claim, goOn) => {
    const ends = exact(box)?.[0];
    if (ends && isSafe(claim, ends)) return { kind: 'exact' };
    const floats = floatsOf(box);
    if (!floats || !(pointCount(floats) <= MOST_POINTS)) return undefined;
    const open = firstPointNot(floats, (point) => {
      const outputs = goOn() ? run(point) : undefined;
      return outputs !== undefined && !isUnsafe(claim, outputs);
    });
    if (!open) return { kind: 'points' };
    const outputs = run(open);
    return outputs && isUnsafe(claim, outputs) ? { kind: 'unsafe', inputs: open } : undefined;
  };
}

/** A bound that fails by less than this part of its magnitude may fail by rounding errors alone: they are 2^-24 each, and add up. */
const TIE = 2 ** -18;

/**
 * Whether splitting further is not the better way: there are no bounds at all, or they fail by no more than rounding, or few points are
 * left. `worst` is the bound that fails, `outputs` the ends of the net's output.
 */
export function isTimeToFinish(
  claim: Claim,
  box: readonly Ends[],
  { worst, outputs }: { readonly worst: number; readonly outputs: Ends | undefined },
): boolean {
  if (!outputs || worst === -Infinity) return true;
  const least = Math.min(...claim.unsafe.flat().map((one) => magnitudeOf(one, outputs)));
  if (worst >= -TIE * least) return true;
  const floats = floatsOf(box);
  return floats !== undefined && pointCount(floats) <= MOST_POINTS;
}

const magnitudeOf = ({ coefficients, at }: Inequality, { lo, hi }: Ends): number =>
  coefficients.reduce(
    (m, a, k) => (a === 0 ? m : m + Math.abs(a) * Math.max(-(lo[k] as number), hi[k] as number)),
    Math.abs(at),
  );

/** Runs a point; undefined where an output is no finite number, for then no claim is met. */
function pointRunner(graph: Graph): (point: Point) => Float32Array | undefined {
  const run = evaluator(graph);
  return (point) => {
    const outputs = must(run(point, new Map()).outputs[0]) as Float32Array;
    return outputs.every(Number.isFinite) ? outputs : undefined;
  };
}

/**
 * Whether each conjunction has an inequality that holds nowhere between these ends. Its least left side has to be a sum of finite numbers: an
 * infinite value of the other end can only raise it. (Infinite less infinite is left open: it is no number, and what was claimed of it may be true.)
 */
export const isSafe = ({ unsafe }: Claim, ends: FloatEnds): boolean =>
  unsafe.every((all) =>
    all.some((one) => {
      const corner = leastCorner(one, ends.lo, ends.hi);
      return corner.every(Number.isFinite) && !holdsAt(one, corner);
    }),
  );
