/** Bounds hold at every point that is tried, and are as tight as their error terms allow. The long run is `run-bounds.ts`. */
import { describe, expect, it } from 'vitest';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { must } from '../../src/text/result.ts';
import { boundsOf } from '../../src/verify/bounds.ts';
import { pointsOf } from '../../src/verify/ends.ts';
import { openNet } from '../../src/verify/net.ts';
import { asItStands, spreadOut } from '../../src/verify/spread.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { judgeCase, newTally } from './judge.ts';
import { judgeNet } from './judge-net.ts';
import { anyCase, anyTwins, number, SMALL_NETS, smallCase } from './nets.ts';
import { programCases } from './programs.ts';
import { rowAt, whole } from './rational.ts';

describe('bounds hold', () => {
  it.each(SMALL_NETS)('of a small net: %s', (name) => {
    expect(judgeNet(name, 60, 77)).toBeUndefined();
  });

  it('of random graphs', () => {
    const tally = newTally();
    for (let seed = 1; tally.boxes < 400; seed++) {
      const r = random(seed * 7919);
      expect(judgeCase(r, anyCase(r), { boxes: 2, points: 9 }, tally), `seed ${seed}`).toBeUndefined();
    }
    expect(tally.refused).toBeLessThan(200);
  });
});

describe('bounds of two copies hold', () => {
  it('of random graphs', () => {
    const tally = newTally();
    for (let seed = 1; tally.boxes < 300; seed++) {
      const r = random(seed * 7907);
      expect(judgeCase(r, anyTwins(r), { boxes: 2, points: 9 }, tally), `seed ${seed}`).toBeUndefined();
    }
    expect(tally.refused).toBeLessThan(200);
  });
});

describe('bounds of programs hold', () => {
  it('of every function of random ones', () => {
    const tally = newTally();
    for (let seed = 1; tally.boxes < 200; seed++)
      for (const one of programCases(seed))
        expect(judgeCase(random(seed), one, { boxes: 1, points: 6 }, tally), `seed ${seed}`).toBeUndefined();
    expect(tally.refused).toBeLessThan(150);
  });
});

describe('graphs stay what they are', () => {
  const seeds = Array.from({ length: 150 }, (_, i) => i + 1);

  it('unrolled: every bit', () => {
    for (const seed of seeds) {
      const [graph, r] = [randomGraph(seed), random(seed)];
      const [inputs, params] = [anyInputs(r, graph, true), anyParams(r, graph, true)];
      const [a, b] = [evaluate(graph, inputs, params), evaluate(unrolled(graph), inputs, params)];
      expect(differingBit(a.outputs, b.outputs), `seed ${seed}`).toBeUndefined();
    }
  });

  it('spread out: every number, where all are finite', () => {
    let compared = 0;
    for (const seed of seeds) {
      const { graph, params } = anyCase(random(seed));
      const plain = unrolled(graph);
      const inputs = anyInputs(random(seed), graph, false);
      let finite = true;
      const { outputs } = evaluate(plain, inputs, params, {
        watch: (_, values) => {
          finite &&= values.every((xs) => xs.every(Number.isFinite));
        },
      });
      if (!finite) continue;
      compared++;
      const { graph: opened, errors } = spreadOut(plain);
      if (errors.size > 0) continue;
      const spread = evaluate(opened, inputs, params).outputs;
      // adding 0 makes -0 the same as 0
      const unsigned = (xs: ArrayLike<number>): Float32Array => Float32Array.from(xs, (x) => x + 0);
      expect(differingBit(outputs.map(unsigned), spread.map(unsigned)), `seed ${seed}`).toBeUndefined();
    }
    expect(compared).toBeGreaterThan(60);
  });
});

describe('bounds are tight', () => {
  it('at a point: within 1e-4 of the value', () => {
    const r = random(11);
    for (let n = 0; n < 60; n++) {
      const { graph, params } = smallCase(r, r.pick(['relus', 'dense', 'curves', 'products', 'sums', 'joined']));
      const net = openNet(spreadOut(graph), params);
      const point = net.inputs.map((v) => Float32Array.from({ length: net.sizeOf(v) }, () => number(r)));
      const { outputs } = evaluate(net.graph, point, params);
      const found = must(boundsOf(net).analyse(point.map(pointsOf)));
      for (const [o, v] of net.outputs.entries()) {
        const xs = must(outputs[o]);
        const size = Math.max(1, ...Array.from(xs, Math.abs));
        const { lo, hi } = must(found.ends.get(v));
        for (const [k, x] of xs.entries()) {
          expect((hi[k] as number) - (lo[k] as number)).toBeLessThan(1e-4 * size);
          const coefficients = Float64Array.from(xs, (_, j) => (j === k ? 1 : 0));
          const [bound] = found.lower({ value: v, count: 1, coefficients }).bounds;
          expect(x - must(bound)).toBeLessThan(1e-4 * size);
        }
      }
    }
  });

  it('of a linear net: the least over the corners, but for error terms', () => {
    const b = graphBuilder();
    const weights = Float32Array.of(0.1, -0.7, 0.3, 2, -1.5, 0.9);
    const x = b.input('x', [3]);
    const sum = b.einsum(b.constant([2, 3], weights), x, { lhs: [0, 1], rhs: [1], out: [0], order: 'sequential' });
    const y = b.add(sum, b.constant([2], [0.5, -0.25]));
    const net = openNet(asItStands(b.finish([{ name: 'y', value: y }])), new Map());
    const box = [{ lo: Float64Array.of(-1, 0, 2), hi: Float64Array.of(1, 0.5, 3) }];
    const { bounds } = must(boundsOf(net).analyse(box)).lower({
      value: must(net.outputs[0]),
      count: 1,
      coefficients: Float64Array.of(1, -1),
    });
    const slopes = [0, 1, 2].map((j) => (weights[j] as number) - (weights[3 + j] as number));
    const least = slopes.reduce((s, a, j) => s + a * must(a > 0 ? box[0]?.lo[j] : box[0]?.hi[j]), 0.75);
    expect(must(bounds[0])).toBeLessThanOrEqual(least);
    expect(least - must(bounds[0])).toBeLessThan(1e-5);
  });

  it('compares in exact arithmetic', () => {
    expect(rowAt([2 ** -1000, 1], [2 ** -100, 3], -3)).toBe(1n << 1100n);
    expect(whole(2 ** -1074)).toBe(1n << 1126n);
  });
});
