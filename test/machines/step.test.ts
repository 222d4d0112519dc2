/** Steps of graphs: what a step gives, one after the other, is what the graph gives; whatever looks at several positions is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { type Step, stepOf } from '../../src/machines/step.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';

const LENGTHS = [61, 67] as const;

type Make = (b: GraphBuilder, xs: ValueId, n: number) => ValueId;

/** A graph of n rows of three numbers. */
function graphOf(make: Make, n: number): Graph {
  const b = graphBuilder();
  return b.finish([{ name: 'result', value: make(b, b.input('xs', [n, 3]), n) }]);
}

const taken = (make: Make): Step | string => stepOf([graphOf(make, LENGTHS[0]), graphOf(make, LENGTHS[1])], LENGTHS);

/** A loop over the rows: state = 0.5 · state + x, stacked or the last. */
function loop(
  b: GraphBuilder,
  xs: ValueId,
  n: number,
  { reverse = false, init = b.full([3], 1), captured = [] as ValueId[] } = {},
) {
  const body = graphBuilder();
  const [s, x] = [body.input('s', [3]), body.input('x', [3])];
  const more = captured.map((v, i) => body.input(`c${i}`, b.shapeOf(v)));
  const plain = body.add(body.mul(s, body.full([3], 0.5)), x);
  const next = more.reduce(
    (sum, v) => body.add(sum, body.reshape(body.sum(v, body.shapeOf(v).length > 1 ? [0] : [], 'lanes'), [3])),
    plain,
  );
  const graph = body.finish([
    { name: 'next', value: next },
    { name: 'out', value: body.neg(next) },
  ]);
  return b.node('scan', [init, xs, ...captured], { body: graph, carries: 1, mapped: 1, length: n, reverse });
}

describe('what looks at several positions is no step', () => {
  const wrong: Readonly<Record<string, Make>> = {
    'a sum': (b, xs) => b.sum(xs, [0], 'lanes'),
    'a largest': (b, xs) => b.op('reduceMax', [xs], { axes: [0] }),
    'an argmax': (b, xs) => b.op('argmax', [xs], { axis: 0, width: 1 }),
    'a slice': (b, xs) => b.op('slice', [xs], { starts: [0, 0], limits: [1, 3] }),
    'a shift': (b, xs, n) =>
      b.op('pad', [b.op('slice', [xs], { starts: [0, 0], limits: [n - 1, 3] })], { low: [1, 0], high: [0, 0] }),
    'the reverse': (b, xs, n) =>
      b.op('take', [xs], { axis: 0, indices: Array.from({ length: n }, (_, i) => n - 1 - i) }),
    'one row for all': (b, xs, n) => b.op('take', [xs], { axis: 0, indices: Array(n).fill(0) }),
    'sums into rows': (b, xs, n) => b.op('put', [xs], { axis: 0, indices: Array(n).fill(0), size: n }),
    'all products': (b, xs) => b.einsum(xs, xs, { lhs: [0, 2], rhs: [1, 2], out: [0, 1], order: 'lanes' }),
    'a sum of products': (b, xs) => b.einsum(xs, xs, { lhs: [0, 1], rhs: [0, 2], out: [1, 2], order: 'lanes' }),
    'a transpose': (b, xs) => b.transpose(xs, [1, 0]),
    'a flat array': (b, xs, n) => b.reshape(xs, [3 * n]),
    'a table over positions': (b, xs, n) =>
      b.mul(
        xs,
        b.constant(
          [n, 3],
          Float32Array.from({ length: 3 * n }, (_, i) => i),
        ),
      ),
    'the length as a number': (b, xs, n) => b.mul(xs, b.full([n, 3], n)),
    'a loop from the end': (b, xs, n) => must(loop(b, xs, n, { reverse: true })[1]),
    'a loop that reads all': (b, xs, n) => must(loop(b, xs, n, { captured: [xs] })[1]),
    'a loop that begins with what another leaves': (b, xs, n) =>
      must(loop(b, xs, n, { init: must(loop(b, xs, n)[0]) })[1]),
    'a loop that reads what another leaves': (b, xs, n) =>
      must(loop(b, xs, n, { captured: [must(loop(b, xs, n)[0])] })[1]),
    'what a loop leaves at every position': (b, xs, n) => b.add(xs, b.broadcast(must(loop(b, xs, n)[0]), [n, 3], [1])),
    'a loop over another axis': (b, xs, n) => {
      const body = graphBuilder();
      const [s, x] = [body.input('s', [3]), body.input('x', [])];
      const c = body.input('c', [n, 3]);
      const out = body.add(body.add(s, body.broadcast(x, [3], [])), body.sum(c, [0], 'lanes'));
      const graph = body.finish([{ name: 'next', value: out }]);
      const attrs = { body: graph, carries: 1, mapped: 1, length: 3, reverse: false };
      return must(b.node('scan', [b.full([3], 0), b.full([3], 1), xs], attrs)[0]);
    },
  };
  for (const [what, make] of Object.entries(wrong)) it(what, () => expect(typeof taken(make)).toBe('string'));
});

describe('steps', () => {
  it('give what the graph gives, whatever is made of rows and loops', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 5 }), (ops, n) => {
        const make: Make = (b, xs, size) => ops.reduce<ValueId>((v, op) => grown(b, v, { op, n: size, xs }), xs);
        const step = taken(make);
        if (typeof step === 'string') throw new Error(step);
        const rows = Array.from({ length: 3 * n }, (_, i) => Math.fround(Math.sin(i + 1)));
        const [whole] = evaluate(graphOf(make, n), [Float32Array.from(rows)], new Map()).outputs;
        expect(stepped(step, rows, n)).toEqual([...must(whole)]);
      }),
      { numRuns: 200 },
    );
  });
});

/** One more operation on rows. */
function grown(b: GraphBuilder, v: ValueId, { op, n, xs }: { op: number; n: number; xs: ValueId }): ValueId {
  switch (op) {
    case 0:
      return b.neg(v);
    case 1:
      return b.add(v, xs);
    case 2:
      return b.mul(v, b.broadcast(b.constant([3], [1, -2, 0.5]), [n, 3], [1]));
    case 3:
      return b.reshape(b.op('take', [b.reshape(v, [n, 3, 1])], { axis: 1, indices: [2, 0, 1] }), [n, 3]);
    case 4:
      return b.broadcast(b.sum(v, [1], 'lanes'), [n, 3], [0]);
    case 5:
      return b.einsum(v, b.constant([3, 3], [1, 2, 3, 0, 1, 0, -1, 0, 1]), {
        lhs: [0, 1],
        rhs: [1, 2],
        out: [0, 2],
        order: 'sequential',
      });
    case 6:
      return b.op('argmax', [v], { axis: 1, width: 1 });
    case 7:
      return b.op('pad', [b.op('slice', [v], { starts: [0, 1], limits: [n, 3] })], { low: [0, 0], high: [0, 1] });
    case 8:
      return b.op('select', [v, xs, b.full([n, 3], 0.25)], {});
    case 9:
      return b.einsum(v, xs, { lhs: [0, 1], rhs: [0, 1], out: [0, 1], order: 'lanes' });
    case 10:
      return must(loop(b, v, n)[1]);
    default:
      return must(loop(b, xs, n, { init: b.constant([3], [0.5, 1, 2]), captured: [b.constant([3], [1, 0, -1])] })[1]);
  }
}

/** The outputs of the steps, one after the other. */
function stepped({ graph, outputs, states }: Step, rows: readonly number[], n: number): number[] {
  const zeros = graph.inputs.map((v) => new Float32Array(must(graph.types[v]).shape.reduce((m, d) => m * d, 1)));
  const run = (inputs: readonly Float32Array[]) =>
    evaluate(graph, inputs, new Map()).outputs.map((x) => Float32Array.from(x));
  let carried = run(zeros).slice(outputs + states);
  const given: number[] = [];
  for (let t = 0; t < n; t++) {
    const results = run([Float32Array.from(rows.slice(3 * t, 3 * t + 3)), ...carried]);
    given.push(...must(results[0]));
    carried = results.slice(outputs, outputs + states);
  }
  return given;
}
