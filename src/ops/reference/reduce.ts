/** Reductions over lists of offsets: `base[o] + along[k]` is the k-th number of result o. Orders: Note [Summation order] in ops/reference. */
import type { NodeOf } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Numbers } from './arithmetic.ts';
import { offsetsAlong } from './offsets.ts';
import { filling, type StepContext, type StepRule } from './step.ts';

export const LANES = 16;

/** The 16 partial sums as a tree: 8, 4, 2, 1. Overwrites them. */
export function tree(lanes: Numbers): number {
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let j = 0; j < half; j++) lanes[j] = (lanes[j] as number) + (lanes[j + half] as number);
  }
  return lanes[0] as number;
}

interface Reduction {
  readonly base: Int32Array;
  readonly along: Int32Array;
}

function reduction<K extends OpName>(node: NodeOf<K>, c: StepContext, axes: readonly number[]): Reduction {
  const shape = c.shapeOf(must(node.inputs[0]));
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  return { base: offsetsAlong(shape, kept), along: offsetsAlong(shape, axes) };
}

/** Adds the k-th numbers to all results, k ascending: neighbours stay neighbours, and every result has one accumulator. */
function sumSequential(out: Numbers, x: Numbers, { base, along }: Reduction): void {
  if (along.length === 0) out.fill(0);
  for (let k = 0; k < along.length; k++) {
    const at = along[k] as number;
    if (k === 0) for (let o = 0; o < out.length; o++) out[o] = x[(base[o] as number) + at] as number;
    else for (let o = 0; o < out.length; o++) out[o] = (out[o] as number) + (x[(base[o] as number) + at] as number);
  }
}

function sumLanes(out: Numbers, x: Numbers, { base, along }: Reduction, lanes: Numbers): void {
  for (let o = 0; o < out.length; o++) {
    const from = base[o] as number;
    lanes.fill(0);
    for (let k = 0; k < along.length; k++) {
      lanes[k % LANES] = (lanes[k % LANES] as number) + (x[from + (along[k] as number)] as number);
    }
    out[o] = tree(lanes);
  }
}

const sum: StepRule<'sum'> = (node, c) => {
  const r = reduction(node, c, node.attrs.axes);
  const lanes = c.arithmetic.zeros(LANES);
  return node.attrs.order === 'lanes'
    ? filling(node, c, (out, [x]) => sumLanes(out, must(x), r, lanes))
    : filling(node, c, (out, [x]) => sumSequential(out, must(x), r));
};

/** From the first number on, the later one only if it is strictly beyond. */
const reduceMax: StepRule<'reduceMax'> = (node, c) => {
  const r = reduction(node, c, node.attrs.axes);
  return filling(node, c, (out, [x]) => {
    const source = must(x);
    for (let o = 0; o < out.length; o++)
      out[o] = source[(r.base[o] as number) + largest(source, r.base[o] as number, r.along)] as number;
  });
};

const reduceMin: StepRule<'reduceMin'> = (node, c) => {
  const r = reduction(node, c, node.attrs.axes);
  return filling(node, c, (out, [x]) => {
    const source = must(x);
    for (let o = 0; o < out.length; o++) out[o] = smallest(source, r.base[o] as number, r.along);
  });
};

function smallest(x: Numbers, from: number, along: Int32Array): number {
  let best = x[from] as number;
  for (const at of along) {
    const value = x[from + at] as number;
    if (value < best) best = value;
  }
  return best;
}

/** The offset among `along` of the first largest number from `from` on (a nan that comes first stays). */
export function largest(x: Numbers, from: number, along: Int32Array): number {
  let best = along[0] as number;
  for (const at of along) if ((x[from + best] as number) < (x[from + at] as number)) best = at;
  return best;
}

const argmax: StepRule<'argmax'> = (node, c) => {
  const r = reduction(node, c, [node.attrs.axis]);
  return filling(node, c, (out, [x]) => {
    out.fill(0);
    for (const from of r.base) out[from + largest(must(x), from, r.along)] = 1;
  });
};

export const reductions = { sum, reduceMax, reduceMin, argmax };
