/** Operators that pick, cut, repeat or surround elements. What they pick must be known when the model is read. */
import {
  type Attempt,
  axesOf,
  axisOf,
  floatAttr,
  intAttr,
  intsAttr,
  made,
  moved,
  type NodeContext,
  numbers,
  operand,
  possible,
  type Rule,
  refuse,
  result,
  spend,
  textAttr,
  wholes,
} from '../node.ts';
import { padWith, pick, range, type Value } from '../value.ts';

/** The elements that start:end:step names in an axis of this size. */
function* steps(c: NodeContext, size: number, start: number, end: number, step: number): Attempt<number[]> {
  if (step === 0) return yield* refuse('a step is 0');
  const bound = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v < 0 ? v + size : v));
  const [from, to] =
    step > 0 ? [bound(start, 0, size), bound(end, 0, size)] : [bound(start, 0, size - 1), bound(end, -1, size - 1)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  yield* spend(c, count);
  return range(count).map((i) => from + i * step);
}

interface SliceSpec {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps: readonly number[];
}

function* sliceSpec(c: NodeContext, rank: number): Attempt<SliceSpec> {
  const attrs = [yield* intsAttr(c, 'starts'), yield* intsAttr(c, 'ends'), yield* intsAttr(c, 'axes')];
  const old = c.opset < 10;
  const starts = old ? attrs[0] : yield* wholes(c, 1, 'list of starts');
  const ends = old ? attrs[1] : yield* wholes(c, 2, 'list of ends');
  if (!starts || !ends) return yield* refuse('it has no starts or ends');
  const axes = old ? attrs[2] : c.inputs[3] ? yield* wholes(c, 3, 'list of axes') : undefined;
  const by = !old && c.inputs[4] ? yield* wholes(c, 4, 'list of steps') : starts.map(() => 1);
  const all = axes ?? range(starts.length);
  if (
    starts.length !== ends.length ||
    all.length !== starts.length ||
    by.length !== starts.length ||
    starts.length > rank
  )
    return yield* refuse('its starts, ends, axes and steps are not of one length');
  return { starts, ends, axes: all, steps: by };
}

const slice: Rule = function* (c) {
  const { x, shape, type } = yield* moved(c);
  const spec = yield* sliceSpec(c, shape.length);
  yield* axesOf(spec.axes, shape.length);
  let cut = x;
  for (const [i, stated] of spec.axes.entries()) {
    const axis = yield* axisOf(stated, shape.length);
    const [start, end, step] = [spec.starts[i] ?? 0, spec.ends[i] ?? 0, spec.steps[i] ?? 1];
    cut = pick(c.b, cut, axis, yield* steps(c, shape[axis] ?? 0, start, end, step));
  }
  return result(c, cut, type);
};

/** Along an axis by indices that are known; a single index drops the axis. */
const gather: Rule = function* (c) {
  const { x, shape, type } = yield* moved(c);
  const axis = yield* axisOf(yield* intAttr(c, 'axis', 0), shape.length);
  const size = shape[axis] ?? 0;
  const list = (yield* wholes(c, 1, 'list of indices')).map((i) => (i < 0 ? i + size : i));
  const bad = list.find((i) => !(i >= 0 && i < size));
  if (bad !== undefined) return yield* refuse(`there is no index ${bad} in an axis of ${size}`);
  const inner = (yield* operand(c, 1)).shape;
  const target = [...shape.slice(0, axis), ...inner, ...shape.slice(axis + 1)];
  yield* possible(target);
  return result(c, c.b.reshape(pick(c.b, x, axis, list), target), type);
};

function* partSizes(c: NodeContext, size: number): Attempt<number[]> {
  const attribute = yield* intsAttr(c, 'split');
  const parts = (yield* intAttr(c, 'num_outputs', undefined)) ?? c.outputs;
  const stated = c.opset < 13 ? attribute : c.inputs[1] ? yield* wholes(c, 1, 'list of sizes') : undefined;
  if (!stated && parts !== c.outputs) return yield* refuse(`it has ${c.outputs} outputs, not ${parts}`);
  const each = Math.ceil(size / parts);
  const sizes = stated ?? range(parts).map((i) => Math.max(0, Math.min(each, size - i * each)));
  const whole = sizes.reduce((n, d) => n + d, 0);
  if (sizes.length !== c.outputs || whole !== size || !sizes.every((d) => Number.isInteger(d) && d >= 0))
    return yield* refuse(`[${sizes.join(', ')}] does not cut ${size} in ${c.outputs} parts`);
  return sizes;
}

const split: Rule = function* (c) {
  const { x, shape, type } = yield* moved(c);
  const axis = yield* axisOf(yield* intAttr(c, 'axis', 0), shape.length);
  let start = 0;
  const parts: Value[] = [];
  for (const size of yield* partSizes(c, shape[axis] ?? 0)) {
    const starts = shape.map((_, i) => (i === axis ? start : 0));
    const limits = shape.map((d, i) => (i === axis ? start + size : d));
    parts.push(made(c, c.b.op('slice', [x], { starts, limits }), type));
    start += size;
  }
  return parts;
};

/** Which element stands at place `i` of a padded axis. */
function padIndex(mode: string, i: number, size: number): number {
  if (mode === 'edge') return Math.min(size - 1, Math.max(0, i));
  const mirrored = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
  return mode === 'wrap' ? ((i % size) + size) % size : mirrored;
}

function* padSizes(c: NodeContext, rank: number): Attempt<{ readonly low: number[]; readonly high: number[] }> {
  const attribute = yield* intsAttr(c, 'pads');
  const pads = c.opset < 11 ? (attribute ?? []) : yield* wholes(c, 1, 'list of pads');
  const axes = c.inputs[3] ? yield* wholes(c, 3, 'list of axes') : range(rank);
  yield* axesOf(axes, rank);
  if (pads.length !== 2 * axes.length)
    return yield* refuse(`its pads are ${pads.length} numbers, not ${2 * axes.length}`);
  const [low, high] = [range(rank).map(() => 0), range(rank).map(() => 0)];
  for (const [i, stated] of axes.entries()) {
    const axis = yield* axisOf(stated, rank);
    low[axis] = pads[i] ?? 0;
    high[axis] = pads[i + axes.length] ?? 0;
  }
  return { low, high };
}

const pad: Rule = function* (c) {
  const mode = yield* textAttr(c, 'mode', 'constant');
  const stated = yield* floatAttr(c, 'value', 0);
  const { x, shape, type } = yield* moved(c);
  const { low, high } = yield* padSizes(c, shape.length);
  yield* possible(shape.map((d, i) => d + (low[i] ?? 0) + (high[i] ?? 0)));
  if ([...low, ...high].some((n) => n < 0)) return yield* refuse('negative pads are not computed');
  const value = c.opset >= 11 && c.inputs[2] ? (yield* numbers(c, 2, 'padding value'))[0] : stated;
  if (value === undefined) return yield* refuse('its padding value is empty');
  if (mode === 'constant') return result(c, padWith(c.b, x, { low, high }, value), type);
  if (!['edge', 'reflect', 'wrap'].includes(mode)) return yield* refuse(`its mode is ${mode}`);
  let wide = x;
  for (const [axis, size] of shape.entries()) {
    const [before, after] = [low[axis] ?? 0, high[axis] ?? 0];
    if (before + after === 0) continue;
    if (size === 0 || (mode === 'reflect' && Math.max(before, after) >= size))
      return yield* refuse('its pads are wider than its input');
    yield* spend(c, before + size + after);
    wide = pick(
      c.b,
      wide,
      axis,
      range(before + size + after).map((i) => padIndex(mode, i - before, size)),
    );
  }
  return result(c, wide, type);
};

const tile: Rule = function* (c) {
  const repeats = yield* wholes(c, 1, 'list of repeats');
  const { x, shape, type } = yield* moved(c);
  if (repeats.length !== shape.length || repeats.some((n) => n < 0)) return yield* refuse('its repeats do not fit');
  yield* possible(shape.map((d, i) => d * (repeats[i] ?? 1)));
  yield* possible(shape.flatMap((d, i) => [repeats[i] ?? 1, d]));
  const wide = c.b.broadcast(
    x,
    shape.flatMap((d, i) => [repeats[i] ?? 1, d]),
    shape.map((_, i) => 2 * i + 1),
  );
  return result(
    c,
    c.b.reshape(
      wide,
      shape.map((d, i) => d * (repeats[i] ?? 1)),
    ),
    type,
  );
};

export const PIECES: Readonly<Record<string, Rule>> = {
  Slice: slice,
  Gather: gather,
  Split: split,
  Pad: pad,
  Tile: tile,
};
