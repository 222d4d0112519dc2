/** Operators that keep the elements in order or exchange axes: reshape and its kin, transposition, spreading, joining. */
import type { ValueId } from '../../../ir/graph.ts';
import type { Shape } from '../../../ir/vocabulary.ts';
import {
  type Attempt,
  axesOf,
  axisOf,
  entered,
  intAttr,
  intsAttr,
  moved,
  type NodeContext,
  operand,
  possible,
  type Rule,
  refuse,
  result,
  wholes,
} from '../node.ts';
import { commonShape, range, spread, type Value } from '../value.ts';

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

export const SHAPES: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Concat: concat,
};
