/**
 * Records of the smooth elementwise ops. Every derivative goes through `gate`, so where the cotangent is 0 (a branch
 * that was not taken) an infinite or undefined derivative does no harm.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import * as elementary from '../../kernel/elementary/index.ts';
import { linearBounds } from '../bounds/linear.ts';
import { powBounds } from '../bounds/power.ts';
import { productBounds } from '../bounds/product.ts';
import { smoothBounds } from '../bounds/smooth.ts';
import { waveBounds } from '../bounds/trig.ts';
import type { GraphBuilder } from '../builder.ts';
import type { OpTable, VjpContext } from '../def.ts';
import { inferElementwise, kernel1, kernel2 } from './rules.ts';

type Vjp1 = (b: GraphBuilder, ct: ValueId, x: ValueId, y: ValueId) => ValueId | null;
type Vjp2 = (b: GraphBuilder, ct: ValueId, x: readonly [ValueId, ValueId], y: ValueId) => readonly [ValueId, ValueId];

/** The gradient of an op with one operand, from dx = rule(ct, x, y). */
export const vjp1 =
  <K extends OpName>(rule: Vjp1) =>
  ({ b, inputs: [x], results: [y] }: VjpContext<K>, [ct]: readonly (ValueId | null)[]): (ValueId | null)[] => [
    ct == null || x === undefined || y === undefined ? null : rule(b, ct, x, y),
  ];

/** The same for two operands. */
export const vjp2 =
  <K extends OpName>(rule: Vjp2) =>
  (
    { b, inputs: [x0, x1], results: [y] }: VjpContext<K>,
    [ct]: readonly (ValueId | null)[],
  ): readonly (ValueId | null)[] =>
    ct == null || x0 === undefined || x1 === undefined || y === undefined ? [null, null] : rule(b, ct, [x0, x1], y);

/** What all elementwise records share. */
const elementwise = { infer: inferElementwise, batch: 'elementwise' } as const;

const one = (b: GraphBuilder): ValueId => b.full([], 1);

const unary = {
  neg: {
    ...elementwise,
    doc: 'Minus x: the sign bit flipped.',
    scalar: kernel1((k, x) => k.step('f32.neg', x)),
    // dx = -ct
    vjp: vjp1((b, ct) => b.neg(ct)),
    bounds: linearBounds.neg,
    domain: [-2, 2],
  },
  abs: {
    ...elementwise,
    doc: 'The size of x: the sign bit cleared.',
    scalar: kernel1((k, x) => k.step('f32.abs', x)),
    // dx = ct · sign(x)
    vjp: vjp1((b, ct, x) => b.gate(ct, b.op('stopGradient', [b.op('sign', [x], { width: 1 })], {}))),
    bounds: linearBounds.abs,
    domain: [-2, 2],
  },
  sqrt: {
    ...elementwise,
    doc: 'Square root, correctly rounded.',
    scalar: kernel1((k, x) => k.step('f32.sqrt', x)),
    // dx = ct · 1 / (2y)
    vjp: vjp1((b, ct, _, y) => b.gate(ct, b.div(b.full([], 0.5), y))),
    bounds: smoothBounds.sqrt,
    domain: [0.1, 4],
  },
  exp: {
    ...elementwise,
    doc: 'e to the power x.',
    scalar: kernel1(elementary.exp),
    // dx = ct · y
    vjp: vjp1((b, ct, _, y) => b.gate(ct, y)),
    bounds: smoothBounds.exp,
    domain: [-4, 4],
  },
  log: {
    ...elementwise,
    doc: 'Natural logarithm; -inf at 0, nan below.',
    scalar: kernel1(elementary.log),
    // dx = ct · 1 / x
    vjp: vjp1((b, ct, x) => b.gate(ct, b.div(one(b), x))),
    bounds: smoothBounds.log,
    domain: [0.1, 8],
  },
  tanh: {
    ...elementwise,
    doc: 'Hyperbolic tangent.',
    scalar: kernel1(elementary.tanh),
    // dx = ct · (1 - y²)
    vjp: vjp1((b, ct, _, y) => b.gate(ct, b.sub(one(b), b.mul(y, y)))),
    bounds: smoothBounds.tanh,
    domain: [-4, 4],
  },
  sigmoid: {
    ...elementwise,
    doc: '1 / (1 + exp(-x)).',
    scalar: kernel1(elementary.sigmoid),
    // dx = ct · y (1 - y)
    vjp: vjp1((b, ct, _, y) => b.gate(ct, b.mul(y, b.sub(one(b), y)))),
    bounds: smoothBounds.sigmoid,
    domain: [-6, 6],
  },
  softplus: {
    ...elementwise,
    doc: 'log(1 + exp(x)), without overflow.',
    scalar: kernel1(elementary.softplus),
    // dx = ct · sigmoid(x)
    vjp: vjp1((b, ct, x) => b.gate(ct, b.op('sigmoid', [x], {}))),
    bounds: smoothBounds.softplus,
    domain: [-6, 6],
  },
  sin: {
    ...elementwise,
    doc: 'Sine of x in radians.',
    scalar: kernel1(elementary.sin),
    // dx = ct · cos(x)
    vjp: vjp1((b, ct, x) => b.gate(ct, b.op('cos', [x], {}))),
    bounds: waveBounds.sin,
    domain: [-7, 7],
  },
  cos: {
    ...elementwise,
    doc: 'Cosine of x in radians.',
    scalar: kernel1(elementary.cos),
    // dx = -ct · sin(x)
    vjp: vjp1((b, ct, x) => b.gate(b.neg(ct), b.op('sin', [x], {}))),
    bounds: waveBounds.cos,
    domain: [-7, 7],
  },
  erf: {
    ...elementwise,
    doc: 'Error function.',
    scalar: kernel1(elementary.erf),
    // dx = ct · 2/√π · exp(-x²)
    vjp: vjp1((b, ct, x) =>
      b.gate(ct, b.mul(b.full([], 2 / Math.sqrt(Math.PI)), b.op('exp', [b.neg(b.mul(x, x))], {}))),
    ),
    bounds: smoothBounds.erf,
    domain: [-3, 3],
  },
  stopGradient: {
    ...elementwise,
    doc: 'x itself, without a gradient.',
    scalar: kernel1((_, x) => x),
    // dx = 0
    vjp: vjp1(() => null),
    bounds: linearBounds.stopGradient,
    domain: [-2, 2],
  },
} satisfies Partial<OpTable>;

/** How a cotangent is split between x and y: 1/2 + lead and 1/2 - lead, where the lead of x is 1/2 if x > y, -1/2 if x < y, 0 on a tie. */
function split(b: GraphBuilder, x: ValueId, y: ValueId): { readonly larger: ValueId; readonly smaller: ValueId } {
  const above = b.op('lt', [y, x], { width: 1 });
  const below = b.op('lt', [x, y], { width: 1 });
  const lead = b.op('stopGradient', [b.mul(b.full([], 0.25), b.sub(above, below))], {});
  const half = b.full([], 0.5);
  return { larger: b.add(half, lead), smaller: b.sub(half, lead) };
}

const binary = {
  add: {
    ...elementwise,
    doc: 'Sum of two.',
    scalar: kernel2((k, x, y) => k.step('f32.add', x, y)),
    // dx = ct, dy = ct
    vjp: vjp2((_, ct) => [ct, ct]),
    bounds: linearBounds.add,
    domain: [-2, 2],
  },
  sub: {
    ...elementwise,
    doc: 'Difference of two.',
    scalar: kernel2((k, x, y) => k.step('f32.sub', x, y)),
    // dx = ct, dy = -ct
    vjp: vjp2((b, ct) => [ct, b.neg(ct)]),
    bounds: linearBounds.sub,
    domain: [-2, 2],
  },
  mul: {
    ...elementwise,
    doc: 'Product of two.',
    scalar: kernel2((k, x, y) => k.step('f32.mul', x, y)),
    // dx = ct · y, dy = ct · x
    vjp: vjp2((b, ct, [x, y]) => [b.gate(ct, y), b.gate(ct, x)]),
    bounds: productBounds.mul,
    domain: [-2, 2],
  },
  gate: {
    ...elementwise,
    doc: 'x · y, and 0 where x is 0 even when y is infinite or nan.',
    scalar: kernel2((k, x, y) => k.select(k.step('f32.eq', x, k.f32(0)), k.f32(0), k.step('f32.mul', x, y))),
    // dx = ct · y, dy = ct · x
    vjp: vjp2((b, ct, [x, y]) => [b.gate(ct, y), b.gate(ct, x)]),
    bounds: productBounds.gate,
    domain: [-2, 2],
  },
  div: {
    ...elementwise,
    doc: 'Quotient of two.',
    scalar: kernel2((k, x, y) => k.step('f32.div', x, y)),
    // dx = ct · 1/y, dy = -ct · (x/y)/y
    vjp: vjp2((b, ct, [, y], q) => [b.gate(ct, b.div(one(b), y)), b.gate(b.neg(ct), b.div(q, y))]),
    bounds: productBounds.div,
    domain: [0.3, 3],
  },
  pow: {
    ...elementwise,
    doc: 'x to the power y, as IEEE pow: any number to the power 0 is 1, a negative x needs a whole y.',
    scalar: kernel2(elementary.pow),
    // dx = ct · y·x^(y-1), dy = ct · r·log(x) where r = x^y is not 0
    vjp: vjp2((b, ct, [x, y], r) => [
      b.gate(ct, b.gate(y, b.op('pow', [x, b.sub(y, one(b))], {}))),
      b.gate(ct, b.gate(r, b.op('log', [x], {}))),
    ]),
    bounds: powBounds,
    domain: [0.3, 3],
  },
  min: {
    ...elementwise,
    doc: 'The smaller of two: `y < x ? y : x`.',
    scalar: kernel2((k, x, y) => k.step('f32.min', x, y)),
    // dx = ct · [x < y], dy = ct · [y < x], half each on a tie
    vjp: vjp2((b, ct, [x, y]) => {
      const share = split(b, x, y);
      return [b.mul(ct, share.smaller), b.mul(ct, share.larger)];
    }),
    bounds: linearBounds.min,
    domain: [-2, 2],
  },
  max: {
    ...elementwise,
    doc: 'The larger of two: `x < y ? y : x`.',
    scalar: kernel2((k, x, y) => k.step('f32.max', x, y)),
    // dx = ct · [y < x], dy = ct · [x < y], half each on a tie
    vjp: vjp2((b, ct, [x, y]) => {
      const share = split(b, x, y);
      return [b.mul(ct, share.larger), b.mul(ct, share.smaller)];
    }),
    bounds: linearBounds.max,
    domain: [-2, 2],
  },
} satisfies Partial<OpTable>;

export const smooth = { ...unary, ...binary };
