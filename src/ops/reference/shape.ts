/** Moves: each op is a list of offsets made once, then one loop. `reshape` and `stopGradient` hand their operand on. */

import type { NodeOf } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { OpName, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Numbers } from './arithmetic.ts';
import { offsets, stridesOf } from './offsets.ts';
import { filling, read, type Step, type StepContext, type StepRule } from './step.ts';

/** The operand itself: nothing is copied, for values never change within a run. */
function handOn<K extends OpName>(node: NodeOf<K>): Step {
  const [from, to] = [must(node.inputs[0]), must(node.results[0])];
  return (slots) => {
    slots[to] = read(slots, from);
  };
}

/** Result element i is operand element `from[i]`. */
const gather = <K extends OpName>(node: NodeOf<K>, c: StepContext, from: Int32Array): Step =>
  filling(node, c, (out, [x]) => {
    const source = must(x);
    for (let i = 0; i < out.length; i++) out[i] = source[from[i] as number] as number;
  });

const operandShape = <K extends OpName>(node: NodeOf<K>, c: StepContext, i = 0): Shape =>
  c.shapeOf(must(node.inputs[i]));

const transpose: StepRule<'transpose'> = (node, c) => {
  const shape = operandShape(node, c);
  const strides = stridesOf(shape);
  const { perm } = node.attrs;
  return gather(
    node,
    c,
    offsets(
      perm.map((a) => must(shape[a])),
      perm.map((a) => must(strides[a])),
    ),
  );
};

const broadcast: StepRule<'broadcast'> = (node, c) => {
  const { shape, axes } = node.attrs;
  const source = operandShape(node, c);
  if (sizeOf(source) === 1) return filling(node, c, (out, [x]) => out.fill(must(x)[0] as number));
  const own = stridesOf(source);
  const strides = shape.map((_, i) => (axes.includes(i) ? must(own[axes.indexOf(i)]) : 0));
  return gather(node, c, offsets(shape, strides));
};

const slice: StepRule<'slice'> = (node, c) => {
  const strides = stridesOf(operandShape(node, c));
  const { starts, limits } = node.attrs;
  const start = starts.reduce((n, s, i) => n + s * must(strides[i]), 0);
  return gather(
    node,
    c,
    offsets(
      limits.map((l, i) => l - must(starts[i])),
      strides,
      start,
    ),
  );
};

const take: StepRule<'take'> = (node, c) => {
  const { axis, indices } = node.attrs;
  return gather(node, c, alongAxis(operandShape(node, c), axis, indices));
};

/** The offsets of the slices `indices` along an axis, row-major. */
function alongAxis(shape: Shape, axis: number, indices: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  const along = must(strides[axis]);
  const before = offsets(shape.slice(0, axis), strides.slice(0, axis));
  const after = offsets(shape.slice(axis + 1), strides.slice(axis + 1));
  const list = new Int32Array(before.length * indices.length * after.length);
  let at = 0;
  for (const b of before) for (const index of indices) for (const a of after) list[at++] = b + index * along + a;
  return list;
}

const pad: StepRule<'pad'> = (node, c) => {
  const strides = stridesOf(c.shapeOf(must(node.results[0])));
  const start = node.attrs.low.reduce((n, l, i) => n + l * must(strides[i]), 0);
  const to = offsets(operandShape(node, c), strides, start);
  // the buffer starts as zeros, and the padding is never written
  return filling(node, c, (out, [x]) => {
    const source = must(x);
    for (let i = 0; i < to.length; i++) out[to[i] as number] = source[i] as number;
  });
};

const put: StepRule<'put'> = (node, c) => {
  const { axis, indices } = node.attrs;
  const to = alongAxis(c.shapeOf(must(node.results[0])), axis, indices);
  // row-major order meets the slices of one place in ascending order
  return filling(node, c, (out, [x]) => {
    const source = must(x);
    out.fill(0);
    for (let i = 0; i < to.length; i++) out[to[i] as number] = (out[to[i] as number] as number) + (source[i] as number);
  });
};

const concat: StepRule<'concat'> = (node, c) => {
  const { axis } = node.attrs;
  const runs = node.inputs.map((v) => sizeOf(c.shapeOf(v).slice(axis)));
  const row = runs.reduce((a, b) => a + b, 0);
  return filling(node, c, (out, operands) => {
    let column = 0;
    for (const [i, x] of operands.entries()) {
      placeRows(out, x, { from: column, run: must(runs[i]), row });
      column += must(runs[i]);
    }
  });
};

/** Copies consecutive runs of `x` into the rows of `out`, each at `from`. */
function placeRows(
  out: Numbers,
  x: Numbers,
  at: { readonly from: number; readonly run: number; readonly row: number },
): void {
  if (at.run === 0) return;
  for (let i = 0; i * at.run < x.length; i++) out.set(x.subarray(i * at.run, (i + 1) * at.run), i * at.row + at.from);
}

export const moves = { reshape: handOn, stopGradient: handOn, transpose, broadcast, slice, take, pad, put, concat };
