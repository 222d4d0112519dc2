/**
 * The order of a plan's nodes. Single numbers that only depend on such that are given come first, so that they are there where
 * sums and products want them. What the next states of a step alone need comes last: every other reader of a state then stands
 * before the op that stores its next value, that op can store over it, and gradients join the optimiser's elementwise ops.
 */
import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { OPS } from '../../ops/index.ts';
import { must } from '../../text/result.ts';
import type { Updates } from '../backend.ts';
import { MOVES } from './put-off.ts';

const isPointwise = (node: Node): boolean =>
  OPS[node.op].batch === 'elementwise' || MOVES.has(node.op) || node.op === 'concat';

/** The nodes with those first that make single numbers elementwise from single numbers that are given, and what they need. */
export function numbersFirst(nodes: readonly Node[], graph: Graph): readonly Node[] {
  const isNumber = (v: ValueId): boolean => sizeOf(must(graph.types[v]).shape) === 1;
  const known = new Set<ValueId>();
  const first = new Set<Node>();
  for (const node of nodes) {
    if (!node.results.every(isNumber)) continue;
    if (node.inputs.length > 0 && !(isPointwise(node) && node.inputs.every((v) => known.has(v)))) continue;
    first.add(node);
    for (const v of node.results) known.add(v);
  }
  return [...nodes.filter((n) => first.has(n)), ...nodes.filter((n) => !first.has(n))];
}

/** The nodes in an order that computes the same: those that some other reader of a state needs (or is) first, each part in its order. */
export function updatesLast(graph: Graph, updates: Updates): readonly Node[] {
  if (updates.size === 0) return graph.nodes;
  const stepping = steppingNodes(graph, updates);
  const states = stateViews(graph, updates);
  const needed = new Set<ValueId>();
  const early = new Set<Node>();
  for (const node of [...graph.nodes].reverse()) {
    const reads = !stepping.has(node) && node.inputs.some((v) => states.has(v));
    if (!reads && !node.results.some((v) => needed.has(v)) && node.inputs.length > 0) continue;
    early.add(node);
    for (const v of node.inputs) needed.add(v);
  }
  return [...graph.nodes.filter((n) => early.has(n)), ...graph.nodes.filter((n) => !early.has(n))];
}

/** Elementwise ops and moves from which only updates follow, through others of this kind. */
function steppingNodes(graph: Graph, updates: Updates): ReadonlySet<Node> {
  const elsewhere = new Set<ValueId>(graph.alarms.map((a) => a.value));
  for (const [i, { value }] of graph.outputs.entries()) if (!updates.has(i)) elsewhere.add(value);
  const stepping = new Set<Node>();
  for (const node of [...graph.nodes].reverse()) {
    if (isPointwise(node) && !node.results.some((v) => elsewhere.has(v))) stepping.add(node);
    else for (const v of node.inputs) elsewhere.add(v);
  }
  return stepping;
}

/** The states, and what is only moved from them. */
function stateViews(graph: Graph, updates: Updates): ReadonlySet<ValueId> {
  const views = new Set<ValueId>(updates.values());
  for (const node of graph.nodes)
    if (MOVES.has(node.op) && node.inputs.some((v) => views.has(v))) for (const v of node.results) views.add(v);
  return views;
}
