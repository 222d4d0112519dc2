/**
 * Judges what is made of properties before any proof: at every point of a grid where the program violates the property, the point is in the box of
 * some question and its claim holds there, or reads what is no number. Random graphs of one kind each; numbers are coarse, so ties are common. Bundled by
 * `broken.test.ts` with edited sources.
 */
import { reference } from '../../src/backends/reference.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import type { Quantified } from '../../src/lower/program.ts';
import { randomStream } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluator } from '../../src/ops/reference.ts';
import { domainOf } from '../../src/prove/domain.ts';
import { all, any, not } from '../../src/prove/formula.ts';
import { opened } from '../../src/prove/opened.ts';
import type { Stated } from '../../src/prove/property.ts';
import { questionsOf } from '../../src/prove/questions.ts';
import { trialOf } from '../../src/prove/trial.ts';
import { must } from '../../src/text/result.ts';
import { isUnsafe } from '../../src/verify/index.ts';

type Random = (n: number) => number;

/** What bools of a kind are made of. */
interface Making {
  readonly b: GraphBuilder;
  readonly below: Random;
  /** Scalars of the inputs. */
  readonly inputs: readonly ValueId[];
}

const W = { width: 1 } as const;

const scalar = ({ b }: Making, x: number): ValueId => b.full([], x);

function linear(m: Making): ValueId {
  const { b, below, inputs } = m;
  const part = (v: ValueId): ValueId => b.mul(scalar(m, (below(5) - 2) / 2), v);
  const sum = inputs.map(part).reduce((x, y) => b.add(x, y));
  return below(3) === 0 ? must(inputs[below(inputs.length)]) : b.add(sum, scalar(m, (below(5) - 2) / 4));
}

/** A number that is one of several, perhaps. */
function number(m: Making, depth: number): ValueId {
  const { b, below } = m;
  if (depth === 0) return below(4) === 0 ? scalar(m, (below(9) - 4) / 4) : linear(m);
  const one = (): ValueId => number(m, depth - 1);
  switch (below(6)) {
    case 0:
      return b.max(one(), one());
    case 1:
      return b.min(one(), one());
    case 2:
      return b.op('abs', [one()], {});
    case 3:
      return b.neg(one());
    case 4:
      return b.select(bool(m, depth - 1, number), one(), one());
    default:
      return b.sub(one(), one());
  }
}

/** A number that rises or falls with others, and is none where a root of it is. */
function curved(m: Making): ValueId {
  const { b, below } = m;
  const one = (): ValueId => (below(3) === 0 ? must(m.inputs[below(2)]) : linear(m));
  switch (below(7)) {
    case 0:
      return b.op('sqrt', [one()], {});
    case 1:
      return b.op(below(2) === 0 ? 'max' : 'min', shuffled(m, [b.op('sqrt', [one()], {}), scalar(m, below(2))]), {});
    case 2:
      return b.op(below(2) === 0 ? 'floor' : 'exp', [b.mul(scalar(m, below(5) - 2), one())], {});
    case 3:
      return b.add(one(), below(2) === 0 ? scalar(m, below(3) - 1) : one());
    case 4:
      return b.sub(one(), one());
    case 5:
      return b.mul(scalar(m, (below(5) - 2) / 2), one());
    default:
      return one();
  }
}

const shuffled = ({ below }: Making, list: readonly ValueId[]): readonly ValueId[] =>
  below(2) === 0 ? list : [...list].reverse();

type Numbers = (m: Making, depth: number) => ValueId;
const plain: Numbers = (m) => linear(m);

/** A bool of comparisons and connectives. */
function bool(m: Making, depth: number, numbers: Numbers = plain): ValueId {
  const { b, below } = m;
  if (depth === 0) {
    const sides = [numbers(m, depth), below(3) === 0 ? scalar(m, 0) : numbers(m, depth)];
    return b.op((['lt', 'le', 'eq'] as const)[below(3)] ?? 'lt', below(2) === 0 ? sides : sides.reverse(), W);
  }
  const one = (): ValueId => bool(m, depth - 1, numbers);
  switch (below(6)) {
    case 0:
      return b.min(one(), one());
    case 1:
      return b.max(one(), one());
    case 2:
      return b.neg(one());
    case 3:
      return b.mul(one(), one());
    case 4:
      return b.select(one(), one(), one());
    default:
      return b.op(below(2) === 0 ? 'reduceMin' : 'reduceMax', [stack(b, [one(), one(), one()])], { axes: [0] });
  }
}

function stack(b: GraphBuilder, list: readonly ValueId[]): ValueId {
  return b.op(
    'concat',
    list.map((v) => b.reshape(v, [1])),
    { axis: 0 },
  );
}

const element = (b: GraphBuilder, v: ValueId, at: number): ValueId =>
  b.reshape(b.op('slice', [v], { starts: [at], limits: [at + 1] }), []);

/** 2·w - 1. */
const indicator = (m: Making, weight: ValueId): ValueId => m.b.sub(m.b.mul(scalar(m, 2), weight), scalar(m, 1));

const largest = ({ b }: Making, list: readonly ValueId[]): ValueId =>
  b.op('argmax', [stack(b, list)], { axis: 0, width: 1 });

function some(m: Making, n: number, depth = 0): ValueId[] {
  return Array.from({ length: n }, () => (depth === 0 ? linear(m) : number(m, depth)));
}

/** Bools of the largest of a vector. */
function marks(m: Making): ValueId {
  const { b, below } = m;
  const own = largest(m, some(m, 3));
  switch (below(5)) {
    case 0:
      return indicator(m, element(b, own, below(3)));
    case 1:
      return indicator(m, b.einsum(own, largest(m, some(m, 3)), { lhs: [0], rhs: [0], out: [], order: 'lanes' }));
    case 2: {
      const table = stack(b, [bool(m, 0), bool(m, 0), bool(m, 0)]);
      return b.einsum(own, table, { lhs: [0], rhs: [0], out: [], order: 'pick' });
    }
    case 3: {
      const pairs = b.einsum(own, largest(m, some(m, 2)), { lhs: [0], rhs: [1], out: [0, 1], order: 'sequential' });
      const moved = b.op('put', [b.reshape(pairs, [6])], { axis: 0, indices: [0, 1, 1, 2, 2, 0], size: 3 });
      const table = stack(b, [bool(m, 0), linear(m), scalar(m, -1)]);
      return b.op('lt', [scalar(m, 0), b.einsum(moved, table, { lhs: [0], rhs: [0], out: [], order: 'pick' })], W);
    }
    default: {
      // marks of two bools: neither need be 1
      const marksOfTwo = stack(
        b,
        [bool(m, 0), bool(m, 0)].map((v) => b.mul(b.add(v, scalar(m, 1)), scalar(m, 0.5))),
      );
      const table = stack(b, [linear(m), linear(m)]);
      return b.op('le', [linear(m), b.einsum(marksOfTwo, table, { lhs: [0], rhs: [0], out: [], order: 'pick' })], W);
    }
  }
}

/** Bools of how many bools hold. */
function counts(m: Making): ValueId {
  const { b, below } = m;
  const halves = (): ValueId =>
    b.mul(b.add(stack(b, [bool(m, 0), bool(m, 0), bool(m, 0)]), b.full([3], 1)), b.full([3], 0.5));
  const count = (): ValueId => b.sum(halves(), [0], 'lanes');
  const other = below(2) === 0 ? scalar(m, below(4)) : b.sub(count(), scalar(m, below(2)));
  return b.op((['lt', 'le', 'eq'] as const)[below(3)] ?? 'lt', below(2) === 0 ? [count(), other] : [other, count()], W);
}

/** Bools of the largest weight of a softmax, of numbers that are nearly equal. */
function weights(m: Making): ValueId {
  const { b, below } = m;
  const scale = 2 ** -(16 + below(8));
  const scores = some(m, 3).map((v) => b.add(scalar(m, [0, 1, -3][below(3)] ?? 0), b.mul(scalar(m, scale), v)));
  const z = stack(b, scores);
  const top = b.broadcast(b.op('reduceMax', [z], { axes: [0] }), [3], []);
  const powers = b.op('exp', [b.sub(z, top)], {});
  const p = b.div(powers, b.broadcast(b.sum(powers, [0], 'lanes'), [3], []));
  const mark = element(b, b.op('argmax', [p], { axis: 0, width: 1 }), below(3));
  return below(2) === 0 ? indicator(m, mark) : b.neg(indicator(m, mark));
}

/** Bools of extremes that take or leave out what is no number. */
function none(m: Making): ValueId {
  const { b, below, inputs } = m;
  const [op, input, c] = [below(2) === 0 ? 'max' : 'min', must(inputs[below(2)]), scalar(m, below(2))] as const;
  const extreme = (x: ValueId): ValueId => b.op(op, [input, b.mul(scalar(m, 0), x)], {});
  const root = b.op('sqrt', [must(inputs[below(2)])], {});
  const sides = below(2) === 0 ? [extreme(root), extreme(input)] : [b.op(op, [root, c], {}), scalar(m, below(3) - 1)];
  return b.op(below(2) === 0 ? 'lt' : 'le', shuffled(m, sides), W);
}

const KINDS = {
  none,
  logic: (m: Making): ValueId => bool(m, 1 + m.below(3)),
  rising: (m: Making): ValueId => bool(m, 1 + m.below(2), curved),
  numbers: (m: Making): ValueId => bool(m, 1, (own) => number(own, 1 + own.below(2))),
  marks,
  counts,
  weights,
};
export type Kind = keyof typeof KINDS | 'nearness';

const HERE = { source: { name: '', text: '' }, start: 0, end: 0 };
const STEPS = 8;
const ENDS = { lo: Float32Array.of(-1), hi: Float32Array.of(1) };
const quantified = (name: string): Quantified => ({ name, layout: { kind: 'number' }, at: HERE, box: [ENDS] });

function randomProperty(kind: Kind, below: Random): Stated {
  const b = graphBuilder();
  const inputs = [b.input('x', []), b.input('y', [])];
  const m: Making = { b, below, inputs };
  const common = { at: HERE, inputs: [quantified('x'), quantified('y')] };
  if (kind === 'nearness') {
    const [left, right] = [number(m, 2), number(m, 1)].map((value, i) => ({ name: i === 0 ? 'left' : 'right', value }));
    const graph = b.finish([must(left), must(right)]);
    return {
      ...common,
      graph,
      assumes: [],
      asserts: [],
      relation: { within: below(4) / 4, sides: { kind: 'number' } },
    };
  }
  const assumes = below(2) === 0 ? [] : [KINDS[kind](m)];
  const asserts = Array.from({ length: 1 + below(2) }, () => KINDS[kind](m));
  const graph = b.finish([...assumes, ...asserts].map((value, i) => ({ name: `${i}`, value })));
  return { ...common, graph, assumes: assumes.map(() => HERE), asserts: asserts.map(() => HERE) };
}

/** The first violation that no question knows of, as text. */
export function judgeFormulas(kind: Kind, count: number, seed: number): string | undefined {
  const { below } = randomStream(seed, 0);
  for (let i = 0; i < count; i++) {
    const found = judge(randomProperty(kind, below));
    if (found !== undefined) return `${kind} ${i}: ${found}`;
  }
  return undefined;
}

function judge(property: Stated): string | undefined {
  const none = new Map<string, Float32Array>();
  const domain = domainOf(property.inputs);
  const own = must(opened(property, none, domain.ranges, [undefined, undefined]));
  const unsafe = all([...own.assumes, any(own.asserts.map(not))]);
  const questions = must(questionsOf(own, unsafe)).map((q) => ({ ...q, run: runOf(q.graph) }));
  const trial = trialOf(property, none, reference);
  for (const point of grid()) {
    for (const [k, xs] of point.entries()) must(trial.inputs[k]).set(xs);
    if (!trial.run()) continue;
    const isKnown = questions.some(({ box, claim, run }) => {
      const isInside = box.every(
        ({ lo, hi }, k) => must(lo[0]) <= must(point[k]?.[0]) && must(point[k]?.[0]) <= must(hi[0]),
      );
      const read = run(point);
      return isInside && (Array.from(read).some(Number.isNaN) || isUnsafe(claim, read));
    });
    if (!isKnown) return `violated at ${point.map((xs) => xs[0]).join(', ')}`;
  }
  return undefined;
}

function runOf(graph: Graph): (point: readonly Float32Array[]) => ArrayLike<number> {
  const run = evaluator(graph);
  return (point) => must(run(point, new Map()).outputs[0]);
}

function* grid(): Generator<readonly Float32Array[]> {
  for (let i = -STEPS; i <= STEPS; i++)
    for (let j = -STEPS; j <= STEPS; j++) yield [Float32Array.of(i / STEPS), Float32Array.of(j / STEPS)];
}
