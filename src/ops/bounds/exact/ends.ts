/**
 * Float32 ends of values, bit for bit, and what a rule for them is. Ends are numbers: -0 and 0 are one. They hold for the float32 program in
 * the reference's order of summation, and for nothing else.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../../ir/graph.ts';
import type { OpName, Shape } from '../../../ir/vocabulary.ts';
import { read, type Slots, type Step } from '../../reference/step.ts';

/** Lower and upper ends per element, attained or not; lo <= hi. */
export interface FloatEnds {
  readonly lo: Float32Array;
  readonly hi: Float32Array;
}

/** Both ends of all values, by ValueId; filled as the steps run. */
export interface EndSlots {
  readonly lo: Slots;
  readonly hi: Slots;
}

/** Fills the ends of a node's results from those of its operands; false where nothing can be said: a NaN, an overflow. */
export type EndsStep = (at: EndSlots) => boolean;

/** Ends of a graph's inputs to ends of its outputs, which are valid until the next call. */
export type EndsEvaluator = (inputs: readonly FloatEnds[]) => readonly FloatEnds[] | undefined;

/** What a rule sees of the graph. */
export interface EndsContext {
  shapeOf(v: ValueId): Shape;
  buffer(v: ValueId): Float32Array;
  /** The op itself, run on the numbers in some slots. */
  run(node: Node): Step;
  body(graph: Graph): EndsEvaluator;
}

export type EndsRule<K extends OpName = OpName> = (node: NodeOf<K>, c: EndsContext) => EndsStep;

/** Slots of ends are filled by float32 steps alone. */
export const readEnds = ({ lo, hi }: EndSlots, v: ValueId): FloatEnds => ({
  lo: read(lo, v) as Float32Array,
  hi: read(hi, v) as Float32Array,
});

export function writeEnds(at: EndSlots, v: ValueId, { lo, hi }: FloatEnds): void {
  at.lo[v] = lo;
  at.hi[v] = hi;
}

/** Both ends changed in one way. */
export const both = ({ lo, hi }: FloatEnds, f: (xs: Float32Array) => Float32Array): FloatEnds => ({
  lo: f(lo),
  hi: f(hi),
});

/** Whether every element has an interval: false where one is NaN. */
export const areOrdered = ({ lo, hi }: FloatEnds): boolean => {
  for (let k = 0; k < lo.length; k++) if (!((lo[k] as number) <= (hi[k] as number))) return false;
  return true;
};

/** Whether no element may overflow. */
export const areFinite = ({ lo, hi }: FloatEnds): boolean => {
  for (let k = 0; k < lo.length; k++)
    if (!((lo[k] as number) > -Infinity && (hi[k] as number) < Infinity)) return false;
  return true;
};
