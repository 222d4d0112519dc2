/** Records of the reductions: the reduced axes disappear, except in `argmax`, which keeps the shape. */

import type { TensorType, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../builder.ts';
import type { OpTable, VjpContext } from '../def.ts';
import { areAxes, isAxis, isWidth, marks, only, otherAxes, shapeAt, shifted, showShape, without } from './rules.ts';

/** A reduced tensor spread again over the shape that it came from. */
const spread = (b: GraphBuilder, reduced: ValueId, shape: Shape, axes: readonly number[]): ValueId =>
  b.broadcast(reduced, shape, otherAxes(shape, axes));

function inferReduction(inputs: readonly TensorType[], axes: readonly number[]): readonly TensorType[] | string {
  const shape = shapeAt(inputs, 0);
  return areAxes(axes, shape.length)
    ? [{ shape: without(shape, axes) }]
    : `${showShape(axes)} are no ascending axes of ${showShape(shape)}`;
}

function inferExtremum(inputs: readonly TensorType[], axes: readonly number[]): readonly TensorType[] | string {
  const empty = axes.some((a) => shapeAt(inputs, 0)[a] === 0);
  return empty ? 'there is no extremum of no numbers' : inferReduction(inputs, axes);
}

/** dx = ct · m / Σm, where m marks the elements that reach the extremum y. */
function vjpExtremum(
  { b, attrs: { axes }, inputs: [x], results: [y] }: VjpContext<'reduceMax' | 'reduceMin'>,
  [ct]: readonly (ValueId | null)[],
): readonly (ValueId | null)[] {
  if (ct == null || x === undefined || y === undefined) return [null];
  const shape = b.shapeOf(x);
  const reached = marks(b, x, spread(b, y, shape, axes));
  const share = b.gate(ct, b.div(b.full([], 1), b.sum(reached, axes, 'lanes')));
  return [b.mul(reached, spread(b, share, shape, axes))];
}

/** softmax(x / width) along an axis. */
export function softmax(b: GraphBuilder, x: ValueId, axis: number, width: number): ValueId {
  const shape = b.shapeOf(x);
  const highest = b.op('reduceMax', [x], { axes: [axis] });
  const below = b.sub(x, spread(b, highest, shape, [axis]));
  const powers = b.op('exp', [b.div(below, b.full([], width))], {});
  return b.div(powers, spread(b, b.sum(powers, [axis], 'lanes'), shape, [axis]));
}

export const reductions: Pick<OpTable, 'sum' | 'reduceMax' | 'reduceMin' | 'argmax'> = {
  sum: {
    doc: 'Sum over `axes`, in the stated order.',
    infer: (inputs, { axes }) => inferReduction(inputs, axes),
    // dx = ct repeated along the axes
    vjp: ({ b, attrs: { axes }, inputs: [x] }, [ct]) => [
      ct == null || x === undefined ? null : spread(b, ct, b.shapeOf(x), axes),
    ],
    batch: (c, { axes, order }, inputs) => [c.b.op('sum', [only(inputs, c)], { axes: shifted(axes), order })],
    bounds: { kind: 'sum' },
    domain: [-2, 2],
  },
  reduceMax: {
    doc: 'The largest element over `axes`: `max` from the first on.',
    infer: (inputs, { axes }) => inferExtremum(inputs, axes),
    vjp: vjpExtremum,
    batch: (c, { axes }, inputs) => [c.b.op('reduceMax', [only(inputs, c)], { axes: shifted(axes) })],
    bounds: { kind: 'extreme' },
    domain: [-2, 2],
  },
  reduceMin: {
    doc: 'The smallest element over `axes`: `min` from the first on.',
    infer: (inputs, { axes }) => inferExtremum(inputs, axes),
    vjp: vjpExtremum,
    batch: (c, { axes }, inputs) => [c.b.op('reduceMin', [only(inputs, c)], { axes: shifted(axes) })],
    bounds: { kind: 'extreme' },
    domain: [-2, 2],
  },
  argmax: {
    doc: 'One-hot of the first largest element along an axis. Backward: the derivative of softmax(x / width).',
    infer: (inputs, { axis, width }) => {
      const shape = shapeAt(inputs, 0);
      if (!isWidth(width)) return `a surrogate's width is a positive number, not ${width}`;
      return isAxis(axis, shape.length) && shape[axis] !== 0
        ? [{ shape }]
        : `argmax along axis ${axis} of ${showShape(shape)}`;
    },
    // dx = s · (ct - Σ ct·s) / w with s = softmax(x / w) (surrogate)
    vjp: ({ b, attrs: { axis, width }, inputs: [x] }, [ct]) => {
      if (ct == null || x === undefined) return [null];
      const s = softmax(b, x, axis, width);
      const mean = spread(b, b.sum(b.gate(ct, s), [axis], 'lanes'), b.shapeOf(x), [axis]);
      return [b.gate(b.div(b.sub(ct, mean), b.full([], width)), s)];
    },
    batch: (c, { axis, width }, inputs) => [c.b.op('argmax', [only(inputs, c)], { axis: axis + 1, width })],
    bounds: { kind: 'argmax' },
    domain: [-2, 2],
  },
};
