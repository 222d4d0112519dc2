/**
 * Ops that bounds do not go through in one step, as ops that they do: extremes as trees of `max` and `min`, argmax as comparisons of
 * all pairs, products of two varying factors as a product per term and a sum, lookups as sums of products with one-hot vectors; and
 * what is bounded better as one (`spread/`). Every number stays what it was, where all are finite, but for values in the table of errors;
 * only -0 may become 0 (a pick multiplies by exact ones and zeros).
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { Axes, OpName, Shape } from '../ir/vocabulary.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { summedLabels } from '../ops/table/contract.ts';
import { copyNode, rebuild } from '../passes/copy.ts';
import { must } from '../text/result.ts';
import { kleeneForm } from './spread/kleene.ts';
import { powerForm } from './spread/powers.ts';
import type { Power, RunError, Site, Spread } from './spread/rewrite.ts';
import { softmaxForm } from './spread/softmax.ts';

export { asItStands, type RunError, type Spread } from './spread/rewrite.ts';

/** The graph in ops that have bounds. For analyses; nothing that runs needs it. */
export function spreadOut(graph: Graph): Spread {
  const varying = varyingValues(graph);
  const makers = new Map(graph.nodes.flatMap((node) => node.results.map((v) => [v, node] as const)));
  const now = new Map<ValueId, ValueId>();
  const errors = new Map<ValueId, RunError>();
  const powers = new Map<ValueId, Power>();
  const site = (b: GraphBuilder): Site => ({
    b,
    maker: (v) => must(makers.get(v)),
    now: (v) => must(now.get(v)),
    varies: (v) => varying.has(v),
    powers,
    mark: (v, error) => void errors.set(v, error),
  });
  const spread = rebuild(graph, (b, node, inputs) => {
    const results = spreadNode(site(b), node, inputs);
    for (const [i, v] of node.results.entries()) now.set(v, must(results[i]));
    return results;
  });
  return { graph: spread, errors };
}

function spreadNode(s: Site, node: Node, inputs: readonly ValueId[]): readonly ValueId[] {
  const { b } = s;
  // what is fixed is run as it is, NaN included
  if (!node.inputs.some(s.varies)) return copyNode(b, node, inputs);
  const whole = softmaxForm(s, node) ?? kleeneForm(s, node) ?? powerForm(s, node);
  if (whole !== undefined) return [whole];
  switch (node.op) {
    case 'reduceMax':
    case 'reduceMin':
      return [extreme(b, node.op === 'reduceMax' ? 'max' : 'min', must(inputs[0]), node.attrs.axes)];
    case 'argmax':
      return [marksOfLargest(b, must(inputs[0]), node.attrs.axis)];
    case 'einsum':
      return spreadEinsum(b, node, inputs as Pair, node.inputs.map(s.varies));
    default:
      return copyNode(b, node, inputs);
  }
}

function varyingValues(graph: Graph): ReadonlySet<ValueId> {
  const varying = new Set<ValueId>(graph.inputs);
  for (const node of graph.nodes as readonly Node[])
    if (node.inputs.some((v) => varying.has(v))) for (const v of node.results) varying.add(v);
  return varying;
}

/** One place along an axis, which disappears. */
function sliceOf(b: GraphBuilder, x: ValueId, axis: number, at: number): ValueId {
  const shape = b.shapeOf(x);
  const starts = shape.map((_, i) => (i === axis ? at : 0));
  const limits = shape.map((n, i) => (i === axis ? at + 1 : n));
  return b.reshape(b.op('slice', [x], { starts, limits }), without(shape, axis));
}

const without = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis);

function tree(list: readonly ValueId[], join: (x: ValueId, y: ValueId) => ValueId): ValueId {
  const [first, ...rest] = list;
  if (rest.length === 0) return must(first);
  const half = Math.ceil(list.length / 2);
  return join(tree(list.slice(0, half), join), tree(list.slice(half), join));
}

function extreme(b: GraphBuilder, op: 'max' | 'min', x: ValueId, axes: Axes): ValueId {
  return [...axes]
    .sort((p, q) => q - p)
    .reduce<ValueId>((v, axis) => {
      const places = Array.from({ length: must(b.shapeOf(v)[axis]) }, (_, at) => sliceOf(b, v, axis, at));
      return tree(places, (p, q) => b.op(op, [p, q], {}));
    }, x);
}

/** 1 where x_i > x_j for all j < i and x_i >= x_j for all j > i, else 0: (min of ±1 + 1) / 2, exactly. */
function marksOfLargest(b: GraphBuilder, x: ValueId, axis: number): ValueId {
  const places = Array.from({ length: must(b.shapeOf(x)[axis]) }, (_, at) => sliceOf(b, x, axis, at));
  const compare = (op: Extract<OpName, 'lt' | 'le'>, p: ValueId, q: ValueId): ValueId => b.op(op, [p, q], { width: 1 });
  const marks = places.map((own, i) => {
    const tests = places.flatMap((other, j) => (j === i ? [] : [compare(j < i ? 'lt' : 'le', other, own)]));
    const holds = tests.length > 0 ? tree(tests, (p, q) => b.min(p, q)) : b.full(b.shapeOf(own), 1);
    return b.mul(b.add(holds, b.full([], 1)), b.full([], 0.5));
  });
  const shape = b.shapeOf(must(marks[0]));
  const thick = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  const rows = marks.map((m) => b.reshape(m, thick));
  return rows.length === 1 ? must(rows[0]) : b.op('concat', rows, { axis });
}

type Pair = readonly [ValueId, ValueId];

function spreadEinsum(
  b: GraphBuilder,
  node: NodeOf<'einsum'>,
  [l, r]: Pair,
  varies: readonly boolean[],
): readonly ValueId[] {
  if (node.attrs.order === 'pick') return [products(b, node, [oneHot(b, node, l, varies[0] === true), r])];
  return varies.every(Boolean) ? [products(b, node, [l, r])] : copyNode(b, node, [l, r]);
}

/** What a pick goes by: 1 where the left factor is largest over the summed labels (the first such), else 0. */
function oneHot(b: GraphBuilder, { attrs }: NodeOf<'einsum'>, l: ValueId, varies: boolean): ValueId {
  const summed = summedLabels(attrs);
  const kept = attrs.lhs.filter((label) => !summed.includes(label));
  const perm = [...kept, ...summed].map((label) => attrs.lhs.indexOf(label));
  const turned = b.transpose(l, perm);
  const shape = b.shapeOf(turned);
  const flat = [...shape.slice(0, kept.length), sizeOf(shape.slice(kept.length))];
  const [rows, axis] = [b.reshape(turned, flat), kept.length];
  const marks = varies ? marksOfLargest(b, rows, axis) : b.op('argmax', [rows], { axis, width: 1 });
  return b.transpose(
    b.reshape(marks, shape),
    attrs.lhs.map((_, i) => perm.indexOf(i)),
  );
}

/** Both factors spread over the results' and the summed labels, multiplied, summed. */
function products(b: GraphBuilder, { attrs }: NodeOf<'einsum'>, [l, r]: Pair): ValueId {
  const summed = summedLabels(attrs);
  const labels = [...attrs.out, ...summed];
  const [ls, rs] = [b.shapeOf(l), b.shapeOf(r)];
  const shape = labels.map((label) => ls[attrs.lhs.indexOf(label)] ?? must(rs[attrs.rhs.indexOf(label)]));
  const spread = (x: ValueId, own: Axes): ValueId => {
    const kept = labels.filter((label) => own.includes(label));
    const turned = b.transpose(
      x,
      kept.map((label) => own.indexOf(label)),
    );
    return b.broadcast(
      turned,
      shape,
      kept.map((label) => labels.indexOf(label)),
    );
  };
  const terms = b.mul(spread(l, attrs.lhs), spread(r, attrs.rhs));
  const axes = summed.map((_, i) => attrs.out.length + i);
  return b.sum(terms, axes, attrs.order === 'lanes' ? 'lanes' : 'sequential');
}
