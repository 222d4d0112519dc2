/**
 * Whether two graphs are one network: equal canonical graphs after the default passes, when names of params, inputs and
 * outputs and the numbering of contraction labels are left aside, and the same bits in every param.
 */
import type { Graph, Node } from '../../ir/graph.ts';
import { printGraph } from '../../ir/print.ts';
import { sameF32s } from '../../num/bits.ts';
import { ready } from '../../passes/index.ts';

export interface NetworkOf {
  readonly graph: Graph;
  readonly params: ReadonlyMap<string, Float32Array>;
  /** What its params are called in the other network. */
  readonly rename?: ReadonlyMap<string, string>;
}

/** Labels numbered in order of first use. */
function relabelled(node: Node): Node {
  if (node.op !== 'einsum') return node;
  const numbers = new Map<number, number>();
  const of = (labels: readonly number[]): number[] =>
    labels.map((l) => {
      if (!numbers.has(l)) numbers.set(l, numbers.size);
      return numbers.get(l) ?? 0;
    });
  const { lhs, rhs, out, order } = node.attrs;
  return { ...node, attrs: { lhs: of(lhs), rhs: of(rhs), out: of(out), order } };
}

/** The network as text with places for names. */
export function textOfNetwork({ graph, rename }: NetworkOf): string {
  const prepared = ready(graph);
  const nodes = prepared.nodes.map((node): Node => {
    if (node.op === 'input') {
      const place = node.results[0] === undefined ? -1 : prepared.inputs.indexOf(node.results[0]);
      return { ...node, attrs: { ...node.attrs, name: `input${place}` } };
    }
    if (node.op !== 'param') return relabelled(node);
    return { ...node, attrs: { ...node.attrs, name: rename?.get(node.attrs.name) ?? node.attrs.name } };
  });
  return printGraph({ ...prepared, nodes, outputs: prepared.outputs.map((o, i) => ({ ...o, name: `output${i}` })) });
}

export function sameNetwork(a: NetworkOf, b: NetworkOf): boolean {
  if (textOfNetwork(a) !== textOfNetwork(b)) return false;
  return [...(a.rename ?? [])].every(([own, other]) => {
    const [x, y] = [a.params.get(own), b.params.get(other)];
    return x !== undefined && y !== undefined && sameF32s(x, y);
  });
}
