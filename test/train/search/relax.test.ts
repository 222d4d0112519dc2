/**
 * The relaxation: at corners its graph gives the numbers of the crisp program (the agreement lemma), between them its gradient is
 * that of its values, and the straight mode is crisp going forward with the gradient of the distribution. Broken mixtures are caught.
 */
import { describe, expect, it } from 'vitest';
import { gradient } from '../../../src/autodiff/index.ts';
import type { Graph, Node } from '../../../src/ir/graph.ts';
import type { ParamSpec } from '../../../src/lower/program.ts';
import { graphBuilder } from '../../../src/ops/build.ts';
import { evaluate } from '../../../src/ops/reference.ts';
import { verifyGraph } from '../../../src/ops/verify.ts';
import { must } from '../../../src/text/result.ts';
import { type Mode, relax, TAU } from '../../../src/train/search/relax.ts';
import { type Random, random } from '../../fuzz/random.ts';
import { CASES, CHOICES, choiceGraph } from './choice-graph.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 60);

type Params = Map<string, Float32Array>;

/** Random cases: as the crisp program takes them, and as logits that are far apart. */
function corner(r: Random): { crisp: Params; logits: Params } {
  const crisp: Params = new Map();
  const logits: Params = new Map([[TAU, Float32Array.of(1)]]);
  for (const { name, value, layout } of CHOICES) {
    const width = layout.kind === 'cases' ? CASES : 1;
    const own = new Float32Array(value.length);
    for (let i = 0; i < own.length; i += width) own[i + r.below(width)] = 1;
    if (layout.kind === 'bool') own[0] = r.chance(0.5) ? 1 : -1;
    crisp.set(name, own);
    logits.set(
      name,
      own.map((x) => 1e4 * x),
    );
  }
  return { crisp, logits };
}

const inputsOf = (r: Random): Float32Array[] => {
  const which = new Float32Array(CASES);
  which[r.below(CASES)] = 1;
  return [Float32Array.of(r.pick([0, 1, -1, 0.5, 3, -2.5])), Float32Array.of(r.chance(0.5) ? 1 : -1), which];
};

const outputsOf = (graph: Graph, inputs: readonly Float32Array[], params: Params): number[] =>
  evaluate(graph, inputs, params).outputs.flatMap((o) => [...o]);

/** Equal as numbers: -0 is 0. */
const agree = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((x, i) => x === b[i] || (Number.isNaN(x) && Number.isNaN(b[i])));

/** How many of the random graphs agree, and how many of these bit for bit. */
function agreements(mode: Mode, change: (graph: Graph) => Graph = (g) => g): { agreed: number; bits: number } {
  let [agreed, bits] = [0, 0];
  for (let seed = 0; seed < GRAPHS; seed++) {
    const r = random(seed);
    const graph = choiceGraph(r);
    const relaxed = change(relax(graph, { mode, choices: CHOICES, price: 0 }));
    const cases = Array.from({ length: 3 }, () => ({ ...corner(r), inputs: inputsOf(r) }));
    const pairs = cases.map(
      ({ crisp, logits, inputs }) => [outputsOf(graph, inputs, crisp), outputsOf(relaxed, inputs, logits)] as const,
    );
    if (pairs.every(([a, b]) => agree(a, b))) agreed++;
    if (pairs.every(([a, b]) => a.every((x, i) => Object.is(x, b[i])))) bits++;
  }
  return { agreed, bits };
}

/** The graph with one kind of node replaced, in loops too. */
const replacing =
  (change: (node: Node) => Node) =>
  (graph: Graph): Graph => ({
    ...graph,
    nodes: graph.nodes.map((n) => {
      const node = change(n);
      return node.op === 'scan'
        ? { ...node, attrs: { ...node.attrs, body: replacing(change)(node.attrs.body) } }
        : node;
    }),
  });

/** Comparisons of the random graphs have other widths. */
const isGuard = (n: Node): boolean => n.op === 'eq' && n.attrs.width === 1;

describe('agreement at the corners', () => {
  it('of mixtures, as numbers', () => {
    const { agreed, bits } = agreements('mixture');
    expect(agreed).toBe(GRAPHS);
    // The others hold a -0 of the crisp program as +0.
    expect(bits / GRAPHS).toBeGreaterThan(0.8);
  });

  it('of the straight mode, bit for bit', () => {
    expect(agreements('straight')).toEqual({ agreed: GRAPHS, bits: GRAPHS });
  });

  const broken: Readonly<Record<string, (node: Node) => Node>> = {
    'no guard against 0 · infinity': (n) => (isGuard(n) ? { ...n, inputs: [must(n.inputs[1]), must(n.inputs[1])] } : n),
    'the sides of a blend exchanged': (n) => (n.op === 'sub' ? { ...n, inputs: [...n.inputs].reverse() } : n),
  };
  for (const [name, change] of Object.entries(broken))
    it(`is not had by: ${name}`, () => {
      expect(agreements('mixture', replacing(change)).agreed).toBeLessThan(GRAPHS * 0.98);
    });

  it('is had by graphs of sound form', () => {
    for (let seed = 0; seed < 40; seed++)
      verifyGraph(relax(choiceGraph(random(seed)), { mode: 'mixture', choices: CHOICES, price: 0 }));
  });
});

// --- gradients ---------------------------------------------------------------------------------------------

const [TABLE, CASE, FLAG] = CHOICES as readonly [ParamSpec, ParamSpec, ParamSpec];

/** A state that a table moves on, seen through a bool: smooth in its mixture. */
function walk(): Graph {
  const inner = graphBuilder();
  const [s, table] = [inner.input('s', [CASES]), inner.input('table', [CASES, CASES])];
  const next = inner.einsum(s, table, { lhs: [0], rhs: [0, 1], out: [1], order: 'pick' });
  const body = inner.finish([{ name: 's', value: next }]);
  const b = graphBuilder();
  const inputs = [b.param('case', [CASES]), b.param('table', [CASES, CASES])];
  const [last] = b.node('scan', inputs, { body, carries: 1, mapped: 0, length: 3, reverse: false });
  const seen = b.einsum(must(last), b.constant([CASES], [0.5, -1, 2]), { lhs: [0], rhs: [0], out: [], order: 'pick' });
  const value = b.select(b.param('flag', []), seen, b.mul(seen, seen));
  return b.finish([{ name: 'loss', value: b.mul(value, b.add(value, b.full([], 0.3))) }]);
}

const NAMES = CHOICES.map((c) => c.name);
const gradientOf = (graph: Graph, params: Params, inputs: readonly Float32Array[] = []): number[] =>
  outputsOf(
    gradient({ ...graph, outputs: graph.outputs.slice(0, 1) }, { of: 'loss', wrt: CHOICES }).graph,
    inputs,
    params,
  ).slice(1);

function anyLogits(r: Random, tau: number): Params {
  const draw = (): number => Math.fround((r.below(2001) - 1000) / 700);
  return new Map([
    [TAU, Float32Array.of(tau)],
    ...CHOICES.map(({ name, value }) => [name, Float32Array.from(value, draw)] as const),
  ]);
}

const ELEMENTARY = { exp: Math.exp, tanh: Math.tanh } as unknown as typeof Math & Record<string, (x: number) => number>;

describe('gradients', () => {
  it('of a mixture are those of its values', () => {
    const graph = relax(walk(), { mode: 'mixture', choices: CHOICES, price: 0 });
    const params = anyLogits(random(3), 0.7);
    const at = (name: string, i: number, h: number): number => {
      const moved = new Map(Array.from(params, ([n, v]) => [n, Float64Array.from(v)]));
      const own = must(moved.get(name));
      own[i] = must(own[i]) + h;
      return must(
        must(evaluate(graph, [], moved, { arithmetic: 'f64', elementary: ELEMENTARY as never }).outputs[0])[0],
      );
    };
    const differences = NAMES.flatMap((name) =>
      Array.from(must(params.get(name)), (_, i) => (at(name, i, 1e-5) - at(name, i, -1e-5)) / 2e-5),
    );
    for (const [i, g] of gradientOf(graph, params).entries()) expect(g).toBeCloseTo(must(differences[i]), 4);
  });

  it('of the straight mode are those of the crisp program through the distribution', () => {
    let compared = 0;
    for (let seed = 0; seed < 60; seed++) {
      const r = random(seed);
      const [graph, tau] = [choiceGraph(r), 0.5];
      const [params, inputs] = [anyLogits(r, tau), inputsOf(r)];
      const straight = relax(graph, { mode: 'straight', choices: CHOICES, price: 0 });
      const found = gradientOf(straight, params, inputs);
      const crisp = gradientOf(
        graph,
        new Map(CHOICES.map((c) => [c.name, hardened(c, must(params.get(c.name)))])),
        inputs,
      );
      const expected = throughDistribution(crisp, params, tau);
      for (const [i, g] of found.entries()) {
        if (!Number.isFinite(must(expected[i]))) continue;
        expect(Math.abs(g - must(expected[i]))).toBeLessThan(1e-4 * (1 + Math.abs(must(expected[i]))));
        if (g !== 0) compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });
});

function hardened({ layout }: ParamSpec, logits: Float32Array): Float32Array {
  if (layout.kind === 'bool') return logits.map((x) => (x > 0 ? 1 : -1));
  const out = new Float32Array(logits.length);
  for (let at = 0; at < out.length; at += CASES) {
    const own = logits.subarray(at, at + CASES);
    out[at + own.indexOf(Math.max(...own))] = 1;
  }
  return out;
}

/** g by the weights becomes s · (g - Σ g·s) / tau by the logits; of a bool g · (1 - tanh²) / tau. */
function throughDistribution(g: readonly number[], params: Params, tau: number): number[] {
  const logits = [TABLE, CASE].flatMap((c) => [...must(params.get(c.name))]);
  const out: number[] = [];
  for (let at = 0; at < logits.length; at += CASES) {
    const powers = logits.slice(at, at + CASES).map((x) => Math.exp(x / tau));
    const s = powers.map((p) => p / powers.reduce((a, b) => a + b));
    const mean = s.reduce((sum, w, k) => sum + w * must(g[at + k]), 0);
    out.push(...s.map((w, k) => (w * (must(g[at + k]) - mean)) / tau));
  }
  const flag = must(must(params.get(FLAG.name))[0]);
  return [...out, (must(g.at(-1)) * (1 - Math.tanh(flag / tau) ** 2)) / tau];
}

describe('the price', () => {
  it('is that of the bits expected, and exact at a corner', () => {
    const priced = CHOICES.map((c) => (c.name === 'case' ? { ...c, bits: [2, 5, 9] } : c));
    const plain = relax(walk(), { mode: 'mixture', choices: CHOICES, price: 0 });
    const graph = relax(walk(), { mode: 'mixture', choices: priced, price: 0.5 });
    const r = random(1);
    const params = anyLogits(r, 1);
    const s = must(params.get('case')).map((x) => Math.exp(x));
    const mean = [2, 5, 9].reduce((sum, bits, k) => sum + (bits * must(s[k])) / s.reduce((a, b) => a + b), 0);
    const [cost] = outputsOf(graph, [], params).map((x, i) => x - must(outputsOf(plain, [], params)[i]));
    expect(cost).toBeCloseTo(0.5 * mean, 5);
    const { logits, crisp } = corner(r);
    const bits = must([2, 5, 9][must(crisp.get('case')).indexOf(1)]);
    expect(outputsOf(graph, [], logits)[0]).toBe(Math.fround(must(outputsOf(plain, [], logits)[0]) + 0.5 * bits));
  });
});
