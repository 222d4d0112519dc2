/**
 * Products: MatMul, Gemm, Conv, and batch normalisation. A product becomes one `einsum` whose sum is `sequential` over the
 * contracted axis, ascending (a dot of two vectors: `lanes`, as `a @ b` in the language); in Conv over channel, then the
 * places of the kernel in row-major order. The bias is added after the sum.
 */
import type { ValueId } from '../../../ir/graph.ts';
import type { Shape } from '../../../ir/vocabulary.ts';
import {
  type Attempt,
  float,
  floatAttr,
  ignore,
  intAttr,
  type NodeContext,
  possible,
  type Rule,
  refuse,
  result,
} from '../node.ts';
import { commonShape, range, spread } from '../value.ts';
import { patches, type Windows, windows } from '../windows.ts';

/** Labels and the operand without the axes of size 1 that the other one spreads. */
interface Labelled {
  readonly value: ValueId;
  readonly labels: readonly number[];
}

function stripped(
  c: NodeContext,
  value: ValueId,
  labels: readonly number[],
  sizes: ReadonlyMap<number, number>,
): Labelled {
  const shape = c.b.shapeOf(value);
  const kept = range(shape.length).filter((i) => shape[i] === sizes.get(labels[i] ?? -1));
  return {
    value: c.b.reshape(
      value,
      kept.map((i) => shape[i] ?? 1),
    ),
    labels: kept.map((i) => labels[i] ?? 0),
  };
}

/** x @ y with the axes in front broadcast; a vector has its one axis contracted. */
function* product(c: NodeContext, x: ValueId, y: ValueId): Attempt<ValueId> {
  const [xs, ys] = [c.b.shapeOf(x), c.b.shapeOf(y)];
  if (xs.length === 0 || ys.length === 0) return yield* refuse('it has a number where a matrix is needed');
  const [xBatch, yBatch] = [xs.slice(0, -2), ys.slice(0, -2)];
  const batch = commonShape(xBatch, yBatch);
  const inner = ys.length === 1 ? ys[0] : ys[ys.length - 2];
  if (!batch || xs[xs.length - 1] !== inner)
    return yield* refuse(`it cannot multiply [${xs.join(', ')}] and [${ys.join(', ')}]`);
  const rank = batch.length;
  const [row, sum, column] = [rank, rank + 1, rank + 2];
  const front = (own: Shape): number[] => range(rank).slice(rank - own.length);
  const lhs = [...front(xBatch), ...(xs.length > 1 ? [row] : []), sum];
  const rhs = [...front(yBatch), sum, ...(ys.length > 1 ? [column] : [])];
  const sizes = new Map<number, number>();
  for (const [i, l] of lhs.entries()) if (l >= rank) sizes.set(l, xs[i] ?? 1);
  for (const [i, l] of rhs.entries()) if (l >= rank) sizes.set(l, ys[i] ?? 1);
  for (const [l, d] of batch.entries()) sizes.set(l, d);
  const [a, b] = [stripped(c, x, lhs, sizes), stripped(c, y, rhs, sizes)];
  const used = range(rank + 3).filter((l) => l !== sum && (a.labels.includes(l) || b.labels.includes(l)));
  const shape = [...range(rank), ...(xs.length > 1 ? [row] : []), ...(ys.length > 1 ? [column] : [])];
  yield* possible(shape.map((l) => sizes.get(l) ?? 1));
  const order = used.length === 0 ? 'lanes' : 'sequential';
  const made = c.b.einsum(a.value, b.value, { lhs: a.labels, rhs: b.labels, out: used, order });
  return c.b.reshape(
    made,
    shape.map((l) => sizes.get(l) ?? 1),
  );
}

const matMul: Rule = function* (c) {
  return result(c, yield* product(c, yield* float(c, 0), yield* float(c, 1)));
};

/** alpha·A·B + beta·C, each matrix as it is or transposed. */
const gemm: Rule = function* (c) {
  const [alpha, beta] = [yield* floatAttr(c, 'alpha', 1), yield* floatAttr(c, 'beta', 1)];
  const [flipA, flipB] = [yield* intAttr(c, 'transA', 0), yield* intAttr(c, 'transB', 0)];
  const [x, y] = [yield* float(c, 0), yield* float(c, 1)];
  const [xs, ys] = [c.b.shapeOf(x), c.b.shapeOf(y)];
  if (xs.length !== 2 || ys.length !== 2) return yield* refuse('it multiplies matrices');
  const [lhs, rhs] = [flipA ? [1, 0] : [0, 1], flipB ? [2, 1] : [1, 2]];
  if (xs[lhs.indexOf(1)] !== ys[rhs.indexOf(1)])
    return yield* refuse(`it cannot multiply [${xs.join(', ')}] and [${ys.join(', ')}] so`);
  let made = c.b.einsum(x, y, { lhs, rhs, out: [0, 2], order: 'sequential' });
  if (alpha !== 1) made = c.b.mul(made, c.b.full([], alpha));
  if (c.inputs[2] === undefined || beta === 0) return result(c, made);
  let bias = yield* float(c, 2);
  if (commonShape(c.b.shapeOf(bias), c.b.shapeOf(made))?.join() !== c.b.shapeOf(made).join())
    return yield* refuse(
      `its third input [${c.b.shapeOf(bias).join(', ')}] does not fit [${c.b.shapeOf(made).join(', ')}]`,
    );
  if (beta !== 1) bias = c.b.mul(bias, c.b.full([], beta));
  return result(c, c.b.add(made, spread(c.b, bias, c.b.shapeOf(made))));
};

/** The sum over channels and kernel places of patches times weights, per group. */
function* contracted(c: NodeContext, x: ValueId, w: ValueId, group: number, at: Windows): Attempt<ValueId> {
  const [xs, ws] = [c.b.shapeOf(x), c.b.shapeOf(w)];
  const [batch, channels, filters] = [xs[0] ?? 0, xs[1] ?? 0, ws[0] ?? 0];
  if (!(group >= 1) || channels % group !== 0 || filters % group !== 0 || ws[1] !== channels / group)
    return yield* refuse(`weights [${ws.join(', ')}] do not fit ${channels} channels in ${group} groups`);
  const { b } = c;
  const cut = yield* patches(c, x, at);
  // [channel, places of the kernel, batch, positions], as matrices [group, summed, column] and [group, filter, summed].
  const kernel = at.axes.map((_, i) => 2 + 2 * i);
  const position = at.axes.map((_, i) => 3 + 2 * i);
  const spots = b.transpose(cut, [1, ...kernel, 0, ...position]);
  const outs = at.axes.map((a) => a.out);
  const columns = [batch, ...outs].reduce((n, d) => n * d, 1);
  const summed = ws.slice(1).reduce((n, d) => n * d, 1);
  const front = group > 1 ? [group] : [];
  const shared = group > 1 ? [0] : [];
  const weights = b.reshape(w, [...front, filters / group, summed]);
  const matrix = b.reshape(spots, [...front, summed, columns]);
  const labels = { lhs: [...shared, 1, 2], rhs: [...shared, 2, 3], out: [...shared, 1, 3] };
  const made = b.einsum(weights, matrix, { ...labels, order: 'sequential' });
  const full = b.reshape(made, [filters, batch, ...outs]);
  return b.transpose(full, [1, 0, ...outs.map((_, i) => 2 + i)]);
}

const conv: Rule = function* (c) {
  const group = yield* intAttr(c, 'group', 1);
  const [x, w] = [yield* float(c, 0), yield* float(c, 1)];
  const ws = c.b.shapeOf(w);
  const at = yield* windows(c, c.b.shapeOf(x), ws.slice(2));
  if (ws.length !== c.b.shapeOf(x).length)
    return yield* refuse('its weights have another number of axes than its input');
  const made = yield* contracted(c, x, w, group, at);
  if (c.inputs[2] === undefined) return result(c, made);
  const bias = yield* float(c, 2);
  if (c.b.shapeOf(bias).join() !== String(ws[0])) return yield* refuse('its bias does not have one number per filter');
  return result(c, c.b.add(made, c.b.broadcast(bias, c.b.shapeOf(made), [1])));
};

/** (x - mean) / sqrt(variance + epsilon) · scale + shift, per channel, with the statistics of the file. */
const batchNormalization: Rule = function* (c) {
  ignore(c, 'momentum', 'spatial');
  const epsilon = yield* floatAttr(c, 'epsilon', 1e-5);
  if ((yield* intAttr(c, 'training_mode', 0)) !== 0) return yield* refuse('it is in training mode');
  const x = yield* float(c, 0);
  const shape = c.b.shapeOf(x);
  const perChannel: ValueId[] = [];
  for (const i of [1, 2, 3, 4]) {
    const v = yield* float(c, i);
    if (c.b.shapeOf(v).join() !== String(shape[1]))
      return yield* refuse(`its input ${i} does not have one number per channel`);
    perChannel.push(v);
  }
  const [scale, shift, mean, variance] = perChannel as [ValueId, ValueId, ValueId, ValueId];
  const wide = (v: ValueId): ValueId => c.b.broadcast(v, shape, [1]);
  const deviation = c.b.op('sqrt', [c.b.add(variance, c.b.full([], epsilon))], {});
  const standard = c.b.div(c.b.sub(x, wide(mean)), wide(deviation));
  return result(c, c.b.add(c.b.mul(standard, wide(scale)), wide(shift)));
};

export const LINEAR: Readonly<Record<string, Rule>> = {
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  BatchNormalization: batchNormalization,
};
