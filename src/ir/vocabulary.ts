/**
 * The op vocabulary: name to attributes, arity and number of results. Data only; what an op means stands in its
 * record in `ops/`. A new op is one line here, and the compiler then lists every rule that is missing.
 */
import type { Graph } from './graph.ts';

/** Attributes of an op that has none (a stray field is a type error). */
export type NoAttrs = { readonly [k: string]: never };

export type Shape = readonly number[];
export type Axes = readonly number[];

/**
 * How a float32 sum is ordered, part of the meaning (Note [Summation order] in ops/reference):
 * `lanes`: 16 partial sums from +0, lane j takes elements j, j+16, ... in row-major order of the reduced axes, then the tree 8, 4, 2, 1;
 * `sequential`: one accumulator that starts at the first term, ascending. No terms at all give +0.
 */
export type SumOrder = 'lanes' | 'sequential';

export interface OpAttrs {
  // leaves
  input: { readonly name: string; readonly shape: Shape };
  param: { readonly name: string; readonly shape: Shape };
  const: { readonly shape: Shape; readonly data: Float32Array };
  /** Counter-based random numbers (Philox 4x32-10): the same seed and stream give the same bits. Standard normal, or uniform on [0, 1). */
  random: {
    readonly shape: Shape;
    readonly kind: 'normal' | 'uniform';
    readonly seed: number;
    readonly stream: number;
  };
  // elementwise, one operand
  neg: NoAttrs;
  abs: NoAttrs;
  sqrt: NoAttrs;
  exp: NoAttrs;
  log: NoAttrs;
  tanh: NoAttrs;
  sigmoid: NoAttrs;
  softplus: NoAttrs;
  sin: NoAttrs;
  cos: NoAttrs;
  erf: NoAttrs;
  floor: NoAttrs;
  /** To the nearest integer, ties to even. Backward: the identity. */
  round: NoAttrs;
  /** -1, 0, 1. Backward: the derivative of tanh(x / width). */
  sign: { readonly width: number };
  /** The identity; no gradient passes. */
  stopGradient: NoAttrs;
  // elementwise, two operands of one shape
  add: NoAttrs;
  sub: NoAttrs;
  mul: NoAttrs;
  /** gate(a, b): a · b, and 0 where a is 0 even when b is infinite or NaN. Gradients are made of it, so that a branch not taken cannot poison them. */
  gate: NoAttrs;
  div: NoAttrs;
  pow: NoAttrs;
  min: NoAttrs;
  max: NoAttrs;
  /** Comparisons give +1 (true) or -1 (false). Backward: the derivative of tanh((b - a) / width), for `eq` of 2·exp(-((b - a) / width)²) - 1. */
  lt: { readonly width: number };
  le: { readonly width: number };
  eq: { readonly width: number };
  /** select(c, a, b): a where c > 0, else b; all of one shape. Backward into c: that of the blend (1+c)/2·a + (1-c)/2·b, or 0 where a - b is not finite. */
  select: NoAttrs;
  // shape
  reshape: { readonly shape: Shape };
  transpose: { readonly perm: Axes };
  /** Input axis k becomes output axis `axes[k]` (ascending); the other output axes repeat. */
  broadcast: { readonly shape: Shape; readonly axes: Axes };
  slice: { readonly starts: readonly number[]; readonly limits: readonly number[] };
  /** Zeros before and after, per axis. */
  pad: { readonly low: readonly number[]; readonly high: readonly number[] };
  concat: { readonly axis: number };
  /** Static gather along one axis: result index j reads `indices[j]`. */
  take: { readonly axis: number; readonly indices: readonly number[] };
  /** The transpose of `take`: adds slice j into `indices[j]` of zeros of `size`, j ascending. */
  put: { readonly axis: number; readonly indices: readonly number[]; readonly size: number };
  // reductions: the axes disappear
  sum: { readonly axes: Axes; readonly order: SumOrder };
  reduceMax: { readonly axes: Axes };
  reduceMin: { readonly axes: Axes };
  /** One-hot of the first largest element along the axis. Backward: that of softmax(x / width). */
  argmax: { readonly axis: number; readonly width: number };
  /**
   * Two-operand Einstein sum over integer labels, one per axis: labels that are not in `out` are summed and must stand in both operands;
   * labels within one list are distinct; each of `out` stands in an operand. Summed labels run in the order they have in `lhs`, row-major.
   * `pick` is the exact lookup: the summed labels of `lhs` are one-hot and the term where lhs is largest (the first such) is taken, nothing is multiplied.
   */
  einsum: { readonly lhs: Axes; readonly rhs: Axes; readonly out: Axes; readonly order: SumOrder | 'pick' };
  // loops: bodies are graphs whose inputs are positional
  /**
   * Inputs: `carries` initial states, `mapped` arrays with leading axis `length`, then captured values.
   * Body inputs: the states, one slice of each mapped array, the captured values. Body outputs: the next states, then what is stacked.
   * Bodies hold no `param` nodes and no alarms: both stand outside and are captured or carried out.
   * Results: the last states, then the stacked outputs. With `reverse` the steps run from the last to the first (slices and stacks keep their places).
   */
  scan: {
    readonly body: Graph;
    readonly carries: number;
    readonly mapped: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  /** Inputs: initial states, then captured values. While `cond` (one scalar, > 0) holds, at most `max` times: states = body(states, captured). Results: the last states. `cond` and `body` take the same inputs. */
  iterate: { readonly body: Graph; readonly cond: Graph; readonly carries: number; readonly max: number };
}

export type OpName = keyof OpAttrs;

/** Number of operands; `null` is any number. */
export const ARITY: { readonly [K in OpName]: number | null } = {
  input: 0,
  param: 0,
  const: 0,
  random: 0,
  neg: 1,
  abs: 1,
  sqrt: 1,
  exp: 1,
  log: 1,
  tanh: 1,
  sigmoid: 1,
  softplus: 1,
  sin: 1,
  cos: 1,
  erf: 1,
  floor: 1,
  round: 1,
  sign: 1,
  stopGradient: 1,
  add: 2,
  sub: 2,
  mul: 2,
  gate: 2,
  div: 2,
  pow: 2,
  min: 2,
  max: 2,
  lt: 2,
  le: 2,
  eq: 2,
  select: 3,
  reshape: 1,
  transpose: 1,
  broadcast: 1,
  slice: 1,
  pad: 1,
  concat: null,
  take: 1,
  put: 1,
  sum: 1,
  reduceMax: 1,
  reduceMin: 1,
  argmax: 1,
  einsum: 2,
  scan: null,
  iterate: null,
};
