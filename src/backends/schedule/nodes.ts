/** One rule per kind of op: what a node of a graph becomes. Moves become views, elementwise ops join groups, the rest are steps. */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Axes, OpAttrs, OpName, Shape } from '../../ir/vocabulary.ts';
import type { Combine } from '../../kernel/nest.ts';
import { normals, uniforms } from '../../num/random.ts';
import { summedLabels } from '../../ops/table/contract.ts';
import { must } from '../../text/result.ts';
import { type Context, type Lazy, shapeOf, type Value, wrote } from './context.ts';
import { cutFor, fits, type Group, groupOf, pushMap, type ReduceDraft, Scope } from './draft.ts';
import { iterate, scan } from './loops.ts';
import { cutsOf, joinCuts } from './space.ts';
import { turnedOnce } from './turned.ts';
import {
  type Axis,
  boxIn,
  broadcasted,
  gathers,
  shapeOfView,
  sliced,
  spread,
  taken,
  transposed,
  type View,
  whole,
} from './view.ts';

/** Schedules all nodes; inputs (and, outermost, params) have values already. */
export function scheduleNodes(c: Context): void {
  for (const node of c.graph.nodes) {
    if (node.op === 'input' || node.op === 'param') continue;
    if (node.results.every((v) => sizeOf(c.shapeOf(v)) === 0)) for (const v of node.results) c.values[v] = empty(c, v);
    else if (node.op === 'scan') scan(c, node, scheduleNodes);
    else if (node.op === 'iterate') iterate(c, node, scheduleNodes);
    else {
      const v = must(node.results[0]);
      c.values[v] = valueFor(c, node, v);
    }
  }
}

const empty = (c: Context, v: ValueId): View => whole(c.temporary(0), c.shapeOf(v));

const constant = (c: Context, shape: Shape, data: Float32Array): View => {
  const first = data[0] as number;
  return data.every((x) => Object.is(x, first))
    ? uniform(c, shape, first)
    : whole(c.names.tensor('constant', data.length, c.names.root, data), shape);
};

const uniform = (c: Context, shape: Shape, x: number): View =>
  spread(c.names.tensor('constant', 1, c.names.root, Float32Array.of(x)), shape);

function valueFor(c: Context, node: Exclude<Node, NodeOf<'scan' | 'iterate'>>, v: ValueId): Value {
  const shape = c.shapeOf(v);
  const operand = (i = 0): Value => c.value(must(node.inputs[i]));
  const read = (i = 0): View => c.read(operand(i));
  switch (node.op) {
    case 'const':
      return constant(c, shape, node.attrs.data);
    case 'random': {
      const { kind, seed, stream } = node.attrs;
      return constant(c, shape, (kind === 'normal' ? normals : uniforms)(sizeOf(shape), seed, stream));
    }
    case 'stopGradient':
      return operand();
    case 'reshape': {
      const x = operand();
      return x.kind === 'lazy' ? { ...x, shape } : c.reshape(c.read(x), shape);
    }
    case 'transpose':
      return transposed(read(), node.attrs.perm);
    case 'broadcast': {
      const x = operand();
      if (x.kind === 'lazy' && sizeOf(shape) === sizeOf(x.shape)) return { ...x, shape };
      return broadcasted(read(), shape, node.attrs.axes);
    }
    case 'slice':
      return sliced(read(), node.attrs.starts, node.attrs.limits);
    case 'take':
      return taken(read(), node.attrs.axis, node.attrs.indices);
    case 'pad':
      return pad(c, node, v);
    case 'concat':
      return concat(c, node, v);
    case 'put':
      return put(c, node, v);
    case 'sum':
      return reduce(c, operand(), node.attrs.axes, node.attrs.order, v);
    case 'reduceMax':
      return reduce(c, operand(), node.attrs.axes, 'max', v);
    case 'reduceMin':
      return reduce(c, operand(), node.attrs.axes, 'min', v);
    case 'argmax':
      return argmax(c, read(), node.attrs.axis, v);
    case 'einsum':
      return einsum(c, node.attrs, [operand(0), operand(1)], v);
    default: {
      const { op, attrs } = node as NodeOf<OpName>;
      const operands = node.inputs.map((x) => c.value(x));
      if (c.isPutOff(v)) return { kind: 'deferred', op, attrs, operands, shape };
      return c.elementwise(op, attrs, operands, shape, c.wanted.get(v));
    }
  }
}

// --- moves that write --------------------------------------------------------------------------------

function fill(c: Context, to: View, x: number): void {
  const { group } = pushMap(c.scope, sizeOf(shapeOfView(to)));
  cutFor(group, to);
  group.members.push({ group, value: group.kernel.f32(x), place: to, copies: [] });
  wrote(to.tensor, group.step);
}

function pad(c: Context, node: NodeOf<'pad'>, v: ValueId): View {
  const from = c.readValue(must(node.inputs[0]));
  const extents = shapeOfView(from);
  if (sizeOf(extents) === 0) return uniform(c, c.shapeOf(v), 0);
  const to = c.target(v);
  fill(c, to, 0);
  c.copy(from, boxIn(to, node.attrs.low, extents));
  return to;
}

function concat(c: Context, node: NodeOf<'concat'>, v: ValueId): View {
  const to = c.target(v);
  let at = 0;
  for (const piece of node.inputs) {
    const extents = c.shapeOf(piece);
    const starts = extents.map((_, i) => (i === node.attrs.axis ? at : 0));
    if (sizeOf(extents) > 0) c.deliver(c.value(piece), boxIn(to, starts, extents));
    at += must(extents[node.attrs.axis]);
  }
  return to;
}

function put(c: Context, node: NodeOf<'put'>, v: ValueId): View {
  const from = c.readValue(must(node.inputs[0]));
  if (sizeOf(shapeOfView(from)) === 0) return uniform(c, c.shapeOf(v), 0);
  const to = c.target(v);
  fill(c, to, 0);
  const { axis, indices } = node.attrs;
  c.scope.push({ kind: 'scatter', at: 0, scope: c.scope, along: axis, from, to: taken(to, axis, indices) });
  wrote(to.tensor, must(c.scope.steps.at(-1)));
  return to;
}

// --- sums and products -------------------------------------------------------------------------------

/** The result of a sum or product as a member of what happens to it. */
function resultOf(c: Context, group: Group, v: ValueId, wanted = c.wanted.get(v)): Lazy {
  const member = { group, value: group.kernel.arg('f32', 0), copies: [], wanted };
  group.members.push(member);
  return { kind: 'lazy', member, shape: c.shapeOf(v) };
}

function reduce(c: Context, x: Value, axes: Axes, combine: Combine, v: ValueId): Value {
  const shape = shapeOf(x);
  if (sizeOf(shape) === 0) return uniform(c, c.shapeOf(v), 0);
  const terms = termsOver(shape);
  const from = fits(terms, c.viewsOf(x)) ? x : c.read(x);
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  return pushReduce(c, { shape, kept, combine, terms, term: c.express(from, terms) }, v);
}

/** A group for the terms of a sum: one walk over the shape. */
function termsOver(shape: Shape): Group {
  const { group } = pushMap(new Scope(), sizeOf(shape));
  group.cuts = cutsOf(shape.map((size) => ({ size })));
  return group;
}

function pushReduce(
  c: Context,
  sum: Pick<ReduceDraft, 'shape' | 'kept' | 'combine' | 'terms' | 'term'>,
  v: ValueId,
): Value {
  const cuts = keptCuts(sum.shape, sum.kept, sum.terms.cuts);
  const step: ReduceDraft = groupOf({ first: 1, cuts, fixed: true }, (group) => ({
    kind: 'reduce' as const,
    at: 0,
    scope: c.scope,
    ...sum,
    group,
  }));
  c.scope.push(step);
  return resultOf(c, step.group, v);
}

/** The cuts of the results' walk: those of the kept axes, finer where the terms' walk is. */
function keptCuts(shape: Shape, kept: readonly number[], cuts: readonly number[]): readonly number[] {
  const result = [1];
  let [low, block] = [1, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const high = low * must(shape[axis]);
    if (kept.includes(axis)) {
      for (const cut of cuts) if (cut > low && cut <= high) result.push(block * (cut / low));
      block *= must(shape[axis]);
    }
    low = high;
  }
  return joinCuts(result, []) ?? result;
}

/** The same numbers at places that a stride can say. */
const plain = (c: Context, view: View): View => (gathers(view) ? c.copied(view, shapeOfView(view)) : view);

function argmax(c: Context, x: View, axis: number, v: ValueId): View {
  const from = plain(c, x);
  const to = c.target(v);
  const last = (view: View): View => ({
    ...view,
    axes: [...view.axes.filter((_, i) => i !== axis), must(view.axes[axis])],
  });
  const shape = shapeOfView(from);
  c.scope.push({
    kind: 'argmax',
    at: 0,
    scope: c.scope,
    loops: shape.filter((_, i) => i !== axis),
    reduced: [must(shape[axis])],
    from: last(from),
    to: last(to),
  });
  wrote(to.tensor, must(c.scope.steps.at(-1)));
  return to;
}

function einsum(c: Context, attrs: OpAttrs['einsum'], operands: readonly [Value, Value], v: ValueId): Value {
  const [lhs, rhs] = [shapeOf(operands[0]), shapeOf(operands[1])];
  const size = (label: number): number => lhs[attrs.lhs.indexOf(label)] ?? must(rhs[attrs.rhs.indexOf(label)]);
  const summed = summedLabels(attrs);
  if (summed.some((label) => size(label) === 0)) return uniform(c, c.shapeOf(v), 0);
  const along = (view: View, labels: Axes, wanted: readonly number[]): View => ({
    ...view,
    axes: wanted.map((label): Axis => view.axes[labels.indexOf(label)] ?? { size: size(label), stride: 0 }),
  });
  const factors = (wanted: readonly number[]): readonly [View, View] => [
    along(plain(c, c.read(operands[0])), attrs.lhs, wanted),
    along(plain(c, c.read(operands[1])), attrs.rhs, wanted),
  ];
  // One term each: a product element by element, which joins its neighbours.
  if (attrs.order === 'sequential' && summed.every((label) => size(label) === 1))
    return c.elementwise('mul', {}, factors(attrs.out), c.shapeOf(v), c.wanted.get(v));
  const labels = [...attrs.out, ...summed];
  if (attrs.order !== 'pick' && operands.some((x) => x.kind === 'deferred')) {
    const fused = sumOfProducts(c, v, {
      shape: labels.map(size),
      kept: attrs.out.map((_, i) => i),
      combine: attrs.order,
      operands,
      moves: [(view) => along(view, attrs.lhs, labels), (view) => along(view, attrs.rhs, labels)],
    });
    if (fused) return fused;
  }
  const [lhsView, rhsView] = factors(labels);
  const results = attrs.out.length;
  const turns = attrs.order === 'sequential';
  const loops = attrs.out.map(size);
  const step = groupOf({ first: 1, cuts: cutsOf(loops.map((n) => ({ size: n }))), fixed: true }, (group) => ({
    kind: attrs.order === 'pick' ? ('pick' as const) : ('contract' as const),
    at: 0,
    scope: c.scope,
    loops,
    reduced: summed.map(size),
    combine: attrs.order === 'lanes' ? ('lanes' as const) : ('sequential' as const),
    lhs: turns ? turnedOnce(c, lhsView, rhsView, results) : lhsView,
    rhs: turns ? turnedOnce(c, rhsView, lhsView, results) : rhsView,
    group,
  }));
  c.scope.push(step);
  return resultOf(c, step.group, v);
}

type Move = (view: View) => View;

interface Products {
  readonly shape: Shape;
  readonly kept: readonly number[];
  readonly combine: Combine;
  readonly operands: readonly [Value, Value];
  /** How what an operand reads is laid along `shape`. */
  readonly moves: readonly [Move, Move];
}

/** A product whose factors are computed term by term, where one walk can read all that they need. */
function sumOfProducts(c: Context, v: ValueId, { shape, kept, combine, operands, moves }: Products): Value | undefined {
  const terms = termsOver(shape);
  const [lhs, rhs] = operands;
  if (!fits(terms, [...c.viewsOf(lhs).map(moves[0]), ...c.viewsOf(rhs).map(moves[1])])) return undefined;
  const term = terms.kernel.step('f32.mul', c.express(lhs, terms, moves[0]), c.express(rhs, terms, moves[1]));
  return pushReduce(c, { shape, kept, combine, terms, term }, v);
}
