/**
 * Forms of a graph that need no op table: nodes that nothing reads dropped, values numbered anew in node order. Inputs
 * stay, for they are the signature. Passes end with this.
 */
import { must } from '../text/result.ts';
import type { Graph, Node, TensorType, ValueId } from './graph.ts';

/** The nodes that an output or an alarm needs, and all inputs. */
function needed(graph: Graph): Node[] {
  const wanted = new Set<ValueId>([...graph.outputs.map((o) => o.value), ...graph.alarms.map((a) => a.value)]);
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (node.op !== 'input' && !node.results.some((v) => wanted.has(v))) continue;
    for (const v of node.inputs) wanted.add(v);
    kept.push(node);
  }
  return kept.reverse();
}

const withPrunedBodies = (node: Node): Node => {
  switch (node.op) {
    case 'scan':
      return { ...node, attrs: { ...node.attrs, body: prune(node.attrs.body) } };
    case 'iterate':
      return { ...node, attrs: { ...node.attrs, body: prune(node.attrs.body), cond: prune(node.attrs.cond) } };
    default:
      return node;
  }
};

/** The graph with these of its nodes (in this order, operands first), its values numbered anew. */
export function withNodes(graph: Graph, nodes: readonly Node[]): Graph {
  const types: TensorType[] = [];
  const here = new Map<ValueId, ValueId>();
  const at = (v: ValueId): ValueId => must(here.get(v), () => `value ${v} is used before it is made`);
  const renumbered = nodes.map((node): Node => {
    const inputs = node.inputs.map(at);
    const results = node.results.map((v) => (types.push(must(graph.types[v])) - 1) as ValueId);
    for (const [i, v] of node.results.entries()) here.set(v, must(results[i]));
    return { ...node, inputs, results };
  });
  return {
    nodes: renumbered,
    types,
    inputs: graph.inputs.map(at),
    outputs: graph.outputs.map((o) => ({ ...o, value: at(o.value) })),
    alarms: graph.alarms.map((a) => ({ ...a, value: at(a.value) })),
  };
}

/** The graph without the nodes that nothing needs, in loops too. */
export const prune = (graph: Graph): Graph => withNodes(graph, needed(graph).map(withPrunedBodies));
