/**
 * Whether two graphs are one network: equal canonical texts after the default passes, when names of params, inputs and outputs and
 * the numbering of contraction labels are left aside, and the same bits in every param. And where two texts part, which node that is.
 */
import type { Graph, Node } from '../../ir/graph.ts';
import { graphText } from '../../ir/print.ts';
import { sameF32s } from '../../num/bits.ts';
import { ready } from '../../passes/index.ts';

/** Runs of the passes after which a graph is taken as it is. Two have always been enough. */
const MOST_ROUNDS = 4;

/** The default passes until they change nothing more. */
export function settled(graph: Graph): Graph {
  let text = graphText(graph);
  let now = graph;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    now = ready(now);
    const next = graphText(now);
    if (next === text) return now;
    text = next;
  }
  return now;
}

/** Labels numbered in order of first use. */
function relabelled(node: Node): Node {
  if (node.op === 'scan') return { ...node, attrs: { ...node.attrs, body: plain(node.attrs.body) } };
  if (node.op === 'iterate')
    return { ...node, attrs: { ...node.attrs, body: plain(node.attrs.body), cond: plain(node.attrs.cond) } };
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

const plain = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map(relabelled) });

/** A settled graph as text with places for names. */
export function textOfNetwork(graph: Graph, rename?: ReadonlyMap<string, string>): string {
  const nodes = graph.nodes.map((node): Node => {
    if (node.op === 'input') {
      const place = node.results[0] === undefined ? -1 : graph.inputs.indexOf(node.results[0]);
      return { ...node, attrs: { ...node.attrs, name: `input${place}` } };
    }
    if (node.op !== 'param') return relabelled(node);
    return { ...node, attrs: { ...node.attrs, name: rename?.get(node.attrs.name) ?? node.attrs.name } };
  });
  return graphText({ ...graph, nodes, outputs: graph.outputs.map((o, i) => ({ ...o, name: `output${i}` })) });
}

/** Whether every param has under its new name the bits that it had. */
export const sameParams = (
  renamed: ReadonlyMap<string, string>,
  old: ReadonlyMap<string, Float32Array>,
  values: ReadonlyMap<string, Float32Array>,
): boolean =>
  [...renamed].every(([own, other]) => {
    const [x, y] = [old.get(own), values.get(other)];
    return x !== undefined && y !== undefined && sameF32s(x, y);
  });

/** The node that each line of a graph's text is about; of an output or an alarm the one that made it. */
export function ownersOfLines(graph: Graph): readonly (Node | undefined)[] {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const ends = [...graph.outputs, ...graph.alarms].map((o) => makers.get(o.value));
  const lines = graph.nodes.flatMap((node): (Node | undefined)[] => {
    if (node.op === 'scan') return [node, ...ownersOfLines(node.attrs.body), node];
    if (node.op !== 'iterate') return [node];
    return [node, ...ownersOfLines(node.attrs.cond), node, ...ownersOfLines(node.attrs.body), node];
  });
  return [...lines, ...ends];
}

/** The first line in which two texts differ, or undefined. */
export function firstDifference(a: string, b: string): number | undefined {
  if (a === b) return undefined;
  const [x, y] = [a.split('\n'), b.split('\n')];
  const at = x.findIndex((line, i) => line !== y[i]);
  return at < 0 ? x.length - 1 : at;
}
