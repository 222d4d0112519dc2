/**
 * For every op with a gradient rule: the rule against central differences of the same graph in double precision, in a random
 * direction of each operand; ties and branches not taken by example.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Graph, sizeOf, type ValueId } from '../../src/ir/graph.ts';
import type { OpAttrs, OpName } from '../../src/ir/vocabulary.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { OPS } from '../../src/ops/index.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { type Draw, draw } from './draw.ts';
import { HOST } from './elementary.ts';
import { OP_NAMES, type Operation, operation } from './operations.ts';
import { SURROGATES } from './surrogates.ts';

const RUNS = 60;
const STEP = 1e-5;
/** Constants in gradients are float32 (2/√π), so the comparison cannot be closer than half an ulp of those. */
const CLOSE = 3e-7;

const WITH_RULE = OP_NAMES.filter((op) => typeof OPS[op].vjp === 'function');

function rule<K extends OpName>(b: GraphBuilder, { op, attrs }: Operation<K>, inputs: readonly ValueId[], ct: ValueId) {
  const { vjp } = OPS[op];
  if (typeof vjp !== 'function') throw new Error(`${op} has no rule`);
  return vjp({ b, attrs, inputs, results: b.node(op, inputs, attrs) }, [ct]);
}

/** Inputs: the operands, then the cotangent. Outputs: the cotangents of the operands, zeros where there is none. */
function gradientGraph<K extends OpName>(use: Operation<K>): Graph {
  const b = graphBuilder();
  const inputs = use.shapes.map((shape, i) => b.input(`x${i}`, shape));
  const ct = b.input('ct', resultShape(use));
  const gradients = rule(b, use, inputs, ct).map((g, i) => g ?? b.full(use.shapes[i] ?? [], 0));
  return b.finish(gradients.map((value, i) => ({ name: `d${i}`, value })));
}

function resultShape<K extends OpName>({ op, attrs, shapes }: Operation<K>): readonly number[] {
  const types = OPS[op].infer(
    shapes.map((shape) => ({ shape })),
    attrs,
  );
  if (typeof types === 'string') throw new Error(types);
  return types[0]?.shape ?? [];
}

/** What is differentiated by operand `operand`: the op or its surrogate. */
function functionGraph<K extends OpName>(use: Operation<K>, operand: number): Graph {
  const b = graphBuilder();
  const inputs = use.shapes.map((shape, i) => b.input(`x${i}`, shape));
  const surrogate = SURROGATES[use.op];
  const [x, y, z] = inputs as [ValueId, ValueId, ValueId];
  const value = surrogate ? surrogate(b, [x, y, z], use, operand) : b.op(use.op, inputs, use.attrs);
  return b.finish([{ name: 'y', value }]);
}

/** Numbers of the domain of which no two are near each other or near zero, so that nothing kinks within a step. */
function apart(d: Draw, count: number, [low, high]: readonly [number, number]): number[] {
  const cells = 2 * Math.ceil((count + 1) / 2);
  const width = (high - low) / cells;
  const middles = Array.from({ length: cells }, (_, i) => low + width * (i + 0.5 + d.int(-20, 20) / 100));
  return d.shuffled(middles).slice(0, count);
}

function operands<K extends OpName>(use: Operation<K>, d: Draw): Float64Array[] {
  const sizes = use.shapes.map(sizeOf);
  const all = apart(
    d,
    sizes.reduce((a, b) => a + b, 0),
    OPS[use.op].domain,
  );
  const data = sizes.map((size) => Float64Array.from(all.splice(0, size)));
  return use.op === 'einsum'
    ? [oneHotWhenPicked(use as unknown as Operation<'einsum'>, data[0]), ...data.slice(1)]
    : data;
}

/** A pick is defined on one-hot rows: the one that `argmax` of the drawn numbers marks, found by the op itself. */
function oneHotWhenPicked(use: Operation<'einsum'>, data = new Float64Array()): Float64Array {
  const { lhs, out, order } = use.attrs;
  if (order !== 'pick') return data;
  const shape = use.shapes[0] ?? [];
  const summed = lhs.filter((l) => !out.includes(l));
  const kept = lhs.filter((l) => out.includes(l));
  const perm = [...kept, ...summed].map((l) => lhs.indexOf(l));
  const turned = perm.map((a) => shape[a] ?? 0);
  const flat = [sizeOf(turned.slice(0, kept.length)), sizeOf(turned.slice(kept.length))];
  const b = graphBuilder();
  const rows = b.reshape(b.transpose(b.input('x', shape), perm), flat);
  const marked = b.reshape(b.op('argmax', [rows], { axis: 1, width: 1 }), turned);
  const back = b.transpose(
    marked,
    perm.map((_, i) => perm.indexOf(i)),
  );
  return inDouble(b.finish([{ name: 'y', value: back }]), [data])[0] as Float64Array;
}

const inDouble = (graph: Graph, inputs: readonly Float64Array[]): readonly Float64Array[] =>
  evaluate(graph, inputs, new Map(), { arithmetic: 'f64', elementary: HOST }).outputs as readonly Float64Array[];

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function compare<K extends OpName>(use: Operation<K>, d: Draw): void {
  const x = operands(use, d);
  const ct = d.numbers(resultShape(use), [-1, 1]);
  const gradients = inDouble(gradientGraph(use), [...x, ct]);
  for (const [i, gradient] of gradients.entries()) {
    const direction = d.numbers(use.shapes[i] ?? [], [-1, 1]);
    const graph = functionGraph(use, i);
    const at = (t: number): number => {
      const moved = x.map((v, k) => (k === i ? v.map((e, j) => e + t * (direction[j] ?? 0)) : v));
      return dot(inDouble(graph, moved)[0] as Float64Array, ct);
    };
    const difference = (at(STEP) - at(-STEP)) / (2 * STEP);
    const scale = 1 + gradient.reduce((sum, g) => sum + Math.abs(g), 0);
    expect(Math.abs(dot(gradient, direction) - difference) / scale, `operand ${i}`).toBeLessThan(CLOSE);
  }
}

describe.each(WITH_RULE)('the gradient of %s', (op) => {
  it('is the derivative of the op or of its stated surrogate', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const d = draw(seed);
        compare(operation(op, d), d);
      }),
      { numRuns: RUNS },
    );
  });
});

/** The gradients of an op at these operands for the cotangent 1 (or `ct`), in float32. */
function gradientsAt<K extends OpName>(
  op: K,
  attrs: OpAttrs[K],
  values: readonly (readonly number[])[],
  ct?: number,
): number[][] {
  const use = { op, attrs, shapes: values.map((v) => [v.length]) };
  const cts = new Float32Array(sizeOf(resultShape(use))).fill(ct ?? 1);
  const inputs = [...values.map((v) => Float32Array.from(v)), cts];
  return evaluate(gradientGraph(use), inputs).outputs.map((o) => [...o]);
}

describe('where a gradient has no single value', () => {
  it('min and max split it half and half on a tie', () => {
    expect(
      gradientsAt('max', {}, [
        [1, 2, 3],
        [1, 3, 2],
      ]),
    ).toEqual([
      [0.5, 0, 1],
      [0.5, 1, 0],
    ]);
    expect(
      gradientsAt('min', {}, [
        [1, 2, 3],
        [1, 3, 2],
      ]),
    ).toEqual([
      [0.5, 1, 0],
      [0.5, 0, 1],
    ]);
  });

  it('the extremum of a row shares it among those that reach it', () => {
    expect(gradientsAt('reduceMax', { axes: [0] }, [[3, 1, 3, 3, 3]])).toEqual([[0.25, 0, 0.25, 0.25, 0.25]]);
    expect(gradientsAt('reduceMin', { axes: [0] }, [[3, 1, 3, 1]])).toEqual([[0, 0.5, 0, 0.5]]);
  });

  it('abs gives none at zero', () => {
    expect(gradientsAt('abs', {}, [[0, -2, 2]])).toEqual([[0, -1, 1]]);
  });
});

describe('a branch that was not taken', () => {
  const infinite: readonly [OpName, readonly number[]][] = [
    ['sqrt', [0, -1]],
    ['log', [0, -1]],
    ['exp', [200, Number.NaN]],
    ['tanh', [Number.NaN]],
    ['sigmoid', [Number.NaN]],
    ['softplus', [Number.NaN]],
    ['sin', [Number.POSITIVE_INFINITY]],
    ['cos', [Number.POSITIVE_INFINITY]],
    ['erf', [Number.NaN]],
    ['abs', [Number.NaN]],
  ];
  it.each(infinite)('gives no nan through %s', (op, x) => {
    expect(gradientsAt(op, {} as OpAttrs[typeof op], [x], 0)[0]?.map(Math.abs)).toEqual(x.map(() => 0));
  });

  it.each(['mul', 'div', 'pow', 'gate'] as const)('gives no nan through %s of infinities and zeros', (op) => {
    const values = [0, 1, Number.POSITIVE_INFINITY, Number.NaN];
    const pairs = values.flatMap((x) => values.map((y) => [x, y] as const));
    const gradients = gradientsAt(op, {}, [pairs.map(([x]) => x), pairs.map(([, y]) => y)], 0);
    expect(gradients.flat().every((g) => g === 0)).toBe(true);
  });

  it('gives no nan through a product of vectors', () => {
    const attrs = { lhs: [0], rhs: [0], out: [], order: 'lanes' } as const;
    const inf = Number.NEGATIVE_INFINITY;
    expect(
      gradientsAt(
        'einsum',
        attrs,
        [
          [0, 1],
          [inf, Number.NaN],
        ],
        0,
      ),
    ).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('counts an infinite entry that a pick passes over as nothing', () => {
    const attrs = { lhs: [0], rhs: [0], out: [], order: 'pick' } as const;
    const inf = Number.NEGATIVE_INFINITY;
    const values = [
      [0, 1, 0],
      [inf, 3, Number.NaN],
    ];
    expect(gradientsAt('einsum', attrs, values)).toEqual([
      [0, 3, 0],
      [0, 1, 0],
    ]);
  });

  it('does not reach the condition of a select whose sides differ by infinity', () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(
      gradientsAt('select', {}, [
        [1, -1, 1],
        [2, inf, Number.NaN],
        [inf, 3, 1],
      ]),
    ).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });
});
