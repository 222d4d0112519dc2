import { describe, expect, it } from 'vitest';
import { gradient, lossGradient, reasonOf } from '../../src/autodiff/index.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate, type Numbers } from '../../src/ops/reference.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { runPasses, TRAIN_PIPELINE } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 150);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** Erf as 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms have one sign; 1 to the last bit from 6 on. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
const ELEMENTARY = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
  pow: Math.pow,
  sigmoid,
  erf,
  softplus: (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
};

const inDouble = (graph: Graph, inputs: readonly Numbers[], params: ReadonlyMap<string, Numbers>): readonly Numbers[] =>
  evaluate(
    graph,
    inputs.map((x) => Float64Array.from(x)),
    new Map([...params].map(([k, v]) => [k, Float64Array.from(v)])),
    {
      arithmetic: 'f64',
      elementary: ELEMENTARY,
    },
  ).outputs;

/** A random smooth graph with one more output: a loss that every output takes part in. */
function withLoss(graph: Graph): Graph {
  const b = graphBuilder();
  const inputs = graph.inputs.map((v, i) => b.input(`x${i}`, must(graph.types[v]).shape));
  const outputs = b.inline(graph, inputs);
  const loss = outputs
    .map((v) =>
      b.sum(
        b.op('sin', [v], {}),
        b.shapeOf(v).map((_, i) => i),
        'lanes',
      ),
    )
    .reduce((x, y) => b.add(x, y));
  return b.finish([{ name: 'loss', value: loss }]);
}

const paramNames = (graph: Graph): string[] => graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));

/** Derivatives of the loss along `direction` by central differences with one Richardson step, from wide to narrow. */
function slopes(
  graph: Graph,
  inputs: readonly Numbers[],
  params: ReadonlyMap<string, Numbers>,
  direction: ReadonlyMap<string, Numbers>,
): number[] {
  const at = (h: number): number => {
    const moved = [...params].map(
      ([k, v]) => [k, Float64Array.from(v, (x, i) => x + h * (direction.get(k)?.[i] ?? 0))] as const,
    );
    return must(must(inDouble(graph, inputs, new Map(moved))[0])[0]);
  };
  const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
  return [1e-4, 1e-5, 1e-6, 1e-7].map((h) => (4 * central(h) - central(2 * h)) / 3);
}

function along(grads: readonly Numbers[], names: readonly string[], direction: ReadonlyMap<string, Numbers>): number {
  return names.reduce(
    (sum, name, i) => sum + [...must(grads[i])].reduce((s, g, j) => s + g * (direction.get(name)?.[j] ?? 0), 0),
    0,
  );
}

describe('a gradient', () => {
  it('is the slope along a random direction, on random smooth graphs with loops', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = withLoss(randomGraph(seed, { smooth: true }));
      const names = paramNames(graph);
      const made = gradient(graph, { of: 'loss', wrt: names });
      verifyGraph(made.graph);
      const r = random(seed);
      const [inputs, params, direction] = [
        anyInputs(r, graph, false),
        anyParams(r, graph, false),
        anyParams(r, graph, false),
      ];
      const grads = inDouble(made.graph, inputs, params).slice(1);
      const got = along(grads, names, direction);
      // The width that suits differs with the graph's curvature; a wrong gradient fits none of them.
      const wanted = slopes(graph, inputs, params, direction);
      const fits = wanted.some((w) => Math.abs(got - w) < 1e-5 * (1 + Math.abs(w)));
      expect({ seed, misfit: fits ? [] : [got, ...wanted] }).toEqual({ seed, misfit: [] });
    }
  });

  it('leaves the bits of the outputs alone, on random graphs', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = withLoss(randomGraph(seed));
      const made = gradient(graph, { of: 'loss', wrt: paramNames(graph) });
      verifyGraph(made.graph);
      const r = random(seed);
      const [inputs, params] = [anyInputs(r, graph, true), anyParams(r, graph, true)];
      const difference = differingBit(
        evaluate(graph, inputs, params).outputs,
        evaluate(made.graph, inputs, params).outputs.slice(0, 1),
      );
      expect({ seed, difference }).toEqual({ seed, difference: undefined });
    }
  });

  it('keeps its bits through the training pipeline', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = withLoss(randomGraph(seed));
      const made = gradient(graph, { of: 'loss', wrt: paramNames(graph) }).graph;
      const r = random(seed);
      const [inputs, params] = [anyInputs(r, graph, false), anyParams(r, graph, false)];
      const before = evaluate(made, inputs, params).outputs;
      const difference = differingBit(before, evaluate(runPasses(TRAIN_PIPELINE, made), inputs, params).outputs);
      expect({ seed, difference }).toEqual({ seed, difference: undefined });
    }
  });
});

/** The value and derivative of a scalar function of the param w. */
function derivative(make: (b: GraphBuilder, w: ValueId) => ValueId, w: number): [number, number] {
  const b = graphBuilder();
  const made = gradient(b.finish([{ name: 'loss', value: make(b, b.param('w', [])) }]), { of: 'loss', wrt: ['w'] });
  verifyGraph(made.graph);
  const { outputs } = evaluate(runPasses(TRAIN_PIPELINE, made.graph), [], new Map([['w', Float32Array.of(w)]]));
  return [must(outputs[0]?.[0]), must(outputs[1]?.[0])];
}

const graphOf = (
  shapes: readonly (readonly number[])[],
  make: (b: GraphBuilder, v: readonly ValueId[]) => readonly ValueId[],
): Graph => {
  const b = graphBuilder();
  const inputs = shapes.map((shape, i) => b.input(`v${i}`, shape));
  return b.finish(make(b, inputs).map((value, i) => ({ name: `r${i}`, value })));
};

describe('loops', () => {
  const times = graphOf([[], []], (b, [x, w]) => [b.mul(must(x), must(w))]);

  it('a scan: 1 five times by 1.5 is 7.59375, with slope 25.3125', () => {
    const loop = (b: GraphBuilder, w: ValueId): ValueId =>
      must(b.node('scan', [b.full([], 1), w], { body: times, carries: 1, mapped: 0, length: 5, reverse: false })[0]);
    expect(derivative(loop, 1.5)).toEqual([7.59375, 25.3125]);
  });

  it('an iterate with a counter: the same figures', () => {
    const body = graphOf([[], [], []], (b, [x, i, w]) => [b.mul(must(x), must(w)), b.add(must(i), b.full([], 1))]);
    const cond = graphOf([[], [], []], (b, [, i]) => [b.op('lt', [must(i), b.full([], 5)], { width: 1 })]);
    const loop = (b: GraphBuilder, w: ValueId): ValueId =>
      must(b.node('iterate', [b.full([], 1), b.full([], 0), w], { body, cond, carries: 2, max: 9 })[0]);
    expect(derivative(loop, 1.5)).toEqual([7.59375, 25.3125]);
  });

  it('a scan in a scan: three times two steps', () => {
    const inner = graphOf([[], []], (b, [x, w]) => [
      must(b.node('scan', [must(x), must(w)], { body: times, carries: 1, mapped: 0, length: 2, reverse: false })[0]),
    ]);
    const loop = (b: GraphBuilder, w: ValueId): ValueId =>
      must(b.node('scan', [b.full([], 1), w], { body: inner, carries: 1, mapped: 0, length: 3, reverse: false })[0]);
    expect(derivative(loop, 1.5)).toEqual([1.5 ** 6, 6 * 1.5 ** 5]);
  });

  it('an iterate in a scan: each step doubles until past a bound', () => {
    const body = graphOf([[], []], (b, [x, w]) => [b.mul(must(x), must(w))]);
    const cond = graphOf([[], []], (b, [x]) => [
      b.op('stopGradient', [b.op('lt', [must(x), b.full([], 3)], { width: 1 })], {}),
    ]);
    const inner = graphOf([[], []], (b, [x, w]) => [
      b.mul(must(b.node('iterate', [must(x), must(w)], { body, cond, carries: 1, max: 10 })[0]), b.full([], 0.5)),
    ]);
    const loop = (b: GraphBuilder, w: ValueId): ValueId =>
      must(b.node('scan', [b.full([], 1), w], { body: inner, carries: 1, mapped: 0, length: 2, reverse: false })[0]);
    // w = 2: 1 -> 2 -> 4, halved 2, -> 4, halved 2: x = w² / 2 · w / 2, dx/dw = 3 w² / 4
    expect(derivative(loop, 2)).toEqual([2, 3]);
  });

  it('the test of an iterate has the gradient of the blend', () => {
    const body = graphOf([[], []], (b, [x]) => [b.add(must(x), b.full([], 1))]);
    const cond = graphOf([[], []], (b, [x, w]) => [b.op('lt', [must(x), must(w)], { width: 0.5 })]);
    const loop = (b: GraphBuilder, w: ValueId): ValueId =>
      must(b.node('iterate', [b.full([], 0), w], { body, cond, carries: 1, max: 20 })[0]);
    const [value, got] = derivative(loop, 2.5);
    const sech2 = (u: number): number => (1 - Math.tanh(u / 0.5) ** 2) / 0.5;
    // Steps 0, 1, 2 are taken and the test at 3 fails. s4 = s3 + r3·(blend), each test's slope is 1/2 of tanh'((w - s)/width);
    // states also feed the later tests: ds/dw is followed by hand.
    let ds = 0;
    let dr = 0;
    for (let s = 0; s < 4; s++) {
      const dTest = sech2(2.5 - s) * (1 - ds);
      const taken = s < 3;
      ds += 0.5 * dTest + (taken ? 0.5 * dr : 0);
      dr = taken ? dr + dTest : dTest;
    }
    expect(value).toBe(3);
    expect(got).toBeCloseTo(ds, 5);
  });
});

describe('surrogates', () => {
  const one = (b: GraphBuilder): ValueId => b.full([], 1);
  const sech2 = (u: number): number => 1 - Math.tanh(u) ** 2;

  it('lt: the derivative of tanh((y - x) / width)', () => {
    const [value, d] = derivative((b, w) => b.op('lt', [w, one(b)], { width: 0.5 }), 0.75);
    expect(value).toBe(1);
    expect(d).toBeCloseTo(-2 * sech2(0.5), 6);
  });

  it('select: half the difference into the test', () => {
    const pick = (b: GraphBuilder, w: ValueId): ValueId =>
      b.select(b.op('lt', [w, one(b)], { width: 1 }), b.full([], 5), b.full([], 2));
    const [value, d] = derivative(pick, 0.5);
    expect(value).toBe(5);
    expect(d).toBeCloseTo(-sech2(0.5) * 1.5, 6);
  });

  it('round: the identity; sign: the derivative of tanh', () => {
    expect(derivative((b, w) => b.op('round', [w], {}), 1.4)).toEqual([1, 1]);
    const [value, d] = derivative((b, w) => b.op('sign', [w], { width: 2 }), 0.5);
    expect(value).toBe(1);
    expect(d).toBeCloseTo(sech2(0.25) / 2, 6);
  });

  it('argmax: the derivative of softmax', () => {
    const first = (b: GraphBuilder, w: ValueId): ValueId => {
      const v = b.op('concat', [b.reshape(w, [1]), b.constant([1], [0])], { axis: 0 });
      return b.reshape(b.op('slice', [b.op('argmax', [v], { axis: 0, width: 1 })], { starts: [0], limits: [1] }), []);
    };
    const [value, d] = derivative(first, 0.5);
    const s = sigmoid(0.5);
    expect(value).toBe(1);
    expect(d).toBeCloseTo(s * (1 - s), 6);
  });

  it('an infinite branch that is not taken does no harm', () => {
    const safe = (b: GraphBuilder, w: ValueId): ValueId =>
      b.select(b.op('lt', [b.full([], 0), w], { width: 1 }), b.op('log', [w], {}), b.full([], 0));
    const [value, d] = derivative(safe, 0);
    expect([value, d]).toEqual([0, 0]);
  });
});

describe('a param that no gradient reaches', () => {
  const made = (() => {
    const b = graphBuilder();
    const [u, f, s, w] = ['unused', 'floored', 'stopped', 'w'].map((name) => b.param(name, [2])) as [
      ValueId,
      ValueId,
      ValueId,
      ValueId,
    ];
    const inLoop = graphOf([[2], [2]], (c, [x, p]) => [c.add(must(x), c.op('floor', [must(p)], {}))]);
    const [summed] = b.node('scan', [w, f], { body: inLoop, carries: 1, mapped: 0, length: 2, reverse: false });
    const loss = b.sum(b.mul(must(summed), b.op('stopGradient', [b.op('exp', [s], {})], {})), [0], 'lanes');
    return gradient(
      b.finish([
        { name: 'loss', value: loss },
        { name: 'metric', value: b.sum(u, [0], 'lanes') },
      ]),
      {
        of: 'loss',
        wrt: ['unused', 'floored', 'stopped', 'w', { name: 'elsewhere', shape: [3] }],
      },
    );
  })();

  it('is reported with the reason, in loops too', () => {
    expect(made.unreached.map((u) => `${u.param}: ${reasonOf(u)}`)).toEqual([
      'unused: the loss does not depend on it',
      'floored: it reaches the loss only through `floor`, which passes no gradient',
      'stopped: it reaches the loss only through `stopGradient`, which passes no gradient',
      'elsewhere: the loss does not depend on it',
    ]);
  });

  it('has zeros for a gradient', () => {
    const params = new Map(['unused', 'floored', 'stopped', 'w'].map((name) => [name, Float32Array.of(1, 2)]));
    const { outputs } = evaluate(made.graph, [], params);
    expect(made.graph.outputs.map((o) => o.name)).toEqual([
      'loss',
      'metric',
      'd.unused',
      'd.floored',
      'd.stopped',
      'd.w',
      'd.elsewhere',
    ]);
    expect(outputs.slice(2).map((x) => x.length)).toEqual([2, 2, 2, 2, 3]);
    expect([...must(outputs[3]), ...must(outputs[4]), ...must(outputs[6])]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(must(outputs[5])[0]).toBeCloseTo(Math.E, 5);
  });
});

describe('a training step', () => {
  it('is the mean of the gradients of the examples', () => {
    const b = graphBuilder();
    const [x, y] = [b.input('x', [3]), b.input('y', [])];
    const error = b.sub(b.sum(b.mul(x, b.param('w', [3])), [0], 'lanes'), y);
    const graph = b.finish([{ name: 'loss', value: b.mul(error, error) }]);
    const step = lossGradient(graph, 2, { of: 'loss', wrt: ['w'] });
    const { outputs } = evaluate(
      step.graph,
      [Float32Array.of(1, 2, 3, 0, 1, 0), Float32Array.of(1, 2)],
      new Map([['w', Float32Array.of(1, 1, 1)]]),
    );
    // errors 5 and -1: loss (25 + 1) / 2, d = (2·5·[1,2,3] + 2·-1·[0,1,0]) / 2
    expect(outputs.map((o) => [...o])).toEqual([[13], [5, 9, 15]]);
    // predictions, the sum of squares, and the gradient
    expect(step.graph.nodes.filter((n) => n.op === 'einsum')).toHaveLength(3);
  });
});
