/**
 * The canonical form: no dead nodes, no two equal nodes, and one order of nodes that depends only on what the outputs
 * are made of. So programs that differ in the order or the names of their steps have equal text and equal hashes.
 * Order: the inputs as positioned; then what the outputs need, depth first, operands from the left; then the alarms.
 * Inputs of bodies are called s0.. (states), x0.. (slices), c0.. (captured), the latter two in order of first use.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import { must } from '../text/result.ts';
import { bodiesOf } from './bodies.ts';
import { copyNode, places } from './copy.ts';
import { mergeEqual } from './cse.ts';
import { removeDead } from './dce.ts';
import type { Pass } from './pass.ts';

/** The nodes that `roots` need, operands before users, in order of first visit from the left. */
function visit(graph: Graph, roots: readonly ValueId[]): Node[] {
  const makers = new Map<ValueId, Node>();
  for (const node of graph.nodes) for (const v of node.results) makers.set(v, node);
  const started = new Set<Node>();
  const done: Node[] = [];
  const stack: { readonly node: Node; next: number }[] = [];
  const enter = (v: ValueId): void => {
    const node = must(makers.get(v), () => `nothing makes value ${v}`);
    if (started.has(node)) return;
    started.add(node);
    stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const operand = top.node.inputs[top.next++];
      if (operand !== undefined) enter(operand);
      else done.push(must(stack.pop()).node);
    }
  }
  return done;
}

interface Groups {
  readonly carries: number;
  readonly mapped: number;
}

/** Input indices: states as they are, then slices, then captured values, each by first use in `graphs`. */
function inputOrder(graphs: readonly Graph[], { carries, mapped }: Groups): number[] {
  const count = graphs[0]?.inputs.length ?? 0;
  const met: number[] = [];
  for (const graph of graphs) {
    const position = new Map(graph.inputs.map((v, i) => [v, i]));
    for (const node of visit(
      graph,
      graph.outputs.map((o) => o.value),
    ))
      if (node.op === 'input') met.push(must(position.get(must(node.results[0]))));
  }
  const used = [...new Set([...met, ...Array.from({ length: count }, (_, i) => i)])];
  const group = (i: number): number => (i < carries ? 0 : i < carries + mapped ? 1 : 2);
  const states = used.filter((i) => group(i) === 0).sort((a, b) => a - b);
  return [...states, ...used.filter((i) => group(i) === 1), ...used.filter((i) => group(i) === 2)];
}

const inputName = (i: number, { carries, mapped }: Groups): string =>
  i < carries ? `s${i}` : i < carries + mapped ? `x${i - carries}` : `c${i - carries - mapped}`;

/** A body with its inputs in this order and everything named by position. */
function orderBody(body: Graph, order: readonly number[], groups: Groups): Graph {
  const outputs = body.outputs.map((o, i) => ({ ...o, name: i < groups.carries ? `s${i}` : `y${i - groups.carries}` }));
  const inputs = order.map((i) => must(body.inputs[i]));
  return inOrder({ ...body, inputs, outputs }, (i) => inputName(i, groups));
}

/** A loop with canonical bodies and its operands in the order of their inputs. */
function orderLoop(node: Node): Node {
  const reordered = (order: readonly number[]): ValueId[] => order.map((i) => must(node.inputs[i]));
  if (node.op === 'scan') {
    const body = orderLoops(node.attrs.body);
    const order = inputOrder([body], node.attrs);
    return { ...node, inputs: reordered(order), attrs: { ...node.attrs, body: orderBody(body, order, node.attrs) } };
  }
  if (node.op !== 'iterate') return node;
  const [cond, body] = [orderLoops(node.attrs.cond), orderLoops(node.attrs.body)];
  const groups = { carries: node.attrs.carries, mapped: 0 };
  const order = inputOrder([cond, body], groups);
  const bodies = { cond: orderBody(cond, order, groups), body: orderBody(body, order, groups) };
  return { ...node, inputs: reordered(order), attrs: { ...node.attrs, ...bodies } };
}

const orderLoops = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map(orderLoop) });

/** The graph with its nodes in order, its loops being so already; `nameInput` renames the inputs of bodies. */
function inOrder(graph: Graph, nameInput?: (position: number) => string): Graph {
  const b = graphBuilder();
  const to = places();
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  for (const [i, v] of graph.inputs.entries()) {
    const node = must(makers.get(v));
    const name = nameInput?.(i) ?? (node.op === 'input' ? node.attrs.name : '');
    to.put([v], [b.input(name, must(graph.types[v]).shape)]);
  }
  for (const node of visit(
    graph,
    [...graph.outputs, ...graph.alarms].map((o) => o.value),
  ))
    if (node.op !== 'input') to.put(node.results, copyNode(b, node, to.all(node.inputs)));
  for (const alarm of graph.alarms) b.alarm({ ...alarm, value: to.at(alarm.value) });
  return b.finish(graph.outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}

const countNodes = (graph: Graph): number =>
  graph.nodes.reduce((n, node) => n + 1 + bodiesOf(node).reduce((m, body) => m + countNodes(body), 0), 0);

/**
 * The canonical form of a graph. Idempotent. Merging can leave dead inputs of loops and cutting these can make loops
 * equal, so the steps are repeated while the graph shrinks: once, without loops.
 */
export function canonical(graph: Graph): Graph {
  const next = inOrder(orderLoops(removeDead(mergeEqual(inOrder(orderLoops(graph))))));
  const mayShrink = next.nodes.some((n) => bodiesOf(n).length > 0) && countNodes(next) < countNodes(graph);
  return mayShrink ? canonical(next) : next;
}

export const canonicalise: Pass = { name: 'canonicalise', promise: 'bits', run: canonical };
