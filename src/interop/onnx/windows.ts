/**
 * Windows that slide over the spatial axes of [batch, channel, ...]: sizes from the attributes of Conv and the pools, and
 * the patches under them as one gather per axis. Used by the rules of convolution and pooling.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { type Attempt, intAttr, intsAttr, type NodeContext, possible, refuse, spend, textAttr } from './node.ts';
import { padWith, pick, range } from './value.ts';

export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly high: number;
  /** Number of positions. */
  readonly out: number;
}
export interface Windows {
  readonly axes: readonly WindowAxis[];
}

const isPositive = (n: number): boolean => Number.isInteger(n) && n >= 1 && n < 2 ** 28;

function* listAttr(c: NodeContext, name: string, count: number, otherwise: number): Attempt<number[]> {
  const list = (yield* intsAttr(c, name)) ?? Array.from({ length: count }, () => otherwise);
  return list.length === count ? list : yield* refuse(`its ${name} are ${list.length} numbers, not ${count}`);
}

/** The windows of this node over an input of `shape`, with kernels of `kernel` (or the attribute, which must agree). */
export function* windows(c: NodeContext, shape: Shape, kernel: Shape | undefined, whole = false): Attempt<Windows> {
  const count = shape.length - 2;
  if (count < 1) return yield* refuse(`its input [${shape.join(', ')}] has no axes behind batch and channel`);
  const stated = yield* intsAttr(c, 'kernel_shape');
  const sizes = whole ? shape.slice(2) : (kernel ?? stated);
  if (!sizes || sizes.length !== count || (kernel && stated && stated.join() !== kernel.join()))
    return yield* refuse('its kernel_shape does not fit');
  const strides = yield* listAttr(c, 'strides', count, 1);
  const dilations = yield* listAttr(c, 'dilations', count, 1);
  const pads = yield* listAttr(c, 'pads', 2 * count, 0);
  const auto = yield* textAttr(c, 'auto_pad', 'NOTSET');
  const ceil = (yield* intAttr(c, 'ceil_mode', 0)) !== 0;
  const axes: WindowAxis[] = [];
  for (const i of range(count)) {
    const [size, k] = [must(shape[i + 2]), must(sizes[i])];
    const [stride, dilation] = [must(strides[i]), must(dilations[i])];
    const stated = [must(pads[i]), must(pads[i + count])] as const;
    if (![k, stride, dilation].every(isPositive) || !stated.every((p) => isPositive(p + 1)))
      return yield* refuse('its kernel, strides, dilations or pads are not possible');
    axes.push(yield* windowAxis({ size, kernel: k, stride, dilation }, auto, stated, ceil));
  }
  return { axes };
}

type Bare = Pick<WindowAxis, 'size' | 'kernel' | 'stride' | 'dilation'>;

function* windowAxis(a: Bare, auto: string, pads: readonly [number, number], ceil: boolean): Attempt<WindowAxis> {
  const reach = (a.kernel - 1) * a.dilation + 1;
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const out = Math.ceil(a.size / a.stride);
    const total = Math.max(0, (out - 1) * a.stride + reach - a.size);
    const less = Math.floor(total / 2);
    const low = auto === 'SAME_UPPER' ? less : total - less;
    return { ...a, low, high: total - low, out };
  }
  if (auto !== 'NOTSET' && auto !== 'VALID') return yield* refuse(`its auto_pad is ${auto}`);
  const [low, high] = auto === 'VALID' ? [0, 0] : pads;
  const room = a.size + low + high - reach;
  if (room < 0) return yield* refuse(`a window of ${reach} does not fit in ${a.size + low + high}`);
  let out = Math.floor(room / a.stride) + 1;
  // A last window that ceil_mode adds must begin within the input or the padding in front.
  if (ceil && room % a.stride !== 0 && out * a.stride < a.size + low) out += 1;
  const needed = (out - 1) * a.stride + reach;
  return { ...a, low, high: Math.max(high, needed - a.size - low), out };
}

/** Position `o`, place `p` of the kernel, in the padded axis. */
export const indexAt = (a: WindowAxis, p: number, o: number): number => o * a.stride + p * a.dilation;

/**
 * [batch, channel, k1, o1, k2, o2, ...]: under each position what the kernel's places see. Beyond the edge there are zeros,
 * or, with `inside`, another element of the same window (for the largest of a window it is the same).
 */
export function* patches(c: NodeContext, x: ValueId, at: Windows, inside = false): Attempt<ValueId> {
  const { b } = c;
  const shape = b.shapeOf(x);
  const wide = (key: 'low' | 'high'): number[] => [0, 0, ...at.axes.map((a) => a[key])];
  yield* possible([...shape.slice(0, 2), ...at.axes.map((a) => a.size + a.low + a.high)]);
  let made = inside ? x : padWith(b, x, { low: wide('low'), high: wide('high') }, 0);
  // Where the edge can be repeated, the windows stay evenly spaced.
  const repeats = (a: WindowAxis): boolean => inside && a.dilation === 1 && a.low + a.high > 0;
  const lists: number[][] = [];
  for (const [i, a] of at.axes.entries()) {
    yield* spend(c, a.kernel * a.out);
    const nearest = inside ? yield* insideIndices(a) : windowIndices(a);
    lists.push(repeats(a) ? windowIndices(a) : nearest);
    if (!repeats(a)) continue;
    yield* spend(c, a.size + a.low + a.high);
    made = pick(b, made, i + 2, edgeIndices(a));
  }
  for (const [i, list] of lists.entries()) {
    const same = list.length === b.shapeOf(made)[i + 2] && list.every((v, k) => v === k);
    yield* possible(b.shapeOf(made).map((d, axis) => (axis === i + 2 ? list.length : d)));
    if (!same) made = b.op('take', [made], { axis: i + 2, indices: list });
  }
  return b.reshape(made, [...shape.slice(0, 2), ...at.axes.flatMap((a) => [a.kernel, a.out])]);
}

const windowIndices = (a: WindowAxis): number[] =>
  range(a.kernel).flatMap((p) => range(a.out).map((o) => indexAt(a, p, o)));

const edgeIndices = (a: WindowAxis): number[] =>
  range(a.low + a.size + a.high).map((i) => Math.min(a.size - 1, Math.max(0, i - a.low)));

function* insideIndices(a: WindowAxis): Attempt<number[]> {
  const indices: number[] = [];
  for (const p of range(a.kernel)) for (const o of range(a.out)) indices.push(yield* withinWindow(a, p, o));
  return indices;
}

/** The index in the axis without padding; where it lies outside, the first of the window that does not. */
function* withinWindow(a: WindowAxis, p: number, o: number): Attempt<number> {
  const own = indexAt(a, p, o) - a.low;
  if (own >= 0 && own < a.size) return own;
  const start = o * a.stride - a.low;
  const first = start >= 0 ? start : start + Math.ceil(-start / a.dilation) * a.dilation;
  return first < a.size && first <= start + (a.kernel - 1) * a.dilation
    ? first
    : yield* refuse('a window lies in the padding altogether');
}
