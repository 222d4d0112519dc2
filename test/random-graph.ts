/**
 * Random graphs over the whole vocabulary, loops in loops included, for the properties of passes, batching and gradients.
 * The seed reproduces a graph exactly. `smooth` keeps to ops whose derivative exists everywhere.
 */
import type { Graph, ValueId } from '../src/ir/graph.ts';
import { sizeOf } from '../src/ir/graph.ts';
import type { OpName, Shape } from '../src/ir/vocabulary.ts';
import { graphBuilder } from '../src/ops/build.ts';
import type { GraphBuilder } from '../src/ops/builder.ts';
import { must } from '../src/text/result.ts';
import { type Random, random } from './fuzz/random.ts';

export interface GraphOptions {
  readonly nodes?: number;
  /** How deep loops may nest. */
  readonly depth?: number;
  readonly smooth?: boolean;
  readonly params?: boolean;
}

interface Making {
  readonly r: Random;
  readonly b: GraphBuilder;
  readonly pool: ValueId[];
  readonly depth: number;
  readonly smooth: boolean;
}

const SPECIAL = [0, -0, -0, 1, -1, 0.5, 2, -2, 3, 1e-40, -1e-45, 3.4e38, Infinity, -Infinity, Number.NaN];

/** A number near 0, or a special one. */
export const anyNumber = (r: Random, specials: boolean): number =>
  specials && r.chance(0.25) ? r.pick(SPECIAL) : Math.fround((r.below(4001) - 2000) / 1000);

export const anyData = (r: Random, size: number, specials: boolean): Float32Array =>
  Float32Array.from({ length: size }, () => anyNumber(r, specials));

const anyShape = (r: Random): Shape => Array.from({ length: r.below(3) }, () => 1 + r.below(3));

const shuffled = (r: Random, n: number): number[] => {
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [list[i], list[j]] = [must(list[j]), must(list[i])];
  }
  return list;
};

const subset = (r: Random, n: number, atLeast: number): number[] => {
  const size = Math.min(n, atLeast + r.below(n - atLeast + 1));
  return shuffled(r, n)
    .slice(0, size)
    .sort((a, b) => a - b);
};

const any = (m: Making): ValueId => m.r.pick(m.pool);

/** A value of this shape: one of the pool, or another that is reshaped, or summed and spread. */
function ofShape(m: Making, shape: Shape): ValueId {
  const fits = m.pool.filter((v) => m.b.shapeOf(v).join() === shape.join());
  if (fits.length > 0 && m.r.chance(0.9)) return m.r.pick(fits);
  const v = any(m);
  if (sizeOf(m.b.shapeOf(v)) === sizeOf(shape)) return m.b.reshape(v, shape);
  const sum = m.b.sum(
    v,
    m.b.shapeOf(v).map((_, i) => i),
    'sequential',
  );
  return m.b.broadcast(m.smooth ? m.b.op('tanh', [sum], {}) : sum, shape, []);
}

type Maker = (m: Making) => ValueId | readonly ValueId[];

const unary =
  (op: OpName): Maker =>
  (m) =>
    m.b.op(op, [any(m)], {} as never);
const binary =
  (op: OpName): Maker =>
  (m) => {
    const x = any(m);
    return m.b.op(op, [x, ofShape(m, m.b.shapeOf(x))], {} as never);
  };
const compared =
  (op: 'lt' | 'le' | 'eq'): Maker =>
  (m) => {
    const x = any(m);
    return m.b.op(op, [x, ofShape(m, m.b.shapeOf(x))], { width: m.r.pick([0.5, 1]) });
  };

const MOVES: readonly Maker[] = [
  (m) => {
    const x = any(m);
    const shape = [...m.b.shapeOf(x)].filter((d) => d !== 1);
    if (m.r.chance(0.3)) return m.b.op('reshape', [x], { shape: [sizeOf(shape)] });
    if (m.r.chance(0.6)) shape.splice(m.r.below(shape.length + 1), 0, 1);
    return m.b.op('reshape', [x], { shape });
  },
  (m) => {
    const x = any(m);
    return m.b.op('transpose', [x], { perm: shuffled(m.r, m.b.shapeOf(x).length) });
  },
  (m) => {
    const x = any(m);
    const shape: number[] = [...m.b.shapeOf(x)];
    if (shape.length > 3) return x;
    const at = m.r.below(shape.length + 1);
    shape.splice(at, 0, 1 + m.r.below(3));
    return m.b.op('broadcast', [x], { shape, axes: shape.map((_, i) => i).filter((i) => i !== at) });
  },
  (m) => {
    const x = any(m);
    const starts = m.b.shapeOf(x).map((d) => m.r.below(d));
    return m.b.op('slice', [x], {
      starts,
      limits: m.b.shapeOf(x).map((d, i) => must(starts[i]) + 1 + m.r.below(d - must(starts[i]))),
    });
  },
  (m) => {
    const x = any(m);
    if (sizeOf(m.b.shapeOf(x)) > 60) return x;
    const amounts = (): number[] => m.b.shapeOf(x).map(() => m.r.below(2));
    return m.b.op('pad', [x], { low: amounts(), high: amounts() });
  },
  (m) => {
    const x = any(m);
    const shape = m.b.shapeOf(x);
    if (shape.length === 0 || sizeOf(shape) > 60) return x;
    const pieces = [x, ...Array.from({ length: m.r.below(3) }, () => ofShape(m, shape))];
    return m.b.op('concat', pieces, { axis: m.r.below(shape.length) });
  },
  (m) => {
    const x = any(m);
    const shape = m.b.shapeOf(x);
    if (shape.length === 0) return x;
    const axis = m.r.below(shape.length);
    const indices = Array.from({ length: 1 + m.r.below(4) }, () => m.r.below(must(shape[axis])));
    return m.b.op('take', [x], { axis, indices });
  },
  (m) => {
    const x = any(m);
    const shape = m.b.shapeOf(x);
    if (shape.length === 0) return x;
    const axis = m.r.below(shape.length);
    const size = 1 + m.r.below(3);
    return m.b.op('put', [x], {
      axis,
      size,
      indices: Array.from({ length: must(shape[axis]) }, () => m.r.below(size)),
    });
  },
];

/** A tensor of this shape that repeats along some axes and lies turned in memory. */
function movedTo(m: Making, shape: Shape): ValueId {
  const axes = subset(m.r, shape.length, Math.max(0, shape.length - 1));
  const perm = shuffled(m.r, axes.length);
  const inner = axes.map((_, i) => shape[must(axes[perm.indexOf(i)])] ?? 1);
  return m.b.broadcast(m.b.transpose(ofShape(m, inner), perm), shape, axes);
}

const order = (m: Making): 'lanes' | 'sequential' => m.r.pick(['lanes', 'sequential'] as const);

const SUMS: readonly Maker[] = [
  (m) => {
    const x = any(m);
    const n = m.b.shapeOf(x).length;
    return m.b.op('sum', [x], { axes: subset(m.r, n, Math.min(1, n)), order: order(m) });
  },
  (m) => {
    const x = any(m);
    const y = ofShape(m, m.b.shapeOf(x));
    return m.b.op('sum', [m.b.mul(x, y)], { axes: subset(m.r, m.b.shapeOf(x).length, 0), order: order(m) });
  },
  (m) => anyEinsum(m, order(m)),
  (m) => {
    const shape = [1 + m.r.below(3), 1 + m.r.below(3), 2 + m.r.below(2)];
    const product = m.b.mul(movedTo(m, shape), movedTo(m, shape));
    return m.b.op('sum', [product], { axes: subset(m.r, 3, 1), order: order(m) });
  },
];

/** Operands with shared labels; what only one has is kept in the result. */
function anyEinsum(m: Making, how: 'lanes' | 'sequential' | 'pick'): ValueId {
  const x = any(m);
  const shape = m.b.shapeOf(x);
  const lhs = shape.map((_, i) => i);
  const shared = shuffled(m.r, lhs.length).slice(0, m.r.below(lhs.length + 1));
  const extra = m.r.chance(0.5) ? [lhs.length] : [];
  const rhs = [...shared, ...extra];
  const y = ofShape(
    m,
    rhs.map((l) => shape[l] ?? 2),
  );
  const summed = shared.filter(() => m.r.chance(0.7));
  if (how === 'pick' && summed.length === 0) return x;
  const out = [...new Set([...lhs, ...rhs])].filter((l) => !summed.includes(l));
  return m.b.einsum(x, y, { lhs, rhs, out: shuffled(m.r, out.length).map((i) => must(out[i])), order: how });
}

const SMOOTH: readonly Maker[] = [
  ...(['neg', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'erf'] as const).map(unary),
  ...(['add', 'sub', 'mul'] as const).map(binary),
  (m) => m.b.op('exp', [m.b.op('tanh', [any(m)], {})], {}),
  (m) => m.b.op('sqrt', [m.b.add(m.b.full([], 0.5), m.b.op('softplus', [any(m)], {}))], {}),
  (m) => {
    const x = any(m);
    const y = ofShape(m, m.b.shapeOf(x));
    return m.b.div(x, m.b.add(m.b.full([], 1), m.b.op('softplus', [y], {})));
  },
];

const CRISP: readonly Maker[] = [
  ...(['abs', 'sqrt', 'exp', 'log', 'floor', 'round', 'stopGradient'] as const).map(unary),
  ...(['div', 'gate', 'min', 'max', 'pow'] as const).map(binary),
  ...(['lt', 'le', 'eq'] as const).map(compared),
  (m) => m.b.op('sign', [any(m)], { width: 1 }),
  (m) => {
    const x = any(m);
    const c = ofShape(m, m.b.shapeOf(x));
    return m.b.op('select', [c, x, ofShape(m, m.b.shapeOf(x))], {});
  },
  (m) => {
    const x = any(m);
    const n = m.b.shapeOf(x).length;
    return m.b.op(m.r.pick(['reduceMax', 'reduceMin'] as const), [x], { axes: subset(m.r, n, 0) });
  },
  (m) => {
    const x = any(m);
    const n = m.b.shapeOf(x).length;
    return n === 0 ? x : m.b.op('argmax', [x], { axis: m.r.below(n), width: 1 });
  },
  (m) => anyEinsum(m, 'pick'),
  (m) =>
    m.b.op('random', [], {
      shape: anyShape(m.r),
      kind: m.r.pick(['normal', 'uniform']),
      seed: m.r.below(3),
      stream: m.r.below(3),
    }),
];

const CONSTANTS: readonly Maker[] = [
  (m) => {
    const shape = anyShape(m.r);
    return m.b.constant(shape, anyData(m.r, sizeOf(shape), !m.smooth));
  },
  (m) => m.b.full(anyShape(m.r), m.r.pick([0, -0, 1, -1, 2, 0.25])),
];

/** What goes into a loop: states, mapped arrays with a leading axis, captured values. */
interface LoopPlan {
  readonly states: readonly ValueId[];
  readonly arrays: readonly ValueId[];
  readonly captured: readonly ValueId[];
}

const several = (m: Making, most: number): ValueId[] => Array.from({ length: m.r.below(most + 1) }, () => any(m));

/** A body over inputs of these shapes; `pick` chooses its outputs. */
function anyBody(m: Making, shapes: readonly Shape[], pick: (inner: Making) => ValueId[]): Graph {
  const b = graphBuilder();
  const pool = shapes.map((shape, i) => b.input(`v${i}`, shape));
  if (pool.length === 0) pool.push(b.full([], 1));
  const inner: Making = { r: m.r, b, pool, smooth: m.smooth, depth: m.depth - 1 };
  grow(inner, 1 + m.r.below(7));
  return b.finish(pick(inner).map((value, i) => ({ name: `r${i}`, value })));
}

const bounded = (m: Making, v: ValueId): ValueId => (m.smooth ? m.b.op('tanh', [v], {}) : v);

/** A value repeated along a new leading axis, a little larger each time. */
function differing(m: Making, v: ValueId, length: number): ValueId {
  const many = m.b.repeat(v, length);
  const steps = m.b.constant(
    [length],
    Array.from({ length }, (_, i) => i / 4),
  );
  return m.b.add(many, m.b.broadcast(steps, m.b.shapeOf(many), [0]));
}

function anyScan(m: Making): readonly ValueId[] {
  const length = m.smooth ? 1 + m.r.below(3) : m.r.below(4);
  const plan: LoopPlan = { states: several(m, 2), arrays: [], captured: several(m, 2) };
  const arrays = several(m, 2).map((v) => {
    const shape = m.b.shapeOf(v);
    const fits = shape[0] === length;
    return fits ? v : differing(m, v, length);
  });
  const shapeOf = (v: ValueId): Shape => m.b.shapeOf(v);
  const shapes = [
    ...plan.states.map(shapeOf),
    ...arrays.map((v) => shapeOf(v).slice(1)),
    ...plan.captured.map(shapeOf),
  ];
  const body = anyBody(m, shapes, (inner) => {
    const next = plan.states.map((v, i) =>
      m.r.chance(0.1) ? must(inner.pool[i]) : bounded(inner, ofShape(inner, shapeOf(v))),
    );
    return [...next, ...(inner.r.chance(0.3) ? inner.pool : several(inner, 2))];
  });
  if (body.outputs.length === 0) return [];
  const attrs = { body, carries: plan.states.length, mapped: arrays.length, length, reverse: m.r.chance(0.4) };
  return m.b.node('scan', [...plan.states, ...arrays, ...plan.captured], attrs);
}

function anyIterate(m: Making): readonly ValueId[] {
  const states = [any(m), ...several(m, 1)];
  const captured = several(m, 2);
  const shapes = [...states, ...captured].map((v) => m.b.shapeOf(v));
  const body = anyBody(m, shapes, (inner) => states.map((v) => bounded(inner, ofShape(inner, m.b.shapeOf(v)))));
  const cond = anyBody(m, shapes, (inner) => [ofShape(inner, [])]);
  return m.b.node('iterate', [...states, ...captured], { body, cond, carries: states.length, max: m.r.below(5) });
}

/** An iterate whose test reads only a counter: smooth in everything else. */
function countedIterate(m: Making): readonly ValueId[] {
  const states = [m.b.full([], 0), any(m), ...several(m, 1)];
  const captured = several(m, 2);
  const shapes = [...states, ...captured].map((v) => m.b.shapeOf(v));
  const body = anyBody(m, shapes, (inner) =>
    states.map((v, i) =>
      i === 0 ? inner.b.add(must(inner.pool[0]), inner.b.full([], 1)) : bounded(inner, ofShape(inner, m.b.shapeOf(v))),
    ),
  );
  const cond = graphBuilder();
  const given = shapes.map((shape, i) => cond.input(`v${i}`, shape));
  const test = cond.op('lt', [must(given[0]), cond.full([], m.r.below(4))], { width: 1 });
  const attrs = { body, cond: cond.finish([{ name: 'c', value: test }]), carries: states.length, max: m.r.below(4) };
  return m.b.node('iterate', [...states, ...captured], attrs).slice(1);
}

const LOOPS: readonly Maker[] = [anyScan, anyScan];

/** Appends about `nodes` random nodes to the pool. */
function grow(m: Making, nodes: number): void {
  const groups = [
    SMOOTH,
    SMOOTH,
    MOVES,
    SUMS,
    CONSTANTS,
    ...(m.smooth ? [] : [CRISP, CRISP]),
    ...(m.depth > 0 ? [m.smooth ? [...LOOPS, countedIterate] : [...LOOPS, anyIterate]] : []),
  ];
  for (let i = 0; i < nodes; i++) {
    const made = m.r.pick(m.r.pick(groups))(m);
    const values = typeof made === 'number' ? [made] : made;
    m.pool.push(
      ...values.filter((v) => {
        const size = sizeOf(m.b.shapeOf(v));
        return size > 0 && size <= 200;
      }),
    );
  }
}

/** A graph with a few inputs, params and outputs. */
export function randomGraph(seed: number, options: GraphOptions = {}): Graph {
  const { nodes = 14, depth = 2, smooth = false, params = true } = options;
  const r = random(seed);
  const b = graphBuilder();
  const pool: ValueId[] = [];
  for (let i = 0; i <= r.below(3); i++) pool.push(b.input(`x${i}`, anyShape(r)));
  if (params) for (let i = 0; i <= r.below(2); i++) pool.push(b.param(`w${i}`, anyShape(r)));
  const m: Making = { r, b, pool, depth, smooth };
  grow(m, nodes);
  // Half of the graphs give every value; the others only a few, so that much of them may go.
  const outputs = r.chance(0.5) ? pool : [must(pool.at(-1)), ...several(m, 2)];
  return b.finish(outputs.map((value, i) => ({ name: `o${i}`, value })));
}

/** Values for the params of a graph. */
export function anyParams(r: Random, graph: Graph, specials: boolean): Map<string, Float32Array> {
  const params = new Map<string, Float32Array>();
  for (const n of graph.nodes)
    if (n.op === 'param') params.set(n.attrs.name, anyData(r, sizeOf(n.attrs.shape), specials));
  return params;
}

export const anyInputs = (r: Random, graph: Graph, specials: boolean): Float32Array[] =>
  graph.inputs.map((v) => anyData(r, sizeOf(must(graph.types[v]).shape), specials));

const show = (x: number | undefined): string => (Object.is(x, -0) ? '-0' : String(x));

/** The first place where two results differ in their bits (all NaNs count as one), or undefined. */
export function differingBit(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): string | undefined {
  if (a.length !== b.length) return `${a.length} and ${b.length} results`;
  for (const [i, x] of a.entries()) {
    const y = must(b[i]);
    if (x.length !== y.length) return `result ${i} has ${x.length} and ${y.length} numbers`;
    for (let j = 0; j < x.length; j++)
      if (!Object.is(x[j], y[j])) return `result ${i}[${j}]: ${show(x[j])} and ${show(y[j])}`;
  }
  return undefined;
}
