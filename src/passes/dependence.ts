/**
 * Dependence: which values of a graph can change when some inputs do, loops seen through. Batching asks it which values
 * differ between lanes, differentiation which depend on what is learned.
 */
import type { Graph, Node, NodeOf } from '../ir/graph.ts';

/** Which outputs depend on the marked inputs. */
export const dependentOutputs = (graph: Graph, inputs: readonly boolean[]): boolean[] => {
  const depends = dependentValues(graph, inputs);
  return graph.outputs.map((o) => depends[o.value] === true);
};

/** Which values do. */
export function dependentValues(graph: Graph, inputs: readonly boolean[]): boolean[] {
  const depends = graph.types.map(() => false);
  for (const [i, v] of graph.inputs.entries()) depends[v] = inputs[i] === true;
  for (const node of graph.nodes) {
    const given = node.inputs.map((v) => depends[v] === true);
    if (!given.includes(true)) continue;
    const results = dependentResults(node, given);
    for (const [i, v] of node.results.entries()) depends[v] = results[i] === true;
  }
  return depends;
}

/** Which results of a node depend on the marked operands. */
export function dependentResults(node: Node, given: readonly boolean[]): readonly boolean[] {
  if (node.op === 'scan') {
    const states = dependentStates(node, given);
    return dependentOutputs(node.attrs.body, [...states, ...given.slice(states.length)]).map(
      (d, i) => d || states[i] === true,
    );
  }
  return node.op === 'iterate' ? dependentStates(node, given) : node.results.map(() => true);
}

/** The states of a loop that depend on the marked inputs: at the start, by the step, or because the loop test does. */
export function dependentStates(node: NodeOf<'scan'> | NodeOf<'iterate'>, given: readonly boolean[]): boolean[] {
  const { body, carries } = node.attrs;
  let states = given.slice(0, carries);
  for (;;) {
    const now = [...states, ...given.slice(carries)];
    const stops = node.op === 'iterate' && dependentOutputs(node.attrs.cond, now).includes(true);
    const after = dependentOutputs(body, now);
    const next = states.map((d, i) => d || stops || after[i] === true);
    if (next.every((d, i) => d === states[i])) return states;
    states = next;
  }
}
