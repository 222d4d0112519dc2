/**
 * What the gradient of an op must be the derivative of. For most ops that is the op itself; a crisp op has the surrogate
 * that the vocabulary states, written down here a second time from that statement and not from the rule.
 */
import type { ValueId } from '../../src/ir/graph.ts';
import type { OpName } from '../../src/ir/vocabulary.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import type { Operation } from './operations.ts';

type Inputs = readonly [ValueId, ValueId, ValueId];
/** The differentiated function, for a change of operand `operand` alone. */
type Surrogate<K extends OpName> = (b: GraphBuilder, x: Inputs, use: Operation<K>, operand: number) => ValueId;

const zero = (b: GraphBuilder, [x]: Inputs): ValueId => b.full(b.shapeOf(x), 0);

const tanhOver = (b: GraphBuilder, u: ValueId, width: number): ValueId =>
  b.op('tanh', [b.div(u, b.full([], width))], {});

const less = (b: GraphBuilder, [x, y]: Inputs, { attrs }: Operation<'lt' | 'le'>): ValueId =>
  tanhOver(b, b.sub(y, x), attrs.width);

function bell(b: GraphBuilder, [x, y]: Inputs, { attrs }: Operation<'eq'>): ValueId {
  const u = b.div(b.sub(y, x), b.full([], attrs.width));
  return b.sub(b.mul(b.full([], 2), b.op('exp', [b.neg(b.mul(u, u))], {})), b.full([], 1));
}

function blend(b: GraphBuilder, [c, x, y]: Inputs): ValueId {
  const half = (v: ValueId): ValueId => b.mul(b.full([], 0.5), v);
  const one = b.full([], 1);
  return b.add(b.mul(half(b.add(one, c)), x), b.mul(half(b.sub(one, c)), y));
}

/** softmax(x / width), unguarded: the drawn numbers are small. */
function softmax(b: GraphBuilder, [x]: Inputs, { attrs: { axis, width } }: Operation<'argmax'>): ValueId {
  const powers = b.op('exp', [b.div(x, b.full([], width))], {});
  const shape = b.shapeOf(x);
  const total = b.broadcast(
    b.sum(powers, [axis], 'sequential'),
    shape,
    shape.map((_, i) => i).filter((i) => i !== axis),
  );
  return b.div(powers, total);
}

export const SURROGATES: { readonly [K in OpName]?: Surrogate<K> } = {
  floor: zero,
  stopGradient: zero,
  round: (_, [x]) => x,
  sign: (b, [x], { attrs }) => tanhOver(b, x, attrs.width),
  lt: less,
  le: less,
  eq: bell,
  select: (b, x, _, operand) => (operand === 0 ? blend(b, x) : b.select(...x)),
  argmax: softmax,
  einsum: (b, [x, y], { attrs }) => b.einsum(x, y, { ...attrs, order: 'sequential' }),
};
