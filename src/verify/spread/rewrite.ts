/**
 * What the rewrites of `spread.ts` share: the graph in ops that have bounds with a table of errors beside it, and where a rewrite looks
 * for its pattern. A rewrite that is not certain of its pattern leaves the op as it is.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { must } from '../../text/result.ts';

/**
 * How far a value of the program, as it runs or as the ideal function has it, may be from what its node here says of real operands:
 * γ_roundings (Higham, 3.1) of its magnitude, and `absolute`. In the place of the roundings of the node itself.
 */
export interface RunError {
  readonly roundings: number;
  readonly absolute: number;
}

/** A graph in ops that have bounds, and the values that are further from the program than an op of their kind. */
export interface Spread {
  readonly graph: Graph;
  /** Of results of linear nodes. */
  readonly errors: ReadonlyMap<ValueId, RunError>;
}

/** A graph as it stands: every node is an op of the program. */
export const asItStands = (graph: Graph): Spread => ({ graph, errors: new Map() });

/** A rewrite at work: the graph as it was, and the one in the making. */
export interface Site {
  readonly b: GraphBuilder;
  /** The node that defines a value of the old graph. */
  readonly maker: (old: ValueId) => Node;
  /** The new value of an old one. */
  readonly now: (old: ValueId) => ValueId;
  readonly varies: (old: ValueId) => boolean;
  /** The value, known to be this far from that of the program. */
  readonly off: (value: ValueId, error: RunError) => ValueId;
}

/** The node that defines a value, if it is of this op. */
export function madeBy<K extends OpName>({ maker }: Site, v: ValueId, op: K): NodeOf<K> | undefined {
  const node = maker(v);
  return node.op === op ? (node as Node & NodeOf<K>) : undefined;
}

export const operand = (node: Node, i = 0): ValueId => must(node.inputs[i]);
