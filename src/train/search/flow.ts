/**
 * Marks that flow through a graph: some nodes begin one, others end it, all others hand it on from operands to results. Loops are
 * seen through. The relaxation asks so what depends on a choice and what may be infinite.
 */
import type { Graph, Node, NodeOf } from '../../ir/graph.ts';

export interface Mark {
  /** The results of such a node have it, whatever its operands. */
  begins(node: Node): boolean;
  /** The results of such a node never have it. */
  ends(node: Node): boolean;
}

/** One that nothing begins and nothing ends. */
export const HANDED_ON: Mark = { begins: () => false, ends: () => false };

/** Which values have the mark, when these inputs do. */
export function markedValues(graph: Graph, inputs: readonly boolean[], mark: Mark): boolean[] {
  const marked = graph.types.map(() => false);
  for (const [i, v] of graph.inputs.entries()) marked[v] = inputs[i] === true;
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    const given = node.inputs.map((v) => marked[v] === true);
    const results = markedResults(node, given, mark);
    for (const [i, v] of node.results.entries()) marked[v] = results[i] === true;
  }
  return marked;
}

/** Which outputs have it. */
export const markedOutputs = (graph: Graph, inputs: readonly boolean[], mark: Mark): boolean[] => {
  const marked = markedValues(graph, inputs, mark);
  return graph.outputs.map((o) => marked[o.value] === true);
};

function markedResults(node: Node, given: readonly boolean[], mark: Mark): readonly boolean[] {
  if (node.op === 'scan' || node.op === 'iterate') {
    const inputs = markedInputs(node, given, mark);
    const { body, carries } = node.attrs;
    const outputs = markedOutputs(body, inputs, mark);
    return node.results.map((_, i) => (i < carries ? inputs[i] === true : outputs[i] === true));
  }
  const has = !mark.ends(node) && (mark.begins(node) || given.includes(true));
  return node.results.map(() => has);
}

/** Which inputs of a loop's body have it in some step: states get it at the start, by the step, or because the loop test has it. */
export function markedInputs(
  node: NodeOf<'scan'> | NodeOf<'iterate'>,
  given: readonly boolean[],
  mark: Mark,
): readonly boolean[] {
  const { body, carries } = node.attrs;
  let now = given;
  for (;;) {
    const from = now;
    const stops = node.op === 'iterate' && markedOutputs(node.attrs.cond, from, mark).includes(true);
    const after = markedOutputs(body, from, mark);
    now = from.map((had, i) => had || (i < carries && (stops || after[i] === true)));
    if (now.every((has, i) => has === from[i])) return now;
  }
}
