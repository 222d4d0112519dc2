/** Operators that move elements or state them: reshape and its kin, gathers, concatenation, padding, constants, shapes. */
import type { ValueId } from '../../../ir/graph.ts';
import type { Shape } from '../../../ir/vocabulary.ts';
import {
  type Attempt,
  axesOf,
  axisOf,
  entered,
  floatAttr,
  floatsAttr,
  ignore,
  indexList,
  intAttr,
  intsAttr,
  made,
  type NodeContext,
  numbers,
  operand,
  possible,
  type Rule,
  refuse,
  result,
  spend,
  tensorAttr,
  textAttr,
  wholes,
} from '../node.ts';
import type { Tensor } from '../tensor.ts';
import { commonShape, knownValue, padWith, pick, range, spread, type Value } from '../value.ts';

/** The first operand as it is in the graph, with its type. */
function* moved(c: NodeContext): Attempt<{ readonly x: ValueId; readonly shape: Shape; readonly type: Value['type'] }> {
  const value = yield* operand(c, 0);
  return { x: yield* entered(c, value), shape: value.shape, type: value.type };
}

function* reshaped(c: NodeContext, shape: Shape): Attempt<readonly Value[]> {
  const { x, shape: from, type } = yield* moved(c);
  yield* possible(shape);
  const size = (s: Shape): number => s.reduce((n, d) => n * d, 1);
  if (size(shape) !== size(from))
    return yield* refuse(`[${from.join(', ')}] has ${size(from)} elements, [${shape.join(', ')}] has ${size(shape)}`);
  return result(c, c.b.reshape(x, shape), type);
}

/** 0 keeps the axis, -1 is what is left over. */
const reshape: Rule = function* (c) {
  const zero = (yield* intAttr(c, 'allowzero', 0)) !== 0;
  const wanted = yield* wholes(c, 1, 'shape');
  const { shape } = yield* operand(c, 0);
  const dims = wanted.map((d, i) => (d === 0 && !zero ? (shape[i] ?? -2) : d));
  if (dims.some((d) => d < -1) || dims.filter((d) => d === -1).length > 1)
    return yield* refuse(`[${wanted.join(', ')}] is no shape for [${shape.join(', ')}]`);
  const rest = dims.filter((d) => d !== -1).reduce((n, d) => n * d, 1);
  const all = shape.reduce((n, d) => n * d, 1);
  return yield* reshaped(
    c,
    dims.map((d) => (d === -1 ? (rest === 0 ? 0 : all / rest) : d)),
  );
};

const flatten: Rule = function* (c) {
  const { shape } = yield* operand(c, 0);
  const stated = yield* intAttr(c, 'axis', 1);
  const axis = stated === shape.length ? stated : yield* axisOf(stated, shape.length);
  const size = (s: Shape): number => s.reduce((n, d) => n * d, 1);
  return yield* reshaped(c, [size(shape.slice(0, axis)), size(shape.slice(axis))]);
};

/** The axes of Squeeze and Unsqueeze: an input from opset 13 on. */
function* statedAxes(c: NodeContext): Attempt<number[] | undefined> {
  const stated = yield* intsAttr(c, 'axes');
  if (c.opset < 13) return stated;
  return c.inputs[1] ? yield* wholes(c, 1, 'list of axes') : undefined;
}

const squeeze: Rule = function* (c) {
  const { shape } = yield* operand(c, 0);
  const stated = yield* statedAxes(c);
  const axes = stated ? yield* axesOf(stated, shape.length) : range(shape.length).filter((i) => shape[i] === 1);
  if (axes.some((a) => shape[a] !== 1)) return yield* refuse(`it drops an axis of [${shape.join(', ')}] that is not 1`);
  return yield* reshaped(
    c,
    shape.filter((_, i) => !axes.includes(i)),
  );
};

const unsqueeze: Rule = function* (c) {
  const { shape } = yield* operand(c, 0);
  const stated = yield* statedAxes(c);
  if (!stated) return yield* refuse('it has no axes');
  const rank = shape.length + stated.length;
  if (rank > 16) return yield* refuse(`it makes ${rank} axes`);
  const axes = yield* axesOf(stated, rank);
  const rest = [...shape];
  return yield* reshaped(
    c,
    range(rank).map((i) => (axes.includes(i) ? 1 : (rest.shift() ?? 1))),
  );
};

const transpose: Rule = function* (c) {
  const stated = yield* intsAttr(c, 'perm');
  const { x, shape, type } = yield* moved(c);
  const perm = stated ?? range(shape.length).reverse();
  if ([...perm].sort((a, b) => a - b).join() !== range(shape.length).join())
    return yield* refuse(`[${perm.join(', ')}] is no order of ${shape.length} axes`);
  return result(c, c.b.transpose(x, perm), type);
};

const expand: Rule = function* (c) {
  const wanted = yield* wholes(c, 1, 'shape');
  const { x, shape, type } = yield* moved(c);
  const common = commonShape(shape, yield* possible(wanted));
  if (!common) return yield* refuse(`[${shape.join(', ')}] does not spread to [${wanted.join(', ')}]`);
  return result(c, spread(c.b, x, common), type);
};

const concat: Rule = function* (c) {
  const first = yield* operand(c, 0);
  const axis = yield* axisOf(yield* intAttr(c, 'axis', 1), first.shape.length);
  const parts: ValueId[] = [];
  for (const i of range(c.inputs.length)) {
    const part = yield* operand(c, i);
    const fits =
      part.shape.length === first.shape.length && part.shape.every((d, k) => k === axis || d === first.shape[k]);
    if (!fits || part.type !== first.type)
      return yield* refuse(`its input ${i} [${part.shape.join(', ')}] does not fit [${first.shape.join(', ')}]`);
    parts.push(yield* entered(c, part));
  }
  return result(
    c,
    parts.length === 1 && parts[0] !== undefined ? parts[0] : c.b.op('concat', parts, { axis }),
    first.type,
  );
};

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

/** A tensor of the file. Floats with axes become params, so they can be seen and learned; `name` is that of the param. */
export const fileValue = (name: string, t: Tensor): Value => {
  const known = t.type === 'bool' ? t.data.map((x) => (x === 0 ? -1 : 1)) : t.data;
  return { type: t.type, shape: t.shape, known, ...(t.type === 'float' && name !== '' && { weight: name }) };
};

const constant: Rule = function* (c) {
  const tensor = yield* tensorAttr(c, 'value');
  if (tensor) return [fileValue('', tensor)];
  const [f, i] = [yield* floatAttr(c, 'value_float', undefined), yield* intAttr(c, 'value_int', undefined)];
  const [fs, is] = [yield* floatsAttr(c, 'value_floats'), yield* intsAttr(c, 'value_ints')];
  if (f !== undefined) return [knownValue('float', [], [f])];
  if (i !== undefined) return [knownValue('int', [], [i])];
  if (fs) return [knownValue('float', [fs.length], fs)];
  return is ? [indexList(is)] : yield* refuse('it states no numbers');
};

/** Small ones are known, large ones a number that is spread. */
const MOST_KNOWN = 2 ** 12;

const constantOfShape: Rule = function* (c) {
  const tensor = yield* tensorAttr(c, 'value');
  const shape = yield* possible(yield* wholes(c, 0, 'shape'));
  const value = tensor ? fileValue('', tensor) : knownValue('float', [], [0]);
  const sole = value.known?.[0];
  if (sole === undefined || value.known?.length !== 1) return yield* refuse('its value is not one number');
  const size = shape.reduce((n, d) => n * d, 1);
  if (size <= MOST_KNOWN) return [knownValue(value.type, shape, new Float64Array(size).fill(sole))];
  if (value.type === 'double') return yield* refuse('only float32 is computed with');
  return result(c, c.b.full(shape, sole), value.type);
};

const shapeRule: Rule = function* (c) {
  const { shape } = yield* operand(c, 0);
  const clamp = (i: number): number => Math.min(shape.length, Math.max(0, i < 0 ? i + shape.length : i));
  const start = clamp(yield* intAttr(c, 'start', 0));
  const end = clamp(yield* intAttr(c, 'end', shape.length));
  return [indexList(shape.slice(start, Math.max(start, end)))];
};

const size: Rule = function* (c) {
  return [knownValue('int', [], [(yield* operand(c, 0)).shape.reduce((n, d) => n * d, 1)])];
};

const rangeRule: Rule = function* (c) {
  const { type } = yield* operand(c, 0);
  const [start = NaN] = yield* numbers(c, 0, 'start');
  const [end = NaN] = yield* numbers(c, 1, 'end');
  const [step = NaN] = yield* numbers(c, 2, 'step');
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= MOST_KNOWN) || type !== 'int') return yield* refuse('it is not a short list of whole numbers');
  return [indexList(range(count).map((i) => start + i * step))];
};

const identity: Rule = function* (c) {
  return [yield* operand(c, 0)];
};

/** Inference: nothing is dropped. */
const dropout: Rule = function* (c) {
  ignore(c, 'ratio', 'seed', 'is_test');
  if (c.inputs[2]?.known?.[0] === 1 || (c.inputs[2] && !c.inputs[2].known))
    return yield* refuse('it is in training mode');
  const value = yield* operand(c, 0);
  const mask = c.b.full(value.shape, 1);
  return c.outputs > 1 ? [value, made(c, mask, 'bool')] : [value];
};

export const SHAPES: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Concat: concat,
  Slice: slice,
  Gather: gather,
  Split: split,
  Pad: pad,
  Tile: tile,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shapeRule,
  Size: size,
  Range: rangeRule,
  Identity: identity,
  Dropout: dropout,
};
