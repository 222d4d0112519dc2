/**
 * A weight of one softmax beside that of another with some room, as comparisons of their scores: at points that nearly tie, whenever a run
 * says that one is below the other by more than the room, the formula must hold; and with less room than rounding takes, nothing is said.
 */
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluator } from '../../src/ops/reference.ts';
import { elementsOf, keyOf, sourceOfKey } from '../../src/prove/elements.ts';
import type { Formula } from '../../src/prove/formula.ts';
import { following } from '../../src/prove/truths.ts';
import { must } from '../../src/text/result.ts';
import { holds, signOfRun } from './judge-order.ts';

type Value = ReturnType<GraphBuilder['input']>;

/** Softmax as it is lowered. */
function softmax(b: GraphBuilder, z: Value, n: number): Value {
  const largest = b.op('reduceMax', [z], { axes: [0] });
  const powers = b.op('exp', [b.sub(z, b.broadcast(largest, [n], []))], {});
  return b.op('div', [powers, b.broadcast(b.sum(powers, [0], 'sequential'), [n], [])], {});
}

/** p_k + room < q_k as a formula; and the graph run at a point. */
function asked(n: number, k: number, room: number) {
  const b = graphBuilder();
  const scores = [b.input('z', [n]), b.input('w', [n])] as const;
  const [p, q] = scores.map((z) => softmax(b, z, n)) as [Value, Value];
  const most = b.add(p, b.full([n], room));
  const graph = b.finish([
    { name: 'x', value: most },
    { name: 'y', value: q },
  ]);
  const elements = elementsOf(graph);
  const [x, y] = graph.outputs.map(({ value }) => elements.source(value, k)) as [never, never];
  const run = evaluator(graph);
  return {
    formula: following(elements).below(x, y, true),
    at(z: Float32Array, w: Float32Array) {
      const [xs, ys] = run([z, w], new Map()).outputs.map((o) => must(o)[k]);
      const values = new Map<number, number>([
        [keyOf(x), must(xs)],
        [keyOf(y), must(ys)],
      ]);
      for (const [i, value] of graph.inputs.entries())
        for (const [at, s] of [z, w][i]?.entries() ?? []) values.set(keyOf({ value, at }), s);
      return { isBelow: must(xs) < must(ys), values };
    },
  };
}

/** Whether a row of where it holds reads a score: the inputs are the first two values. */
function readsScores(formula: Formula): boolean {
  if (formula.kind === 'known') return false;
  if (formula.kind === 'row') return formula.row.terms.some(([key]) => sourceOfKey(key).value < 2);
  return formula.kind === 'pair' ? readsScores(formula.holds) : formula.parts.some(readsScores);
}

const { uniform } = randomStream(5, 0);
const scoresOf = (n: number): Float32Array => Float32Array.from({ length: n }, () => (uniform() - 0.5) * 8);
const moved = (z: Float32Array): Float32Array =>
  z.map((s) => (uniform() < 0.4 ? s : s + (uniform() - 0.5) * 2 ** -(8 + 14 * uniform())));

describe('a weight below another with room', () => {
  it.each([2, 3, 5])('among %i: says what holds of the scores', (n) => {
    let below = 0;
    for (let k = 0; k < n; k++) {
      const { formula, at } = asked(n, k, 2e-5);
      expect(formula.kind).toBe('pair');
      for (let i = 0; i < 600; i++) {
        const z = scoresOf(n);
        const { isBelow, values } = at(z, moved(z));
        if (!isBelow) continue;
        below++;
        expect(holds(formula, signOfRun(values))).toBe(true);
      }
    }
    expect(below).toBeGreaterThan(50);
  });

  it('says nothing of scores where the room is less than rounding takes', () => {
    expect(readsScores(asked(3, 0, 1e-6).formula)).toBe(false);
    expect(readsScores(asked(3, 0, 1e-5).formula)).toBe(true);
  });

  it('may hold of the sum with a score that no other is like', () => {
    // every score of the first but its own is lower, its own is higher: its weight is not below
    const { formula, at } = asked(3, 1, 1e-5);
    const { values } = at(Float32Array.of(0, 2, 0), Float32Array.of(1, 1, 1));
    expect(holds(formula, signOfRun(values))).toBe(false);
  });
});

describe('a number and a constant below another', () => {
  const formulaOf = (make: (b: GraphBuilder, x: Value, y: Value) => readonly [Value, Value]) => {
    const b = graphBuilder();
    const [x, y] = [b.input('x', []), b.input('y', [])];
    const graph = b.finish(make(b, x, y).map((value, i) => ({ name: `${i}`, value })));
    const [l, r] = graph.outputs.map(({ value }) => ({ value, at: 0 })) as [never, never];
    const run = evaluator(graph);
    return (xs: number, ys: number) => {
      const found = run([Float32Array.of(xs), Float32Array.of(ys)], new Map()).outputs.map((o) => must(o?.[0]));
      const keys = [...graph.inputs.map((value) => keyOf({ value, at: 0 })), keyOf(l), keyOf(r)];
      const values = new Map(keys.map((key, i) => [key, must([xs, ys, ...found][i])]));
      return {
        isBelow: must(found[0]) < must(found[1]),
        holds: holds(following(elementsOf(graph)).below(l, r, true), signOfRun(values)),
      };
    };
  };
  const forms: Readonly<Record<string, (b: GraphBuilder, x: Value, y: Value) => readonly [Value, Value]>> = {
    'x + c < y': (b, x, y) => [b.add(x, b.full([], 0.25)), y],
    'x + c < y, c below 0': (b, x, y) => [b.add(x, b.full([], -0.25)), y],
    'x - c < y': (b, x, y) => [b.sub(x, b.full([], 0.25)), y],
    'x < y + c': (b, x, y) => [x, b.add(y, b.full([], 0.25))],
    'x < y - c': (b, x, y) => [x, b.sub(y, b.full([], 0.25))],
    'x + c < y + c': (b, x, y) => [b.add(x, b.full([], 0.25)), b.add(y, b.full([], 0.25))],
    'x + c < y + d, d above c': (b, x, y) => [b.add(x, b.full([], 0.25)), b.add(y, b.full([], 0.5))],
    'c + x < y - c': (b, x, y) => [b.add(b.full([], 0.25), x), b.sub(y, b.full([], 0.25))],
  };

  it.each(Object.entries(forms))('%s', (_, make) => {
    const at = formulaOf(make);
    let below = 0;
    for (let i = 0; i < 200; i++) {
      const x = Math.fround(uniform() * 2 - 1);
      const found = at(x, Math.fround(x + (uniform() - 0.5) * 1.2));
      if (!found.isBelow) continue;
      below++;
      expect(found.holds).toBe(true);
    }
    expect(below).toBeGreaterThan(5);
  });
});
