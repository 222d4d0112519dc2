/**
 * What is linear in its operands, as rows: moves, sums, products with what is fixed. `fixed` gives the numbers of an operand that
 * does not depend on the inputs. Asked once per node when a net is opened.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { Axes, OpName, Shape } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import { OPS } from '../ops/index.ts';
import { offsets, offsetsAlong, stridesOf } from '../ops/reference/offsets.ts';
import { evaluate } from '../ops/reference.ts';
import { summedLabels } from '../ops/table/contract.ts';
import { must } from '../text/result.ts';
import { type Matrix, matrixOf, moveOf } from './matrix.ts';

/** result = Σ over parts of matrix · operand, in float32: each result with so many roundings, none where it only moves numbers. */
export interface LinearOp {
  readonly parts: readonly { readonly operand: ValueId; readonly matrix: Matrix }[];
  /** Added last and exactly known: from operands that are fixed. */
  readonly constant?: Float64Array;
  /** The most roundings on the way of one term, for any order of summation. */
  readonly roundings: number;
  /** What each result may be off besides (`RunError`). */
  readonly absolute?: number;
}

export type Fixed = (v: ValueId) => Float32Array | undefined;

/** Whether an op only moves numbers, with zeros where nothing comes from; of a graph that is not differentiated. */
export const isMoveOp = (op: OpName): boolean => OPS[op].bounds.kind === 'move' || op === 'stopGradient';

/** The rows of a node, or nothing where it is not linear in what is not fixed. */
export function linearOf(graph: Graph, node: Node, fixed: Fixed): LinearOp | undefined {
  const shape = (v: ValueId): Shape => must(graph.types[v]).shape;
  const size = (v: ValueId): number => sizeOf(shape(v));
  const [x, y] = node.inputs as readonly [ValueId, ValueId];
  if (isMoveOp(node.op) && node.op !== 'concat') {
    const sources = sourcesOf(node, [shape(x)]);
    return sources && { parts: [{ operand: x, matrix: moveOf(size(x), sources) }], roundings: 0 };
  }
  switch (node.op) {
    case 'neg':
      return { parts: [{ operand: x, matrix: moveOf(size(x), iota(size(x)), -1) }], roundings: 0 };
    case 'concat':
      return concatOf(node, shape, fixed);
    case 'put':
      return putOf(node, x, shape(x));
    case 'add':
    case 'sub':
      return sumOfTwo(node.op === 'sub' ? -1 : 1, x, y, size(x), fixed);
    case 'mul':
      return scaled(x, y, fixed) ?? scaled(y, x, fixed);
    case 'sum':
      return {
        parts: [{ operand: x, matrix: sumRows(shape(x), node.attrs.axes) }],
        roundings: Math.max(0, summedSize(shape(x), node.attrs.axes) - 1),
      };
    case 'einsum':
      return node.attrs.order === 'pick' ? undefined : einsumOf(node, shape, fixed);
    default:
      return undefined;
  }
}

const iota = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

const summedSize = (shape: Shape, axes: Axes): number => axes.reduce((n, a) => n * must(shape[a]), 1);

/** Elements that float32 can number. */
const MOST = 2 ** 24;

/** Which element of its operands, laid end to end, each element of a move is; -1 for a zero. Nothing for operands that are too large. */
export function sourcesOf(node: Node, shapes: readonly Shape[]): Int32Array | undefined {
  if (shapes.reduce((n, shape) => n + sizeOf(shape), 0) >= MOST) return undefined;
  const b = graphBuilder();
  const inputs = shapes.map((shape, i) => b.input(`x${i}`, shape));
  const value = must(b.node(node.op, inputs, node.attrs as never)[0]);
  let next = 1;
  const numbers = shapes.map((shape) => Float32Array.from({ length: sizeOf(shape) }, () => next++));
  const { outputs } = evaluate(b.finish([{ name: 'moved', value }]), numbers);
  return Int32Array.from(must(outputs[0]), (i) => i - 1);
}

/** Operands that are fixed are constants of the result. */
function concatOf(node: NodeOf<'concat'>, shape: (v: ValueId) => Shape, fixed: Fixed): LinearOp | undefined {
  const sources = sourcesOf(node, node.inputs.map(shape));
  if (!sources) return undefined;
  const constant = new Float64Array(sources.length);
  let from = 0;
  const parts = node.inputs.flatMap((operand) => {
    const n = sizeOf(shape(operand));
    const start = from;
    from += n;
    const own = sources.map((s) => (s >= start && s < start + n ? s - start : -1));
    const numbers = fixed(operand);
    if (!numbers) return [{ operand, matrix: moveOf(n, own) }];
    for (const [k, s] of own.entries()) if (s >= 0) constant[k] = must(numbers[s]);
    return [];
  });
  return { parts, ...(node.inputs.some((v) => fixed(v)) && { constant }), roundings: 0 };
}

/** Slice j of the operand is added into slice `indices[j]`; the first one is added to 0, which is exact. */
function putOf({ attrs: { axis, indices, size } }: NodeOf<'put'>, operand: ValueId, shape: Shape): LinearOp {
  const inner = sizeOf(shape.slice(axis + 1));
  const rows: (readonly [number, number])[][] = Array.from(
    { length: sizeOf(shape.slice(0, axis)) * size * inner },
    () => [],
  );
  const elements = sizeOf(shape);
  for (let e = 0; e < elements; e++) {
    const slice = Math.floor(e / inner);
    const [outer, j] = [Math.floor(slice / indices.length), slice % indices.length];
    must(rows[(outer * size + must(indices[j])) * inner + (e % inner)]).push([e, 1]);
  }
  const most = rows.reduce((n, row) => Math.max(n, row.length), 1);
  return { parts: [{ operand, matrix: matrixOf(elements, rows) }], roundings: most - 1 };
}

function sumOfTwo(sign: 1 | -1, x: ValueId, y: ValueId, n: number, fixed: Fixed): LinearOp {
  const [a, b] = [fixed(x), fixed(y)];
  const parts = [
    ...(a ? [] : [{ operand: x, matrix: moveOf(n, iota(n)) }]),
    ...(b ? [] : [{ operand: y, matrix: moveOf(n, iota(n), sign) }]),
  ];
  const constant = a ? Float64Array.from(a) : b && Float64Array.from(b, (v) => sign * v);
  return { parts, ...(constant && { constant }), roundings: 1 };
}

function scaled(x: ValueId, by: ValueId, fixed: Fixed): LinearOp | undefined {
  const weights = fixed(by);
  if (!weights) return undefined;
  const rows = Array.from(weights, (w, i) => [[i, w] as const]);
  return { parts: [{ operand: x, matrix: matrixOf(weights.length, rows) }], roundings: 1 };
}

function sumRows(shape: Shape, axes: Axes): Matrix {
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const inner = offsetsAlong(shape, axes);
  return matrixOf(
    sizeOf(shape),
    Array.from(offsetsAlong(shape, kept), (base) => Array.from(inner, (o) => [base + o, 1] as const)),
  );
}

function einsumOf(node: NodeOf<'einsum'>, shape: (v: ValueId) => Shape, fixed: Fixed): LinearOp | undefined {
  const [l, r] = node.inputs as readonly [ValueId, ValueId];
  const left = fixed(l);
  const weights = left ?? fixed(r);
  if (!weights) return undefined;
  const operand = left ? r : l;
  const terms = termsOf(node, shape);
  const [own, other] = left ? [terms.rhs, terms.lhs] : [terms.lhs, terms.rhs];
  const rows = Array.from({ length: terms.results }, (_, k) =>
    Array.from({ length: terms.count }, (_, i) => {
      const at = k * terms.count + i;
      return [own[at] as number, weights[other[at] as number] as number] as const;
    }),
  );
  return { parts: [{ operand, matrix: matrixOf(sizeOf(shape(operand)), rows) }], roundings: Math.max(1, terms.count) };
}

export interface Terms {
  readonly results: number;
  readonly count: number;
  /** Which elements of the factors each term multiplies: term i of result k at `k * count + i`. */
  readonly lhs: Int32Array;
  readonly rhs: Int32Array;
}

/** The terms of an einsum. */
export function termsOf(node: NodeOf<'einsum'>, shape: (v: ValueId) => Shape): Terms {
  const { attrs, inputs } = node;
  const summed = summedLabels(attrs);
  const [ls, rs] = [shape(must(inputs[0])), shape(must(inputs[1]))];
  const sizeOfLabel = (label: number): number => ls[attrs.lhs.indexOf(label)] ?? must(rs[attrs.rhs.indexOf(label)]);
  const order = [...attrs.out, ...summed];
  const extents = order.map(sizeOfLabel);
  const along = (labels: Axes, own: Shape): Int32Array => {
    const strides = stridesOf(own);
    return offsets(
      extents,
      order.map((label) => strides[labels.indexOf(label)] ?? 0),
    );
  };
  const count = summed.reduce((n, label) => n * sizeOfLabel(label), 1);
  const results = attrs.out.reduce((n, label) => n * sizeOfLabel(label), 1);
  return { results, count, lhs: along(attrs.lhs, ls), rhs: along(attrs.rhs, rs) };
}

/** The outer op after the inner one, where each result of the outer takes one result of the inner as it is or negated. */
export function joinedOps(outer: LinearOp, inner: LinearOp): LinearOp | undefined {
  const [only, ...others] = outer.parts;
  // the sum of two constants need not be a double
  if (!only || others.length > 0 || (outer.constant && inner.constant)) return undefined;
  const { matrix } = only;
  for (let k = 0; k < matrix.rows; k++) {
    const [from, to] = [matrix.start[k] as number, matrix.start[k + 1] as number];
    if (to - from > 1 || (to > from && Math.abs(matrix.weight[from] as number) !== 1)) return undefined;
  }
  const sourceOf = (k: number): readonly [number, number] | undefined => {
    const from = matrix.start[k] as number;
    return from < (matrix.start[k + 1] as number)
      ? [matrix.column[from] as number, matrix.weight[from] as number]
      : undefined;
  };
  const rows = Array.from({ length: matrix.rows }, (_, k) => sourceOf(k));
  const parts = inner.parts.map(({ operand, matrix: m }) => ({ operand, matrix: chosenRows(m, rows) }));
  const constant = rows.map(
    (row, k) => (outer.constant?.[k] ?? 0) + (row ? row[1] * (inner.constant?.[row[0]] ?? 0) : 0),
  );
  return {
    parts,
    ...((outer.constant || inner.constant) && { constant: Float64Array.from(constant) }),
    roundings: outer.roundings + inner.roundings,
    ...((outer.absolute || inner.absolute) && { absolute: (outer.absolute ?? 0) + (inner.absolute ?? 0) }),
  };
}

/** The rows of a matrix that are named, each with its sign. */
function chosenRows(m: Matrix, rows: readonly (readonly [row: number, sign: number] | undefined)[]): Matrix {
  return matrixOf(
    m.columns,
    rows.map((row) => {
      if (!row) return [];
      const [from, to] = [m.start[row[0]] as number, m.start[row[0] + 1] as number];
      return Array.from(
        { length: to - from },
        (_, i) => [m.column[from + i] as number, row[1] * (m.weight[from + i] as number)] as const,
      );
    }),
  );
}
