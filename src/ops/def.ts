/**
 * What the record of an op holds. One record per op, complete by type: shape rule, meaning, gradient, batching rule, bounds.
 * Algorithms that use the rules live elsewhere (`autodiff/`, `passes/vectorise`); they ask the record and never switch on the op.
 */
import type { TensorType, ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName } from '../ir/vocabulary.ts';
import type { Expr, KernelBuilder } from '../kernel/expr.ts';
import type { OpBounds } from './bounds.ts';
import type { GraphBuilder } from './builder.ts';

/** An operand of a batching rule: when `batched`, axis 0 of `value` is the batch. */
export interface BatchOperand {
  readonly value: ValueId;
  readonly batched: boolean;
}

/** Context of a batching rule: the builder and the batch size. */
export interface BatchContext {
  readonly b: GraphBuilder;
  readonly size: number;
}

export interface VjpContext<K extends OpName> {
  readonly b: GraphBuilder;
  readonly attrs: OpAttrs[K];
  readonly inputs: readonly ValueId[];
  readonly results: readonly ValueId[];
}

export interface OpDef<K extends OpName> {
  /** One sentence for the reference. */
  readonly doc: string;
  /** The result types, or a message why the operands do not fit. */
  readonly infer: (inputs: readonly TensorType[], attrs: OpAttrs[K]) => readonly TensorType[] | string;
  /** Elementwise ops: the fixed sequence of steps for one element. This is the meaning every backend runs. */
  readonly scalar?: (k: KernelBuilder, args: readonly Expr[], attrs: OpAttrs[K]) => Expr;
  /**
   * Cotangents of the inputs from those of the results (`null`: no gradient). One line of maths stands over each.
   * Loops have none here: their gradient is an algorithm, `autodiff/loops`.
   */
  readonly vjp: ((c: VjpContext<K>, cts: readonly (ValueId | null)[]) => readonly (ValueId | null)[]) | 'loop' | 'leaf';
  /** Elementwise: operands are broadcast to the batch and the op applied. A rule gets at least one batched operand; its results are batched (axis 0). */
  readonly batch:
    | 'elementwise'
    | 'loop'
    | 'leaf'
    | ((c: BatchContext, attrs: OpAttrs[K], inputs: readonly BatchOperand[]) => ValueId[]);
  /** How the prover bounds the results: rules of the op's own where it is elementwise, else the kind of algorithm. */
  readonly bounds: OpBounds<K>;
  /** Where the tests of the table draw operands from, per element. */
  readonly domain: readonly [number, number];
}

export type OpTable = { readonly [K in OpName]: OpDef<K> };
