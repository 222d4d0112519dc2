/** The search: what it calls proved comes with a proof that another pair of eyes can follow, and it stops when it is told. */
import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { check } from '../../src/verify/checker.ts';
import type { Claim, Inequality } from '../../src/verify/claim.ts';
import { type Net, openNet } from '../../src/verify/net.ts';
import { type Progress, search, type Verdict } from '../../src/verify/search.ts';
import { spreadOut } from '../../src/verify/spread.ts';
import { type Random, random } from '../fuzz/random.ts';
import { smallCase } from './nets.ts';

const unit = (r: Random) => (): number => r.bits() / 2 ** 32;

const runOf = (net: Net) => (point: readonly Float32Array[]) => must(evaluate(net.graph, point).outputs[0]);

/** That some output of a net of relus lies below a number. */
function question(seed: number) {
  const { graph, params } = smallCase(random(seed), 'relus');
  const net = openNet(spreadOut(graph), params);
  const box = [{ lo: Float64Array.of(-1, -1, -1), hi: Float64Array.of(1, 1, 1) }];
  const size = net.sizeOf(must(net.outputs[0]));
  const below = (at: number): Claim => ({
    unsafe: [
      [
        { coefficients: Float64Array.from({ length: size }, (_, k) => (k === 0 ? -1 : 0)), at, strict: false },
        { coefficients: new Float64Array(size).fill(-1), at, strict: false },
      ],
    ],
  });
  return { net, box, below };
}

/** About the largest sum or first output over the box. */
function highest(seed: number): number {
  const { net } = question(seed);
  const [r, run] = [random(seed), runOf(net)];
  const at = (): number => {
    const outputs = run([Float32Array.from({ length: 3 }, () => 2 * unit(r)() - 1)]);
    return Math.min(
      must(outputs[0]),
      Array.from(outputs).reduce((a, b) => a + b, 0),
    );
  };
  return Math.max(...Array.from({ length: 3000 }, at));
}

describe('a search', () => {
  const tried = (seed: number, at: number, goOn: (p: Progress) => boolean): Verdict => {
    const { net, box, below } = question(seed);
    return search(net, box, below(at), { run: runOf(net), random: unit(random(seed)), goOn });
  };

  it('asks whether to go on from the second run on', () => {
    const { net, box, below } = question(1);
    let runs = 0;
    const run = (point: readonly Float32Array[]): ArrayLike<number> => {
      runs++;
      return runOf(net)(point);
    };
    const found = search(net, box, below(1e6), { run, random: () => 0.5, goOn: () => false });
    expect(found).toMatchObject({ kind: 'unknown', boxes: 0, open: 1 });
    expect(runs).toBeLessThan(4);
  });

  it('tells how much is proved, and about how much is left', () => {
    const seen: Progress[] = [];
    const goOn = (p: Progress): boolean => {
      if (p.stage === 'bounds') seen.push(p);
      return p.boxes < 3000;
    };
    for (let seed = 1; seed < 30; seed++) tried(seed, 1.04 * highest(seed), goOn);
    expect(seen.some((p) => p.left !== undefined)).toBe(true);
    for (const p of seen) {
      expect(p.proved).toBeLessThanOrEqual(1);
      expect(p.left === undefined || p.boxes >= 50).toBe(true);
      expect(p.best).toBeLessThanOrEqual(0);
    }
  });
});

/** One output over x and y in [-1, 1], asked without any trying of points. */
function decided(make: (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId, claim: Claim) {
  const b = graphBuilder();
  const graph = b.finish([{ name: 'out', value: make(b, b.input('x', [1]), b.input('y', [1])) }]);
  const spread = spreadOut(graph);
  const net = openNet(spread, new Map());
  const box = [0, 1].map(() => ({ lo: Float64Array.of(-1), hi: Float64Array.of(1) }));
  const goOn = (p: Progress): boolean => p.stage === 'bounds' && p.boxes < 500;
  const found = search(net, box, claim, { run: runOf(net), random: () => 0.5, goOn });
  const isAccepted = found.kind === 'proved' && check({ graph, box, claim }, spread, found.proof).ok;
  return { ...found, isAccepted };
}

const atMost = (coefficient: number, at: number): Inequality => ({
  coefficients: Float64Array.of(coefficient),
  at,
  strict: false,
});

describe('inequalities that hold nowhere together', () => {
  it('are shown by their sum', () => {
    const found = decided((b, x, y) => b.add(x, y), { unsafe: [[atMost(1, 0), atMost(-1, 0.25)]] });
    expect(found).toMatchObject({ kind: 'proved', isAccepted: true });
    expect(JSON.stringify(found)).toContain('"times"');
  });

  it('are not, where they hold together', () => {
    expect(decided((b, x, y) => b.add(x, y), { unsafe: [[atMost(1, 0), atMost(-1, -0.25)]] }).kind).toBe('refuted');
    expect(decided((b, x, y) => b.add(x, y), { unsafe: [[atMost(1, 0.5), atMost(-1, -0.625)]] }).kind).toBe('refuted');
  });
});

describe('crisp programs', () => {
  const THRESHOLD = Math.fround(0.3);
  /** 1 below the threshold, else x and what is added. */
  const rule =
    (added: number) =>
    (b: GraphBuilder, x: ValueId): ValueId => {
      const isBelow = b.op('lt', [x, b.full([1], THRESHOLD)], { width: 1 });
      return b.op('select', [isBelow, b.full([1], 1), b.add(x, b.full([1], added))], {});
    };

  it('are decided by their branches: in a box for each, and one for both', () => {
    const found = decided(rule(1), { unsafe: [[atMost(1, -0.875)]] });
    expect(found).toMatchObject({ kind: 'proved', boxes: 3, isAccepted: true });
  });

  it('are not proved where one branch is wrong', () => {
    expect(decided(rule(0), { unsafe: [[atMost(1, -0.875)]] }).kind).toBe('refuted');
    expect(decided((b, x) => b.op('neg', [rule(-3)(b, x)], {}), { unsafe: [[atMost(1, 0.5)]] }).kind).toBe('refuted');
  });
});
