/**
 * Random nets and boxes for the judge of bounds. Params are numbers of moderate size, so that most nets can be bounded. Besides the random
 * graphs of `random-graph.ts` there are small ones on which single error terms show: one rounding, cancelling sums, chains of moves.
 */

import { withConstants } from '../../src/interop/index.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/ir/graph.ts';
import { nextDownF32, nextUpF32 } from '../../src/num/bits.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { must } from '../../src/text/result.ts';
import type { Ends } from '../../src/verify/bounds.ts';
import type { Random } from '../fuzz/random.ts';
import { randomGraph } from '../random-graph.ts';

export interface Case {
  readonly graph: Graph;
  readonly params: ReadonlyMap<string, Float32Array>;
  /** Each output is two copies of something, end to end. */
  readonly copies?: true;
}

const f = Math.fround;
const unit = (r: Random): number => r.bits() / 2 ** 32;

/** A float32 with a full mantissa, at times whole or tiny. */
export function number(r: Random): number {
  const kind = r.below(12);
  if (kind === 0) return r.below(7) - 3;
  if (kind === 1) return f((unit(r) - 0.5) * 2 ** -140);
  return f((unit(r) * 2 - 1) * 2 ** (r.below(6) - 3));
}

const numbers = (r: Random, n: number): Float32Array => Float32Array.from({ length: n }, () => number(r));

const finished = (b: GraphBuilder, values: readonly ValueId[]): Case => ({
  graph: b.finish(values.map((value, i) => ({ name: `o${i}`, value }))),
  params: new Map(),
});

type Maker = (r: Random, b: GraphBuilder) => readonly ValueId[];

/** Small nets of which there are two copies, the second on inputs that are moved a little, or with other numbers. */
const TWICE: Readonly<Record<string, (r: Random, b: GraphBuilder) => (x: ValueId, other: number) => ValueId>> = {
  curves: (r, b) => {
    const op = r.pick(['exp', 'tanh', 'sigmoid', 'sin', 'erf', 'softplus'] as const);
    return (x) => b.op(op, [x], {});
  },
  bends: (r, b) => {
    const [at, op] = [numbers(r, 2), r.pick(['max', 'min'] as const)];
    const isVarying = r.chance(0.3);
    return (x, other) => {
      const bend = isVarying
        ? b.op('neg', [x], {})
        : b.constant(
            [2],
            at.map((v) => f(v * (1 + other))),
          );
      return b.op(op, [x, bend], {});
    };
  },
  sizes: (_, b) => (x) => b.op('abs', [x], {}),
  products: (_, b) => {
    const y = b.input('y', [2]);
    return (x) => b.mul(x, y);
  },
  /** One copy is a square, which has another rule. */
  squares: (_, b) => {
    const y = b.input('y', [2]);
    let copies = 0;
    return (x) => b.mul(x, copies++ === 0 ? y : x);
  },
  quotients: (r, b) => {
    const by = numbers(r, 2);
    return (x, other) =>
      b.div(
        b.constant(
          [2],
          by.map((v) => f(v * (1 + other))),
        ),
        x,
      );
  },
  layers: (r, b) => {
    const layers = Array.from({ length: 1 + r.below(3) }, () => [numbers(r, 4), numbers(r, 2)] as const);
    const op = r.pick(['tanh', 'abs', 'sigmoid'] as const);
    return (x, other) =>
      layers.reduce((v, [weights, shift]) => {
        const near = b.constant(
          [2, 2],
          weights.map((w) => f(w * (1 + other))),
        );
        const sum = b.einsum(near, v, { lhs: [0, 1], rhs: [1], out: [0], order: 'lanes' });
        return b.op(op, [b.add(sum, b.constant([2], shift))], {});
      }, x);
  },
};

/** Both copies of a maker, end to end. */
const twice =
  (name: string): Maker =>
  (r, b) => {
    const copy = must(TWICE[name])(r, b);
    const [x, by] = [b.input('x', [2]), r.pick([0, 1e-6, -1e-6, 1e-3, -1e-3, 0.3, -0.3])];
    const near = (size: number): ValueId => b.add(x, b.mul(b.input('w', [2]), b.full([2], size)));
    const moved = r.pick([() => x, () => near(1e-6), () => near(1e-2), () => near(1), () => b.input('w', [2])])();
    return [b.op('concat', [copy(x, 0), copy(moved, by)], { axis: 0 })];
  };

/** The ops that a softmax along axes is lowered to, and with its logarithm and the sum's. */
function soft(r: Random, b: GraphBuilder, z: ValueId, axes: readonly number[]): readonly ValueId[] {
  const shape = b.shapeOf(z);
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const wide = (v: ValueId): ValueId => b.broadcast(v, shape, kept);
  const max = b.op('reduceMax', [z], { axes });
  const top = r.chance(0.5) ? max : b.op('stopGradient', [max], {});
  const centred = b.sub(z, wide(top));
  const powers = b.op('exp', [centred], {});
  const total = b.sum(powers, axes, r.pick(['lanes', 'sequential'] as const));
  const log = b.op('log', [total], {});
  const whole = r.chance(0.5) ? b.add(top, log) : b.add(log, top);
  return [b.div(powers, wide(total)), b.sub(centred, wide(log)), whole, b.sub(z, wide(whole))];
}

/** Small nets, each for a few terms. */
const SMALL: Readonly<Record<string, Maker>> = {
  product: (r, b) => [b.mul(b.input('x', [3]), b.constant([3], numbers(r, 3)))],
  sumOfTwo: (_, b) => [b.add(b.input('x', [2]), b.input('y', [2]))],
  shifted: (r, b) => [b.sub(b.constant([3], numbers(r, 3)), b.input('x', [3]))],
  subtracted: (r, b) => [b.sub(b.input('x', [3]), b.constant([3], numbers(r, 3)))],
  joined: (r, b) => {
    const turned = b.op('neg', [b.mul(b.input('x', [4]), b.constant([4], numbers(r, 4)))], {});
    return [b.add(b.reshape(turned, [2, 2]), b.constant([2, 2], numbers(r, 4)))];
  },
  sums: (r, b) => {
    const n = 2 + r.below(40);
    return [b.sum(b.input('x', [n]), [0], r.pick(['lanes', 'sequential'] as const))];
  },
  dense: (r, b) => {
    const [n, m] = [2 + r.below(20), 1 + r.below(5)];
    const order = r.pick(['lanes', 'sequential'] as const);
    const weights = b.constant([n, m], numbers(r, n * m));
    const layer = b.einsum(b.input('x', [n]), weights, { lhs: [0], rhs: [0, 1], out: [1], order });
    return [layer, b.op('max', [layer, b.full([m], 0)], {})];
  },
  relus: (r, b) => {
    let [x, n] = [b.input('x', [3]), 3];
    for (let k = 0; k < 1 + r.below(3); k++) {
      const m = 2 + r.below(6);
      const weights = b.constant([m, n], numbers(r, n * m));
      const sum = b.einsum(weights, x, { lhs: [0, 1], rhs: [1], out: [0], order: 'lanes' });
      x = b.op('max', [b.add(sum, b.constant([m], numbers(r, m))), b.full([m], 0)], {});
      n = m;
    }
    return [x];
  },
  /** Nothing is rounded here: only our own float64 can be wrong. */
  copies: (r, b) => {
    const x = b.input('x', [2]);
    const turned = b.op('neg', [x], {});
    const pieces = Array.from({ length: 2 + r.below(5) }, () => r.pick([x, x, turned, b.constant([2], numbers(r, 2))]));
    return [b.op('concat', [x, ...pieces], { axis: 0 })];
  },
  crossings: (r, b) => {
    const x = b.input('x', [3]);
    const other = r.chance(0.5) ? b.constant([3], numbers(r, 3)) : b.input('y', [3]);
    const bent = [b.op('max', [x, other], {}), b.op('min', [x, other], {}), b.op('abs', [x], {})];
    return [b.op('concat', [...bent, x, r.pick(bent)], { axis: 0 })];
  },
  /** Rules: what is chosen is in the order of two comparisons. */
  rules: (r, b) => {
    const x = b.input('x', [2]);
    const test = b.op(r.pick(['lt', 'le'] as const), [x, b.constant([2], numbers(r, 2))], { width: 1 });
    const chosen = b.op('select', [test, b.constant([2], numbers(r, 2)), b.mul(x, b.constant([2], numbers(r, 2)))], {});
    return [b.sum(chosen, [0], 'sequential')];
  },
  choices: (_, b) => [b.op('select', [b.input('c', [2]), b.input('x', [2]), b.input('y', [2])], {})],
  products: (_, b) => [b.mul(b.input('x', [2]), b.input('y', [2]))],
  curves: (r, b) => {
    const x = b.input('x', [2]);
    return [b.op(r.pick(['exp', 'tanh', 'sigmoid', 'sin', 'erf', 'softplus'] as const), [x], {})];
  },
  put: (r, b) => [
    b.op('put', [b.input('x', [2, 4])], { axis: 1, size: 3, indices: Array.from({ length: 4 }, () => r.below(3)) }),
  ],
  largest: (_, b) => {
    const x = b.input('x', [4]);
    const marks = b.op('argmax', [x], { axis: 0, width: 1 });
    return [marks, b.op('reduceMax', [x], { axes: [0] }), b.op('reduceMin', [x], { axes: [0] })];
  },
  /** Of one element to many, along any axes, of moderate scores, large ones, and such as underflow. */
  softmax: (r, b) => {
    const shape = r.pick([[1 + r.below(9)], [1 + r.below(3), 1 + r.below(6)], [2, 1 + r.below(3), 2]]);
    const axes = shape.map((_, i) => i).filter((_, i) => i === shape.length - 1 || r.chance(0.3));
    const x = b.input('x', shape);
    const scale = r.pick([1, 1, 4, 25, 60, 1e4]);
    return soft(r, b, scale === 1 ? x : b.mul(x, b.full(shape, scale)), r.chance(0.7) ? axes : [0]);
  },
  /** Many equal scores: all roundings of the sum go one way. */
  equalScores: (r, b) => {
    const n = 30 + r.below(70);
    const places = Int32Array.from({ length: n }, (_, i) => Math.min(i, 1));
    const [share, , whole] = soft(r, b, b.op('take', [b.input('x', [2])], { axis: 0, indices: [...places] }), [0]);
    return [must(share), must(whole)];
  },
  /** Products of a value with itself, and with sums that hold it. */
  powers: (r, b) => {
    const [x, y] = [b.input('x', [2]), b.input('y', [2])];
    const either = (p: ValueId, q: ValueId): ValueId => (r.chance(0.5) ? b.mul(p, q) : b.mul(q, p));
    const known = [x, b.mul(x, x)];
    for (let k = 0; k < 2; k++) known.push(either(r.pick(known), r.chance(0.9) ? r.pick(known) : y));
    const c = b.constant([2], numbers(r, 2));
    const sum = r.pick([
      () => b.add(x, c),
      () => b.add(c, x),
      () => b.sub(x, c),
      () => b.sub(c, x),
      () => b.sub(x, y),
    ])();
    const scaled = either(b.constant([2], numbers(r, 2)), x);
    return [...known.slice(1), either(x, sum), either(scaled, sum)];
  },
  /** Kleene's conjunction, and what is nearly one. */
  kleene: (r, b) => {
    const [x, y, z] = [b.input('x', [2]), b.input('y', [2]), b.input('z', [2])];
    const value = (usual: ValueId): ValueId => (r.chance(0.95) ? usual : z);
    const either = (op: 'add' | 'mul', p: ValueId, q: ValueId): ValueId =>
      r.chance(0.5) ? b.op(op, [p, q], {}) : b.op(op, [q, p], {});
    const product = either('mul', value(x), value(y));
    const linear = either('add', either('add', value(x), value(y)), value(product));
    const rest = b.sub(b.sub(linear, either('mul', value(x), value(x))), either('mul', value(y), value(y)));
    const whole = either('add', rest, either('mul', value(product), value(product)));
    return [either('mul', whole, b.full([2], r.chance(0.9) ? 0.5 : 0.25))];
  },
  /** A softmax but for one axis, or one operand, that need not be the right one. */
  almostSoftmax: (r, b) => {
    const [x, y] = [b.input('x', [2, 2]), b.mul(b.input('y', [2, 2]), b.full([], 150))];
    const axis = (usual: number): readonly number[] => [r.chance(0.8) ? usual : 1 - usual];
    const value = (usual: ValueId): ValueId => (r.chance(0.8) ? usual : y);
    const wide = (v: ValueId): ValueId => b.broadcast(v, [2, 2], axis(0));
    const top = b.op('reduceMax', [value(x)], { axes: axis(1) });
    const centred = b.sub(value(x), wide(top));
    const powers = b.op('exp', [value(centred)], {});
    const total = b.sum(r.chance(0.9) ? powers : b.op('exp', [x], {}), axis(1), 'lanes');
    const log = b.op('log', [total], {});
    const whole = b.add(r.chance(0.8) ? top : log, log);
    return [b.div(value(powers), wide(total)), b.sub(value(centred), wide(log)), whole];
  },
  lookup: (r, b) => {
    const table = r.chance(0.5) ? b.constant([3, 2], numbers(r, 6)) : b.input('t', [3, 2]);
    return [b.einsum(b.input('x', [3]), table, { lhs: [0], rhs: [0, 1], out: [1], order: 'pick' })];
  },
  /** The first is taken where nothing is larger, also of NaN. */
  lookupByNaN: (_, b) => {
    const by = b.op('sqrt', [b.constant([3], [-1, 2, 3])], {});
    return [b.einsum(by, b.input('x', [3, 2]), { lhs: [0], rhs: [0, 1], out: [1], order: 'pick' })];
  },
  overflow: (_, b) => {
    const y = b.op('exp', [b.mul(b.input('x', [2]), b.full([2], 60))], {});
    return [y, b.op('lt', [b.full([2], 1e38), y], { width: 1 }), b.op('min', [y, b.full([2], 5)], {})];
  },
  givenAsIs: (r, b) => {
    const x = b.input('x', [2]);
    return [x, b.constant([2], numbers(r, 2)), b.add(b.constant([2], numbers(r, 2)), b.full([2], 1)), x];
  },
  tooLarge: (_, b) => [
    b.mul(b.input('x', [2]), b.full([2], 3e38)),
    b.op('min', [b.mul(b.input('y', [2]), b.full([2], 3e38)), b.full([2], 1)], {}),
  ],
  ties: (_, b) => {
    const x = b.op('round', [b.input('x', [4])], {});
    return [b.op('argmax', [x], { axis: 0, width: 1 })];
  },
  swamp: (r, b) => [b.mul(b.mul(b.input('x', [2]), b.full([2], f(2 ** -75))), b.full([2], f(2 ** (-70 - r.below(8)))))],
};

export const SMALL_NETS = [...Object.keys(SMALL), ...Object.keys(TWICE).map((name) => `two ${name}`)];

export function smallCase(r: Random, name: string): Case {
  const b = graphBuilder();
  const two = name.startsWith('two ');
  const made = finished(b, (two ? twice(name.slice(4)) : must(SMALL[name]))(r, b));
  return two ? { ...made, copies: true } : made;
}

/** A graph of the whole vocabulary. */
export function anyCase(r: Random): Case {
  const graph = randomGraph(r.bits(), { nodes: 3 + r.below(10), depth: r.below(3), smooth: r.chance(0.6) });
  const params = new Map<string, Float32Array>();
  for (const n of graph.nodes) if (n.op === 'param') params.set(n.attrs.name, numbers(r, sizeOf(n.attrs.shape)));
  return { graph, params };
}

/** Two copies of a graph of the whole vocabulary, on inputs and with numbers that differ a little, or not. */
export function anyTwins(r: Random): Case {
  const { graph, params } = anyCase(r);
  const plain = withConstants({ graph, params });
  const [by, move] = [r.pick([0, 1e-6, 1e-3, 0.1]), r.pick([0, 0, 1e-4, 0.1])];
  const near: Graph = {
    ...plain,
    nodes: plain.nodes.map((n) =>
      n.op === 'const'
        ? { ...n, attrs: { ...n.attrs, data: n.attrs.data.map((v) => v * (1 + by * (2 * unit(r) - 1))) } }
        : n,
    ),
  };
  const b = graphBuilder();
  const inputs = plain.inputs.map((v, i) => b.input(`x${i}`, must(plain.types[v]).shape));
  const moved = inputs.map((x, i) => {
    const shape = b.shapeOf(x);
    return move > 0 && r.chance(0.5) ? b.add(x, b.mul(b.input(`w${i}`, shape), b.full(shape, move))) : x;
  });
  const [first, second] = [b.inline(plain, inputs), b.inline(near, moved)];
  const flat = (v: ValueId): ValueId => b.reshape(v, [sizeOf(b.shapeOf(v))]);
  const both = first.map((v, i) => b.op('concat', [flat(v), flat(must(second[i]))], { axis: 0 }));
  return { ...finished(b, both), copies: true };
}

/** A box around moderate numbers, of one width for all or of many; its ends are float32 numbers or, of wide ones, also others. */
export function anyBox(r: Random, graph: Graph): Ends[] {
  const real = r.chance(0.3);
  const common = r.chance(0.5) ? -1 : r.below(28);
  return graph.inputs.map((v) => {
    const n = sizeOf(must(graph.types[v]).shape);
    const [lo, hi] = [new Float64Array(n), new Float64Array(n)];
    for (let j = 0; j < n; j++) {
      const at = r.chance(0.1) ? 0 : number(r);
      const kind = common < 0 ? r.below(28) : common;
      const width = kind < 5 ? 0 : 2 ** (2 - kind);
      const [low, high] = [kind === 27 ? 0 : at - width * unit(r), at + width * unit(r)];
      const wide = real && high - low > Math.max(Math.abs(low), Math.abs(high)) * 2 ** -20;
      lo[j] = wide ? low : f(low);
      hi[j] = wide ? high : Math.max(f(low), f(high));
    }
    return { lo, hi };
  });
}

/** The float32 number near x that lies within. */
function inside(x: number, lo: number, hi: number): number {
  const y = f(x);
  return y < lo ? nextUpF32(y) : y > hi ? nextDownF32(y) : y;
}

/** Points of a box: corners, float32 points, and real ones. */
export function anyPoint(r: Random, box: readonly Ends[], real: boolean): Float64Array[] {
  const corners = r.below(3);
  return box.map(({ lo, hi }) =>
    lo.map((l, j) => {
      const h = hi[j] as number;
      const x = corners === 0 || r.chance(0.2) ? r.pick([l, h]) : Math.min(h, Math.max(l, l + (h - l) * unit(r)));
      return real ? x : inside(x, l, h);
    }),
  );
}
