/** The graph builder: shorthands, origins, inlining, and what it refuses; the reference backend on top of it. */
import { describe, expect, it } from 'vitest';
import { reference } from '../../src/backends/reference.ts';
import { graphText } from '../../src/ir/print.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { Bug } from '../../src/text/result.ts';
import { span } from '../../src/text/span.ts';

describe('the graph builder', () => {
  it('spreads scalars, shares scalar constants and leaves out what changes nothing', () => {
    const b = graphBuilder();
    const x = b.input('x', [2, 3]);
    const y = b.add(b.mul(b.full([], 2), x), b.full([], 2));
    expect(b.reshape(x, [2, 3])).toBe(x);
    expect(b.transpose(x, [0, 1])).toBe(x);
    expect(b.broadcast(x, [2, 3], [0, 1])).toBe(x);
    expect(b.sum(x, [], 'lanes')).toBe(x);
    const graph = verifyGraph(b.finish([{ name: 'y', value: y }]));
    expect(graph.nodes.map((n) => n.op)).toEqual(['input', 'const', 'broadcast', 'mul', 'broadcast', 'add']);
  });

  it('tells constants apart by their bits', () => {
    const b = graphBuilder();
    expect(b.full([], 0)).not.toBe(b.full([], -0));
    expect(b.full([], Number.NaN)).toBe(b.full([], Number.NaN));
  });

  it('refuses what does not fit', () => {
    const b = graphBuilder();
    const [x, y] = [b.input('x', [2]), b.input('y', [3])];
    expect(() => b.add(x, y)).toThrow(/add\(\[2\], \[3\]\): operands have shapes \[2\] and \[3\]/);
    expect(() => b.op('sum', [x], { axes: [1], order: 'lanes' })).toThrow(Bug);
    expect(() => b.op('lt', [x, x], { width: 0 })).toThrow(/width/);
    expect(() => b.einsum(x, y, { lhs: [0], rhs: [0], out: [], order: 'lanes' })).toThrow(/label 0 has sizes 2 and 3/);
    expect(() => b.einsum(x, x, { lhs: [0], rhs: [1], out: [0], order: 'lanes' })).toThrow(
      /label 1 is summed but stands in one operand/,
    );
    expect(() => b.op('reduceMax', [b.full([0], 1)], { axes: [0] })).toThrow(/no numbers/);
  });

  it('gives nodes the origin they are made within', () => {
    const b = graphBuilder();
    const at = span({ name: 'a.su', text: 'exp(x)' }, 0, 6);
    const x = b.input('x', []);
    const y = b.within({ at, name: 'y' }, () => b.within(undefined, () => b.op('exp', [x], {})));
    const graph = b.finish([{ name: 'y', value: b.neg(y) }]);
    expect(graph.nodes.map((n) => n.origin?.name)).toEqual([undefined, 'y', undefined]);
  });

  it('inlines graphs: params by name, alarms along', () => {
    const inner = graphBuilder();
    const at = span({ name: 'a.su', text: '' }, 0, 0);
    const product = inner.mul(inner.input('x', [2]), inner.param('w', [2]));
    inner.alarm({ value: product, message: 'high', at });
    const graph = inner.finish([{ name: 'y', value: product }]);
    const b = graphBuilder();
    const x = b.input('x', [2]);
    const [once] = b.inline(graph, [x]);
    const [twice] = b.inline(graph, [once ?? x]);
    const whole = verifyGraph(b.finish([{ name: 'y', value: twice ?? x }]));
    expect(whole.nodes.map((n) => n.op)).toEqual(['input', 'param', 'mul', 'mul']);
    expect(whole.alarms.map((a) => a.value)).toEqual([2, 3]);
    expect(() => b.inline(graph, [b.input('z', [3])])).toThrow(Bug);
    const { outputs, alarms } = reference
      .compile(whole)
      .run([Float32Array.of(1, -1)], new Map([['w', Float32Array.of(3, 2)]]));
    expect(outputs).toEqual([Float32Array.of(9, -4)]);
    expect(alarms).toEqual([0, 1]);
    expect(graphText(whole)).toMatch(/^%0: \[2\] = input name="x"\n/);
  });
});
