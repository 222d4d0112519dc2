/**
 * Hoisting: work that does not depend on a loop's states leaves the loop. What is the same in every step is computed once;
 * a stacked output that needs no state is computed for all steps at once; and so is a product of a slice with something
 * invariant (x · U of all steps is one matrix product). Batching keeps every bit, so this does. `dce` tidies up after it.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import type { BatchOperand } from '../ops/def.ts';
import { must } from '../text/result.ts';
import { batchInto, inEveryLane } from './batch.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, places, rebuild } from './copy.ts';
import { removeDead } from './dce.ts';
import type { Pass } from './pass.ts';

/** On what a value of a body depends at most: nothing, captured values, slices of mapped arrays, states. */
const CONSTANT = 0;
const CAPTURED = 1;
const SLICE = 2;
const STATE = 3;
type Dependence = typeof CONSTANT | typeof CAPTURED | typeof SLICE | typeof STATE;

interface Signature {
  readonly carries: number;
  readonly mapped: number;
}

function dependences(body: Graph, { carries, mapped }: Signature): Dependence[] {
  const of = body.types.map((): Dependence => CONSTANT);
  for (const [i, v] of body.inputs.entries()) of[v] = i < carries ? STATE : i < carries + mapped ? SLICE : CAPTURED;
  for (const node of body.nodes) {
    const most = Math.max(CONSTANT, ...node.inputs.map((v) => of[v] ?? CONSTANT)) as Dependence;
    if (node.op !== 'input') for (const v of node.results) of[v] = most;
  }
  return of;
}

/** Spreading and reshaping cost nothing where they are, and much if their results are kept: what they move is hoisted. */
const isFree = (node: Node): boolean => node.op === 'broadcast' || node.op === 'reshape' || node.op === 'input';

/** The values of a body to be computed outside of it. */
function frontier(body: Graph, signature: Signature): Set<ValueId> {
  const of = dependences(body, signature);
  const makers = new Map(body.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const chosen = new Set<ValueId>();
  const choose = (v: ValueId): void => {
    const maker = must(makers.get(v));
    if (!isFree(maker)) chosen.add(v);
    else for (const inner of maker.inputs) choose(inner);
  };
  for (const node of body.nodes) {
    const most = Math.max(CONSTANT, ...node.inputs.map((v) => of[v] ?? CONSTANT));
    if (most >= SLICE) for (const v of node.inputs) if (of[v] === CAPTURED) choose(v);
    const isProduct = node.op === 'einsum' && most === SLICE && node.inputs.some((v) => (of[v] ?? STATE) <= CAPTURED);
    if (isProduct) for (const v of node.results) chosen.add(v);
  }
  for (const o of body.outputs) if (of[o.value] === CAPTURED) choose(o.value);
  return chosen;
}

/** The body with `chosen` values coming in as further inputs, at the ends of the mapped and of the captured ones. */
export function withInputs(
  body: Graph,
  { carries, mapped }: Signature,
  slices: readonly ValueId[],
  fixed: readonly ValueId[],
): Graph {
  const b = graphBuilder();
  const to = places();
  const own = (from: number, end?: number): readonly ValueId[] => body.inputs.slice(from, end);
  const order = [...own(0, carries + mapped), ...slices, ...own(carries + mapped), ...fixed];
  for (const [i, v] of order.entries()) to.put([v], [b.input(`v${i}`, must(body.types[v]).shape)]);
  for (const node of body.nodes) {
    const missing = node.results.filter((v) => !to.has(v));
    if (missing.length === 0) continue;
    const made = copyNode(b, node, to.all(node.inputs));
    for (const [i, v] of node.results.entries()) if (!to.has(v)) to.put([v], [must(made[i])]);
  }
  return b.finish(body.outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}

/** What a loop's body is given, as operands of `batchInto`: slices are lanes, states are not looked at. */
const lanes = (inputs: readonly ValueId[], { carries, mapped }: Signature): BatchOperand[] =>
  inputs.map((value, i) => ({ value, batched: i >= carries && i < carries + mapped }));

const outside = (body: Graph, values: readonly ValueId[]): Graph =>
  removeDead({ ...body, outputs: values.map((value, i) => ({ name: `h${i}`, value })) });

function hoistScan(b: GraphBuilder, node: NodeOf<'scan'>, inputs: readonly ValueId[]): readonly ValueId[] {
  const { body, carries, mapped, length } = node.attrs;
  if (length === 0) return copyNode(b, node, inputs);
  const c = { b, size: length };
  const of = dependences(body, node.attrs);
  const isFreeOfStates = (i: number): boolean => i >= carries && of[must(body.outputs[i]).value] !== STATE;
  const kept = body.outputs.filter((_, i) => !isFreeOfStates(i));
  const split = body.outputs.filter((_, i) => isFreeOfStates(i));
  const smaller = removeDead({ ...body, outputs: kept });
  const chosen = [...frontier(smaller, node.attrs)];
  const given = lanes(inputs, node.attrs);
  const splitResults = batchInto(
    c,
    outside(
      body,
      split.map((o) => o.value),
    ),
    given,
  ).map((o) => inEveryLane(c, o));
  const values = batchInto(c, outside(smaller, chosen), given);
  const isSlice = (_: ValueId, i: number): boolean => must(values[i]).batched;
  const isFixed = (v: ValueId, i: number): boolean => !isSlice(v, i);
  const [slices, fixed] = [chosen.filter(isSlice), chosen.filter(isFixed)];
  const place = (list: (v: ValueId, i: number) => boolean): ValueId[] =>
    values.map((o) => o.value).filter((_, i) => list(must(chosen[i]), i));
  const next = withInputs(smaller, node.attrs, slices, fixed);
  const end = carries + mapped;
  const all = [...inputs.slice(0, end), ...place(isSlice), ...inputs.slice(end), ...place(isFixed)];
  const attrs = { ...node.attrs, body: next, mapped: mapped + slices.length };
  const results = [...(kept.length > 0 ? b.node('scan', all, attrs) : [])];
  return body.outputs.map((_, i) => must(isFreeOfStates(i) ? splitResults.shift() : results.shift()));
}

function hoistIterate(b: GraphBuilder, node: NodeOf<'iterate'>, inputs: readonly ValueId[]): readonly ValueId[] {
  const signature = { carries: node.attrs.carries, mapped: 0 };
  let { body, cond } = node.attrs;
  let given = inputs;
  const take = (graph: Graph): ValueId[] => {
    const chosen = [...frontier(graph, signature)];
    const values = batchInto({ b, size: 1 }, outside(graph, chosen), lanes(given, signature));
    given = [...given, ...values.map((o) => o.value)];
    return chosen;
  };
  const spare = (graph: Graph, like: Graph, values: readonly ValueId[]): Graph =>
    withSpareInputs(
      graph,
      values.map((v) => must(like.types[v]).shape),
    );
  const ofBody = take(body);
  [body, cond] = [withInputs(body, signature, [], ofBody), spare(cond, body, ofBody)];
  const ofCond = take(cond);
  [cond, body] = [withInputs(cond, signature, [], ofCond), spare(body, cond, ofCond)];
  return b.node('iterate', given, { ...node.attrs, body, cond });
}

/** The graph with further inputs that it does not use. */
function withSpareInputs(graph: Graph, shapes: readonly (readonly number[])[]): Graph {
  const b = graphBuilder();
  const to = places();
  for (const [i, v] of graph.inputs.entries()) to.put([v], [b.input(`v${i}`, must(graph.types[v]).shape)]);
  for (const [i, shape] of shapes.entries()) b.input(`v${graph.inputs.length + i}`, shape);
  for (const node of graph.nodes) if (node.op !== 'input') to.put(node.results, copyNode(b, node, to.all(node.inputs)));
  return b.finish(graph.outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}

/** A state that every step hands on unchanged is a captured value, and its last value its first. */
function settle(node: NodeOf<'scan'> | NodeOf<'iterate'>): { node: typeof node; settled: readonly number[] } {
  const { body, carries } = node.attrs;
  const isSettled = (i: number): boolean => i < carries && body.outputs[i]?.value === body.inputs[i];
  const settled = node.inputs.map((_, i) => i).filter(isSettled);
  if (settled.length === 0) return { node, settled };
  const order = [...node.inputs.map((_, i) => i).filter((i) => !isSettled(i)), ...settled];
  const turned = (graph: Graph): Graph => ({ ...graph, inputs: order.map((i) => must(graph.inputs[i])) });
  const shorter = (graph: Graph): Graph => ({
    ...turned(graph),
    outputs: graph.outputs.filter((_, i) => !isSettled(i)),
  });
  const inputs = order.map((i) => must(node.inputs[i]));
  const results = node.results.filter((_, i) => !isSettled(i));
  const states = carries - settled.length;
  if (node.op === 'scan')
    return {
      node: { ...node, inputs, results, attrs: { ...node.attrs, body: shorter(body), carries: states } },
      settled,
    };
  const attrs = { ...node.attrs, body: shorter(body), cond: turned(node.attrs.cond), carries: states };
  return { node: { ...node, inputs, results, attrs }, settled };
}

function place(b: GraphBuilder, old: Node, inputs: readonly ValueId[]): readonly ValueId[] {
  const here = mapBodies({ ...old, inputs } as Node, hoisted);
  if (here.op !== 'scan' && here.op !== 'iterate') return copyNode(b, here, inputs);
  const { node, settled } = settle(here);
  const isRunning = node.results.length > 0;
  const rest = !isRunning
    ? []
    : [...(node.op === 'scan' ? hoistScan(b, node, node.inputs) : hoistIterate(b, node, node.inputs))];
  return old.results.map((_, i) => must(settled.includes(i) ? inputs[i] : rest.shift()));
}

/** The graph with its loops, the inner ones first, freed of what need not be in them. */
export const hoisted = (graph: Graph): Graph => rebuild(graph, place);

export const hoist: Pass = { name: 'hoist', promise: 'bits', run: (graph) => removeDead(hoisted(graph)) };
