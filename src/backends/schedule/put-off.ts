/**
 * Which elementwise values are put off: not computed where they stand but by those who read them, in the reader's own loops, and
 * so never stored. What one reduction or product alone reads becomes part of its terms; what is made of inputs, params and constants
 * alone goes where what it meets is computed; and what is cheap may be computed again by each of a few readers.
 */
import type { Graph, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { OpAttrs, OpName } from '../../ir/vocabulary.ts';
import { inOrder, type KernelFactory, kernelBuilder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import { OPS } from '../../ops/index.ts';
import { summedLabels } from '../../ops/table/contract.ts';
import { must } from '../../text/result.ts';

/** Kernels are walked by recursion, and longer ones run no faster. */
const LONGEST = 64;
/** A value that is computed again has at most so many steps and readers. */
const CHEAP_STEPS = 2;
const FEW_READERS = 3;

const REDUCTIONS: ReadonlySet<OpName> = new Set<OpName>(['sum', 'reduceMax', 'reduceMin']);
/** Ops that a schedule turns into views. */
export const MOVES: ReadonlySet<OpName> = new Set<OpName>(['reshape', 'transpose', 'broadcast', 'slice', 'take']);
const LEAVES: ReadonlySet<OpName> = new Set<OpName>(['input', 'param', 'const']);

export const isElementwise = (node: NodeOf<OpName>): boolean => OPS[node.op].batch === 'elementwise';

/** The values of a graph that are put off. */
export function putOff(graph: Graph): ReadonlySet<ValueId> {
  const readers = readersOf(graph);
  return new Set([...beforeReductions(graph, readers), ...besideOthers(graph, readers), ...repeated(graph, readers)]);
}

const isCandidate = (graph: Graph, node: NodeOf<OpName>): boolean =>
  isElementwise(node) && sizeOf(must(graph.types[must(node.results[0])]).shape) > 0;

/** The only node that reads a value. */
function onlyReader(readers: Readers, v: ValueId): NodeOf<OpName> | undefined {
  const list = readers.get(v) ?? [];
  return list.length === 1 ? list[0] : undefined;
}

/** Values that one reduction or product reads, perhaps through others of this kind. */
function beforeReductions(graph: Graph, readers: Readers): ReadonlySet<ValueId> {
  const chains = new Map<ValueId, number>();
  for (const node of [...graph.nodes].reverse() as NodeOf<OpName>[]) {
    const [v] = node.results;
    const reader = v === undefined ? undefined : onlyReader(readers, v);
    if (v === undefined || !reader || !isCandidate(graph, node)) continue;
    const next = reader.results.map((r) => chains.get(r)).find((chain) => chain !== undefined);
    const chain = takesTerms(graph, reader, v) ? 1 : next === undefined ? undefined : next + 1;
    if (chain !== undefined && chain <= LONGEST) chains.set(v, chain);
  }
  return new Set(chains.keys());
}

/** Whether a node adds up, or finds the extreme of, terms in which each element of `v` occurs once. */
function takesTerms(graph: Graph, node: NodeOf<OpName>, v: ValueId): boolean {
  if (node.op !== 'einsum') return REDUCTIONS.has(node.op);
  return node.inputs.every((x, side) => x !== v || occursOnce(graph, node as NodeOf<'einsum'>, side));
}

function occursOnce(graph: Graph, { attrs, inputs }: NodeOf<'einsum'>, side: number): boolean {
  if (attrs.order === 'pick') return false;
  const [own, other] = side === 0 ? [attrs.lhs, attrs.rhs] : [attrs.rhs, attrs.lhs];
  const { shape } = must(graph.types[must(inputs[1 - side])]);
  return [...attrs.out, ...summedLabels(attrs)].every(
    (label) => own.includes(label) || must(shape[other.indexOf(label)]) === 1,
  );
}

/** Values made of leaves alone that one other elementwise op reads. */
function besideOthers(graph: Graph, readers: Readers): ReadonlySet<ValueId> {
  const depths = new Map<ValueId, number>();
  const leaves = new Set<ValueId>();
  for (const node of graph.nodes as readonly NodeOf<OpName>[]) {
    const [v] = node.results;
    if (v === undefined) continue;
    if (LEAVES.has(node.op) || (MOVES.has(node.op) && node.inputs.every((x) => leaves.has(x)))) leaves.add(v);
    const reader = onlyReader(readers, v);
    if (!reader || !isElementwise(reader) || !isCandidate(graph, node)) continue;
    if (!node.inputs.every((x) => leaves.has(x) || depths.has(x))) continue;
    const depth = 1 + Math.max(0, ...node.inputs.map((x) => depths.get(x) ?? 0));
    if (depth <= LONGEST / 4) depths.set(v, depth);
  }
  return new Set(depths.keys());
}

/** Cheap values made from what is stored anyway, that nobody reads who would have them stored. */
function repeated(graph: Graph, readers: Readers): ReadonlySet<ValueId> {
  const computed = new Set<ValueId>();
  const values = new Set<ValueId>();
  for (const node of graph.nodes as readonly NodeOf<OpName>[]) {
    const [v] = node.results;
    if (v === undefined || !isElementwise(node)) continue;
    computed.add(v);
    const own = readers.get(v) ?? [];
    if (own.length > FEW_READERS || sizeOf(must(graph.types[v]).shape) <= 1) continue;
    const takes = own.every((reader) => reader && (isElementwise(reader) || takesTerms(graph, reader, v)));
    if (takes && !node.inputs.some((x) => computed.has(x)) && stepsOf(node) <= CHEAP_STEPS) values.add(v);
  }
  return values;
}

/** How many steps the kernel of a node has. */
function stepsOf({ op, attrs, inputs }: NodeOf<OpName>): number {
  const k = kernelBuilder();
  const scalar = must(OPS[op].scalar) as (k: KernelFactory, args: readonly Expr[], attrs: OpAttrs[OpName]) => Expr;
  const args = inputs.map((_, i) => k.arg('f32', i));
  return inOrder([scalar(k, args, attrs)]).filter((e) => e.kind === 'step' || e.kind === 'select').length;
}

type Readers = ReadonlyMap<ValueId, readonly (NodeOf<OpName> | undefined)[]>;

/** The nodes that read each value, each once; nothing stands for an output or alarm. */
function readersOf(graph: Graph): Readers {
  const readers = new Map<ValueId, (NodeOf<OpName> | undefined)[]>();
  const add = (v: ValueId, reader: NodeOf<OpName> | undefined): void => {
    const list = readers.get(v);
    if (!list) readers.set(v, [reader]);
    else if (list.at(-1) !== reader) list.push(reader);
  };
  for (const node of graph.nodes as readonly NodeOf<OpName>[]) for (const v of node.inputs) add(v, node);
  for (const { value } of [...graph.outputs, ...graph.alarms]) add(value, undefined);
  return readers;
}
