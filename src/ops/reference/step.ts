/** What one node becomes when a graph is made ready to run: a step that reads slots and fills its own. */
import type { Graph, NodeOf, ValueId } from '../../ir/graph.ts';
import type { OpName, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Arithmetic, Numbers } from './arithmetic.ts';

/** The tensor of every value, by ValueId; filled as the steps run. */
export type Slots = Numbers[];
export type Step = (slots: Slots) => void;

/** What a rule sees of the graph. A result's buffer is made once and used again in every run. */
export interface StepContext {
  readonly arithmetic: Arithmetic;
  shapeOf(v: ValueId): Shape;
  buffer(v: ValueId): Numbers;
  /** Makes a loop's body ready: its inputs in, its outputs (which may be overwritten by the next call) out. */
  body(graph: Graph): Body;
}

export type Body = (inputs: readonly Numbers[]) => readonly Numbers[];

export type StepRule<K extends OpName> = (node: NodeOf<K>, c: StepContext) => Step;

/** The tensor in a slot. */
export const read = (slots: Slots, v: ValueId): Numbers => must(slots[v], () => `value ${v} is read before it is made`);

/** A step that fills the buffer of the node's single result from its operands. */
export function filling<K extends OpName>(
  node: NodeOf<K>,
  c: StepContext,
  fill: (out: Numbers, operands: readonly Numbers[]) => void,
): Step {
  const result = must(node.results[0]);
  const out = c.buffer(result);
  return (slots) => {
    fill(
      out,
      node.inputs.map((v) => read(slots, v)),
    );
    slots[result] = out;
  };
}
