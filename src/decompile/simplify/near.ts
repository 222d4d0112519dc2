/**
 * How far two programs with the same inputs are apart over boxes, as proved: the one place where `simplify`, `diff` and the check of a
 * certificate ask the prover.
 */
import { withConstants } from '../../interop/index.ts';
import type { Graph } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { differenceOf, type Ends } from '../../verify/index.ts';
import type { Values } from './flat.ts';

/** Per leaf of the function's inputs. */
export type Box = readonly Ends[];

/** A function as it runs: its graph, and the params of its program by name. */
export interface Side {
  readonly graph: Graph;
  readonly params: Values;
}

/**
 * The largest difference of any output element over any of the boxes, Infinity where a box has no bound or one above `limit`. `order` says
 * which box is asked first, and is changed so that a box that broke the limit comes first next time.
 */
export function farthest(f: Side, g: Side, boxes: readonly Box[], limit = Infinity, order = [...boxes.keys()]): number {
  const difference = differenceOf(withConstants(f), withConstants(g));
  let most = 0;
  for (const [turn, which] of order.entries()) {
    const found = difference(must(boxes[which]));
    most = found ? found.reduce(largest, most) : Infinity;
    if (most <= limit) continue;
    order.splice(turn, 1);
    order.unshift(which);
    return Infinity;
  }
  return most;
}

/** NaN never passes for small. */
function largest(most: number, { lo, hi }: Ends): number {
  for (let k = 0; k < lo.length; k++) {
    const here = Math.max(-(lo[k] as number), hi[k] as number);
    if (!(here <= most)) most = here >= 0 ? here : Infinity;
  }
  return most;
}
