/**
 * What an artefact is made of: one function of a checked program with the numbers it has learned, and what the source says about its
 * values. Every target begins here.
 */
import type { CheckedModule } from '../check/core.ts';
import type { Graph } from '../ir/graph.ts';
import type { Layout } from '../ir/layout.ts';
import type { Entry, ParamSpec } from '../lower/program.ts';
import { utf8Encode } from '../num/bytes.ts';
import { sha256 } from '../num/sha256.ts';
import { copyNode, rebuild } from '../passes/copy.ts';
import { ready } from '../passes/index.ts';
import { must } from '../text/result.ts';
import { type Docs, docsOf } from './docs.ts';

export interface Input {
  readonly name: string;
  readonly layout: Layout;
  readonly range?: readonly [number, number];
}

export interface Subject {
  /** The file, without folders. */
  readonly program: string;
  readonly function: string;
  readonly inputs: readonly Input[];
  readonly output: Layout;
  /** As lowered, params as they are: what the reference runs. */
  readonly source: Graph;
  /** Params are constants, after the default pipeline: what is compiled. */
  readonly graph: Graph;
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly docs: Docs;
  /** `sha256:` of the canonical graph; of the params' names, shapes and bits; and of all that makes this model this one. */
  readonly hashes: { readonly graph: string; readonly parameters: string; readonly id: string };
}

export interface SubjectOf {
  readonly module: CheckedModule;
  readonly entry: Entry & { readonly hash: string };
  readonly params: readonly ParamSpec[];
}

export function subjectOf({ module, entry, params }: SubjectOf): Subject {
  const read = new Set(entry.graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : [])));
  const own = params.filter((p) => read.has(p.name));
  const values = new Map(own.map((p) => [p.name, p.value]));
  const parameters = hashOf(own.map(({ name, shape, value }) => `${name} ${shape.join()} ${bitsText(value)}`));
  const { inputs, output, hash: graph } = entry;
  return {
    program: must(module.name.split(/[\\/]/).at(-1)),
    function: entry.name,
    inputs,
    output,
    source: entry.graph,
    graph: ready(withConstants(entry.graph, values)),
    params: values,
    docs: docsOf(module),
    hashes: {
      graph,
      parameters,
      id: hashOf([graph, parameters, entry.name, JSON.stringify({ inputs, output }), ...messagesOf(entry.graph)]),
    },
  };
}

const messagesOf = (graph: Graph): readonly string[] => graph.alarms.map((a) => a.message);

const hashOf = (lines: readonly string[]): string => `sha256:${sha256(utf8Encode(lines.join('\n')))}`;

/** Every bit as hexadecimal digits. */
const bitsText = (value: Float32Array): string => {
  const words = new Uint32Array(value.buffer, value.byteOffset, value.length);
  return Array.from(words, (word) => word.toString(16)).join(' ');
};

/** The graph with its params as constants. */
const withConstants = (graph: Graph, values: ReadonlyMap<string, Float32Array>): Graph =>
  rebuild(graph, (b, node, inputs) =>
    node.op === 'param'
      ? [b.constant(node.attrs.shape, must(values.get(node.attrs.name), `${node.attrs.name} has no value`))]
      : copyNode(b, node, inputs),
  );
