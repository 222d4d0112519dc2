/**
 * Each surrogate is the formula that docs/reference.md (section 7) states: the gradient that comes out of the graph against the
 * derivative of the stated function, taken by differences in double. Formulas that are slightly wrong do not pass.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/index.ts';
import type { ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';

type Numbers = readonly number[];
/** The stand-in of an op of `x`, as a function of `x` in double. */
type StandIn = (x: Numbers, w: number) => Numbers;

interface Case {
  readonly size: number;
  /** The op over the elements of one param. */
  readonly crisp: (b: GraphBuilder, x: ValueId, w: number) => ValueId;
  readonly standIn: StandIn;
  readonly wrong: StandIn;
  /** How the reference states it. */
  readonly stated: string;
}

const element = (b: GraphBuilder, x: ValueId, i: number): ValueId =>
  b.reshape(b.op('slice', [x], { starts: [i], limits: [i + 1] }), []);
const three = (b: GraphBuilder, x: ValueId): [ValueId, ValueId, ValueId] => [
  element(b, x, 0),
  element(b, x, 1),
  element(b, x, 2),
];
const softmax = (x: Numbers): Numbers => {
  const powers = x.map(Math.exp);
  const sum = powers.reduce((s, p) => s + p, 0);
  return powers.map((p) => p / sum);
};
const dot = (x: Numbers, y: Numbers): number => x.reduce((s, v, i) => s + v * must(y[i]), 0);

const compared = (op: 'lt' | 'le' | 'eq') => (b: GraphBuilder, x: ValueId, width: number) =>
  b.op(op, [element(b, x, 0), element(b, x, 1)], { width });
const tanhOf: StandIn = ([a, z], w) => [Math.tanh((must(z) - must(a)) / w)];

/** The states 0, 1, ... while below x: the loop and its stand-in, written out as blends of going on and stopping. */
const TURNS = 6;
function loop(b: GraphBuilder, x: ValueId, width: number): ValueId {
  const body = graphBuilder();
  const [s] = [body.input('s', []), body.input('x', [])];
  const test = graphBuilder();
  const [t, limit] = [test.input('s', []), test.input('x', [])];
  const attrs = {
    body: body.finish([{ name: 's', value: body.add(s, body.full([], 1)) }]),
    cond: test.finish([{ name: 'c', value: test.op('lt', [t, limit], { width }) }]),
    carries: 1,
    max: TURNS,
  };
  return must(b.node('iterate', [b.full([], 0), element(b, x, 0)], attrs)[0]);
}
/** Value and derivative by x side by side: crisp going forward, the blends' derivative beside it. */
function loopSlope(x: number, w: number, blend: number): number {
  let [s, ds, running, dRunning] = [0, 0, 1, 0];
  for (let k = 0; k < TURNS && running > 0; k++) {
    const test = s < x ? 1 : -1;
    const dTest = ((1 - Math.tanh((x - s) / w) ** 2) / w) * (1 - ds);
    const tried = test > 0 ? s + 1 : s;
    const dTried = blend * dTest + ds;
    ds = dTried + blend * dRunning * (tried - s);
    dRunning = test > 0 ? dTest + dRunning : dTest;
    [s, running] = [tried, test];
  }
  return ds;
}

const CASES: Readonly<Record<string, Case>> = {
  lt: {
    size: 2,
    crisp: compared('lt'),
    standIn: tanhOf,
    wrong: ([a, z], w) => tanhOf([must(a), must(z)], w * 1.01),
    stated: 'tanh((b - a) / w)',
  },
  le: {
    size: 2,
    crisp: compared('le'),
    standIn: tanhOf,
    wrong: ([a, z], w) => tanhOf([must(z), must(a)], w),
    stated: 'tanh((b - a) / w)',
  },
  eq: {
    size: 2,
    crisp: compared('eq'),
    standIn: ([a, z], w) => [2 * Math.exp(-(((must(z) - must(a)) / w) ** 2)) - 1],
    wrong: ([a, z], w) => [Math.exp(-(((must(z) - must(a)) / w) ** 2))],
    stated: '2 * exp(-((b - a) / w)^2) - 1',
  },
  sign: {
    size: 1,
    crisp: (b, x, width) => b.op('sign', [element(b, x, 0)], { width }),
    standIn: ([x], w) => [Math.tanh(must(x) / w)],
    wrong: ([x], w) => [Math.tanh(must(x)) / w],
    stated: 'tanh(x / w)',
  },
  round: {
    size: 1,
    crisp: (b, x) => b.op('round', [element(b, x, 0)], {}),
    standIn: (x) => x,
    wrong: () => [0],
    stated: 'the identity',
  },
  floor: {
    size: 1,
    crisp: (b, x) => b.op('floor', [element(b, x, 0)], {}),
    standIn: () => [0],
    wrong: (x) => x,
    stated: 'no gradient passes',
  },
  argmax: {
    size: 3,
    crisp: (b, x, width) => b.op('argmax', [x], { axis: 0, width }),
    standIn: (x, w) => softmax(x.map((v) => v / w)),
    wrong: (x) => softmax(x),
    stated: 'softmax(v / w)',
  },
  select: {
    size: 3,
    crisp: (b, x) => b.select(...three(b, x)),
    standIn: ([c, a, z], _) => [((1 + must(c)) / 2) * must(a) + ((1 - must(c)) / 2) * must(z)],
    wrong: ([c, a, z], _) => [must(c) * must(a) + (1 - must(c)) * must(z)],
    stated: '(1 + c) / 2 * a + (1 - c) / 2 * b',
  },
  pick: {
    size: 6,
    crisp: (b, x) => {
      const [w, v] = [
        b.op('slice', [x], { starts: [0], limits: [3] }),
        b.op('slice', [x], { starts: [3], limits: [6] }),
      ];
      return b.einsum(w, v, { lhs: [0], rhs: [0], out: [], order: 'pick' });
    },
    standIn: (x) => [dot(x.slice(0, 3), x.slice(3))],
    wrong: (x) => [dot(softmax(x.slice(0, 3)), x.slice(3))],
    stated: 'the mixture of all arms',
  },
};

const oneHot = (k: number): number[] => [0, 1, 2].map((i) => (i === k ? 1 : 0));

/** Conditions are ±1 and weights one-hot, as lowering makes them. */
function pointOf(name: string, size: number, draw: () => number): number[] {
  const x = Array.from({ length: size }, draw);
  if (name === 'select') x[0] = draw() < 0 ? -1 : 1;
  if (name === 'pick') x.splice(0, 3, ...oneHot(Math.abs(Math.round(draw() * 3)) % 3));
  return x;
}

/** The gradient of Σ weight · output by x, as the graph has it. */
function graphGradient(c: Case, x: Numbers, w: number, weights: Numbers): Numbers {
  const b = graphBuilder();
  const y = c.crisp(b, b.param('x', [c.size]), w);
  const size = b.shapeOf(y).length === 0 ? 1 : must(b.shapeOf(y)[0]);
  const terms = b.mul(b.reshape(y, [size]), b.constant([size], weights.slice(0, size)));
  const graph = b.finish([{ name: 'loss', value: b.sum(terms, [0], 'sequential') }]);
  const params = new Map([['x', Float32Array.from(x)]]);
  return [...must(evaluate(gradient(graph, { of: 'loss', wrt: ['x'] }).graph, [], params).outputs[1])];
}

const H = 1e-6;
const statedGradient = (f: StandIn, x: Numbers, w: number, weights: Numbers): Numbers =>
  x.map((v, i) => {
    const at = (h: number): number =>
      f(
        x.map((other, j) => (j === i ? v + h : other)),
        w,
      ).reduce((s, y, k) => s + y * must(weights[k]), 0);
    return (at(H) - at(-H)) / (2 * H);
  });

/** The largest difference between graph and formula over random points, widths and cotangents. */
function distance(name: string, c: Case, f: StandIn): number {
  const r = random(5);
  const draw = (): number => Math.fround((r.below(2001) - 1000) / 700);
  let most = 0;
  for (let k = 0; k < 30; k++) {
    const x = pointOf(name, c.size, draw);
    const [w, weights] = [[0.5, 1, 2][k % 3] ?? 1, [draw(), draw(), draw()]];
    const [found, stated] = [graphGradient(c, x, w, weights), statedGradient(f, x, w, weights)];
    for (const [i, g] of found.entries()) most = Math.max(most, Math.abs(g - must(stated[i])));
  }
  return most;
}

const REFERENCE = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8');

describe('the surrogate that the reference states', () => {
  for (const [name, c] of Object.entries(CASES))
    it(name, () => {
      expect(REFERENCE).toContain(c.stated);
      expect(distance(name, c, c.standIn)).toBeLessThan(1e-5);
      expect(distance(name, c, c.wrong)).toBeGreaterThan(1e-3);
    });

  it('the test of an iterate', () => {
    expect(REFERENCE).toContain('the blend of going on and stopping');
    const c = { size: 1, crisp: loop };
    const found = [0.3, 1.2, 2.5, 3.9].map((x) => must(graphGradient(c as unknown as Case, [x], 0.7, [1])[0]));
    const stated = (blend: number): number[] => [0.3, 1.2, 2.5, 3.9].map((x) => loopSlope(x, 0.7, blend));
    const off = (xs: readonly number[]): number => Math.max(...xs.map((x, i) => Math.abs(x - must(found[i]))));
    expect(off(stated(0.5))).toBeLessThan(1e-5);
    expect(off(stated(0.6))).toBeGreaterThan(1e-3);
  });
});
