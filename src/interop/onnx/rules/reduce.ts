/**
 * Reductions, pools, softmax and argmax. Sums are in `lanes`, as `sum` in the language: sixteen partial sums in row-major
 * order of the reduced axes, then a tree.
 */
import type { ValueId } from '../../../ir/graph.ts';
import {
  type Attempt,
  axesOf,
  axisOf,
  entered,
  float,
  ignore,
  intAttr,
  intsAttr,
  type NodeContext,
  operand,
  type Rule,
  refuse,
  result,
  wholes,
} from '../node.ts';
import { axesLast, pick, range } from '../value.ts';
import { indexAt, patches, type WindowAxis, type Windows, windows } from '../windows.ts';

type Reduce = (c: NodeContext, x: ValueId, axes: readonly number[]) => ValueId;

/** One axis anywhere, or the last ones: other axes are moved to the end first, which changes no order of summation. */
const atEnd = (c: NodeContext, x: ValueId, axes: readonly number[]): readonly [ValueId, number[]] => {
  const rank = c.b.shapeOf(x).length;
  const last = axes.every((a, i) => a === rank - axes.length + i);
  if (axes.length === 1 || last) return [x, [...axes]];
  return [axesLast(c.b, x, axes), range(rank).slice(rank - axes.length)];
};

const sum: Reduce = (c, x, axes) => {
  const [moved, last] = atEnd(c, x, axes);
  return c.b.op('sum', [moved], { axes: last, order: 'lanes' });
};
const count = (c: NodeContext, x: ValueId, axes: readonly number[]): number =>
  axes.reduce((n, a) => n * (c.b.shapeOf(x)[a] ?? 1), 1);
const mean: Reduce = (c, x, axes) => c.b.div(sum(c, x, axes), c.b.full([], count(c, x, axes)));
const largest: Reduce = (c, x, axes) => {
  const [moved, last] = atEnd(c, x, axes);
  return c.b.op('reduceMax', [moved], { axes: last });
};
const least: Reduce = (c, x, axes) => {
  const [moved, last] = atEnd(c, x, axes);
  return c.b.op('reduceMin', [moved], { axes: last });
};

/** `from`: the opset from which on the axes are an input. */
const reduction = (f: Reduce, from: number): Rule =>
  function* (c) {
    const keep = (yield* intAttr(c, 'keepdims', 1)) !== 0;
    const idle = (yield* intAttr(c, 'noop_with_empty_axes', 0)) !== 0;
    const stated = yield* intsAttr(c, 'axes');
    const value = yield* operand(c, 0);
    if (value.type !== 'float' && value.type !== 'int') return yield* refuse(`its input is of type ${value.type}`);
    const x = yield* entered(c, value);
    const shape = c.b.shapeOf(x);
    const given = c.opset >= from ? (c.inputs[1] ? yield* wholes(c, 1, 'list of axes') : []) : (stated ?? []);
    if (given.length === 0 && idle) return [value];
    const axes = given.length === 0 ? range(shape.length) : yield* axesOf(given, shape.length);
    if (f !== sum && axes.some((a) => shape[a] === 0)) return yield* refuse('it reduces no elements');
    const made = axes.length === 0 ? x : f(c, x, axes);
    return result(
      c,
      keep
        ? c.b.reshape(
            made,
            shape.map((d, i) => (axes.includes(i) ? 1 : d)),
          )
        : made,
      value.type,
    );
  };

const kernelAxes = (at: Windows): number[] => at.axes.map((_, i) => 2 + 2 * i);

const maxPool: Rule = function* (c) {
  ignore(c, 'storage_order');
  if (c.outputs > 1) return yield* refuse('the places of the largest elements are not computed');
  const x = yield* float(c, 0);
  const at = yield* windows(c, c.b.shapeOf(x), undefined);
  return result(c, largest(c, yield* patches(c, x, at, true), kernelAxes(at)));
};

/** How many elements of the window at `o` count: those inside, or with `padded` also those in the stated padding. */
const covered = (a: WindowAxis, o: number, padded: number | undefined): number =>
  range(a.kernel).filter((p) => {
    const i = indexAt(a, p, o);
    return padded === undefined ? i >= a.low && i < a.low + a.size : i < padded;
  }).length;

const averagePool: Rule = function* (c) {
  const padded = (yield* intAttr(c, 'count_include_pad', 0)) !== 0;
  const x = yield* float(c, 0);
  const pads = yield* intsAttr(c, 'pads');
  const at = yield* windows(c, c.b.shapeOf(x), undefined);
  const total = sum(c, yield* patches(c, x, at), kernelAxes(at));
  const counts = at.axes.map((a, i) => {
    // What ceil_mode adds behind the stated padding never counts.
    const end = pads ? a.size + a.low + (pads[i + at.axes.length] ?? 0) : a.size + a.low + a.high;
    return range(a.out).map((o) => covered(a, o, padded ? end : undefined));
  });
  const shape = c.b.shapeOf(total);
  if (counts.some((list) => list.includes(0))) return yield* refuse('a window lies in the padding altogether');
  if (counts.every((list) => list.every((n) => n === list[0])))
    return result(
      c,
      c.b.div(
        total,
        c.b.full(
          [],
          counts.reduce((n, list) => n * (list[0] ?? 1), 1),
        ),
      ),
    );
  const table = counts.reduce<number[]>((all, list) => all.flatMap((n) => list.map((m) => n * m)), [1]);
  const divisor = c.b.constant(
    at.axes.map((a) => a.out),
    table,
  );
  return result(
    c,
    c.b.div(
      total,
      c.b.broadcast(
        divisor,
        shape,
        at.axes.map((_, i) => 2 + i),
      ),
    ),
  );
};

const globalPool = (f: Reduce): Rule =>
  function* (c) {
    const x = yield* float(c, 0);
    const shape = c.b.shapeOf(x);
    if (shape.length < 3 || shape.includes(0)) return yield* refuse(`its input [${shape.join(', ')}] has no places`);
    return result(
      c,
      c.b.reshape(
        f(c, x, range(shape.length).slice(2)),
        shape.map((d, i) => (i < 2 ? d : 1)),
      ),
    );
  };

/** exp(x - max) / Σ exp(x - max) over these axes, or x - max - log Σ with `log`. */
function soft(c: NodeContext, x: ValueId, axes: readonly number[], log: boolean): ValueId {
  const shape = c.b.shapeOf(x);
  const kept = range(shape.length).filter((i) => !axes.includes(i));
  const wide = (v: ValueId): ValueId => c.b.broadcast(v, shape, kept);
  const centred = c.b.sub(x, wide(c.b.op('stopGradient', [largest(c, x, axes)], {})));
  const powers = c.b.op('exp', [centred], {});
  const total = sum(c, powers, axes);
  return log ? c.b.sub(centred, wide(c.b.op('log', [total], {}))) : c.b.div(powers, wide(total));
}

/** Before opset 13 over all axes from `axis` on, from then on over that axis. */
const softmax = (log: boolean): Rule =>
  function* (c) {
    const x = yield* float(c, 0);
    const shape = c.b.shapeOf(x);
    const old = c.opset < 13;
    const axis = yield* axisOf(yield* intAttr(c, 'axis', old ? 1 : -1), shape.length);
    const axes = old ? range(shape.length).slice(axis) : [axis];
    if (axes.some((a) => shape[a] === 0)) return yield* refuse('it is over no elements');
    return result(c, soft(c, x, axes, log));
  };

/** The index as the exact sum of places times the one-hot of the winner. */
function* argmax(c: NodeContext, sign: 1 | -1): Attempt<ValueId> {
  const keep = (yield* intAttr(c, 'keepdims', 1)) !== 0;
  const backward = (yield* intAttr(c, 'select_last_index', 0)) !== 0;
  const given = yield* float(c, 0);
  const shape = c.b.shapeOf(given);
  const axis = yield* axisOf(yield* intAttr(c, 'axis', 0), shape.length);
  const size = shape[axis] ?? 0;
  if (size === 0 || size > 2 ** 20) return yield* refuse(`it is over ${size} elements`);
  const places = backward ? range(size).reverse() : range(size);
  const signed = sign === 1 ? given : c.b.neg(given);
  const front = axesLast(c.b, pick(c.b, signed, axis, places), [axis]);
  const last = shape.length - 1;
  const winner = c.b.op('argmax', [front], { axis: last, width: 1 });
  const labels = range(shape.length);
  const index = c.b.constant([size], places);
  const order = last === 0 ? 'lanes' : 'sequential';
  const made = c.b.einsum(winner, index, { lhs: labels, rhs: [last], out: labels.slice(0, -1), order });
  return keep
    ? c.b.reshape(
        made,
        shape.map((d, i) => (i === axis ? 1 : d)),
      )
    : made;
}

const arg = (sign: 1 | -1): Rule =>
  function* (c) {
    return result(c, yield* argmax(c, sign), 'int');
  };

export const REDUCTIONS: Readonly<Record<string, Rule>> = {
  ReduceSum: reduction(sum, 13),
  ReduceMean: reduction(mean, 18),
  ReduceMax: reduction(largest, 18),
  ReduceMin: reduction(least, 18),
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalPool(mean),
  GlobalMaxPool: globalPool(largest),
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  ArgMax: arg(1),
  ArgMin: arg(-1),
};
