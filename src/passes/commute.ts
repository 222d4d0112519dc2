/**
 * Operands of sums and products in one order, and what is equal then as one: a + b and b + a have the same bits. Extremes have not: of two zeros,
 * and beside NaN, the first operand counts.
 */
import type { Graph, ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, rebuild } from './copy.ts';
import { identity } from './identity.ts';
import type { Pass } from './pass.ts';

const COMMUTE: ReadonlySet<OpName> = new Set<OpName>(['add', 'mul', 'eq']);

/** For comparing programs; nothing that runs needs it. */
export function commuted(graph: Graph): Graph {
  const ids = identity();
  const seen = new Map<string, readonly ValueId[]>();
  return rebuild(graph, (b, old, operands) => {
    if (old.op === 'input') return copyNode(b, old, operands);
    const inputs = COMMUTE.has(old.op) ? [...operands].sort((x, y) => x - y) : operands;
    const node = mapBodies(old, commuted);
    const key = ids.node(node, inputs);
    const made = seen.get(key) ?? copyNode(b, node, inputs);
    seen.set(key, made);
    return made;
  });
}

export const commute: Pass = { name: 'commute', promise: 'bits', run: commuted };
