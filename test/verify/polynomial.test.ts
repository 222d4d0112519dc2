/** Ideal functions as polynomials: equal exactly where they are equal as functions, by evaluation at rational points; what is given up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../src/ir/graph.ts';
import { fraction, plus, type Rational, rationalOf, textOf, times } from '../../src/num/rational.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { idealOf } from '../../src/verify/ideal.ts';
import { type Polynomial, textOfPolynomial } from '../../src/verify/polynomial.ts';

type Expr = number | 'x' | 'y' | readonly [op: 'add' | 'sub' | 'mul', Expr, Expr];

const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Expr>('x', 'y'),
    fc.integer({ min: -6, max: 6 }).map((n): Expr => n / 4),
    fc.tuple(fc.constantFrom('add', 'sub', 'mul'), tie('expr'), tie('expr')) as fc.Arbitrary<Expr>,
  ),
}));

function polynomial(e: Expr): Polynomial {
  const b = graphBuilder();
  const inputs = { x: b.input('x', []), y: b.input('y', []) };
  const value = built(b, e, inputs);
  const [numbers] = idealOf(b.finish([{ name: 'r', value }])) ?? [];
  if (!numbers?.[0]) throw new Error('no polynomial');
  return numbers[0];
}

function built(b: GraphBuilder, e: Expr, inputs: Readonly<Record<'x' | 'y', ValueId>>): ValueId {
  if (typeof e === 'number') return b.full([], e);
  if (typeof e === 'string') return inputs[e];
  return b.op(e[0], [built(b, e[1], inputs), built(b, e[2], inputs)], {});
}

function valueAt(e: Expr, x: Rational, y: Rational): Rational {
  if (typeof e === 'number') return rationalOf(e);
  if (e === 'x') return x;
  if (e === 'y') return y;
  const [p, q] = [valueAt(e[1], x, y), valueAt(e[2], x, y)];
  return e[0] === 'mul' ? times(p, q) : plus(p, e[0] === 'add' ? q : times(rationalOf(-1), q));
}

const at = (p: Polynomial, point: Readonly<Record<string, Rational>>): Rational =>
  [...p.values()].reduce(
    (sum, { powers, coefficient }) => {
      const term = powers.reduce((t, [v, n]) => {
        let product = t;
        for (let i = 0; i < n; i++) product = times(product, point[v] ?? fraction(0n, 1n));
        return product;
      }, coefficient);
      return plus(sum, term);
    },
    fraction(0n, 1n),
  );

describe('ideal functions', () => {
  it('have the values of what they were made of', () => {
    const [x, y] = [fraction(3n, 7n), fraction(-5n, 3n)];
    fc.assert(
      fc.property(expr, (e) => {
        expect(textOf(at(polynomial(e), { '0.0': x, '1.0': y }))).toBe(textOf(valueAt(e, x, y)));
      }),
    );
  });

  it('have no terms where they are zero', () => {
    fc.assert(
      fc.property(expr, expr, (p, q) => {
        const square: Expr = ['mul', ['add', p, q], ['sub', p, q]];
        expect(polynomial(['sub', square, ['sub', ['mul', p, p], ['mul', q, q]]]).size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  const textOfOp = (make: (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId): string | undefined => {
    const b = graphBuilder();
    const value = make(b, b.input('x', [2]), b.input('y', [2]));
    return idealOf(b.finish([{ name: 'r', value }]))
      ?.map((numbers) => numbers.map(textOfPolynomial).join(' | '))
      .join();
  };

  it('go through sums, contractions and moves', () => {
    const dot = textOfOp((b, x, y) => b.einsum(x, y, { lhs: [0], rhs: [0], out: [], order: 'lanes' }));
    expect(textOfOp((b, x, y) => b.sum(b.mul(y, x), [0], 'sequential'))).toBe(dot);
    const turned = textOfOp((b, x) => b.op('take', [x], { axis: 0, indices: [1, 0] }));
    expect(turned).toBe('1·0.1 | 1·0.0');
    expect(textOfOp((b, x) => b.op('put', [x], { axis: 0, indices: [1, 1], size: 3 }))).toBe(' | 1·0.0 + 1·0.1 | ');
  });

  it('name what is no polynomial, and give up what is not defined everywhere', () => {
    const tanh = (b: GraphBuilder, v: ValueId): ValueId => b.op('tanh', [v], {});
    expect(textOfOp((b, x, y) => tanh(b, b.add(x, y)))).toBe(textOfOp((b, x, y) => tanh(b, b.sub(y, b.neg(x)))));
    expect(textOfOp((b, x, y) => tanh(b, b.add(x, y)))).not.toBe(textOfOp((b, x, y) => tanh(b, b.sub(x, y))));
    expect(textOfOp((b, x) => b.op('log', [x], {}))).toBeUndefined();
    expect(textOfOp((b, x, y) => b.div(x, y))).toBeUndefined();
    expect(textOfOp((b, x) => b.div(x, b.full([], 3)))).toBe('1/3·0.0 | 1/3·0.1');
    expect(textOfOp((b, x) => b.div(x, b.full([], 0)))).toBeUndefined();
  });
});
