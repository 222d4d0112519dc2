/** Loop bodies seen alike: which graphs a node holds, and the same node around other bodies. */
import type { Graph, Node } from '../ir/graph.ts';

/** The graphs inside a node: none, the body of a scan, or condition and body of an iterate. */
export function bodiesOf(node: Node): readonly Graph[] {
  if (node.op === 'scan') return [node.attrs.body];
  if (node.op === 'iterate') return [node.attrs.cond, node.attrs.body];
  return [];
}

/** The node with `change` applied to its bodies; the node itself when it has none. */
export function mapBodies(node: Node, change: (body: Graph) => Graph): Node {
  if (node.op === 'scan') return { ...node, attrs: { ...node.attrs, body: change(node.attrs.body) } };
  if (node.op !== 'iterate') return node;
  return { ...node, attrs: { ...node.attrs, cond: change(node.attrs.cond), body: change(node.attrs.body) } };
}
