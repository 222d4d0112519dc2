/** Bit-exact intervals: nothing that runs leaves them, a point gives the run, and broken rules are found out. The long run is `run-exact.ts`. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/ir/graph.ts';
import { ARITY } from '../../src/ir/vocabulary.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { endsEvaluator } from '../../src/ops/bounds/exact/index.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate, evaluator } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { exactEnds } from '../../src/verify/exact.ts';
import { ELEMENTWISE } from '../bounds/harness.ts';
import { random } from '../fuzz/random.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { BROKEN_EXACT } from './broken-exact.ts';
import { bundledWith } from './bundle.ts';
import { judgeExact, newExactTally } from './judge-exact.ts';
import type * as Judge from './judge-exact-net.ts';
import { judgeExactNet } from './judge-exact-net.ts';
import { anyCase, number } from './nets.ts';
import { EXACT_NETS } from './nets-exact.ts';
import { programCases } from './programs.ts';

describe('bit-exact intervals hold', () => {
  it.each(EXACT_NETS)('of a small net: %s', (name) => {
    expect(judgeExactNet(name, 40, 5)).toBeUndefined();
  });

  it('of random graphs and programs, on the reference and compiled', () => {
    const tally = newExactTally();
    for (let seed = 1; tally.samples < 2000; seed++) {
      const r = random(seed * 104729);
      for (const one of r.chance(0.3) ? programCases(seed) : [anyCase(r)])
        expect(judgeExact(r, one, { boxes: 2, samples: 5, compiled: true }, tally), `seed ${seed}`).toBeUndefined();
    }
    expect(tally.refused).toBeLessThan(tally.boxes / 4);
  });
});

describe('a box of one point gives the run', () => {
  it.each(EXAMPLE_GRAPHS)('of every function of %s', (path) => {
    const { compiled } = openProgram(join(EXAMPLES, path));
    const params = new Map(compiled.program.params.map((p) => [p.name, p.value]));
    const r = random(path.length);
    for (const { graph } of compiled.program.entries)
      for (let n = 0; n < 3; n++) {
        const point = graph.inputs.map((v) =>
          Float32Array.from({ length: sizeOf(must(graph.types[v]).shape) }, () => number(r)),
        );
        const { outputs } = evaluate(graph, point, params);
        const found = endsEvaluator(graph, params)(point.map((xs) => ({ lo: xs, hi: xs })));
        for (const [o, xs] of outputs.entries()) {
          expect(sameF32s(must(found?.[o]).lo, xs)).toBe(true);
          expect(sameF32s(must(found?.[o]).hi, xs)).toBe(true);
        }
      }
  });
});

describe('signs of zeros', () => {
  const NUMBERS = [0, 1, -1, 2, -2, 0.5, 3, -3, 1e-40, Infinity];

  /** All lists of operands; `then` each with other signs of its zeros. */
  const lists = (arity: number, from: readonly number[]): number[][] =>
    arity === 0 ? [[]] : lists(arity - 1, from).flatMap((list) => from.map((x) => [...list, x]));
  const turned = (list: readonly number[]): number[][] =>
    list.reduce<number[][]>((all, x) => all.flatMap((l) => (x === 0 ? [0, -0] : [x]).map((y) => [...l, y])), [[]]);

  it.each(ELEMENTWISE)('change no finite result of %s', (op) => {
    const b = graphBuilder();
    const inputs = Array.from({ length: ARITY[op] ?? 0 }, (_, i) => b.input(`x${i}`, []));
    const y = b.op(op, inputs, { width: 1 } as never);
    const run = evaluator(b.finish([{ name: 'y', value: y }]));
    const at = (list: readonly number[]): number =>
      must(
        must(
          run(
            list.map((x) => Float32Array.of(x)),
            new Map(),
          ).outputs[0],
        )[0],
      );
    for (const list of lists(inputs.length, NUMBERS)) {
      const results = turned(list).map(at);
      if (results.every(Number.isFinite))
        for (const r of results) expect(r === results[0], `${op}(${list})`).toBe(true);
      else expect(results.some(Number.isFinite), `${op}(${list})`).toBe(false);
    }
  });
});

describe('bit-exact intervals are tight', () => {
  it('of a layer: its ends are runs at corners', () => {
    const r = random(3);
    for (const order of ['lanes', 'sequential'] as const) {
      const weights = Float32Array.from({ length: 40 }, () => number(r));
      const b = graphBuilder();
      const y = b.einsum(b.constant([40], weights), b.input('x', [40]), { lhs: [0], rhs: [0], out: [], order });
      const graph = b.finish([{ name: 'y', value: y }]);
      const lo = Float64Array.from(weights, () => number(r));
      const hi = lo.map((x) => Math.fround(x + Math.abs(number(r))));
      const corner = (side: 1 | -1): Float32Array =>
        Float32Array.from(weights, (w, k) => must(w * side > 0 ? hi[k] : lo[k]));
      const [found] = must(exactEnds(graph, [{ lo, hi }]));
      expect(evaluate(graph, [corner(-1)]).outputs[0]).toEqual(found?.lo);
      expect(evaluate(graph, [corner(1)]).outputs[0]).toEqual(found?.hi);
    }
  });
});

describe('broken rules are found out', () => {
  it.each(Object.entries(BROKEN_EXACT))('%s', async (_, broken) => {
    const judge = await bundledWith<typeof Judge>('judge-exact-net.ts', broken.file, broken);
    expect(judge.judgeExactNet(broken.on, 2000, 1)).toBeDefined();
  });
});
