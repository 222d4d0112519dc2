/**
 * Local rewriting: a graph is rebuilt from its inputs on, and every node goes through the rules of its op before it is
 * appended. A rule looks back at what made its operands and gives a better value, or undefined. Rules make new nodes
 * with `emit`, so these are rewritten in turn and one walk reaches the fixed point. Bodies are rewritten first.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName, Shape } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';
import { bodiesOf, mapBodies } from './bodies.ts';
import { copyNode, inputsFirst, places } from './copy.ts';

/** What a rule sees of the graph in the making. */
export interface Rewriting {
  shapeOf(v: ValueId): Shape;
  /** The node that made `v`, when it is of op `op`. */
  made<K extends OpName>(v: ValueId | undefined, op: K): NodeOf<K> | undefined;
  /** The node that made `v`, whatever its op. */
  maker(v: ValueId): Node | undefined;
  /** How many nodes and outputs of the old graph read `v`; 1 for what a rule has just made. */
  uses(v: ValueId): number;
  /** Appends a node, after the rules. */
  emit<K extends OpName>(op: K, inputs: readonly ValueId[], attrs: OpAttrs[K]): ValueId;
}

export type Rule<K extends OpName> = (
  c: Rewriting,
  inputs: readonly ValueId[],
  attrs: OpAttrs[K],
) => ValueId | undefined;
export type Rules = { readonly [K in OpName]?: readonly Rule<K>[] };

interface State {
  readonly b: GraphBuilder;
  readonly makers: Map<ValueId, Node>;
  readonly uses: Map<ValueId, number>;
}

function append(s: State, node: Node, inputs: readonly ValueId[]): readonly ValueId[] {
  const results = copyNode(s.b, node, inputs);
  for (const r of results) s.makers.set(r, { ...node, inputs, results } as Node);
  return results;
}

function context(s: State, rules: Rules): Rewriting {
  const c: Rewriting = {
    shapeOf: (v) => s.b.shapeOf(v),
    maker: (v) => s.makers.get(v),
    made: <K extends OpName>(v: ValueId | undefined, op: K) => {
      const node = v === undefined ? undefined : s.makers.get(v);
      return node?.op === op ? (node as unknown as NodeOf<K>) : undefined;
    },
    uses: (v) => s.uses.get(v) ?? 1,
    emit: (op, inputs, attrs) => {
      for (const rule of rules[op] ?? []) {
        const better = rule(c, inputs, attrs);
        if (better !== undefined) return better;
      }
      return must(append(s, { op, inputs, attrs, results: [] } as unknown as Node, inputs)[0]);
    },
  };
  return c;
}

/** How often each value is read. */
export function countUses(graph: Graph): number[] {
  const uses = graph.types.map(() => 0);
  const read = (v: ValueId): void => {
    uses[v] = (uses[v] ?? 0) + 1;
  };
  for (const node of graph.nodes) node.inputs.forEach(read);
  for (const o of [...graph.outputs, ...graph.alarms]) read(o.value);
  return uses;
}

/** The graph with the rules applied everywhere. */
export function rewrite(graph: Graph, rules: Rules): Graph {
  const s: State = { b: graphBuilder(), makers: new Map(), uses: new Map() };
  const c = context(s, rules);
  const to = places();
  const uses = countUses(graph);
  for (const old of inputsFirst(graph)) {
    const node = mapBodies(old, (body) => rewrite(body, rules));
    const inputs = to.all(node.inputs);
    const isLoop = bodiesOf(node).length > 0;
    const news = s.b.within(node.origin, () =>
      isLoop ? append(s, node, inputs) : [c.emit(node.op, inputs, node.attrs)],
    );
    to.put(node.results, news);
    for (const [i, v] of news.entries()) {
      const read = uses[must(node.results[i])] ?? 0;
      s.uses.set(v, (s.uses.get(v) ?? 0) + read);
    }
  }
  for (const alarm of graph.alarms) s.b.alarm({ ...alarm, value: to.at(alarm.value) });
  return s.b.finish(graph.outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}
