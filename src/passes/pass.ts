/**
 * A pass is a pure function from graph to graph with a stated promise. Pipelines are visible lists (`pipelines.ts`);
 * the graph is verified after each pass, so a broken pass is named at once.
 */
import type { Graph } from '../ir/graph.ts';
import { verifyGraph } from '../ops/verify.ts';
import { Bug } from '../text/result.ts';

/**
 * `bits`: for every input and parameter, all outputs and alarms keep their bits (any NaN counts as any other).
 * `reals`: equal over the real numbers only; not on the default road.
 */
export type Promised = 'bits' | 'reals';

export interface Pass {
  readonly name: string;
  readonly promise: Promised;
  readonly run: (graph: Graph) => Graph;
}

/** Runs the passes in order, checking the graph after each. A pass that breaks a rule of its form is a Bug that names it. */
export function runPasses(passes: readonly Pass[], graph: Graph): Graph {
  return passes.reduce((before, pass) => {
    const after = pass.run(before);
    try {
      return verifyGraph(after);
    } catch (e) {
      throw e instanceof Bug ? new Bug(`after the pass ${pass.name}: ${e.message}`) : e;
    }
  }, graph);
}
