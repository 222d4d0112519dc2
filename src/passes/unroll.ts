/**
 * Unrolling: every loop as the straight line of its turns. An iterate becomes its `max` turns, each kept only while all tests so far
 * held. For analyses that follow values through ops; nothing that runs needs it.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';
import { copyNode, rebuild } from './copy.ts';
import type { Pass } from './pass.ts';

const place = (b: GraphBuilder, node: Node, inputs: readonly ValueId[]): readonly ValueId[] => {
  if (node.op === 'scan') return turnsOfScan(b, node, inputs);
  return node.op === 'iterate' ? turnsOfIterate(b, node, inputs) : copyNode(b, node, inputs);
};

/** The graph without loops: as many nodes as its loops make steps. */
export const unrolled = (graph: Graph): Graph => rebuild(graph, place);

export const unroll: Pass = { name: 'unroll', promise: 'bits', run: unrolled };

/** How many nodes the unrolled graph has, at most. */
export function unrolledSize(graph: Graph): number {
  return graph.nodes.reduce((n, node) => {
    if (node.op === 'scan') return n + node.attrs.length * (unrolledSize(node.attrs.body) + node.attrs.mapped + 1);
    if (node.op !== 'iterate') return n + 1;
    const { body, cond, max, carries } = node.attrs;
    return n + max * (unrolledSize(body) + unrolledSize(cond) + 4 * carries);
  }, 0);
}

function turnsOfScan(b: GraphBuilder, node: NodeOf<'scan'>, inputs: readonly ValueId[]): readonly ValueId[] {
  const { carries, mapped, length, reverse } = node.attrs;
  const body = unrolled(node.attrs.body);
  let states = inputs.slice(0, carries);
  const captured = inputs.slice(carries + mapped);
  const stacks: ValueId[][] = body.outputs.slice(carries).map(() => []);
  for (let turn = 0; turn < length; turn++) {
    const at = reverse ? length - 1 - turn : turn;
    const slices = inputs.slice(carries, carries + mapped).map((x) => sliceAt(b, x, at));
    const results = b.inline(body, [...states, ...slices, ...captured]);
    states = results.slice(0, carries);
    for (const [i, v] of results.slice(carries).entries()) must(stacks[i])[at] = v;
  }
  return [
    ...states,
    ...stacks.map((list, i) => stacked(b, list, must(body.types[must(body.outputs[carries + i]).value]).shape)),
  ];
}

function sliceAt(b: GraphBuilder, x: ValueId, at: number): ValueId {
  const [, ...rest] = b.shapeOf(x);
  return b.reshape(b.op('slice', [x], { starts: [at, ...rest.map(() => 0)], limits: [at + 1, ...rest] }), rest);
}

function stacked(b: GraphBuilder, list: readonly ValueId[], shape: readonly number[]): ValueId {
  if (list.length === 0) return b.constant([0, ...shape], new Float32Array(sizeOf([0, ...shape])));
  const rows = list.map((v) => b.reshape(v, [1, ...shape]));
  return rows.length === 1 ? must(rows[0]) : b.op('concat', rows, { axis: 0 });
}

function turnsOfIterate(b: GraphBuilder, node: NodeOf<'iterate'>, inputs: readonly ValueId[]): readonly ValueId[] {
  const { carries, max } = node.attrs;
  const [body, cond] = [unrolled(node.attrs.body), unrolled(node.attrs.cond)];
  const captured = inputs.slice(carries);
  let states = inputs.slice(0, carries);
  let running = b.full([], 1);
  for (let turn = 0; turn < max; turn++) {
    const test = must(b.inline(cond, [...states, ...captured])[0]);
    running = b.select(running, b.select(test, b.full([], 1), b.full([], -1)), b.full([], -1));
    const next = b.inline(body, [...states, ...captured]);
    states = states.map((old, i) => b.select(b.broadcast(running, b.shapeOf(old), []), must(next[i]), old));
  }
  return states;
}
