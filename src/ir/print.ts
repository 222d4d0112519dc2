/**
 * Graphs as text: one line per node, bodies of loops indented. `printGraph` reads back with `parse.ts` to the same graph;
 * `graphText` is the canonical form without the names inside loops, and its hash is the identity of a network.
 */

import { base64Encode, utf8Encode } from '../num/bytes.ts';
import { printF32 } from '../num/literal.ts';
import { sha256 } from '../num/sha256.ts';
import { must } from '../text/result.ts';
import { type AttributeKind, attributesOf } from './attributes.ts';
import type { Graph, Node, ValueId } from './graph.ts';
import type { Shape } from './vocabulary.ts';

/** What a printed graph says about names: all, or only those that a caller of the network sees. */
type Naming = 'all' | 'outside';

interface Style {
  readonly naming: Naming;
  readonly indent: string;
  readonly isBody: boolean;
}

/** Longer data, and nans with other bits than the usual ones, are printed as bytes. */
const LONGEST_LIST = 32;
const USUAL_NAN = 0x7fc00000;

/** The text of a graph, which `parseGraph` reads back: names, messages and the bits of all constants. Places in source text are not in it. */
export const printGraph = (graph: Graph): string =>
  lines(graph, { naming: 'all', indent: '', isBody: false }).join('\n');

/** The canonical text of a graph: `printGraph` without names inside loops and messages of alarms. */
export const graphText = (graph: Graph): string =>
  lines(graph, { naming: 'outside', indent: '', isBody: false }).join('\n');

/** `sha256:` and the digest of the canonical text. Equal graphs in canonical form have equal hashes. */
export const graphHash = (graph: Graph): string => `sha256:${sha256(utf8Encode(graphText(graph)))}`;

function lines(graph: Graph, style: Style): string[] {
  const named = style.naming === 'all' || !style.isBody;
  const outputs = graph.outputs.map((o, i) => `output ${quote(named ? o.name : String(i))} %${o.value}`);
  const alarms = graph.alarms.map((a) => `alarm ${quote(style.naming === 'all' ? a.message : '')} %${a.value}`);
  return [...graph.nodes.map((node) => line(node, graph, style)), ...outputs, ...alarms].map((l) => style.indent + l);
}

function line(node: Node, graph: Graph, style: Style): string {
  const results = node.results.map((v) => `%${v}: ${printShape(shapeOf(graph, v))}`).join(', ');
  const operands = node.inputs.length > 0 ? `(${node.inputs.map((v) => `%${v}`).join(', ')})` : '';
  const values = node.attrs as Readonly<Record<string, unknown>>;
  const attributes = attributesOf(node.op)
    .filter(([, kind]) => kind !== 'shape')
    .map(
      ([name, kind]) =>
        ` ${name}=${attribute(kind, isHidden(node, name, style) ? place(node, graph) : values[name], style)}`,
    );
  return `${results} = ${node.op}${operands}${attributes.join('')}`;
}

/** The names of a body's inputs are those of local variables: not part of what the network is. */
const isHidden = (node: Node, attribute: string, style: Style): boolean =>
  node.op === 'input' && attribute === 'name' && style.isBody && style.naming === 'outside';

const place = (node: Node, graph: Graph): string => String(graph.inputs.indexOf(must(node.results[0])));

const shapeOf = (graph: Graph, v: ValueId): Shape => must(graph.types[v]).shape;

const printShape = (shape: Shape): string => `[${shape.join(', ')}]`;

const quote = (text: string): string => JSON.stringify(text);

function attribute(kind: AttributeKind, value: unknown, style: Style): string {
  switch (kind) {
    case 'string':
      return quote(value as string);
    case 'shape':
    case 'numbers':
      return printShape(value as Shape);
    case 'floats':
      return printFloats(value as Float32Array);
    case 'graph': {
      const body = lines(value as Graph, { ...style, indent: `${style.indent}  `, isBody: true });
      return `{\n${body.join('\n')}\n${style.indent}}`;
    }
    default:
      return String(value);
  }
}

function printFloats(data: Float32Array): string {
  const bits = new Uint32Array(data.length);
  new Uint8Array(bits.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const isPlain = data.length <= LONGEST_LIST && data.every((x, i) => !Number.isNaN(x) || bits[i] === USUAL_NAN);
  return isPlain ? `[${Array.from(data, printF32).join(', ')}]` : quote(base64Encode(littleEndian(bits)));
}

function littleEndian(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return bytes;
}
