/** Sums of outer products leave their loops: what is left of the loop, and every bit, also of sums of nothing but -0. */
import { describe, expect, it } from 'vitest';
import type { Graph, NodeOf } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { accumulate, runPasses } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';
import { type Random, random } from '../fuzz/random.ts';
import { anyData, differingBit } from '../random-graph.ts';

interface Shape {
  readonly length: number;
  readonly reverse: boolean;
  /** Where the second factor comes from. */
  readonly right: 'state' | 'mapped' | 'computed' | 'captured';
  readonly stateFirst: boolean;
  readonly start: number;
}

/** `m += s ⊗ r` beside a vector state, which decays. */
function loop({ length, reverse, right, stateFirst, start }: Shape): Graph {
  const inner = graphBuilder();
  const [s, m] = [inner.input('s', [5]), inner.input('m', [6, 5])];
  const [x, c] = [inner.input('x', [6]), inner.input('c', [6])];
  const next = inner.mul(s, inner.broadcast(inner.full([], 0.75), [5], []));
  const sources = { state: undefined, mapped: x, computed: inner.add(x, c), captured: c };
  const outer = (r: typeof x): typeof x =>
    inner.einsum(r, next, { lhs: [4], rhs: [1], out: [4, 1], order: 'sequential' });
  const fromState = inner.op('pad', [s], { low: [0], high: [1] });
  const product = outer(sources[right] ?? fromState);
  const sum = stateFirst ? inner.add(m, product) : inner.add(product, m);
  const body = inner.finish([
    { name: 's', value: next },
    { name: 'm', value: sum },
  ]);
  const b = graphBuilder();
  const given = [
    b.input('s0', [5]),
    b.broadcast(b.full([], start), [6, 5], []),
    b.input('xs', [length, 6]),
    b.input('c', [6]),
  ];
  const results = b.node('scan', given, { body, carries: 2, mapped: 1, length, reverse });
  return b.finish(results.map((value, i) => ({ name: `r${i}`, value })));
}

const anyShape = (r: Random): Shape => ({
  length: 1 + r.below(9),
  reverse: r.chance(0.5),
  right: r.pick(['state', 'mapped', 'computed', 'captured'] as const),
  stateFirst: r.chance(0.5),
  start: 0,
});

const statesOf = (graph: Graph): number[] =>
  graph.nodes.flatMap((n) => (n.op === 'scan' ? [(n as NodeOf<'scan'>).attrs.carries] : []));

describe('accumulation', () => {
  it('takes the sum out of the loop and keeps every bit', () => {
    for (let seed = 0; seed < 400; seed++) {
      const r = random(seed);
      const shape = anyShape(r);
      const before = loop(shape);
      const after = runPasses([accumulate], before);
      expect(statesOf(after)).toEqual([1]);
      const zeros = seed % 4 === 0;
      const inputs = before.inputs.map((v) => {
        const size = must(before.types[v]).shape.reduce((n, d) => n * d, 1);
        return zeros ? new Float32Array(size).fill(r.chance(0.5) ? -0 : 0) : anyData(r, size, seed % 2 === 0);
      });
      const [one, two] = [evaluate(before, inputs, new Map()), evaluate(after, inputs, new Map())];
      const difference = differingBit(two.outputs, one.outputs);
      if (difference) expect.fail(`seed ${seed} ${JSON.stringify(shape)}: ${difference}`);
    }
  });

  it('leaves a sum that begins elsewhere where it is', () => {
    for (const start of [1, -0]) {
      const before = loop({ length: 3, reverse: false, right: 'mapped', stateFirst: true, start });
      expect(statesOf(runPasses([accumulate], before))).toEqual([2]);
    }
  });
});
