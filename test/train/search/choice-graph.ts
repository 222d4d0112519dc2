/**
 * Random graphs as lowering makes them of crisp programs: conditions are ±1, picked weights one-hot, choices are params. Numbers may
 * be infinite or nan in arms that are not taken. The seed reproduces a graph.
 */
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import type { ParamSpec } from '../../../src/lower/program.ts';
import { graphBuilder } from '../../../src/ops/build.ts';
import type { GraphBuilder } from '../../../src/ops/builder.ts';
import { must } from '../../../src/text/result.ts';
import type { Random } from '../../fuzz/random.ts';

/** All cases of a graph have this many; so every one-hot may look up every table. */
export const CASES = 3;

interface Making {
  readonly r: Random;
  readonly b: GraphBuilder;
  readonly numbers: ValueId[];
  readonly bools: ValueId[];
  readonly cases: ValueId[];
  readonly depth: number;
}

const any = (m: Making, kind: 'numbers' | 'bools' | 'cases'): ValueId => m.r.pick(m[kind]);
const number = (m: Making, x: number): ValueId => m.b.full([], x);
const stack = (m: Making, items: readonly ValueId[]): ValueId =>
  m.b.op(
    'concat',
    items.map((v) => m.b.reshape(v, [1, ...m.b.shapeOf(v)])),
    { axis: 0 },
  );
const several = (m: Making, kind: 'numbers' | 'cases'): ValueId =>
  stack(
    m,
    Array.from({ length: CASES }, () => any(m, kind)),
  );
const pick = (m: Making, table: ValueId): ValueId => {
  const labels = m.b.shapeOf(table).map((_, i) => i);
  return m.b.einsum(any(m, 'cases'), table, { lhs: [0], rhs: labels, out: labels.slice(1), order: 'pick' });
};
const wide = (m: Making, c: ValueId, like: ValueId): ValueId => m.b.broadcast(c, m.b.shapeOf(like), []);
const chosen = (m: Making, kind: 'numbers' | 'cases' | 'bools'): ValueId => {
  const [x, y] = [any(m, kind), any(m, kind)];
  return m.b.select(wide(m, any(m, 'bools'), x), x, y);
};

const NUMBERS: readonly ((m: Making) => ValueId)[] = [
  (m) => m.b.add(any(m, 'numbers'), any(m, 'numbers')),
  (m) => m.b.mul(any(m, 'numbers'), any(m, 'numbers')),
  (m) => m.b.min(any(m, 'numbers'), any(m, 'numbers')),
  // never 1 / -0, whose sign a mixture does not keep
  (m) => m.b.div(number(m, 1), m.b.op('abs', [any(m, 'numbers')], {})),
  (m) => m.b.op('log', [any(m, 'numbers')], {}),
  (m) => m.b.op('exp', [any(m, 'numbers')], {}),
  (m) => m.b.op('tanh', [any(m, 'numbers')], {}),
  (m) => m.b.op('floor', [any(m, 'numbers')], {}),
  (m) => pick(m, several(m, 'numbers')),
  (m) => pick(m, several(m, 'numbers')),
  (m) => chosen(m, 'numbers'),
  (m) => pick(m, m.b.constant([CASES], [0, 1, 2])),
];
const BOOLS: readonly ((m: Making) => ValueId)[] = [
  (m) => m.b.op(m.r.pick(['lt', 'le', 'eq']), [any(m, 'numbers'), any(m, 'numbers')], { width: 2 }),
  (m) => m.b.neg(any(m, 'bools')),
  (m) => m.b.max(any(m, 'bools'), any(m, 'bools')),
  (m) => chosen(m, 'bools'),
  (m) => {
    const same = m.b.einsum(any(m, 'cases'), any(m, 'cases'), { lhs: [0], rhs: [0], out: [], order: 'sequential' });
    return m.b.sub(m.b.mul(same, number(m, 2)), number(m, 1));
  },
];
const CASE: readonly ((m: Making) => ValueId)[] = [
  (m) => pick(m, several(m, 'cases')),
  (m) => pick(m, m.b.param('table', [CASES, CASES])),
  (m) => chosen(m, 'cases'),
  (m) => m.b.op('argmax', [m.b.op('tanh', [several(m, 'numbers')], {})], { axis: 0, width: 1 }),
];

/** A body over a number, a bool and a case, and captured ones; one of each comes out. */
function body(m: Making): Graph {
  const b = graphBuilder();
  const own = ['s', 'c'].map((x) => [b.input(`${x}n`, []), b.input(`${x}b`, []), b.input(`${x}e`, [CASES])] as const);
  const inner: Making = {
    ...m,
    b: { ...b, param: (name) => must(name === 'table' ? table : undefined) },
    numbers: own.map((o) => o[0]),
    bools: own.map((o) => o[1]),
    cases: own.map((o) => o[2]),
    depth: m.depth - 1,
  };
  const table = b.input('table', [CASES, CASES]);
  grow(inner, 4);
  const outputs = [b.op('tanh', [must(inner.numbers.at(-1))], {}), must(inner.bools.at(-1)), must(inner.cases.at(-1))];
  return b.finish(outputs.map((value, i) => ({ name: `o${i}`, value })));
}

/** A loop over three states, with its results in the pools. */
function loop(m: Making): void {
  const states = [any(m, 'numbers'), any(m, 'bools'), any(m, 'cases')];
  const inputs = [...states, any(m, 'numbers'), any(m, 'bools'), any(m, 'cases'), m.b.param('table', [CASES, CASES])];
  const made = body(m);
  const results = m.r.chance(0.5)
    ? m.b.node('scan', inputs, { body: made, carries: 3, mapped: 0, length: 1 + m.r.below(3), reverse: false })
    : m.b.node('iterate', inputs, {
        body: made,
        cond: { ...made, outputs: [must(made.outputs[1])] },
        carries: 3,
        max: 3,
      });
  m.numbers.push(must(results[0]));
  m.bools.push(must(results[1]));
  m.cases.push(must(results[2]));
}

function grow(m: Making, nodes: number): void {
  for (let k = 0; k < nodes; k++) {
    if (m.depth > 0 && m.r.chance(0.15)) loop(m);
    const kind = m.r.pick(['numbers', 'numbers', 'bools', 'cases'] as const);
    m[kind].push(m.r.pick({ numbers: NUMBERS, bools: BOOLS, cases: CASE }[kind])(m));
  }
}

const at = { source: { name: 'p.su', text: '' }, start: 0, end: 0 } as unknown as ParamSpec['at'];
const spec = (name: string, shape: readonly number[], layout: ParamSpec['layout']): ParamSpec => {
  const value = new Float32Array(shape.reduce((n, d) => n * d, 1));
  return { name, shape, layout, frozen: false, value, at };
};
const CRISP = { kind: 'cases', soft: false, size: CASES, name: 'E' } as const;

export const CHOICES: readonly ParamSpec[] = [
  spec('table', [CASES, CASES], CRISP),
  spec('case', [CASES], CRISP),
  spec('flag', [], { kind: 'bool' }),
];

/** Inputs `x`, `yes`, `which`: a number, a bool, a case. Params: those of `CHOICES`. One output per kind. */
export function choiceGraph(r: Random): Graph {
  const b = graphBuilder();
  const m: Making = {
    r,
    b,
    numbers: [b.input('x', []), b.full([], 0), b.full([], 0.75), b.full([], -2)],
    bools: [b.input('yes', []), b.param('flag', [])],
    cases: [b.input('which', [CASES]), b.param('case', [CASES])],
    depth: 2,
  };
  b.param('table', [CASES, CASES]);
  grow(m, 14);
  const outputs = [...m.numbers.slice(-3), must(m.bools.at(-1)), must(m.cases.at(-1))];
  return b.finish(outputs.map((value, i) => ({ name: i === 0 ? 'loss' : `o${i}`, value })));
}
