/** Small boxes are decided for the compiled program, and what a proof speaks of follows from its leaves. */
import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { f32OfBits, nextUpF32 } from '../../src/num/bits.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import type { Ends } from '../../src/verify/bounds.ts';
import { type Claim, isUnsafe, signAt } from '../../src/verify/claim.ts';
import { floatsOf } from '../../src/verify/exact.ts';
import { finisher } from '../../src/verify/finish.ts';
import { firstPointNot, pointCount } from '../../src/verify/points.ts';
import type { Proof } from '../../src/verify/question.ts';
import { tiersOf } from '../../src/verify/tiers.ts';
import { BROKEN_FINISH } from './broken-finish.ts';
import { bundledWith } from './bundle.ts';
import type * as Judge from './judge-finish.ts';
import { judgeFinish, newFinishTally } from './judge-finish.ts';

const graphOf = (make: (b: GraphBuilder) => ValueId): Graph => {
  const b = graphBuilder();
  return b.finish([{ name: 'y', value: make(b) }]);
};

const box = (lo: number, hi: number): Ends[] => [{ lo: Float64Array.of(lo), hi: Float64Array.of(hi) }];

/** Unsafe where the left side is < 0, or <= 0. */
const always = (): boolean => true;

const claim = (coefficients: readonly number[], at: number, strict: boolean): Claim => ({
  unsafe: [[{ coefficients: Float64Array.from(coefficients), at, strict }]],
});

describe('the end of a search', () => {
  it('agrees with all points of tiny boxes', () => {
    const tally = newFinishTally();
    expect(judgeFinish(1500, 99, tally)).toBeUndefined();
    expect(Math.min(tally.exact, tally.points, tally.unsafe)).toBeGreaterThan(50);
  });

  it('shows by exact intervals what bounds with error terms cannot', () => {
    const saturated = graphOf((b) => b.op('sigmoid', [b.input('x', [1])], {}));
    expect(finisher(saturated)(box(-100, 100), claim([-1], 1, true), always)).toEqual({ kind: 'exact' });
    expect(finisher(saturated)(box(-100, 100), claim([-1], 1, false), always)).toBeUndefined();
  });

  const twoWays = graphOf((b) => {
    const x = b.input('x', [1]);
    return b.op('concat', [b.add(x, x), b.mul(x, b.full([1], 2))], { axis: 0 });
  });
  const tie = claim([1, -1], 0, true);

  it('shows ties by running every point', () => {
    const end = finisher(twoWays);
    expect(end(box(1, 2), tie, always)).toBeUndefined();
    expect(end(box(1, 1 + 4000 * 2 ** -23), tie, always)).toEqual({ kind: 'points' });
  });

  it('stops when it is told', () => {
    let asked = 0;
    expect(finisher(twoWays)(box(1, 1 + 4000 * 2 ** -23), tie, () => ++asked < 3)).toBeUndefined();
    expect(asked).toBe(3);
  });

  it('finds the one point at which a claim fails', () => {
    const graph = graphOf((b) => b.op('neg', [b.input('x', [1])], {}));
    const found = finisher(graph)(box(1, 1 + 7 * 2 ** -23), claim([1], 1 + 7 * 2 ** -23, false), always);
    expect(found).toEqual({ kind: 'unsafe', inputs: [Float32Array.of(1 + 7 * 2 ** -23)] });
  });
});

describe('points of a box', () => {
  it('are all its floats, both zeros among them', () => {
    const floats = floatsOf(box(-f32OfBits(2), f32OfBits(1))) ?? [];
    const seen: number[] = [];
    firstPointNot(floats, ([xs]) => seen.push(xs?.[0] as number) > 0);
    expect(seen).toEqual([-f32OfBits(2), -f32OfBits(1), -0, 0, f32OfBits(1)]);
    expect(pointCount(floats)).toBe(5);
    expect(pointCount(floatsOf(box(0, 0)) ?? [])).toBe(2);
    expect(pointCount(floatsOf(box(1, nextUpF32(1))) ?? [])).toBe(2);
  });

  it('are none between two floats', () => {
    expect(floatsOf(box(1 + 2 ** -30, 1 + 2 ** -29))).toBeUndefined();
  });
});

describe('claims', () => {
  it('are decided in exact arithmetic', () => {
    const one = { coefficients: Float64Array.of(1e16, -1e16, 1), at: -1, strict: true };
    expect(signAt(one, [1, 1, 1 - 2 ** -24])).toBe(-1);
    expect(signAt(one, [1, 1, 1])).toBe(0);
    expect(signAt({ ...one, at: -1 - 2 ** -52 }, [1, 1, 1])).toBe(-1);
    expect(isUnsafe({ unsafe: [[one]] }, [Number.NaN, 1, 1])).toBe(false);
  });
});

describe('tiers', () => {
  const bounds: Proof = { kind: 'bounds', rows: [0] };
  const split = (below: Proof, above: Proof): Proof => ({ kind: 'input', input: 0, element: 0, cut: 0, below, above });

  it('are all three where every leaf is one of bounds', () => {
    expect(tiersOf(split(bounds, split(bounds, bounds)))).toEqual(['S1', 'S2', 'S3']);
  });

  it('are the first alone where one leaf was run', () => {
    expect(tiersOf(split(bounds, split(bounds, { kind: 'exact' })))).toEqual(['S1']);
    expect(tiersOf(split(split({ kind: 'points' }, bounds), bounds))).toEqual(['S1']);
  });
});

describe('broken ends are found out', () => {
  it.each(Object.entries(BROKEN_FINISH))('%s', async (_, broken) => {
    const judge = await bundledWith<typeof Judge>('judge-finish.ts', broken.file, broken);
    expect(judge.judgeFinish(400, 1, undefined, [broken.on])).toBeDefined();
  });
});
