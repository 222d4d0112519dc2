/** Differences of two programs: bounds hold, go to nothing with the change, and keep a sign where operands do. */
import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { boundsOf, type Ends } from '../../src/verify/bounds.ts';
import { boundDifference } from '../../src/verify/difference.ts';
import { openNet } from '../../src/verify/net.ts';
import { spreadOut } from '../../src/verify/spread.ts';
import { type Random, random } from '../fuzz/random.ts';
import { anyBox, anyPoint } from './nets.ts';

const f = Math.fround;

/** Dense layers with this op between them; every number times 1 + at most `by`. */
function layers(seed: number, op: 'tanh' | 'abs' | 'sigmoid', by: number): Graph {
  const [r, other, b] = [random(seed), random(seed + 1), graphBuilder()];
  const unit = (from: Random): number => from.bits() / 2 ** 31 - 1;
  const numbers = (n: number): Float32Array =>
    Float32Array.from({ length: n }, () => f(unit(r) * (1 + by * unit(other))));
  let x = b.input('x', [3]);
  for (let k = 0; k < 3; k++) {
    const sum = b.einsum(b.constant([3, 3], numbers(9)), x, { lhs: [0, 1], rhs: [1], out: [0], order: 'lanes' });
    x = b.op(op, [b.add(sum, b.constant([3], numbers(3)))], {});
  }
  return b.finish([{ name: 'y', value: x }]);
}

const boxAround = (at: number, radius: number, n = 3): Ends[] => [
  { lo: new Float64Array(n).fill(at - radius), hi: new Float64Array(n).fill(at + radius) },
];

const widest = (ends: readonly Ends[]): number =>
  Math.max(...ends.flatMap(({ lo, hi }) => [...lo.map((l) => -l), ...hi]));

/** The largest difference of two programs on some points of a box. */
function sampled(g: Graph, h: Graph, box: readonly Ends[]): number {
  const r = random(5);
  const at = (): number => {
    const point = anyPoint(r, box, false).map((x) => Float32Array.from(x));
    const [a, b] = [must(evaluate(g, point).outputs[0]), must(evaluate(h, point).outputs[0])];
    return Math.max(...a.map((x, k) => Math.abs((b[k] as number) - x)));
  };
  return Math.max(...Array.from({ length: 200 }, at));
}

describe('the difference of two programs', () => {
  it('is within its bounds', () => {
    const r = random(3);
    for (let n = 0; n < 150; n++) {
      const [seed, op, by] = [r.bits(), r.pick(['tanh', 'abs', 'sigmoid'] as const), r.pick([0, 1e-6, 1e-2, 0.5])];
      const [g, h] = [layers(seed, op, 0), layers(seed, op, by)];
      const box = anyBox(r, g);
      const [{ lo, hi }] = must(boundDifference(g, h, box)) as [Ends];
      for (let k = 0; k < 20; k++) {
        const point = anyPoint(r, box, false).map((x) => Float32Array.from(x));
        const [a, b] = [must(evaluate(g, point).outputs[0]), must(evaluate(h, point).outputs[0])];
        for (const [j, y] of b.entries()) {
          const change = y - (a[j] as number);
          expect(change).toBeGreaterThanOrEqual(lo[j] as number);
          expect(change).toBeLessThanOrEqual(hi[j] as number);
        }
      }
    }
  });

  it.each(['tanh', 'abs', 'sigmoid'] as const)('goes to nothing with the change: %s', (op) => {
    const [g, box] = [layers(7, op, 0), boxAround(0.2, 1)];
    expect(widest(must(boundDifference(g, g, box)))).toBeLessThan(2e-5);
    for (const by of [1e-2, 1e-3, 1e-4]) {
      const h = layers(7, op, by);
      expect(widest(must(boundDifference(g, h, box)))).toBeLessThan(12 * sampled(g, h, box) + 2e-5);
    }
  });

  it('is said nothing about where a result may be no number', () => {
    const b = graphBuilder();
    const g = b.finish([{ name: 'y', value: b.op('log', [b.input('x', [3])], {}) }]);
    expect(boundDifference(g, g, boxAround(0, 1))).toBeUndefined();
  });

  it('is asked of programs of one form', () => {
    const b = graphBuilder();
    const g = b.finish([{ name: 'y', value: b.sum(b.input('x', [3]), [0], 'lanes') }]);
    expect(() => boundDifference(g, layers(1, 'abs', 0), boxAround(0, 1))).toThrow('same outputs');
  });
});

describe('a program that rises', () => {
  /** p(x) = 1 / (1 + exp(-2 tanh x)), which rises with x. */
  const p = (b: ReturnType<typeof graphBuilder>, x: ValueId): ValueId => {
    const odds = b.op('exp', [b.mul(b.op('tanh', [x], {}), b.full([1], -2))], {});
    return b.div(b.full([1], 1), b.add(odds, b.full([1], 1)));
  };

  it('is known to rise, over a wide box at once', () => {
    const b = graphBuilder();
    const [x, d] = [b.input('x', [1]), b.input('d', [1])];
    const graph = b.finish([{ name: 'both', value: b.op('concat', [p(b, x), p(b, b.add(x, d))], { axis: 0 }) }]);
    const net = openNet(spreadOut(graph), new Map());
    const box = [boxAround(0, 8, 1), boxAround(0.5, 0.5, 1)].flat();
    const rise = { value: must(net.outputs[0]), count: 1, coefficients: Float64Array.of(-1, 1) };
    const [least] = must(boundsOf(net).analyse(box)).lower(rise).bounds;
    expect(least).toBeLessThan(0);
    expect(least).toBeGreaterThan(-2e-5);
  });
});
