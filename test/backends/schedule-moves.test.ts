/** Moves, sums and products over axes of many sizes, where reads of several shapes share a walk or cannot: plan = reference. */
import { describe, expect, it } from 'vitest';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { type Random, random } from '../fuzz/random.ts';
import { anyInputs, differingBit } from '../random-graph.ts';
import { planFaults } from './plan-check.ts';
import { runnerOf } from './schedule-run.ts';

const ROUNDS = Number(process.env.GRAPHS ?? 200);
const MOST = 1500;

/** A shape of this many elements: its prime factors, shuffled and dealt to a few axes. */
function anyShapeOf(r: Random, size: number): number[] {
  const shape = Array.from({ length: 1 + r.below(4) }, () => 1);
  let rest = size;
  for (let p = 2; rest > 1; p++) {
    for (; rest % p === 0; rest /= p) {
      const axis = r.below(shape.length);
      shape[axis] = must(shape[axis]) * p;
    }
  }
  return shape;
}

const shuffled = (r: Random, n: number): number[] => {
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [list[i], list[j]] = [must(list[j]), must(list[i])];
  }
  return list;
};

function movesGraph(seed: number): Graph {
  const r = random(seed);
  const b = graphBuilder();
  const pool: ValueId[] = [b.input('x', [4, 6, 5]), b.input('y', [36, 10]), b.input('z', [17])];
  const moves: ((x: ValueId, shape: readonly number[]) => ValueId)[] = [
    (x, shape) => b.reshape(x, anyShapeOf(r, sizeOf(shape))),
    (x, shape) => b.transpose(x, shuffled(r, shape.length)),
    (x, shape) => b.broadcast(x, [...shape, 1 + r.below(4)], [...shape.keys()]),
    (x, shape) => {
      const starts = shape.map((d) => r.below(Math.min(d, 3)));
      return b.op('slice', [x], { starts, limits: shape.map((d, i) => d - r.below(Math.min(3, d - must(starts[i])))) });
    },
    (x, shape) => {
      const axis = r.below(shape.length);
      const indices = Array.from({ length: 1 + r.below(2 * must(shape[axis])) }, () => r.below(must(shape[axis])));
      return b.op('take', [x], { axis, indices });
    },
    (x, shape) => b.op('concat', [x, b.neg(x), x], { axis: r.below(shape.length) }),
    (x, shape) => b.op('pad', [x], { low: shape.map(() => r.below(2)), high: shape.map(() => r.below(3)) }),
    (x, shape) => {
      const axis = r.below(shape.length);
      const size = 1 + r.below(5);
      return b.op('put', [x], { axis, size, indices: Array.from({ length: must(shape[axis]) }, () => r.below(size)) });
    },
    (x) => b.mul(x, x),
    (x) => b.op('sqrt', [b.op('abs', [x], {})], {}),
    (x, shape) => {
      const other = r.pick(pool.filter((v) => sizeOf(b.shapeOf(v)) === sizeOf(shape)));
      return b.add(x, b.reshape(other, shape));
    },
    (x, shape) => {
      const axes = [...shape.keys()].filter(() => r.chance(0.5));
      const terms = r.chance(0.5) ? b.mul(b.add(x, x), x) : x;
      return r.chance(0.7)
        ? b.op('sum', [terms], { axes, order: r.pick(['lanes', 'sequential'] as const) })
        : b.op(r.pick(['reduceMax', 'reduceMin'] as const), [terms], { axes });
    },
    (x, shape) => b.op('argmax', [x], { axis: r.below(shape.length), width: 1 }),
    (x, shape) => {
      const labels = [...shape.keys()];
      const summed = labels.filter(() => r.chance(0.5));
      const rhs = b.transpose(b.neg(x), [...labels].reverse());
      const out = labels.filter((l) => !summed.includes(l));
      const order = r.pick(['lanes', 'sequential', ...(summed.length > 0 ? (['pick'] as const) : [])] as const);
      return b.einsum(x, rhs, { lhs: labels, rhs: [...labels].reverse(), out: out.reverse(), order });
    },
  ];
  for (let i = 0; i < 14; i++) {
    const x = r.pick(pool);
    const shape = b.shapeOf(x);
    if (shape.length === 0 || shape.length > 5) continue;
    const made = r.pick(moves)(x, shape);
    if (sizeOf(b.shapeOf(made)) > 0 && sizeOf(b.shapeOf(made)) <= MOST) pool.push(made);
  }
  const outputs = r.chance(0.5) ? pool.slice(3) : pool.slice(-2);
  return b.finish(outputs.map((value, i) => ({ name: `o${i}`, value })));
}

describe('moves, sums and products over larger shapes', () => {
  it('give the bits of the reference', () => {
    const kinds = new Set<string>();
    let gathers = 0;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const graph = movesGraph(seed);
      const plan = schedulePlan(graph);
      const run = runnerOf(plan, graph);
      const inputs = anyInputs(random(seed), graph, seed % 2 === 1);
      const difference = differingBit(evaluate(graph, inputs).outputs, run(inputs, new Map()).outputs);
      expect({ seed, difference }).toEqual({ seed, difference: undefined });
      if (seed % 8 === 0) expect({ seed, faults: planFaults(plan).slice(0, 3) }).toEqual({ seed, faults: [] });
      for (const step of plan.steps) kinds.add(step.kind);
      gathers += plan.buffers.filter((buffer) => buffer.role === 'table').length;
    }
    expect([...kinds].sort()).toEqual(['argmax', 'contract', 'map', 'pick', 'reduce', 'scatter']);
    expect(gathers).toBeGreaterThan(ROUNDS / 4);
  });
});
