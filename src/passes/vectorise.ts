/**
 * Vectorisation: a scan without states does the same for every element, so it becomes ops over all elements at once by
 * the table's batching rules. Bodies first, so nested comprehensions are gone when the outer one is batched; loops with
 * states that are left inside get batched bodies. A result that no element changes is computed once and repeated.
 */
import { type Graph, type Node, type NodeOf, sizeOf, type ValueId } from '../ir/graph.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { batchInto, inEveryLane } from './batch.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, rebuild } from './copy.ts';
import type { Pass } from './pass.ts';

/**
 * A comprehension stays a loop if one value of its body, for all elements at once, had more numbers than this (512 MB):
 * then running out of memory is likelier than being slow.
 */
const LARGEST = 1 << 27;

/** Only these scans stay: with states (each step needs the last one), or too large, or over nothing. */
function staysLoop({ attrs: { carries, length, body } }: NodeOf<'scan'>): boolean {
  return carries > 0 || length === 0 || body.types.some((t) => length * sizeOf(t.shape) > LARGEST);
}

function batchScan(b: GraphBuilder, { attrs }: NodeOf<'scan'>, inputs: readonly ValueId[]): readonly ValueId[] {
  const c = { b, size: attrs.length };
  const operands = inputs.map((value, i) => ({ value, batched: i < attrs.mapped }));
  return batchInto(c, attrs.body, operands).map((o) => inEveryLane(c, o));
}

const place = (b: GraphBuilder, old: Node, inputs: readonly ValueId[]): readonly ValueId[] => {
  const node = mapBodies(old, vectorised);
  return node.op === 'scan' && !staysLoop(node) ? batchScan(b, node, inputs) : copyNode(b, node, inputs);
};

/** The graph with its carry-free scans batched. */
export const vectorised = (graph: Graph): Graph => rebuild(graph, place);

export const vectorise: Pass = { name: 'vectorise', promise: 'bits', run: vectorised };
