/**
 * Tensors and views of them. A view says where the elements of a shape lie in a tensor: transposes, broadcasts, slices, lookups at
 * static places and most reshapes only change the view, and cost nothing until somebody reads through it.
 */
import { sizeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { Role } from '../../kernel/nest.ts';
import { stridesOf } from '../../ops/reference/offsets.ts';
import { must } from '../../text/result.ts';
import type { Draft, Scope } from './draft.ts';

/** What becomes a buffer if a step mentions it. */
export interface Tensor {
  role: Role;
  /** Unique within a plan. */
  readonly name: string;
  readonly length: number;
  /** The straight line of steps in which it is made and ends. */
  readonly scope: Scope;
  readonly data?: Float32Array;
  /** The last step so far that stores to it. */
  writer?: Draft;
}

/** Index i lies `i · stride` from the start of the axis, or at `offsets[i]`. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly offsets?: readonly number[];
}

export interface View {
  readonly tensor: Tensor;
  readonly base: number;
  readonly axes: readonly Axis[];
  /** What variables of loops around it add. */
  readonly outer: readonly { readonly variable: number; readonly stride: number }[];
}

export const shapeOfView = (view: View): number[] => view.axes.map((a) => a.size);

const plainAxes = (shape: Shape): Axis[] => {
  const strides = stridesOf(shape);
  return shape.map((size, i) => ({ size, stride: must(strides[i]) }));
};

/** All of a tensor, row-major. */
export const whole = (tensor: Tensor, shape: Shape): View => ({ tensor, base: 0, axes: plainAxes(shape), outer: [] });

/** A view of a single number as any shape. */
export const spread = (tensor: Tensor, shape: Shape): View => ({
  tensor,
  base: 0,
  axes: shape.map((size) => ({ size, stride: 0 })),
  outer: [],
});

/** Whether the view is the tensor itself, in its order. */
export function isWhole(view: View): boolean {
  const axes = normalAxes(view.axes);
  if (view.base !== 0 || view.outer.length > 0 || sizeOf(shapeOfView(view)) !== view.tensor.length) return false;
  return axes.length === 0 || (axes.length === 1 && must(axes[0]).stride === 1 && !must(axes[0]).offsets);
}

/** Without axes of one element, neighbours that run through each other joined: equal walks have equal normal axes. */
export function normalAxes(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = joined.at(-1);
    if (last && !last.offsets && !axis.offsets && last.stride === axis.stride * axis.size) {
      joined[joined.length - 1] = { size: last.size * axis.size, stride: axis.stride };
    } else joined.push(axis);
  }
  return joined;
}

// --- moves -------------------------------------------------------------------------------------------

export const transposed = (view: View, perm: readonly number[]): View => ({
  ...view,
  axes: perm.map((a) => must(view.axes[a])),
});

export const broadcasted = (view: View, shape: Shape, axes: readonly number[]): View => ({
  ...view,
  axes: shape.map((size, i) => {
    const from = axes.indexOf(i);
    return from < 0 ? { size, stride: 0 } : must(view.axes[from]);
  }),
});

export function sliced(view: View, starts: readonly number[], limits: readonly number[]): View {
  let { base } = view;
  const axes = view.axes.map((axis, i): Axis => {
    const [start, limit] = [must(starts[i]), must(limits[i])];
    if (axis.offsets) return { size: limit - start, stride: 0, offsets: axis.offsets.slice(start, limit) };
    base += start * axis.stride;
    return { size: limit - start, stride: axis.stride };
  });
  return lifted({ ...view, base, axes });
}

export function taken(view: View, axis: number, indices: readonly number[]): View {
  const own = must(view.axes[axis]);
  const offsets = indices.map((i) => own.offsets?.[i] ?? i * own.stride);
  const axes = view.axes.map((a, i): Axis => (i === axis ? { size: indices.length, stride: 0, offsets } : a));
  return lifted({ ...view, axes });
}

/** Offsets that rise evenly become a base and a stride. */
function lifted(view: View): View {
  let { base } = view;
  const axes = view.axes.map((axis): Axis => {
    const { offsets, size } = axis;
    if (!offsets || size === 0) return axis;
    const first = must(offsets[0]);
    const stride = size > 1 ? must(offsets[1]) - first : 0;
    if (!offsets.every((o, i) => o === first + i * stride)) return axis;
    base += first;
    return { size, stride };
  });
  return { ...view, base, axes };
}

/** The same elements in row-major order under another shape, or nothing where no strides can say it. */
export function reshaped(view: View, shape: Shape): View | undefined {
  const sources = normalAxes(view.axes).map((axis) => ({ axis, from: 1, to: 1 }));
  let at = 1;
  for (const source of [...sources].reverse()) {
    source.from = at;
    at *= source.axis.size;
    source.to = at;
  }
  const axes: Axis[] = [];
  let low = 1;
  for (const size of [...shape].reverse()) {
    const high = low * size;
    const source = sources.find((s) => s.from <= low && high <= s.to && low % s.from === 0);
    if (size === 1) axes.push({ size, stride: 0 });
    else if (!source) return undefined;
    else if (!source.axis.offsets) axes.push({ size, stride: source.axis.stride * (low / source.from) });
    else if (size === source.axis.size) axes.push(source.axis);
    else return undefined;
    low = high;
  }
  return { ...view, axes: axes.reverse() };
}

/** One place of the first axis, chosen by the variable of a loop. The axis must have a stride. */
export function sliceBy(view: View, variable: number): View {
  const [first, ...axes] = view.axes;
  return { ...view, axes, outer: [...view.outer, { variable, stride: must(first).stride }] };
}

/** A box within a view at `starts`. */
export const boxIn = (view: View, starts: readonly number[], extents: Shape): View =>
  sliced(
    view,
    starts,
    starts.map((s, i) => s + must(extents[i])),
  );

export const gathers = (view: View): boolean => view.axes.some((a) => a.offsets !== undefined);
