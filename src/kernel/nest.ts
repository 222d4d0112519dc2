/**
 * Loop nests: a whole graph as a straight line of steps over one arena of 32-bit words. Sizes and addresses are static and every
 * order that bits depend on is stated, so a printer (WebAssembly, C, a GPU language) adds only instructions. The meaning is
 * `evaluate-nest.ts`; orders of summation are those of Note [Summation order] in ops/reference.
 */
import type { Expr } from './expr.ts';

/** Index into `Plan.buffers`. */
export type BufferId = number;

/**
 * `input` and `param`: written by the host before a run, never by a step. `state`: an input or param that a run replaces by one of
 * its results; the host writes it before the first run. `constant` (float32) and `table` (int32 offsets): `data` is
 * laid in the arena once, before the first run. `temporary`: memory that other temporaries may share at other times; undefined before
 * its first store. `output`: holds results after a run.
 */
export type Role = 'input' | 'param' | 'state' | 'constant' | 'table' | 'temporary' | 'output';

/** A stretch of the arena. Starts on 16 bytes, with 16 words or more on 64 bytes. */
export interface Buffer {
  readonly role: Role;
  /** For people; unique within a plan. */
  readonly name: string;
  /** In 32-bit words from the start of the arena. */
  readonly offset: number;
  /** In 32-bit words. */
  readonly length: number;
  /** What it holds for ever: Float32Array of a `constant`, Int32Array of a `table`. */
  readonly data?: Float32Array | Int32Array;
}

/** `strides[d] · i[d]` summed over the variables of a nest, plus `base`. One stride per variable; may be 0 or negative. */
export interface Affine {
  readonly base: number;
  readonly strides: readonly number[];
}

/**
 * One word of a buffer at a point of a nest: word `base + Σ strides[d] · i[d] + Σ outer + Σ gathers`, always within the buffer.
 * The variables of the nest are its own loops, outermost first (`loops`, then `reduced` where the step says so).
 */
export interface Access extends Affine {
  readonly buffer: BufferId;
  /** Adds `stride · v` for the variable of an enclosing `LoopStep`. */
  readonly outer: readonly { readonly variable: number; readonly stride: number }[];
  /** Adds the number that stands in a `table` at that place of it. */
  readonly gathers: readonly (Affine & { readonly table: BufferId })[];
}

/** Stores a kernel's result. The kernel is f32 and so are its arguments; what argument n is, the step says. */
export interface Store {
  readonly to: Access;
  readonly value: Expr;
}

/**
 * Elementwise work, copies, fills, transposes, pieces of pads and concatenations: for every point of `loops` (extents, outermost
 * first; none is one point) computes all stores' values, argument n being `loads[n]`, then stores them. The points are independent and
 * may run in any order: a buffer that is loaded and stored is so by equal accesses only, and no two points store to one word.
 */
export interface MapStep {
  readonly kind: 'map';
  readonly loops: readonly number[];
  readonly loads: readonly Access[];
  readonly stores: readonly Store[];
}

/** What is done with each finished result: argument 0 of a store is the result, argument n + 1 is `loads[n]`; variables are `loops` alone. */
export interface Epilogue {
  readonly loads: readonly Access[];
  readonly stores: readonly Store[];
}

/**
 * How terms are joined, in row-major order of `reduced`:
 * `sequential`: one accumulator that begins with the first term, ascending; no terms give +0.
 * `lanes`: 16 accumulators from +0, term i goes to accumulator i mod 16, then j += j + 8, j + 4, j + 2, j + 1; no terms give +0.
 * `max`: begins with the first term, `acc < x ? x : acc`; `min`: `x < acc ? x : acc`. At least one term.
 */
export type Combine = 'sequential' | 'lanes' | 'max' | 'min';

/**
 * One result per point of `loops`: the terms are `term` (argument n is `loads[n]`, variables `loops` then `reduced`) over the points of
 * `reduced`. The points of `loops` are independent. Nothing stored is loaded by another point; `term` loads nothing that is stored.
 */
export interface ReduceStep {
  readonly kind: 'reduce';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly combine: Combine;
  readonly loads: readonly Access[];
  readonly term: Expr;
  readonly epilogue: Epilogue;
}

/**
 * Matrix products and their like: as `reduce` with the term `fround(lhs · rhs)`, each product rounded before it is added. Variables
 * of `lhs` and `rhs` are `loops` then `reduced`; neither gathers. Kept apart from `reduce` so that a printer may tile it.
 */
export interface ContractStep {
  readonly kind: 'contract';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly combine: 'sequential' | 'lanes';
  readonly lhs: Access;
  readonly rhs: Access;
  readonly epilogue: Epilogue;
}

/**
 * The exact lookup: for each point of `loops` the point of `reduced` where `lhs` is largest (starts at the first point, moves on to
 * a later one only where `lhs[best] < lhs[later]`); the result is `rhs` there. Variables as in `contract`.
 */
export interface PickStep {
  readonly kind: 'pick';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly lhs: Access;
  readonly rhs: Access;
  readonly epilogue: Epilogue;
}

/** Stores 1 at the point of `reduced` that `pick` would choose, 0 at the others; variables of both accesses are `loops` then `reduced`. */
export interface ArgmaxStep {
  readonly kind: 'argmax';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly from: Access;
  readonly to: Access;
}

/**
 * `to = to + from` at every point of `loops`, points that meet in one word in row-major order of `loops`. Points meet along loop
 * `along` only (by a gather or a stride of 0): the other loops are independent. The words were filled with +0 before.
 */
export interface ScatterStep {
  readonly kind: 'scatter';
  readonly loops: readonly number[];
  readonly along: number;
  readonly from: Access;
  readonly to: Access;
}

/**
 * Runs `body` `count` times with its variable at 0, 1, ... or, with `reverse`, count - 1, ..., 0. What lasts from one turn to
 * the next lies in the buffers of `carried`; all other buffers that the body stores to are either stacks that the variable addresses or are
 * stored in each turn before they are loaded. Turns run one after the other.
 */
export interface LoopStep {
  readonly kind: 'loop';
  /** Unique within the plan. */
  readonly variable: number;
  readonly count: number;
  readonly reverse: boolean;
  readonly carried: readonly BufferId[];
  readonly body: readonly Step[];
}

/** At most `max` times: runs `cond`, stops unless the word of `test` is > 0 (a nan stops), runs `body`. */
export interface WhileStep {
  readonly kind: 'while';
  readonly max: number;
  readonly carried: readonly BufferId[];
  readonly cond: readonly Step[];
  readonly test: Access;
  readonly body: readonly Step[];
}

/**
 * Stands only in the plans of threads that share an arena: waits until all of them have come as far, and what any of them stored
 * before is seen by all after it. A plan that runs alone goes on.
 */
export interface BarrierStep {
  readonly kind: 'barrier';
}

/** A step without steps inside. */
export type Leaf = MapStep | ReduceStep | ContractStep | PickStep | ArgmaxStep | ScatterStep;

export type Step = Leaf | LoopStep | WhileStep | BarrierStep;

/** Everything a run needs. No step allocates; a run leaves all inputs and params but states, constants and tables as they are. */
export interface Plan {
  /** Size of the arena in 32-bit words. */
  readonly arena: number;
  /** The most words that are alive at once (each buffer rounded up to its alignment): no arena can be smaller. */
  readonly peak: number;
  readonly buffers: readonly Buffer[];
  /** In the order of the graph's inputs, outputs and alarms. An output may lie in any buffer, an input's or a constant's too. */
  readonly inputs: readonly BufferId[];
  readonly outputs: readonly BufferId[];
  readonly alarms: readonly BufferId[];
  readonly params: readonly { readonly name: string; readonly buffer: BufferId }[];
  readonly steps: readonly Step[];
}
