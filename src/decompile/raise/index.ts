/**
 * Raising: a graph as readable Sutra whose graph is equal to it. Names come from where its nodes came from; each value that is used
 * twice or is too long for its line becomes a `let`; loops are loops again. What was written is compiled again and compared: where it
 * parts from the graph, the node there is written as `op(...)` instead, and so on until the texts are equal. So `equal` is a fact about
 * this text. Used by the command line and by `simplify`.
 */
import type { Graph, Node } from '../../ir/graph.ts';
import { format } from '../../syntax/index.ts';
import { must, ok, type Result } from '../../text/result.ts';
import { compileSource } from '../compile.ts';
import { firstDifference, ownersOfLines, sameParams, settled, textOfNetwork } from './compare.ts';
import { declarations, type RaisedParam, type Side } from './declarations.ts';
import { planScope } from './forms.ts';
import { type Kind, NUMBER } from './kinds.ts';
import { names } from './names.ts';
import { leafKinds, parametersOf, plainSignature, resultText, type Signature } from './signature.ts';
import { operandOf, writeScope } from './write.ts';

export type { RaisedParam, Side } from './declarations.ts';
export type { Signature } from './signature.ts';

export interface Raised {
  readonly text: string;
  /** The weights beside the source, where there are large ones. */
  readonly side?: Side;
  readonly fn: string;
  /** Whether the text compiles to a graph equal to the given one, and every weight to the same bits. */
  readonly equal: boolean;
  /** Numbers in the weights. */
  readonly numbers: number;
  /** Products of matrices. */
  readonly layers: number;
  /** How many nodes are written as `op(...)`. */
  readonly literal: number;
}

export interface RaiseOptions {
  /** The path of the source that is written; the weights stand beside it. */
  readonly path: string;
  /** What the function is called. */
  readonly fn?: string;
  /** A line about where the graph comes from. */
  readonly about?: string;
  /** The parameters and the result as values of the language. */
  readonly signature?: Signature;
  /** What is known of params beside their numbers. */
  readonly specs?: ReadonlyMap<string, Omit<RaisedParam, 'value' | 'shape'>>;
  /** More numbers than this of one tensor stand beside the source. */
  readonly mostInline?: number;
}

const MOST_INLINE = 64;

/** Nodes that are written otherwise one after the other before all are. */
const MOST_TRIALS = 24;

/** One way to write a graph. */
interface Trial {
  readonly text: string;
  readonly side?: Side;
  readonly fn: string;
  readonly renamed: ReadonlyMap<string, string>;
}

type Params = ReadonlyMap<string, Float32Array>;

export function raise(graph: Graph, params: Params, options: RaiseOptions): Result<Raised> {
  const wanted = settled(graph);
  let literal: ReadonlySet<Node> = new Set();
  for (let trial = 0; ; trial++) {
    const made = written(wanted, params, literal, options);
    if (!made.ok) return made;
    const wrong = differing(wanted, params, made.value, literal, options);
    const isLast = literal.size === nodesIn(wanted).length;
    if (wrong.length === 0 || isLast)
      return ok(reported(wanted, params, made.value, { literal, equal: wrong.length === 0 }));
    if (process.env.DBG) console.log('trial', trial, wrong.length, wrong[0]?.op, '\n', made.value.text);
    literal = trial < MOST_TRIALS ? new Set([...literal, ...wrong]) : new Set(nodesIn(wanted));
  }
}

function reported(
  graph: Graph,
  params: Params,
  made: Trial,
  told: { readonly literal: ReadonlySet<Node>; readonly equal: boolean },
): Raised {
  const numbers = [...made.renamed.keys()].reduce((n, own) => n + must(params.get(own)).length, 0);
  const layers = graph.nodes.filter((n) => n.op === 'einsum').length;
  const { text, fn, side } = made;
  const literal = text.split(/\bop\("/).length - 1;
  return { text, fn, equal: told.equal, numbers, layers, literal, ...(side && { side }) };
}

const nodesIn = (graph: Graph): Node[] =>
  graph.nodes.flatMap((node) => {
    if (node.op === 'scan') return [node, ...nodesIn(node.attrs.body)];
    return node.op === 'iterate' ? [node, ...nodesIn(node.attrs.cond), ...nodesIn(node.attrs.body)] : [node];
  });

/** The nodes to be written otherwise; none when the text means the graph. */
function differing(
  graph: Graph,
  params: Params,
  made: Trial,
  literal: ReadonlySet<Node>,
  options: RaiseOptions,
): readonly Node[] {
  const compiled = compiledAgain(made, options.path);
  if (!compiled.ok && process.env.DBG)
    console.log(
      compiled.problems
        .map(
          (p) =>
            p.title +
            ' ' +
            p.help +
            ' ' +
            (p.at ? p.at.source.text.slice(Math.max(0, p.at.start - 80), p.at.end + 40) : ''),
        )
        .join('\n'),
    );
  if (!compiled.ok) return nodesIn(graph);
  const entry = must(compiled.value.entries.find((e) => e.name === made.fn));
  const values = new Map(compiled.value.program.params.map((p) => [p.name, p.value]));
  const own = textOfNetwork(graph, made.renamed);
  const at = firstDifference(own, textOfNetwork(settled(entry.graph)));
  if (at !== undefined && process.env.DBG) {
    const o = textOfNetwork(settled(entry.graph)).split('\n');
    console.log('PARTS', own.split('\n').slice(at - 1, at + 3), o.slice(at - 1, at + 3));
    if (process.env.DBG === '2') console.log(own, '\n---\n', o.join('\n'));
  }
  if (at === undefined)
    return sameParams({ graph, params, rename: made.renamed }, { graph: entry.graph, params: values })
      ? []
      : nodesIn(graph);
  return culprit(graph, at, literal);
}

/** The node at the line where the texts part; if it is written literally already, what uses it, and then whatever is left. */
function culprit(graph: Graph, line: number, literal: ReadonlySet<Node>): readonly Node[] {
  const node = ownersOfLines(graph)[line];
  const open = nodesIn(graph).filter((n) => !literal.has(n));
  if (!node) return open;
  if (!literal.has(node) && node.op !== 'input' && node.op !== 'param') return [node];
  const users = open.filter((n) => n.inputs.some((v) => node.results.includes(v)));
  return users.length > 0 ? users : open.slice(0, 1 + Math.floor(open.length / 4));
}

/** The way back: the text from nothing, with its weights. */
function compiledAgain({ text, side }: Trial, path: string) {
  const bytes = new TextEncoder().encode(text);
  const read = (name: string): Uint8Array | undefined =>
    name === path ? bytes : name === side?.path ? side.bytes : undefined;
  return compileSource({ name: path, text }, { read });
}

/** The text of one trial. */
function written(graph: Graph, params: Params, literal: ReadonlySet<Node>, options: RaiseOptions): Result<Trial> {
  const signature = options.signature ?? plainSignature(graph);
  const kinds = new Map<string, Kind>([...(options.specs ?? [])].map(([name, spec]) => [name, spec.kind]));
  const given = names(casesOf(signature, [...kinds.values()]));
  const fn = given.fresh(options.fn ?? 'network');
  const declared = declarations(given, paramsOf(graph, params, options), options.mostInline ?? MOST_INLINE);
  const inputs = parametersOf(signature, given, declared);
  const inputKinds = signature.inputs.flatMap((i) => leafKinds(i.layout));
  const scope = planScope(graph, {
    depth: 0,
    literal,
    params: kinds,
    inputs: { kinds: inputKinds, homes: graph.inputs.map(() => 0) },
    wanted: leafKinds(signature.output).map((k) => (k.kind === 'number' ? undefined : k)),
  });
  const w = writeScope(scope, inputs.given, { names: given, declared });
  const result = resultText(w, signature.output, graph.outputs);
  const alarmed = graph.alarms
    .filter((a) => !scope.raised.has(a.value))
    .reduce(
      (text, a) => `alarm(${text}, ${operandOf(w, { value: a.value }).at(0)}, ${JSON.stringify(a.message)})`,
      result,
    );
  const type = declared.layoutText(signature.output);
  const { head, side } = declared.finish(options.path);
  const about = options.about === undefined ? '' : `//! ${options.about}\n\n`;
  const body = [...w.lines, alarmed].join('\n');
  const raw = `${about}${head.join('\n')}\n\nfn ${fn}(${inputs.params.join(', ')}) -> ${type} {\n${body}\n}\n`;
  const laid = format({ name: options.path, text: raw });
  return laid.ok ? ok({ text: laid.value, fn, renamed: declared.renamed, ...(side && { side }) }) : laid;
}

function paramsOf(graph: Graph, params: Params, { specs }: RaiseOptions): ReadonlyMap<string, RaisedParam> {
  const nodes = graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs] : []));
  return new Map(
    nodes.map(({ name, shape }) => [
      name,
      {
        kind: NUMBER,
        ...specs?.get(name),
        shape,
        value: must(params.get(name), () => `the param ${name} has no value`),
      },
    ]),
  );
}

/** Names of cases: nothing else is called so. */
function casesOf(signature: Signature, kinds: readonly Kind[]): readonly string[] {
  const leaves = [...signature.inputs.flatMap((i) => leafKinds(i.layout)), ...leafKinds(signature.output), ...kinds];
  return leaves.flatMap((k) => (k.kind === 'cases' ? (k.cases ?? []) : []));
}
