/**
 * Pieces that several records share: shape rules of elementwise ops, small checks of attributes, and the constants
 * that gradients are written with. Only the files of `ops/table` use it.
 */
import type { TensorType, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { Expr, KernelBuilder } from '../../kernel/expr.ts';
import { must } from '../../text/result.ts';
import type { GraphBuilder } from '../builder.ts';
import type { BatchContext, BatchOperand } from '../def.ts';

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** All operands have one shape, which is the result's. */
export function inferElementwise(inputs: readonly TensorType[]): readonly TensorType[] | string {
  const [first, ...rest] = inputs;
  if (!first) return 'an elementwise op needs an operand';
  const odd = rest.find((t) => !sameShape(t.shape, first.shape));
  return odd ? `operands have shapes ${showShape(first.shape)} and ${showShape(odd.shape)}` : [{ shape: first.shape }];
}

/** A scalar kernel of one, two or three operands, from a function that names them. */
export const kernel1 =
  (f: (k: KernelBuilder, x: Expr) => Expr) =>
  (k: KernelBuilder, args: readonly Expr[]): Expr =>
    f(k, must(args[0]));
export const kernel2 =
  (f: (k: KernelBuilder, x: Expr, y: Expr) => Expr) =>
  (k: KernelBuilder, args: readonly Expr[]): Expr =>
    f(k, must(args[0]), must(args[1]));
export const kernel3 =
  (f: (k: KernelBuilder, x: Expr, y: Expr, z: Expr) => Expr) =>
  (k: KernelBuilder, args: readonly Expr[]): Expr =>
    f(k, must(args[0]), must(args[1]), must(args[2]));

/** The shape of operand `i` (arity is checked before `infer` is asked). */
export const shapeAt = (inputs: readonly TensorType[], i: number): Shape => inputs[i]?.shape ?? [];

export const isSize = (n: number): boolean => Number.isInteger(n) && n >= 0;
export const isShape = (shape: Shape): boolean => shape.every(isSize);

/** Distinct axes of a tensor of this rank, ascending. */
export const areAxes = (axes: readonly number[], rank: number): boolean =>
  axes.every((a, i) => isSize(a) && a < rank && (i === 0 || a > (axes[i - 1] ?? 0)));

export const isAxis = (axis: number, rank: number): boolean => isSize(axis) && axis < rank;

export const isWidth = (width: number): boolean => Number.isFinite(width) && width > 0;

export const without = (shape: Shape, axes: readonly number[]): number[] => shape.filter((_, i) => !axes.includes(i));

export const replaced = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((d, i) => (i === axis ? size : d));

/** The axes of `shape` that are not `axes`, ascending: where a reduced tensor's axes go when it is spread again. */
export const otherAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((_, i) => i).filter((i) => !axes.includes(i));

/** 1 where x = y, 0 elsewhere, as a constant for gradients. */
export function marks(b: GraphBuilder, x: ValueId, y: ValueId): ValueId {
  const sign = b.op('eq', [x, y], { width: 1 });
  const half = b.full([], 0.5);
  return b.op('stopGradient', [b.add(b.mul(sign, half), half)], {});
}

/** An operand with the batch in front, repeated when it had none. */
export const batched = (c: BatchContext, operand: BatchOperand): ValueId =>
  operand.batched ? operand.value : c.b.repeat(operand.value, c.size);

/** The single operand of a unary rule: it is batched, or the rule would not be asked. */
export const only = (inputs: readonly BatchOperand[], c: BatchContext): ValueId => {
  const [operand] = inputs;
  return operand ? batched(c, operand) : c.b.full([c.size], 0);
};

export const shifted = (axes: readonly number[]): number[] => axes.map((a) => a + 1);
