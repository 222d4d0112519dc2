/**
 * A pass is a pure function from graph to graph with a stated promise. Pipelines are visible lists (`pipelines.ts`);
 * the graph is verified after each pass, so a broken pass is named at once.
 */
import type { Graph } from '../ir/graph.ts';
import { Bug } from '../text/result.ts';
import { verify } from './verify.ts';

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

/** Runs the passes in order. A pass that gives a malformed graph is a Bug. */
export function runPasses(passes: readonly Pass[], graph: Graph): Graph {
  return passes.reduce((before, pass) => {
    const after = pass.run(before);
    const wrong = verify(after);
    if (wrong !== undefined) throw new Bug(`the pass ${pass.name} gives a malformed graph: ${wrong}`);
    return after;
  }, graph);
}
