/** Records of the ops that only move numbers: their gradients are other moves, their batching shifts the axes by one. */
import { sizeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { OpTable } from '../def.ts';
import {
  areAxes,
  batched,
  isAxis,
  isShape,
  isSize,
  only,
  otherAxes,
  replaced,
  sameShape,
  shifted,
  showShape,
} from './rules.ts';

const isPermutation = (perm: readonly number[], rank: number): boolean =>
  perm.length === rank &&
  areAxes(
    [...perm].sort((a, b) => a - b),
    rank,
  );

const inverse = (perm: readonly number[]): number[] => perm.map((_, i) => perm.indexOf(i));

const indicesFit = (indices: readonly number[], size: number): boolean => indices.every((i) => isSize(i) && i < size);

/** Pads a slice's gradient back to the shape it was cut from. */
const around = (shape: Shape, starts: readonly number[], limits: readonly number[]) => ({
  low: starts,
  high: shape.map((d, i) => d - (limits[i] ?? d)),
});

type ShapeOp = 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'take' | 'put';

export const shape: Pick<OpTable, ShapeOp> = {
  reshape: {
    doc: 'The same numbers in row-major order under another shape.',
    infer: ([x], attrs) =>
      x && isShape(attrs.shape) && sizeOf(x.shape) === sizeOf(attrs.shape)
        ? [{ shape: attrs.shape }]
        : `${showShape(x?.shape ?? [])} cannot be reshaped to ${showShape(attrs.shape)}`,
    // dx = reshape(ct)
    vjp: ({ b, inputs: [x] }, [ct]) => [ct == null || x === undefined ? null : b.reshape(ct, b.shapeOf(x))],
    batch: (c, attrs, inputs) => [c.b.op('reshape', [only(inputs, c)], { shape: [c.size, ...attrs.shape] })],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  transpose: {
    doc: 'Result axis k is operand axis `perm[k]`.',
    infer: ([x], { perm }) =>
      x && isPermutation(perm, x.shape.length)
        ? [{ shape: perm.map((a) => x.shape[a] ?? 0) }]
        : `${showShape(perm)} is no permutation of the axes of ${showShape(x?.shape ?? [])}`,
    // dx = transpose(ct, perm⁻¹)
    vjp: ({ b, attrs }, [ct]) => [ct == null ? null : b.transpose(ct, inverse(attrs.perm))],
    batch: (c, { perm }, inputs) => [c.b.op('transpose', [only(inputs, c)], { perm: [0, ...shifted(perm)] })],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  broadcast: {
    doc: 'Operand axis k becomes result axis `axes[k]`; along the other axes the operand repeats.',
    infer: ([x], attrs) =>
      x &&
      isShape(attrs.shape) &&
      attrs.axes.length === x.shape.length &&
      areAxes(attrs.axes, attrs.shape.length) &&
      attrs.axes.every((a, k) => attrs.shape[a] === x.shape[k])
        ? [{ shape: attrs.shape }]
        : `${showShape(x?.shape ?? [])} cannot be spread over ${showShape(attrs.shape)} along axes ${showShape(attrs.axes)}`,
    // dx = Σ over the repeated axes of ct
    vjp: ({ b, attrs }, [ct]) => [ct == null ? null : b.sum(ct, otherAxes(attrs.shape, attrs.axes), 'sequential')],
    batch: (c, attrs, inputs) => [
      c.b.op('broadcast', [only(inputs, c)], { shape: [c.size, ...attrs.shape], axes: [0, ...shifted(attrs.axes)] }),
    ],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  slice: {
    doc: 'The box from `starts` up to but without `limits`.',
    infer: ([x], { starts, limits }) =>
      x &&
      starts.length === x.shape.length &&
      limits.length === x.shape.length &&
      x.shape.every(
        (d, i) =>
          isSize(starts[i] ?? -1) &&
          isSize(limits[i] ?? -1) &&
          (starts[i] ?? 0) <= (limits[i] ?? 0) &&
          (limits[i] ?? 0) <= d,
      )
        ? [{ shape: limits.map((l, i) => l - (starts[i] ?? 0)) }]
        : `${showShape(starts)}..${showShape(limits)} is no box in ${showShape(x?.shape ?? [])}`,
    // dx = ct with zeros around it
    vjp: ({ b, attrs, inputs: [x] }, [ct]) => [
      ct == null || x === undefined ? null : b.op('pad', [ct], around(b.shapeOf(x), attrs.starts, attrs.limits)),
    ],
    batch: (c, { starts, limits }, inputs) => [
      c.b.op('slice', [only(inputs, c)], { starts: [0, ...starts], limits: [c.size, ...limits] }),
    ],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  pad: {
    doc: 'Zeros before (`low`) and after (`high`) along each axis.',
    infer: ([x], { low, high }) =>
      x && low.length === x.shape.length && high.length === x.shape.length && low.every(isSize) && high.every(isSize)
        ? [{ shape: x.shape.map((d, i) => d + (low[i] ?? 0) + (high[i] ?? 0)) }]
        : `padding ${showShape(low)}, ${showShape(high)} does not fit ${showShape(x?.shape ?? [])}`,
    // dx = the box of ct without the padding
    vjp: ({ b, attrs, inputs: [x] }, [ct]) => [
      ct == null || x === undefined
        ? null
        : b.op('slice', [ct], { starts: attrs.low, limits: b.shapeOf(x).map((d, i) => d + (attrs.low[i] ?? 0)) }),
    ],
    batch: (c, { low, high }, inputs) => [c.b.op('pad', [only(inputs, c)], { low: [0, ...low], high: [0, ...high] })],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  concat: {
    doc: 'Operands one after the other along an axis.',
    infer: (inputs, { axis }) => {
      const [first] = inputs;
      if (!first || !isAxis(axis, first.shape.length)) return `concat needs operands with an axis ${axis}`;
      const odd = inputs.find((t) => !sameShape(replaced(t.shape, axis, 0), replaced(first.shape, axis, 0)));
      if (odd) return `${showShape(first.shape)} and ${showShape(odd.shape)} do not fit along axis ${axis}`;
      return [
        {
          shape: replaced(
            first.shape,
            axis,
            inputs.reduce((n, t) => n + (t.shape[axis] ?? 0), 0),
          ),
        },
      ];
    },
    // dxᵢ = the part of ct where xᵢ lies
    vjp: ({ b, attrs: { axis }, inputs }, [ct]) => {
      let at = 0;
      return inputs.map((x) => {
        if (ct == null) return null;
        const start = at;
        const own = b.shapeOf(x);
        at += own[axis] ?? 0;
        return b.op('slice', [ct], {
          starts: own.map((_, i) => (i === axis ? start : 0)),
          limits: replaced(own, axis, at),
        });
      });
    },
    batch: (c, { axis }, inputs) => [
      c.b.op(
        'concat',
        inputs.map((x) => batched(c, x)),
        { axis: axis + 1 },
      ),
    ],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  take: {
    doc: 'Reads along one axis: result place j holds what stands at `indices[j]`.',
    infer: ([x], { axis, indices }) =>
      x && isAxis(axis, x.shape.length) && indicesFit(indices, x.shape[axis] ?? 0)
        ? [{ shape: replaced(x.shape, axis, indices.length) }]
        : `indices ${showShape(indices)} do not fit axis ${axis} of ${showShape(x?.shape ?? [])}`,
    // dx = put(ct): what was read from one place adds up there
    vjp: ({ b, attrs: { axis, indices }, inputs: [x] }, [ct]) => [
      ct == null || x === undefined ? null : b.op('put', [ct], { axis, indices, size: b.shapeOf(x)[axis] ?? 0 }),
    ],
    batch: (c, { axis, indices }, inputs) => [c.b.op('take', [only(inputs, c)], { axis: axis + 1, indices })],
    bounds: { kind: 'move' },
    domain: [-2, 2],
  },
  put: {
    doc: 'Adds slice j into place `indices[j]` of zeros, j ascending: the transpose of `take`.',
    infer: ([x], { axis, indices, size }) =>
      x && isAxis(axis, x.shape.length) && isSize(size) && indices.length === x.shape[axis] && indicesFit(indices, size)
        ? [{ shape: replaced(x.shape, axis, size) }]
        : `indices ${showShape(indices)} do not fit axis ${axis} of ${showShape(x?.shape ?? [])} and size ${size}`,
    // dx = take(ct)
    vjp: ({ b, attrs: { axis, indices } }, [ct]) => [ct == null ? null : b.op('take', [ct], { axis, indices })],
    batch: (c, { axis, indices, size }, inputs) => [
      c.b.op('put', [only(inputs, c)], { axis: axis + 1, indices, size }),
    ],
    bounds: { kind: 'sum' },
    domain: [-2, 2],
  },
};
