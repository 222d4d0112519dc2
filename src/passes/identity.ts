/**
 * Structural identity: one small number per distinct thing, so that equal nodes have equal keys. Constants count by
 * their bits, bodies by their structure; origins and names of loop variables do not count. Used by `cse` and `canonicalise`.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';

/** Numbers things by their keys. One `Identity` serves one run of a pass. */
export interface Identity {
  /** Equal for equal nodes with equal operands. Inputs of a graph are equal only to themselves. */
  node(node: Node, inputs: readonly ValueId[]): string;
}

/** The bits of floats, as a string that has one character per half. */
function bitsKey(data: Float32Array): string {
  const halves = new Uint16Array(data.buffer, data.byteOffset, data.length * 2);
  let key = '';
  for (let i = 0; i < halves.length; i += 8192) key += String.fromCharCode(...halves.subarray(i, i + 8192));
  return key;
}

const isGraph = (x: unknown): x is Graph => typeof x === 'object' && x !== null && 'nodes' in x;

/** Makes an empty numbering. */
export function identity(): Identity {
  const numbers = new Map<string, number>();
  const bodies = new WeakMap<Graph, number>();
  const numberOf = (key: string): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
  const attribute = (value: unknown): string => {
    if (value instanceof Float32Array) return `f${numberOf(bitsKey(value))}`;
    if (isGraph(value)) return `g${graph(value)}`;
    return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  };
  const nodeKey = (node: Node, inputs: readonly ValueId[]): string => {
    const attrs = Object.entries(node.attrs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${attribute(value)}`);
    return `${node.op} ${inputs.join()} ${attrs.join(' ')}`;
  };
  const graph = (body: Graph): number => {
    const known = bodies.get(body);
    if (known !== undefined) return known;
    const keys = body.nodes.map((n) =>
      n.op === 'input'
        ? `input ${body.inputs.indexOf(must(n.results[0]))} ${n.attrs.shape.join()}`
        : nodeKey(n, n.inputs),
    );
    const number = numberOf(`${keys.join('\n')}\n=> ${body.outputs.map((o) => o.value).join()}`);
    bodies.set(body, number);
    return number;
  };
  return { node: nodeKey };
}
