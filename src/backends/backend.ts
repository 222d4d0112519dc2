/** What a backend is: it turns a graph into something that runs. The reference backend defines the meaning; others are compared with it. */
import type { Graph } from '../ir/graph.ts';

export interface Executable {
  /**
   * `inputs` in the graph's order, `params` by name; row-major float32. Returns the outputs in order, fresh arrays.
   * Alarms that fired are returned as their indices.
   */
  run(inputs: readonly Float32Array[], params: ReadonlyMap<string, Float32Array>): RunResult;
}

export interface RunResult {
  readonly outputs: readonly Float32Array[];
  readonly alarms: readonly number[];
}

export interface Backend {
  readonly name: string;
  compile(graph: Graph): Executable;
}
