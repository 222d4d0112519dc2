/**
 * Common subexpressions: nodes with the same op, attributes and operands become one. Random numbers count too (the same
 * seed and stream give the same bits), and so do whole loops. Inside a body, two inputs that are given the same captured
 * value or array become one; `dce` then drops the spare input.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, rebuild } from './copy.ts';
import { type Identity, identity } from './identity.ts';
import type { Pass } from './pass.ts';

/** For each input of a loop's bodies, the first input that always holds the same: states are left alone. */
function twins(node: Node, inputs: readonly ValueId[]): number[] {
  if (node.op !== 'scan' && node.op !== 'iterate') return [];
  const { carries } = node.attrs;
  const mapped = carries + (node.op === 'scan' ? node.attrs.mapped : 0);
  const kind = (i: number): string => (i < carries ? `state ${i}` : i < mapped ? 'slice' : 'captured');
  const first = new Map<string, number>();
  return inputs.map((v, i) => {
    const key = `${kind(i)} ${v}`;
    if (!first.has(key)) first.set(key, i);
    return first.get(key) ?? i;
  });
}

/** `sameAs[i]` is the index of the input that input `i` equals. */
function merge(graph: Graph, ids: Identity, sameAs: readonly number[]): Graph {
  const seen = new Map<string, readonly ValueId[]>();
  const inputs: ValueId[] = [];
  return rebuild(graph, (b, old, operands) => {
    if (old.op === 'input') {
      const [made] = copyNode(b, old, operands);
      const position = inputs.push(must(made)) - 1;
      return [must(inputs[sameAs[position] ?? position])];
    }
    const same = twins(old, operands);
    const node = mapBodies(old, (body) => merge(body, ids, same));
    const key = ids.node(node, operands);
    const known = seen.get(key);
    if (known) return known;
    const made = copyNode(b, node, operands);
    seen.set(key, made);
    return made;
  });
}

/** Merges equal nodes everywhere. */
export const mergeEqual = (graph: Graph): Graph => merge(graph, identity(), []);

export const cse: Pass = { name: 'cse', promise: 'bits', run: mergeEqual };
