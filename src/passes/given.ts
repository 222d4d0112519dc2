/** Graphs of which something is known: their params and some inputs become constants, for the passes to run through. */
import type { Graph, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import { must } from '../text/result.ts';

/** The graph with its params and some inputs as constants. */
export function withNumbers(
  graph: Graph,
  params: ReadonlyMap<string, Float32Array>,
  fixed: readonly (Float32Array | undefined)[] = [],
): Graph {
  const b = graphBuilder();
  const constants = new Map<string, ValueId>();
  const names = new Map<ValueId, string>();
  for (const { op, attrs, results } of graph.nodes) {
    if (op === 'param') constants.set(attrs.name, b.constant(attrs.shape, must(params.get(attrs.name))));
    if (op === 'input') names.set(must(results[0]), attrs.name);
  }
  const inputs = graph.inputs.map((v, i) => {
    const { shape } = must(graph.types[v]);
    const numbers = fixed[i];
    return numbers ? b.constant(shape, numbers) : b.input(must(names.get(v)), shape);
  });
  const values = b.inline({ ...graph, alarms: [] }, inputs, constants);
  return b.finish(graph.outputs.map(({ name }, i) => ({ name, value: must(values[i]) })));
}
