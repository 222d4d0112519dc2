/**
 * Raising: graphs as readable Sutra whose graphs are equal to them. Names come from where nodes came from; each value that is used
 * twice or is too long for its line becomes a `let`; loops are loops again. What was written is compiled again and compared: where it
 * parts from the graph, the node there is written as `op(...)` instead, and so on until the texts are equal. So `equal` is a fact about
 * this text. Used by the command line and by `simplify`.
 */
import type { Graph, Node } from '../../ir/graph.ts';
import { printF32 } from '../../num/literal.ts';
import { format } from '../../syntax/index.ts';
import type { Problem } from '../../text/problem.ts';
import { must, ok, type Result } from '../../text/result.ts';
import { compileSource } from '../compile.ts';
import { firstDifference, ownersOfLines, sameParams, settled, textOfNetwork } from './compare.ts';
import { type Declarations, declarations, type RaisedParam, type Side } from './declarations.ts';
import { planScope } from './forms.ts';
import { type Kind, NUMBER } from './kinds.ts';
import { type Names, names } from './names.ts';
import { leafKinds, parametersOf, plainSignature, resultText, type Signature } from './signature.ts';
import { operandOf } from './steps.ts';
import { writeScope } from './write.ts';

export type { RaisedParam, Side } from './declarations.ts';
export type { Signature } from './signature.ts';

/** A graph to be raised, and what it is as a function. */
export interface RaisedFunction {
  readonly name: string;
  readonly graph: Graph;
  /** The parameters and the result as values of the language; without it they are tensors of numbers. */
  readonly signature?: Signature;
}

export interface Raised {
  readonly text: string;
  /** The weights beside the source, where there are large ones. */
  readonly side?: Side;
  /** What the functions are called. */
  readonly fns: readonly string[];
  /** Whether the text compiles to graphs equal to the given ones, and every weight to the same bits. */
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
  /** A line about where the graph comes from. */
  readonly about?: string;
  /** What is known of params beside their numbers, in the order of their declarations. */
  readonly specs?: ReadonlyMap<string, Omit<RaisedParam, 'value' | 'shape'>>;
  /** More numbers than this of one tensor stand beside the source. */
  readonly mostInline?: number;
  /** Every node as `op(...)`, whatever else would say it. */
  readonly literally?: boolean;
}

const MOST_INLINE = 64;

/** Nodes that are written otherwise one after the other before all are. */
const MOST_TRIALS = 24;

/** One way to write the functions. */
interface Trial {
  readonly text: string;
  readonly side?: Side;
  readonly fns: readonly string[];
  readonly renamed: ReadonlyMap<string, string>;
}

type Params = ReadonlyMap<string, Float32Array>;

/** What is to be written, settled. */
interface Task {
  readonly fns: readonly (RaisedFunction & { readonly signature: Signature })[];
  readonly params: Params;
  /** The width of the surrogates of most of its comparisons. */
  readonly width: number;
  readonly options: RaiseOptions;
}

/** One file with all the functions. */
export function raise(fns: readonly RaisedFunction[], params: Params, options: RaiseOptions): Result<Raised> {
  const ready = fns.map(({ name, graph, signature }) => {
    const wanted = settled(graph);
    return { name, graph: wanted, signature: signature ?? plainSignature(wanted) };
  });
  const all = ready.flatMap((f) => nodesIn(f.graph));
  const task: Task = { fns: ready, params, width: widthOf(all), options };
  let literal: ReadonlySet<Node> = new Set(options.literally ? all : []);
  for (let trial = 0; ; trial++) {
    const made = written(task, literal);
    if (!made.ok) return made;
    const wrong = differing(task, made.value, literal);
    if (wrong.length === 0 || literal.size === all.length) return ok(reported(task, made.value, wrong.length === 0));
    literal = trial < MOST_TRIALS ? new Set([...literal, ...wrong]) : new Set(all);
  }
}

function reported({ fns, params }: Task, { renamed, text, fns: called, side }: Trial, equal: boolean): Raised {
  const numbers = [...renamed.keys()].reduce((n, own) => n + must(params.get(own)).length, 0);
  const layers = fns.flatMap((f) => f.graph.nodes.filter((n) => n.op === 'einsum')).length;
  const literal = text.split(/\bop\("/).length - 1;
  return { text, fns: called, equal, numbers, layers, literal, ...(side && { side }) };
}

const nodesIn = (graph: Graph): Node[] =>
  graph.nodes.flatMap((node) => {
    if (node.op === 'scan') return [node, ...nodesIn(node.attrs.body)];
    return node.op === 'iterate' ? [node, ...nodesIn(node.attrs.cond), ...nodesIn(node.attrs.body)] : [node];
  });

/** The commonest width of surrogates, which the file chooses; 1 without any. */
function widthOf(nodes: readonly Node[]): number {
  const counts = new Map<number, number>();
  for (const { attrs } of nodes) if ('width' in attrs) counts.set(attrs.width, (counts.get(attrs.width) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return [...counts.keys()].sort((a, b) => a - b).find((w) => counts.get(w) === most) ?? 1;
}

/** The nodes to be written otherwise; none when the text means the graphs. */
function differing({ fns, params, options }: Task, made: Trial, literal: ReadonlySet<Node>): readonly Node[] {
  const compiled = compiledAgain(made, options.path);
  const all = fns.flatMap((f) => nodesIn(f.graph));
  if (!compiled.ok) return mistaken(fns, made, compiled.problems) ?? all;
  const { entries, program } = compiled.value;
  const values = new Map(program.params.map((p) => [p.name, p.value]));
  const wrong = fns.flatMap(({ graph }, i) => {
    const entry = must(entries.find((e) => e.name === made.fns[i]));
    const own = textOfNetwork(graph, made.renamed);
    const at = firstDifference(own, textOfNetwork(settled(entry.graph)));
    return at === undefined ? [] : culprit(graph, at, literal);
  });
  return wrong.length > 0 || sameParams(made.renamed, params, values) ? wrong : all;
}

/** The nodes of the functions in which the compiler finds mistakes. */
function mistaken(
  fns: Task['fns'],
  { text, fns: called }: Trial,
  problems: readonly Problem[],
): readonly Node[] | undefined {
  const places = problems.flatMap((p) => (p.severity === 'error' && p.at ? [p.at.start] : []));
  const begins = called.map((name) => text.search(new RegExp(`^fn ${name}\\(`, 'm')));
  const wrong = fns.filter((_, i) => {
    const [from, to] = [must(begins[i]), begins[i + 1] ?? text.length];
    return places.some((at) => at >= from && at < to);
  });
  return wrong.length > 0 ? wrong.flatMap((f) => nodesIn(f.graph)) : undefined;
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
function written(task: Task, literal: ReadonlySet<Node>): Result<Trial> {
  const { fns, options, width } = task;
  const kinds = new Map<string, Kind>([...(options.specs ?? [])].map(([name, spec]) => [name, spec.kind]));
  const cases = casesOf(task, [...kinds.values()]);
  const given = names(cases);
  const shared = new Set(cases.filter((name, i) => cases.indexOf(name) !== i));
  const called = fns.map((f) => given.declared(f.name));
  const params = paramsOf(task);
  const declared = declarations(given, params, { shared, mostInline: options.mostInline ?? MOST_INLINE });
  for (const own of params.keys()) declared.param(own);
  const texts = fns.map((f, i) => {
    given.next();
    return functionText({ ...f, name: must(called[i]) }, { names: given, declared, kinds, literal, width });
  });
  const { head, side } = declared.finish(options.path);
  const about = options.about === undefined ? [] : [`//! ${options.about}\n`];
  const use = width === 1 ? [] : [`use surrogate ${printF32(width)};\n`];
  const raw = [...about, ...use, ...head, '', texts.join('\n\n'), ''].join('\n');
  const laid = format({ name: options.path, text: raw });
  return laid.ok ? ok({ text: laid.value, fns: called, renamed: declared.renamed, ...(side && { side }) }) : laid;
}

interface Around {
  readonly names: Names;
  readonly declared: Declarations;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly literal: ReadonlySet<Node>;
  readonly width: number;
}

function functionText({ name, graph, signature }: Task['fns'][number], around: Around): string {
  const { names: given, declared, kinds, literal, width } = around;
  const inputs = parametersOf(signature, given, declared);
  const scope = planScope(graph, {
    depth: 0,
    literal,
    width,
    params: kinds,
    inputs: { kinds: signature.inputs.flatMap((i) => leafKinds(i.layout)), homes: graph.inputs.map(() => 0) },
    wanted: leafKinds(signature.output),
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
  return `fn ${name}(${inputs.params.join(', ')}) -> ${type} {\n${[...w.lines, alarmed].join('\n')}\n}`;
}

/** The params that the graphs read, in the order of their declarations. */
function paramsOf({ fns, params, options: { specs } }: Task): ReadonlyMap<string, RaisedParam> {
  const read = new Map(
    fns.flatMap((f) =>
      f.graph.nodes.flatMap((n) => (n.op === 'param' ? [[n.attrs.name, n.attrs.shape] as const] : [])),
    ),
  );
  const order = [...(specs?.keys() ?? []), ...read.keys()];
  return new Map(
    [...new Set(order)].flatMap((name) => {
      const shape = read.get(name);
      const value = must(params.get(name), () => `the param ${name} has no value`);
      return shape ? [[name, { kind: NUMBER, ...specs?.get(name), shape, value }] as const] : [];
    }),
  );
}

/** Names of cases, once for each enum that has them: nothing else is called so. */
function casesOf({ fns }: Task, kinds: readonly Kind[]): readonly string[] {
  const leaves = fns.flatMap(({ signature: s }) => [
    ...s.inputs.flatMap((i) => leafKinds(i.layout)),
    ...leafKinds(s.output),
  ]);
  const enums = new Map(
    [...leaves, ...kinds].flatMap((k) =>
      k.kind === 'cases' && k.cases ? [[`${k.name} ${k.cases.join()}`, k.cases] as const] : [],
    ),
  );
  return [...enums.values()].flat();
}
