/** For every op, how to draw attributes and operand shapes that fit it: complete by type, so a new op is tested at once. */
import type { Graph } from '../../src/ir/graph.ts';
import type { OpAttrs, OpName, Shape } from '../../src/ir/vocabulary.ts';
import { ARITY } from '../../src/ir/vocabulary.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { Draw } from './draw.ts';

export interface Operation<K extends OpName> {
  readonly op: K;
  readonly attrs: OpAttrs[K];
  readonly shapes: readonly Shape[];
}

type Drawn<K extends OpName> = Omit<Operation<K>, 'op'>;
type Drawers = { readonly [K in OpName]: (d: Draw) => Drawn<K> };

const elementwise = (arity: number) => (d: Draw) => {
  const shape = d.shape(0, 3);
  return { attrs: {}, shapes: Array.from({ length: arity }, () => shape) };
};

const withWidth = (arity: number) => (d: Draw) => ({ ...elementwise(arity)(d), attrs: { width: d.pick([0.5, 1, 2]) } });

const axesOf = (shape: Shape): number[] => shape.map((_, i) => i);

function reduction(d: Draw): { attrs: { axes: number[] }; shapes: Shape[] } {
  const shape = d.shape(1, 3, [1, 5]);
  return { attrs: { axes: d.some(axesOf(shape)) }, shapes: [shape] };
}

function einsum(d: Draw): Drawn<'einsum'> {
  const sizes = d.shape(5, 5);
  const both = d.some([0, 1, 2]);
  const summed = d.some(both);
  const lhs = d.shuffled([...both, ...d.some([3])]);
  const rhs = d.shuffled([...both, ...d.some([4])]);
  const out = d.shuffled([...new Set([...lhs, ...rhs])].filter((l) => !summed.includes(l)));
  const order =
    summed.length > 0 ? d.pick(['lanes', 'sequential', 'pick'] as const) : d.pick(['lanes', 'sequential'] as const);
  const shapeOf = (labels: readonly number[]): Shape => labels.map((l) => sizes[l] ?? 0);
  return { attrs: { lhs, rhs, out, order }, shapes: [shapeOf(lhs), shapeOf(rhs)] };
}

/** state' = tanh(state · captured + first of the slice), stacked: state' */
function body(state: Shape, slice: Shape | null): Graph {
  const b = graphBuilder();
  const s = b.input('state', state);
  const x = slice ? b.input('x', slice) : b.full([], 0.25);
  const c = b.input('gain', []);
  const pull = slice ? b.sum(x, axesOf(slice), 'sequential') : x;
  const next = b.op('tanh', [b.add(b.mul(s, c), pull)], {});
  return b.finish([{ name: 'state', value: next }, ...(slice ? [{ name: 'seen', value: next }] : [])]);
}

function condition(state: Shape): Graph {
  const b = graphBuilder();
  const s = b.input('state', state);
  b.input('gain', []);
  const sum = b.sum(s, axesOf(state), 'sequential');
  return b.finish([{ name: 'more', value: b.op('lt', [b.full([], 0), sum], { width: 1 }) }]);
}

function scan(d: Draw): Drawn<'scan'> {
  const [state, slice, length] = [d.shape(0, 2), d.shape(0, 2), d.int(0, 4)];
  const attrs = { body: body(state, slice), carries: 1, mapped: 1, length, reverse: d.chance() };
  return { attrs, shapes: [state, [length, ...slice], []] };
}

function iterate(d: Draw): Drawn<'iterate'> {
  const state = d.shape(0, 2);
  return {
    attrs: { body: body(state, null), cond: condition(state), carries: 1, max: d.int(0, 5) },
    shapes: [state, []],
  };
}

export const OPERATIONS: Drawers = {
  input: (d) => ({ attrs: { name: d.pick(['x', 'a b', '"']), shape: d.shape(0, 3) }, shapes: [] }),
  param: (d) => ({ attrs: { name: 'w', shape: d.shape(0, 3) }, shapes: [] }),
  const: (d) => {
    const shape = d.shape(0, 3, [1, 5]);
    return { attrs: { shape, data: Float32Array.from(d.numbers(shape, [-2, 2])) }, shapes: [] };
  },
  random: (d) => ({
    attrs: {
      shape: d.shape(0, 2),
      kind: d.pick(['normal', 'uniform'] as const),
      seed: d.int(0, 9),
      stream: d.int(0, 9),
    },
    shapes: [],
  }),
  neg: elementwise(1),
  abs: elementwise(1),
  sqrt: elementwise(1),
  exp: elementwise(1),
  log: elementwise(1),
  tanh: elementwise(1),
  sigmoid: elementwise(1),
  softplus: elementwise(1),
  sin: elementwise(1),
  cos: elementwise(1),
  erf: elementwise(1),
  floor: elementwise(1),
  round: elementwise(1),
  sign: withWidth(1),
  stopGradient: elementwise(1),
  add: elementwise(2),
  sub: elementwise(2),
  mul: elementwise(2),
  gate: elementwise(2),
  div: elementwise(2),
  pow: elementwise(2),
  min: elementwise(2),
  max: elementwise(2),
  lt: withWidth(2),
  le: withWidth(2),
  eq: withWidth(2),
  select: elementwise(3),
  reshape: (d) => {
    const shape = d.shape(1, 3);
    return { attrs: { shape: d.shuffled([...shape, ...d.some([1])]) }, shapes: [shape] };
  },
  transpose: (d) => {
    const shape = d.shape(0, 4);
    return { attrs: { perm: d.shuffled(axesOf(shape)) }, shapes: [shape] };
  },
  broadcast: (d) => {
    const shape = d.shape(0, 4);
    const axes = d.some(axesOf(shape));
    return { attrs: { shape, axes }, shapes: [axes.map((a) => shape[a] ?? 0)] };
  },
  slice: (d) => {
    const shape = d.shape(1, 3);
    const starts = shape.map((size) => d.int(0, size));
    return { attrs: { starts, limits: shape.map((size, i) => d.int(starts[i] ?? 0, size)) }, shapes: [shape] };
  },
  pad: (d) => {
    const shape = d.shape(0, 3);
    return { attrs: { low: shape.map(() => d.int(0, 2)), high: shape.map(() => d.int(0, 2)) }, shapes: [shape] };
  },
  concat: (d) => {
    const shape = d.shape(1, 3);
    const axis = d.int(0, shape.length - 1);
    const shapes = Array.from({ length: d.int(1, 3) }, () => shape.map((size, i) => (i === axis ? d.int(0, 3) : size)));
    return { attrs: { axis }, shapes };
  },
  take: (d) => {
    const shape = d.shape(1, 3);
    const axis = d.int(0, shape.length - 1);
    const indices = Array.from({ length: d.int(0, 5) }, () => d.int(0, (shape[axis] ?? 1) - 1));
    return { attrs: { axis, indices }, shapes: [shape] };
  },
  put: (d) => {
    const shape = d.shape(1, 3);
    const [axis, size] = [d.int(0, shape.length - 1), d.int(1, 4)];
    return {
      attrs: { axis, size, indices: Array.from({ length: shape[axis] ?? 0 }, () => d.int(0, size - 1)) },
      shapes: [shape],
    };
  },
  sum: (d) => {
    const { attrs, shapes } = reduction(d);
    return { attrs: { ...attrs, order: d.pick(['lanes', 'sequential'] as const) }, shapes };
  },
  reduceMax: reduction,
  reduceMin: reduction,
  argmax: (d) => {
    const shape = d.shape(1, 3);
    return { attrs: { axis: d.int(0, shape.length - 1), width: d.pick([0.5, 1, 2]) }, shapes: [shape] };
  },
  einsum,
  scan,
  iterate,
};

export const OP_NAMES = Object.keys(ARITY) as OpName[];

/** Draws a use of an op. */
export const operation = <K extends OpName>(op: K, d: Draw): Operation<K> => ({ op, ...OPERATIONS[op](d) });

/** The graph that does nothing but this op, on inputs of these shapes. */
export function graphOf<K extends OpName>({ op, attrs, shapes }: Operation<K>): Graph {
  const b = graphBuilder();
  const inputs = shapes.map((shape, i) => b.input(`x${i}`, shape));
  const results = b.node(op, inputs, attrs);
  return b.finish(results.map((value, i) => ({ name: `y${i}`, value })));
}
