/**
 * Records of the elementwise ops that are crisp: comparisons, selection, rounding. Forward they are exact; backward each
 * uses the surrogate that the vocabulary states (`width` sets how far from the jump a gradient is felt).
 */
import type { TensorType, ValueId } from '../../ir/graph.ts';
import { crispBounds } from '../bounds/crisp.ts';
import type { GraphBuilder } from '../builder.ts';
import type { OpTable, VjpContext } from '../def.ts';
import { vjp1, vjp2 } from './elementwise.ts';
import { inferElementwise, isWidth, kernel1, kernel2, kernel3 } from './rules.ts';

const elementwise = { infer: inferElementwise, batch: 'elementwise' } as const;

const withWidth = {
  batch: 'elementwise',
  infer: (inputs: readonly TensorType[], { width }: { readonly width: number }): readonly TensorType[] | string =>
    isWidth(width) ? inferElementwise(inputs) : `a surrogate's width is a positive number, not ${width}`,
} as const;

/** The derivative of tanh(u / width) by u: (1 - tanh²(u / width)) / width. */
function slopeOfTanh(b: GraphBuilder, u: ValueId, width: number): ValueId {
  const t = b.op('tanh', [b.div(u, b.full([], width))], {});
  return b.div(b.sub(b.full([], 1), b.mul(t, t)), b.full([], width));
}

/** The derivative of 2·exp(-(u / width)²) - 1 by u: -4·(u / width)·exp(-(u / width)²) / width. */
function slopeOfBell(b: GraphBuilder, u: ValueId, width: number): ValueId {
  const v = b.div(u, b.full([], width));
  const bell = b.op('exp', [b.neg(b.mul(v, v))], {});
  return b.mul(b.full([], -4 / width), b.gate(bell, v));
}

/** Cotangents of a comparison of x and y whose surrogate has slope `d` in u = y - x. */
const compared = (b: GraphBuilder, ct: ValueId, d: ValueId): readonly [ValueId, ValueId] => {
  const dy = b.gate(ct, d);
  return [b.neg(dy), dy];
};

const order = <K extends 'lt' | 'le'>(c: VjpContext<K>, cts: readonly (ValueId | null)[]) =>
  vjp2<K>((b, ct, [x, y]) => compared(b, ct, slopeOfTanh(b, b.sub(y, x), c.attrs.width)))(c, cts);

/** d where it is finite (d - d is 0), else 0. */
export function finite(b: GraphBuilder, d: ValueId): ValueId {
  const zero = b.full([], 0);
  const whole = b.op('stopGradient', [b.op('eq', [b.sub(d, d), b.full(b.shapeOf(d), 0)], { width: 1 })], {});
  return b.select(whole, d, zero);
}

type Crisp = 'floor' | 'round' | 'sign' | 'lt' | 'le' | 'eq' | 'select';

export const crisp: Pick<OpTable, Crisp> = {
  floor: {
    ...elementwise,
    doc: 'The largest whole number not above x. No gradient passes.',
    scalar: kernel1((k, x) => k.step('f32.floor', x)),
    // dx = 0
    vjp: vjp1(() => null),
    bounds: crispBounds.floor,
    domain: [-4, 4],
  },
  round: {
    ...elementwise,
    doc: 'The nearest whole number, ties to even. Backward: the identity.',
    scalar: kernel1((k, x) => k.step('f32.nearest', x)),
    // dx = ct (surrogate)
    vjp: vjp1((_, ct) => ct),
    bounds: crispBounds.round,
    domain: [-4, 4],
  },
  sign: {
    ...withWidth,
    doc: '-1, 0 or 1 (a zero and nan stay as they are). Backward: the derivative of tanh(x / width).',
    scalar: kernel1((k, x) =>
      k.select(k.step('f32.lt', k.f32(0), x), k.f32(1), k.select(k.step('f32.lt', x, k.f32(0)), k.f32(-1), x)),
    ),
    // dx = ct · (1 - tanh²(x/w)) / w (surrogate)
    vjp: (c, cts) => vjp1<'sign'>((b, ct, x) => b.gate(ct, slopeOfTanh(b, x, c.attrs.width)))(c, cts),
    bounds: crispBounds.sign,
    domain: [-2, 2],
  },
  lt: {
    ...withWidth,
    doc: '1 where x < y, else -1. Backward: the derivative of tanh((y - x) / width).',
    scalar: kernel2((k, x, y) => k.select(k.step('f32.lt', x, y), k.f32(1), k.f32(-1))),
    // dy = ct · (1 - tanh²((y-x)/w)) / w, dx = -dy (surrogate)
    vjp: order,
    bounds: crispBounds.lt,
    domain: [-2, 2],
  },
  le: {
    ...withWidth,
    doc: '1 where x <= y, else -1. Backward: the derivative of tanh((y - x) / width).',
    scalar: kernel2((k, x, y) => k.select(k.step('f32.le', x, y), k.f32(1), k.f32(-1))),
    // dy = ct · (1 - tanh²((y-x)/w)) / w, dx = -dy (surrogate)
    vjp: order,
    bounds: crispBounds.le,
    domain: [-2, 2],
  },
  eq: {
    ...withWidth,
    doc: '1 where x = y, else -1. Backward: the derivative of 2·exp(-((y - x) / width)²) - 1.',
    scalar: kernel2((k, x, y) => k.select(k.step('f32.eq', x, y), k.f32(1), k.f32(-1))),
    // dy = -ct · 4u·exp(-u²) / w with u = (y-x)/w, dx = -dy (surrogate)
    vjp: (c, cts) => vjp2<'eq'>((b, ct, [x, y]) => compared(b, ct, slopeOfBell(b, b.sub(y, x), c.attrs.width)))(c, cts),
    bounds: crispBounds.eq,
    domain: [-2, 2],
  },
  select: {
    ...elementwise,
    doc: 'select(c, x, y): x where c > 0, else y. Backward into c: that of the blend (1+c)/2·x + (1-c)/2·y, where x - y is finite.',
    scalar: kernel3((k, c, x, y) => k.select(k.step('f32.lt', k.f32(0), c), x, y)),
    // dc = ct · (x - y) / 2 (surrogate), dx = select(c, ct, 0), dy = select(c, 0, ct)
    vjp: ({ b, inputs: [c, x, y] }, [ct]) => {
      if (ct == null || c === undefined || x === undefined || y === undefined) return [null, null, null];
      const zero = b.full([], 0);
      const difference = b.mul(b.full([], 0.5), b.sub(x, y));
      return [b.gate(ct, finite(b, difference)), b.select(c, ct, zero), b.select(c, zero, ct)];
    },
    bounds: crispBounds.select,
    domain: [-2, 2],
  },
};
