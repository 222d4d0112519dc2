/**
 * The graph builder: appends nodes, asks the op table for their types, and freezes a Graph. Mutable while building, the
 * graph it gives is not. Used by lowering, passes, autodiff and the rules of the table themselves.
 */
import type { Alarm, Graph, Origin, Output, TensorType, ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName, Shape, SumOrder } from '../ir/vocabulary.ts';

export interface GraphBuilder {
  /** Appends a node and gives its results. A misuse of the op (its `infer` gives a message) is a Bug. */
  node<K extends OpName>(op: K, inputs: readonly ValueId[], attrs: OpAttrs[K], origin?: Origin): readonly ValueId[];
  /** The same for ops with one result. */
  op<K extends OpName>(op: K, inputs: readonly ValueId[], attrs: OpAttrs[K], origin?: Origin): ValueId;
  typeOf(v: ValueId): TensorType;
  shapeOf(v: ValueId): Shape;
  /** Nodes appended inside `f` get this origin unless they state one. */
  within<T>(origin: Origin | undefined, f: () => T): T;
  input(name: string, shape: Shape): ValueId;
  /** A second call with the same name gives the same value. */
  param(name: string, shape: Shape): ValueId;
  constant(shape: Shape, data: ArrayLike<number>): ValueId;
  /** A scalar constant, or one spread over a shape. */
  full(shape: Shape, value: number): ValueId;
  /** Elementwise shorthands; a scalar operand is broadcast to the other's shape, anything else must agree. */
  add(a: ValueId, b: ValueId): ValueId;
  sub(a: ValueId, b: ValueId): ValueId;
  mul(a: ValueId, b: ValueId): ValueId;
  div(a: ValueId, b: ValueId): ValueId;
  min(a: ValueId, b: ValueId): ValueId;
  max(a: ValueId, b: ValueId): ValueId;
  neg(a: ValueId): ValueId;
  select(c: ValueId, a: ValueId, b: ValueId): ValueId;
  /** The op `gate`: `ct · d`, and 0 where ct is 0 even when d is infinite or NaN: for derivatives that can blow up on a branch not taken. */
  gate(ct: ValueId, d: ValueId): ValueId;
  reshape(a: ValueId, shape: Shape): ValueId;
  transpose(a: ValueId, perm: readonly number[]): ValueId;
  /** See the op; the identity when nothing changes. */
  broadcast(a: ValueId, shape: Shape, axes: readonly number[]): ValueId;
  /** Repeats a value along a new leading axis. */
  repeat(a: ValueId, size: number): ValueId;
  sum(a: ValueId, axes: readonly number[], order: SumOrder): ValueId;
  einsum(a: ValueId, b: ValueId, attrs: OpAttrs['einsum']): ValueId;
  /** Copies another graph's nodes in, its inputs replaced by `inputs`; gives its outputs (alarms are added to this builder). Params stay params, one per name, but for those that `params` gives a value. */
  inline(graph: Graph, inputs: readonly ValueId[], params?: ReadonlyMap<string, ValueId>): readonly ValueId[];
  alarm(alarm: Alarm): void;
  finish(outputs: readonly Output[]): Graph;
}
