/** What a backend is: it turns a graph into something that runs. The reference backend defines the meaning; others are compared with it. */
import type { Graph, ValueId } from '../ir/graph.ts';

/**
 * The memory of something compiled, in place: fill `inputs` and `params`, call `step`, read `outputs` and `alarms`. Nothing is
 * copied and nothing allocated, and the same arrays serve every call.
 */
export interface Resident {
  /** In the graph's order; row-major float32. */
  readonly inputs: readonly Float32Array[];
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly outputs: readonly Float32Array[];
  /** In the graph's order; one fired where a number of it is > 0. */
  readonly alarms: readonly Float32Array[];
  step(): void;
}

export interface Executable {
  /**
   * `inputs` in the graph's order, `params` by name; row-major float32. Returns the outputs in order, fresh arrays.
   * Alarms that fired are returned as their indices.
   */
  run(inputs: readonly Float32Array[], params: ReadonlyMap<string, Float32Array>): RunResult;
  readonly resident: Resident;
}

export interface RunResult {
  readonly outputs: readonly Float32Array[];
  readonly alarms: readonly number[];
}

/**
 * Outputs that are stored over an input or a param of the same shape when a step ends, all at once: the n-th output over that
 * value. A training step keeps its params and the optimiser's state so.
 */
export type Updates = ReadonlyMap<number, ValueId>;

export const NO_UPDATES: Updates = new Map();

export interface Backend {
  readonly name: string;
  compile(graph: Graph, updates?: Updates): Executable;
}
