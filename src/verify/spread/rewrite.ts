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

/** A product of equal factors. */
export interface Power {
  /** Of the old graph. */
  readonly base: ValueId;
  readonly exponent: number;
}

/** A rewrite at work: the graph as it was, and the one in the making. */
export interface Site {
  readonly b: GraphBuilder;
  /** The node that defines a value of the old graph. */
  readonly maker: (old: ValueId) => Node;
  /** The new value of an old one. */
  readonly now: (old: ValueId) => ValueId;
  readonly varies: (old: ValueId) => boolean;
  /** Products of equal factors that were met so far. */
  readonly powers: Map<ValueId, Power>;
  /** States the error of a linear node. */
  readonly mark: (value: ValueId, error: RunError) => void;
}

/** A value, this far from that of the program: a node of its own that says so. */
export function off({ b, mark }: Site, v: ValueId, error: RunError): ValueId {
  const value = b.mul(v, b.full([], 1));
  mark(value, error);
  return value;
}

/** The numbers of a constant, or of one that is spread. */
export function numbersOf(s: Site, v: ValueId): Float32Array | undefined {
  const spread = madeBy(s, v, 'broadcast');
  return madeBy(s, spread ? operand(spread) : v, 'const')?.attrs.data;
}

/** The node that defines a value, if it is of this op. */
export function madeBy<K extends OpName>({ maker }: Site, v: ValueId, op: K): NodeOf<K> | undefined {
  const node = maker(v);
  return node.op === op ? (node as Node & NodeOf<K>) : undefined;
}

export const operand = (node: Node, i = 0): ValueId => must(node.inputs[i]);
