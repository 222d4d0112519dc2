/** Small nets for single rules of bit-exact intervals, beside those of `nets.ts`: loops, quotients, values that are given twice, what is no number. */
import type { ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { must } from '../../src/text/result.ts';
import type { Random } from '../fuzz/random.ts';
import { anyCase, type Case, number, SMALL_NETS, smallCase } from './nets.ts';
import { programCases } from './programs.ts';

type Maker = (r: Random, b: GraphBuilder) => readonly ValueId[];

const NETS: Readonly<Record<string, Maker>> = {
  contraction: (r, b) => {
    const attrs = { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: r.pick(['lanes', 'sequential'] as const) };
    return [b.einsum(b.input('x', [2, 3]), b.input('y', [3, 2]), attrs)];
  },
  turnedDense: (r, b) => {
    const n = 2 + r.below(20);
    const weights = b.constant(
      [n],
      Array.from({ length: n }, () => number(r)),
    );
    return [
      b.einsum(weights, b.input('x', [n]), {
        lhs: [0],
        rhs: [0],
        out: [],
        order: r.pick(['lanes', 'sequential'] as const),
      }),
    ];
  },
  fixedNaN: (_, b) => [b.op('neg', [b.input('x', [1])], {}), b.op('sqrt', [b.constant([1], [-1])], {})],
  roots: (_, b) => [b.op('sqrt', [b.input('x', [1])], {})],
  /** Infinite less infinite is no number. */
  overflowing: (r, b) => {
    const x = b.op('exp', [b.add(b.input('x', [2]), b.full([2], r.pick([80, 88.7])))], {});
    return [b.op('neg', [x], {})];
  },
  infinities: (_, b) => {
    const x = b.mul(b.input('x', [4]), b.full([4], 3e38));
    return [b.sum(b.mul(x, b.full([4], 1e10)), [0], 'sequential')];
  },
  quotients: (_, b) => {
    const y = b.div(b.full([2], 1), b.op('round', [b.input('x', [2])], {}));
    return [b.op('min', [y, b.full([2], 5)], {}), b.op('max', [y, b.full([2], -5)], {})];
  },
  infiniteTable: (_, b) => {
    const table = b.div(b.full([3], 1), b.op('round', [b.input('t', [3])], {}));
    return [b.einsum(b.input('x', [3]), table, { lhs: [0], rhs: [0], out: [], order: 'pick' })];
  },
  twins: (_, b) => {
    const [x, y] = [b.input('x', [2]), b.input('y', [2])];
    const compared = (['lt', 'le', 'eq'] as const).flatMap((op) => [
      b.op(op, [x, x], { width: 1 }),
      b.op(op, [x, y], { width: 1 }),
    ]);
    return [b.sub(x, x), b.sub(x, y), b.mul(x, x), b.mul(x, y), b.div(x, x), ...compared];
  },
  loops: (r, b) => {
    const inner = graphBuilder();
    const [s, t, x] = [inner.input('s', [2]), inner.input('t', [2]), inner.input('x', [2])];
    const next = inner.sub(inner.mul(s, x), t);
    const body = inner.finish([t, next, next].map((value, i) => ({ name: `r${i}`, value })));
    const attrs = { body, carries: 2, mapped: 1, length: 3, reverse: r.chance(0.5) };
    return b.node('scan', [b.input('s', [2]), b.input('t', [2]), b.input('x', [3, 2])], attrs);
  },
  turns: (r, b) => {
    const step = graphBuilder();
    const [x, c] = [step.input('x', []), step.input('c', [])];
    const body = step.finish([{ name: 'x', value: step.add(step.mul(x, step.full([], 1.5)), c) }]);
    const test = graphBuilder();
    const [y] = [test.input('x', []), test.input('c', [])];
    const cond = test.finish([{ name: 't', value: test.op('lt', [y, test.full([], 2)], { width: 1 }) }]);
    return b.node('iterate', [b.input('x', []), b.input('c', [])], { body, cond, carries: 1, max: 1 + r.below(5) });
  },
};

export const EXACT_NETS = [...Object.keys(NETS), ...SMALL_NETS];

export function exactCase(r: Random, name: string): Case {
  const make = NETS[name];
  if (!make) return smallCase(r, name);
  const b = graphBuilder();
  return { graph: b.finish(make(r, b).map((value, i) => ({ name: `o${i}`, value: must(value) }))), params: new Map() };
}

/** One of these nets, a graph or a program, by chance; with its name. */
export function exactCases(r: Random, seed: number): readonly [name: string, cases: readonly Case[]] {
  const name = r.pick([r.pick(EXACT_NETS), 'any graph', 'any graph', 'program']);
  if (name === 'program') return [name, programCases(seed)];
  return [name, [name === 'any graph' ? anyCase(r) : exactCase(r, name)]];
}
