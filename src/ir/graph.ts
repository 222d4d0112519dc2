/**
 * The graph: typed SSA over float32 tensors, immutable. Nodes stand in topological order; a node has one result
 * or, for loops, several. Values are numbered by the node order, so a graph is plain data.
 */
import type { Span } from '../text/span.ts';
import type { OpAttrs, OpName, Shape } from './vocabulary.ts';

/** Index of a value within its graph. */
export type ValueId = number & { readonly __value: true };

/** Every tensor is float32; a bool is ±1, an enum or index one-hot, a truth in [-1, 1]. */
export interface TensorType {
  readonly shape: Shape;
}

/** Where a node comes from: shown in traces, NaN reports and generated code; not part of the graph's identity. */
export interface Origin {
  readonly at: Span;
  /** The `let`, field or parameter it was bound to. */
  readonly name?: string;
}

export type NodeOf<K extends OpName> = {
  readonly op: K;
  readonly attrs: OpAttrs[K];
  readonly inputs: readonly ValueId[];
  /** The values this node defines, consecutive. */
  readonly results: readonly ValueId[];
  readonly origin?: Origin;
};

export type Node = { [K in OpName]: NodeOf<K> }[OpName];

export interface Output {
  readonly name: string;
  readonly value: ValueId;
}

/** A value that is reported when it is > 0 after a run: an `iterate` that reached its bound. */
export interface Alarm {
  readonly value: ValueId;
  readonly message: string;
  readonly at: Span;
}

export interface Graph {
  readonly nodes: readonly Node[];
  /** By ValueId. */
  readonly types: readonly TensorType[];
  /** The `input` nodes' values in positional order. */
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly Output[];
  readonly alarms: readonly Alarm[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);
