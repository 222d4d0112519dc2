/** What is bounded as one: found in programs, the same function over the reals, and as tight as it is meant to be. */
import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { ready } from '../../src/passes/pipelines.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { boundsOf, type Ends } from '../../src/verify/bounds.ts';
import { openNet } from '../../src/verify/net.ts';
import { spreadOut } from '../../src/verify/spread.ts';
import { HOST } from '../table/elementary.ts';

const PROGRAM = `
import { attention } from "std/nn";
import { log_softmax, log_sum_exp } from "std/math";
import { cross_entropy_of_scores } from "std/loss";
use logic kleene;
fn share(z: f32[3]) -> Soft<Index<3>> { softmax(z) }
fn logs(z: f32[3]) -> f32[3] { log_softmax(z) }
fn whole(z: f32[5]) -> f32 { log_sum_exp(z) }
fn loss(z: f32[5]) -> f32 { cross_entropy_of_scores(z, 2) }
fn mixed(q: f32[2, 3], k: f32[4, 3]) -> f32[2, 3] { attention(q, k, k) }
fn both(a: truth, b: truth) -> truth { a && b }
fn either(a: truth, b: truth) -> truth { a || b }
fn every(a: truth[3]) -> truth { all(a) }
fn implied(a: truth, b: truth) -> truth { a ==> b }
fn cube(x: f32) -> f32 { x ** 3 }
fn grown(x: f32) -> f32 { 3.7 * x * (1.0 - x) }
`;

const entries = (): readonly { readonly name: string; readonly graph: Graph }[] => {
  const made = compile({ name: 'forms.su', text: PROGRAM }, { read: () => undefined });
  if (!made.ok) throw new Error('does not compile');
  return made.value.program.entries;
};

const ends = (low: readonly number[], high: readonly number[]): Ends => ({
  lo: Float64Array.from(low),
  hi: Float64Array.from(high),
});

function boundsAt(graph: Graph, box: readonly Ends[]): Ends | undefined {
  const net = openNet(spreadOut(unrolled(graph)), new Map());
  return boundsOf(net).analyse(box)?.ends.get(must(net.outputs[0]));
}

/** The softmax of n scores, as the language lowers it. */
function softmax(n: number, scores: (b: GraphBuilder) => ValueId = (b) => b.input('z', [n])): Graph {
  const b = graphBuilder();
  const z = scores(b);
  const top = b.broadcast(b.op('reduceMax', [z], { axes: [0] }), [n], []);
  const powers = b.op('exp', [b.sub(z, top)], {});
  return b.finish([{ name: 'p', value: b.div(powers, b.broadcast(b.sum(powers, [0], 'lanes'), [n], [])) }]);
}

describe('programs', () => {
  it.each(entries())('$name is bounded as one, before and after passes', ({ graph }) => {
    for (const one of [graph, ready(graph)]) expect(spreadOut(unrolled(one)).errors.size).toBeGreaterThan(0);
  });

  it.each(entries())('$name stays the same function over the reals', ({ graph }) => {
    const plain = unrolled(graph);
    const inputs = plain.inputs.map((v) => {
      const size = must(plain.types[v]).shape.reduce((n, d) => n * d, 1);
      return Float64Array.from({ length: size }, (_, i) => Math.sin(3 * i + v) * 0.9);
    });
    const run = (one: Graph): readonly ArrayLike<number>[] =>
      evaluate(one, inputs, new Map(), { arithmetic: 'f64', elementary: HOST }).outputs;
    const spread = run(spreadOut(plain).graph);
    for (const [o, xs] of run(plain).entries())
      for (let k = 0; k < xs.length; k++) expect(must(spread[o])[k]).toBeCloseTo(must(xs[k]), 6);
  });
});

describe('softmax', () => {
  it('of scores that underflow stays within 0 and 1', () => {
    const found = must(boundsAt(softmax(3), [ends([-1e6, 0, 1e6], [-1e6, 1, 3e6])]));
    expect(Math.min(...found.lo)).toBeGreaterThan(-1e-5);
    expect(Math.max(...found.hi)).toBeLessThan(1 + 1e-5);
    expect(must(found.hi[0])).toBeLessThan(1e-10);
  });

  it('of scores that are or may become infinite has no bounds', () => {
    expect(boundsAt(softmax(2), [ends([0, 0], [1, Infinity])])).toBeUndefined();
    const large = softmax(2, (b) => b.mul(b.input('z', [2]), b.full([2], 3e38)));
    expect(boundsAt(large, [ends([0, 1], [1, 2])])).toBeUndefined();
    expect(boundsAt(softmax(2), [ends([-3e38, 3e38], [-3e38, 3e38])])).toBeUndefined();
  });

  it('of one score is 1, and of equal ones equal', () => {
    const one = must(boundsAt(softmax(1), [ends([-3], [5])]));
    expect(Math.max(must(one.hi[0]) - 1, 1 - must(one.lo[0]))).toBeLessThan(1e-5);
    const equal = softmax(4, (b) => b.broadcast(b.input('z', []), [4], []));
    const found = must(boundsAt(equal, [ends([-3], [5])]));
    for (let k = 0; k < 4; k++) expect(Math.max(must(found.hi[k]) - 0.25, 0.25 - must(found.lo[k]))).toBeLessThan(1e-5);
  });

  it('is as wide as it must be, but for a twentieth', () => {
    const [low, high] = [
      [0, -0.5, 0.3],
      [0.5, 0, 0.8],
    ] as const;
    const found = must(boundsAt(softmax(3), [ends(low, high)]));
    const share = (own: number, others: readonly number[]): number =>
      1 / (1 + others.reduce((sum, z) => sum + Math.exp(z - own), 0));
    const [least, most] = [share(low[0], [high[1], high[2]]), share(high[0], [low[1], low[2]])];
    expect(must(found.lo[0])).toBeLessThanOrEqual(least);
    expect(must(found.hi[0])).toBeGreaterThanOrEqual(most);
    expect(must(found.hi[0]) - must(found.lo[0])).toBeLessThan(1.05 * (most - least));
  });
});
