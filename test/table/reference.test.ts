/** The reference interpreter against definitions written down here once more, as plainly as they can be said. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/ir/graph.ts';
import { readGraph } from '../../src/ir/parse.ts';
import type { OpAttrs, Shape } from '../../src/ir/vocabulary.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate, evaluator } from '../../src/ops/reference.ts';
import { Bug } from '../../src/text/result.ts';
import { type Draw, draw } from './draw.ts';
import { graphOf, operation } from './operations.ts';

const f = Math.fround;

/** All indices of a shape, row-major. */
const indices = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );

const place = (index: readonly number[], shape: Shape): number =>
  index.reduce((n, i, axis) => n * (shape[axis] ?? 1) + i, 0);

/** 16 partial sums, then 8 + 8, 4 + 4, 2 + 2, 1 + 1. */
function lanes(terms: readonly number[]): number {
  let sums = Array.from({ length: 16 }, (_, j) => terms.filter((_, i) => i % 16 === j).reduce((a, b) => f(a + b), 0));
  while (sums.length > 1) {
    const half = sums.length / 2;
    sums = sums.slice(0, half).map((x, j) => f(x + (sums[j + half] as number)));
  }
  return sums[0] as number;
}

const sequential = ([first = 0, ...rest]: readonly number[]): number => rest.reduce((a, b) => f(a + b), first);
const ORDERS = { lanes, sequential };

/** Floats of many magnitudes, so that any other order of a sum gives other bits. */
const rough = (d: Draw, size: number): Float32Array =>
  Float32Array.from(
    { length: size },
    () => d.pick([-1, 1]) * (d.numbers([], [1, 2])[0] as number) * 2 ** d.int(-12, 12),
  );

describe('sums', () => {
  it('run in the stated order', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const d = draw(seed);
        const shape = [d.int(1, 3), d.int(1, 40), d.int(1, 3)];
        const axes = d.some([0, 1, 2]);
        const order = d.pick(['lanes', 'sequential'] as const);
        const x = rough(d, sizeOf(shape));
        const kept = [0, 1, 2].filter((a) => !axes.includes(a));
        const expected = indices(kept.map((a) => shape[a] ?? 0)).map((out) => {
          const terms = indices(shape).filter((index) => kept.every((a, i) => index[a] === out[i]));
          return ORDERS[order](terms.map((index) => x[place(index, shape)] as number));
        });
        const graph = graphOf({ op: 'sum', attrs: { axes, order }, shapes: [shape] });
        expect(evaluate(graph, [x]).outputs[0]).toEqual(Float32Array.from(expected));
      }),
      { numRuns: 200 },
    );
  });

  it('of no terms are +0, and a lone -0 stays only in sequence', () => {
    const sum = (order: 'lanes' | 'sequential', x: Float32Array): number =>
      evaluate(graphOf({ op: 'sum', attrs: { axes: [0], order }, shapes: [[x.length]] }), [x]).outputs[0]?.[0] ??
      Number.NaN;
    for (const order of ['lanes', 'sequential'] as const) expect(sum(order, new Float32Array())).toBe(0);
    expect(sum('sequential', Float32Array.of(-0))).toBe(-0);
    expect(sum('lanes', Float32Array.of(-0))).toBe(0);
  });
});

describe('einsum', () => {
  const label = (labels: readonly number[], values: ReadonlyMap<number, number>): number[] =>
    labels.map((l) => values.get(l) ?? 0);

  function defined(
    { lhs, rhs, out, order }: OpAttrs['einsum'],
    sizes: readonly number[],
    x: Float32Array,
    y: Float32Array,
  ): number[] {
    const size = (l: number): number => sizes[l] ?? 0;
    const summed = lhs.filter((l) => !out.includes(l));
    return indices(out.map(size)).map((at) => {
      const factors = indices(summed.map(size)).map((along) => {
        const values = new Map([
          ...out.map((l, i) => [l, at[i] ?? 0] as const),
          ...summed.map((l, i) => [l, along[i] ?? 0] as const),
        ]);
        return [
          x[place(label(lhs, values), lhs.map(size))] as number,
          y[place(label(rhs, values), rhs.map(size))] as number,
        ] as const;
      });
      if (order !== 'pick') return ORDERS[order](factors.map(([a, b]) => f(a * b)));
      const largest = Math.max(...factors.map(([a]) => a));
      return factors.find(([a]) => a === largest)?.[1] ?? Number.NaN;
    });
  }

  it('multiplies, rounds and adds as it is defined, for every layout of its labels', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const d = draw(seed);
        const { attrs, shapes } = operation('einsum', d);
        const widened = d.int(1, 20);
        const sizes = [0, 1, 2, 3, 4].map((l) => (l === 0 ? widened : sizeIn(attrs, shapes, l)));
        const [x, y] = [attrs.lhs, attrs.rhs].map((labels) => rough(d, sizeOf(labels.map((l) => sizes[l] ?? 0)))) as [
          Float32Array,
          Float32Array,
        ];
        const graph = graphOf({
          op: 'einsum',
          attrs,
          shapes: [attrs.lhs, attrs.rhs].map((labels) => labels.map((l) => sizes[l] ?? 0)),
        });
        expect(evaluate(graph, [x, y]).outputs[0]).toEqual(Float32Array.from(defined(attrs, sizes, x, y)));
      }),
      { numRuns: 600 },
    );
  });

  const sizeIn = ({ lhs, rhs }: OpAttrs['einsum'], [x, y]: readonly Shape[], l: number): number =>
    x?.[lhs.indexOf(l)] ?? y?.[rhs.indexOf(l)] ?? 1;

  it('picks exactly: nothing is multiplied, the first largest wins', () => {
    const attrs = { lhs: [0], rhs: [0], out: [], order: 'pick' } as const;
    const graph = graphOf({ op: 'einsum', attrs, shapes: [[4], [4]] });
    const inf = Number.POSITIVE_INFINITY;
    expect(
      evaluate(graph, [Float32Array.of(0, 1, 0, 0), Float32Array.of(inf, 7, Number.NaN, -inf)]).outputs[0],
    ).toEqual(Float32Array.of(7));
    expect(evaluate(graph, [Float32Array.of(0.2, 0.4, 0.4, 0), Float32Array.of(1, 2, 3, 4)]).outputs[0]).toEqual(
      Float32Array.of(2),
    );
  });
});

describe('moves', () => {
  const run = (text: string, ...inputs: number[][]): number[][] =>
    evaluate(
      readGraph(text),
      inputs.map((x) => Float32Array.from(x)),
    ).outputs.map((o) => [...o]);

  it('transpose, broadcast, slice, pad, take, put and concat put every number where they say', () => {
    const text = `
      %x: [2, 3] = input name="x"
      %t: [3, 2] = transpose(%x) perm=[1, 0]
      %b: [2, 2, 3] = broadcast(%x) axes=[0, 2]
      %s: [2, 1] = slice(%x) starts=[0, 1] limits=[2, 2]
      %p: [3, 4] = pad(%x) low=[1, 0] high=[0, 1]
      %k: [2, 4] = take(%x) axis=1 indices=[2, 0, 0, 1]
      %u: [2, 2] = put(%x) axis=1 indices=[1, 0, 1] size=2
      %c: [2, 4] = concat(%x, %s) axis=1
      output "t" %t
      output "b" %b
      output "s" %s
      output "p" %p
      output "k" %k
      output "u" %u
      output "c" %c`;
    expect(run(text, [1, 2, 3, 4, 5, 6])).toEqual([
      [1, 4, 2, 5, 3, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
      [2, 5],
      [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0],
      [3, 1, 1, 2, 6, 4, 4, 5],
      [2, 4, 5, 10],
      [1, 2, 3, 2, 4, 5, 6, 5],
    ]);
  });

  it('argmax marks the first largest, and a nan that comes first', () => {
    const text = '%x: [2, 3] = input name="x"\n%y: [2, 3] = argmax(%x) axis=1 width=1\noutput "y" %y';
    expect(run(text, [1, 3, 3, Number.NaN, 5, 6])).toEqual([[0, 1, 0, 1, 0, 0]]);
  });
});

describe('loops', () => {
  const SWAP = `
    %a: [] = input name="a"
    %b: [] = input name="b"
    %xs: [3] = input name="xs"
    %p: [], %q: [], %ys: [3] = scan(%a, %b, %xs) carries=2 mapped=1 length=3 reverse=false body={
      %a: [] = input name="a"
      %b: [] = input name="b"
      %x: [] = input name="x"
      %y: [] = add(%a, %x)
      output "a" %b
      output "b" %a
      output "y" %y
    }
    output "p" %p
    output "q" %q
    output "ys" %ys`;
  const run = (text: string, ...inputs: number[][]): number[][] =>
    evaluate(
      readGraph(text),
      inputs.map((x) => Float32Array.from(x)),
    ).outputs.map((o) => [...o]);

  it('carry states on, all at once', () => {
    expect(run(SWAP, [1], [2], [10, 20, 30])).toEqual([[2], [1], [11, 22, 31]]);
  });

  it('run from the last to the first with reverse, and keep their places', () => {
    const sums = (reverse: boolean): string => `
      %zero: [] = const data=[0.0]
      %xs: [3] = input name="xs"
      %last: [], %ys: [3] = scan(%zero, %xs) carries=1 mapped=1 length=3 reverse=${reverse} body={
        %s: [] = input name="s"
        %x: [] = input name="x"
        %y: [] = add(%s, %x)
        output "s" %y
        output "y" %y
      }
      output "last" %last
      output "ys" %ys`;
    expect(run(sums(false), [1, 20, 300])).toEqual([[321], [1, 21, 321]]);
    expect(run(sums(true), [1, 20, 300])).toEqual([[321], [321, 320, 300]]);
  });

  const HALVE = `
    %x: [] = input name="x"
    %y: [] = iterate(%x) carries=1 max=5 cond={
      %x: [] = input name="x"
      %one: [] = const data=[1.0]
      %more: [] = lt(%one, %x) width=1
      output "more" %more
    } body={
      %x: [] = input name="x"
      %half: [] = const data=[0.5]
      %y: [] = mul(%x, %half)
      output "y" %y
    }
    output "y" %y`;

  it('iterate while the condition holds, and at most so often', () => {
    expect(run(HALVE, [0.75])).toEqual([[0.75]]);
    expect(run(HALVE, [5])).toEqual([[0.625]]);
    expect(run(HALVE, [1024])).toEqual([[32]]);
  });
});

describe('an evaluator', () => {
  it('reads parameters by name, reports the alarms that fired, and gives fresh arrays', () => {
    const graph = readGraph(`
      %x: [2] = input name="x"
      %w: [2] = param name="w"
      %y: [2] = mul(%x, %w)
      output "y" %y
      output "same" %x
      alarm "negative never fires" %x
      alarm "y" %y`);
    const run = evaluator(graph);
    const x = Float32Array.of(-1, 0);
    const first = run([x], new Map([['w', Float32Array.of(-2, 5)]]));
    expect(first).toEqual({ outputs: [Float32Array.of(2, 0), x], alarms: [1] });
    expect(first.outputs[1]).not.toBe(x);
    expect(run([x], new Map([['w', Float32Array.of(2, 5)]]))).toEqual({
      outputs: [Float32Array.of(-2, 0), x],
      alarms: [],
    });
    expect(first.outputs[0]).toEqual(Float32Array.of(2, 0));
    expect(() => run([x], new Map())).toThrow(Bug);
    expect(() => run([], new Map())).toThrow(Bug);
  });

  it('starts each run afresh, where sums gather in place too', () => {
    const run = evaluator(
      readGraph('%x: [3] = input name="x"\n%y: [1] = put(%x) axis=0 indices=[0, 0, 0] size=1\noutput "y" %y'),
    );
    for (let i = 0; i < 2; i++)
      expect(run([Float32Array.of(1, 2, 3)], new Map()).outputs[0]).toEqual(Float32Array.of(6));
  });

  it('shows every node to a watcher', () => {
    const b = graphBuilder();
    const x = b.input('x', [2]);
    const graph = b.finish([{ name: 'y', value: b.op('exp', [b.neg(x)], {}) }]);
    const seen: string[] = [];
    evaluate(graph, [Float32Array.of(0, 0)], new Map(), {
      watch: (node, [value]) => seen.push(`${node.op} ${value?.[0]}`),
    });
    expect(seen).toEqual(['neg 0', 'exp 1']);
  });

  it('draws the same random numbers every time', () => {
    const b = graphBuilder();
    const kind = 'normal' as const;
    const value = b.op('random', [], { shape: [1000], kind, seed: 3, stream: 1 });
    const numbers = evaluate(b.finish([{ name: 'r', value }]), []).outputs[0] as Float32Array;
    const mean = numbers.reduce((a, x) => a + x, 0) / 1000;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(evaluate(b.finish([{ name: 'r', value }]), []).outputs[0]).toEqual(numbers);
  });
});
