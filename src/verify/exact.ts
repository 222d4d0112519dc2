/**
 * Bit-exact intervals of whole graphs: what the compiled program computes on the float32 points of a box, without any widening (tier S1: this
 * order of summation, nothing about the ideal function). On a box of one point they are the run itself.
 */
import type { Graph } from '../ir/graph.ts';
import { ceilF32, floorF32 } from '../num/bits.ts';
import { endsEvaluator, type FloatEnds } from '../ops/bounds/exact/index.ts';
import { areEnds, type Ends } from './ends.ts';

/** The float32 points of a box, by their ends; undefined where an element has none. */
export function floatsOf(box: readonly Ends[]): readonly FloatEnds[] | undefined {
  const floats = box.map(({ lo, hi }) => ({ lo: Float32Array.from(lo, ceilF32), hi: Float32Array.from(hi, floorF32) }));
  const isWhole = floats.every(({ lo, hi }) => lo.every((l, k) => l <= (hi[k] as number)));
  return isWhole && box.every(areEnds) ? floats : undefined;
}

export type ExactEnds = (box: readonly Ends[]) => readonly FloatEnds[] | undefined;

/**
 * Ends of the outputs over the float32 points of boxes, for a graph made ready once. The graph is the one that runs, its params as
 * constants. Undefined where a run may overflow or give NaN, or where a box holds no float32 point. Valid until the next call.
 */
export function exactly(graph: Graph): ExactEnds {
  const ends = endsEvaluator(graph);
  return (box) => {
    const floats = floatsOf(box);
    return floats && ends(floats);
  };
}

/** The same, once. */
export const exactEnds = (graph: Graph, box: readonly Ends[]): readonly FloatEnds[] | undefined => exactly(graph)(box);
