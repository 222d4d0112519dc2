/** Copying graphs through a builder: what passes share when they rebuild a graph node by node. */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';

/** Appends a node of another graph with its operands here. */
export const copyNode = (b: GraphBuilder, node: Node, inputs: readonly ValueId[]): readonly ValueId[] =>
  node.op === 'param' ? [b.param(node.attrs.name, node.attrs.shape)] : b.node(node.op, inputs, node.attrs, node.origin);

/** Where the values of an old graph are in a new one. */
export interface Places {
  at(v: ValueId): ValueId;
  all(vs: readonly ValueId[]): ValueId[];
  put(olds: readonly ValueId[], news: readonly ValueId[]): void;
  has(v: ValueId): boolean;
}

export function places(): Places {
  const map: (ValueId | undefined)[] = [];
  const at = (v: ValueId): ValueId => must(map[v], () => `value ${v} is not copied`);
  return {
    at,
    all: (vs) => vs.map(at),
    put: (olds, news) => {
      for (const [i, old] of olds.entries()) map[old] = must(news[i], 'a result is missing');
    },
    has: (v) => map[v] !== undefined,
  };
}

/** The nodes with the inputs in front, in positional order: so a rebuilt graph takes its inputs as the old one did. */
export function inputsFirst(graph: Graph): readonly Node[] {
  const position = new Map(graph.inputs.map((v, i) => [v, i]));
  const place = (node: Node): number => must(position.get(must(node.results[0])), 'an input node is not listed');
  const inputs = graph.nodes.filter((n) => n.op === 'input').sort((a, b) => place(a) - place(b));
  return [...inputs, ...graph.nodes.filter((n) => n.op !== 'input')];
}

/** The names of the inputs, in positional order. */
export function inputNames(graph: Graph): readonly string[] {
  const names = new Map(graph.nodes.flatMap((n) => (n.op === 'input' ? [[n.results[0], n.attrs.name] as const] : [])));
  return graph.inputs.map((v) => must(names.get(v), 'an input has no node'));
}

/** Rebuilds a graph: `place` gives the new results of each node, in order. Outputs and alarms follow. */
export function rebuild(
  graph: Graph,
  place: (b: GraphBuilder, node: Node, inputs: readonly ValueId[]) => readonly ValueId[],
): Graph {
  const b = graphBuilder();
  const to = places();
  for (const node of inputsFirst(graph))
    to.put(
      node.results,
      b.within(node.origin, () => place(b, node, to.all(node.inputs))),
    );
  for (const alarm of graph.alarms) b.alarm({ ...alarm, value: to.at(alarm.value) });
  return b.finish(graph.outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}
