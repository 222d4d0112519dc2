/**
 * Graphs in the making, one inside the other: the whole graph and the bodies of its loops. A tensor belongs to the body
 * that made it; used further in, it becomes an input of the loops between (closure conversion). An op is appended to the
 * outermost body that has all its operands, so what does not vary in a loop is computed outside of it.
 */
import { type Graph, type Origin, sizeOf, type ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName, Shape } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { Bug, must } from '../text/result.ts';
import type { Span } from '../text/span.ts';

/** A tensor made by a node, or a constant that is placed where it is used. */
export type Tensor = NodeTensor | ConstTensor;

export interface NodeTensor {
  readonly kind: 'node';
  readonly body: Body;
  readonly id: ValueId;
  readonly shape: Shape;
}

export interface ConstTensor {
  readonly kind: 'const';
  readonly shape: Shape;
  /** All numbers in row-major order, or the one number that all of them are. */
  readonly data: Float32Array;
}

/** A value that reports when it is positive. */
export interface PendingAlarm {
  readonly value: Tensor;
  readonly message: string;
  readonly at: Span;
}

/** An input of a loop body and the outer tensor that it stands for. */
interface BodyInput {
  readonly role: 'carry' | 'mapped' | 'captured';
  readonly source: Tensor;
  readonly inner: NodeTensor;
}

/** A graph under construction. */
export interface Body {
  readonly parent: Body | undefined;
  readonly depth: number;
  readonly builder: GraphBuilder;
  readonly inputs: BodyInput[];
  /** Outer tensors that are here already, and constants placed here. */
  readonly captured: Map<Tensor, NodeTensor>;
  readonly mapped: Map<Tensor, NodeTensor>;
  readonly alarms: PendingAlarm[];
  /** What values are called in the text: the first name each got. */
  readonly names: Map<ValueId, string>;
}

/** Constants of at most this many numbers are repeated in each loop body that uses them, larger ones are captured. */
const SMALL_CONSTANT = 16;

export const newBody = (parent?: Body): Body => ({
  parent,
  depth: parent ? parent.depth + 1 : 0,
  builder: graphBuilder(),
  inputs: [],
  captured: new Map(),
  mapped: new Map(),
  alarms: [],
  names: new Map(),
});

export const rootOf = (body: Body): Body => (body.parent ? rootOf(body.parent) : body);

/** `inner` is `outer` or lies in it. */
export function liesIn(inner: Body, outer: Body): boolean {
  let at: Body | undefined = inner;
  while (at && at.depth > outer.depth) at = at.parent;
  return at === outer;
}

export const constTensor = (shape: Shape, data: Float32Array): ConstTensor => ({ kind: 'const', shape, data });
export const scalar = (value: number): ConstTensor => constTensor([], Float32Array.of(value));

/** One number everywhere; written down as a broadcast, wherever it is used. */
export const splat = (shape: Shape, value: number): ConstTensor => constTensor(shape, Float32Array.of(value));

/** The number that all elements of a constant are, when it is known to be one. */
export const splatValue = (t: Tensor): number | undefined =>
  t.kind === 'const' && t.data.length === 1 ? t.data[0] : undefined;

/** All numbers of a constant. */
export const numbersIn = (t: ConstTensor): Float32Array =>
  t.data.length === sizeOf(t.shape) ? t.data : new Float32Array(sizeOf(t.shape)).fill(must(t.data[0]));

/** The tensor that a node defines as its `k`th result. */
export const nodeTensor = (body: Body, id: ValueId): NodeTensor => ({
  kind: 'node',
  body,
  id,
  shape: body.builder.shapeOf(id),
});

/** Calls a value by a name of the text, unless it has one. */
export function nameTensor(t: Tensor, name: string): void {
  if (t.kind === 'node' && !t.body.names.has(t.id)) t.body.names.set(t.id, name);
}

/** A finished graph with the names of its body's values in the origins of their nodes. */
export function withNames(graph: Graph, names: ReadonlyMap<ValueId, string>): Graph {
  const nodes = graph.nodes.map((node) => {
    const name = node.results.map((v) => names.get(v)).find((n) => n !== undefined);
    return name === undefined || !node.origin ? node : { ...node, origin: { ...node.origin, name } };
  });
  return { ...graph, nodes };
}

/** The innermost body among those of the tensors; the whole graph when all are constants. */
export function homeOf(tensors: readonly Tensor[], within: Body): Body {
  let home = rootOf(within);
  for (const t of tensors) if (t.kind === 'node' && t.body.depth > home.depth) home = t.body;
  return home;
}

/** The value of a tensor inside `body`; an outer one is captured, a constant is written down. */
export function place(t: Tensor, body: Body): ValueId {
  if (t.kind === 'node' && t.body === body) return t.id;
  const known = body.captured.get(t);
  if (known) return known.id;
  if (t.kind === 'node' && !liesIn(body, t.body)) throw new Bug('a tensor left its loop');
  const local = t.kind === 'const' && (!body.parent || t.data.length <= SMALL_CONSTANT);
  const inner = local ? nodeTensor(body, constantIn(body, t)) : addInput(body, 'captured', t, t.shape);
  body.captured.set(t, inner);
  return inner.id;
}

function constantIn({ builder }: Body, t: ConstTensor): ValueId {
  const value = splatValue(t);
  return value === undefined ? builder.constant(t.shape, t.data) : builder.full(t.shape, value);
}

function addInput(body: Body, role: BodyInput['role'], source: Tensor, shape: Shape): NodeTensor {
  const id = body.builder.input(`${role}${body.inputs.length}`, shape);
  const inner = nodeTensor(body, id);
  body.inputs.push({ role, source, inner });
  return inner;
}

/** A state of the loop whose body this is. */
export const addCarry = (body: Body, init: Tensor): NodeTensor => addInput(body, 'carry', init, init.shape);

/** The slice of an outer tensor's leading axis that belongs to a step of the loop. */
export function mapInto(body: Body, source: Tensor): Tensor {
  const value = splatValue(source);
  if (value !== undefined && source.shape[0] !== 0) return splat(source.shape.slice(1), value);
  return addMapped(body, source);
}

/** The same as an input, whatever the source is. */
export function addMapped(body: Body, source: Tensor): NodeTensor {
  const known = body.mapped.get(source);
  if (known) return known;
  const inner = addInput(body, 'mapped', source, source.shape.slice(1));
  body.mapped.set(source, inner);
  return inner;
}

/** Appends a node at the outermost place where its operands are. `within`: any open body of this graph. */
export function append<K extends OpName>(
  within: Body,
  node: { readonly op: K; readonly attrs: OpAttrs[K]; readonly origin: Origin | undefined },
  operands: readonly Tensor[],
): readonly NodeTensor[] {
  const home = homeOf(operands, within);
  const ids = operands.map((t) => place(t, home));
  return home.builder.node(node.op, ids, node.attrs, node.origin).map((id) => nodeTensor(home, id));
}

/** Appends a node in the body itself, wherever its operands are: as it is written. */
export function appendHere<K extends OpName>(
  body: Body,
  node: { readonly op: K; readonly attrs: OpAttrs[K]; readonly origin: Origin | undefined },
  operands: readonly Tensor[],
): readonly NodeTensor[] {
  const ids = operands.map((t) => place(t, body));
  return body.builder.node(node.op, ids, node.attrs, node.origin).map((id) => nodeTensor(body, id));
}

/** What a finished body needs from outside: its states, then the mapped arrays and captured values that its outputs depend on. */
export function neededInputs(body: Body, outputs: readonly Tensor[]): BodyInput[] {
  const values = outputs.map((t) => place(t, body));
  const live = liveValues(body.builder.finish(values.map((value, i) => ({ name: `out${i}`, value }))));
  const isNeeded = (i: BodyInput): boolean => i.role === 'carry' || live.has(i.inner.id);
  return (['carry', 'mapped', 'captured'] as const).flatMap((role) =>
    body.inputs.filter((i) => i.role === role && isNeeded(i)),
  );
}

/** The inputs of two bodies that run over the same states: those of the first, then what only the second captures. */
export const jointInputs = (a: readonly BodyInput[], b: readonly BodyInput[]): BodyInput[] => [
  ...a,
  ...b.filter((i) => i.role === 'captured' && !a.some((j) => j.role === 'captured' && j.source === i.source)),
];

const NAMES = { carry: 'state', mapped: 'item', captured: 'outer' } as const;

/** The body as a graph whose inputs stand for `inputs` in that order: its own needed ones, or those of a pair of bodies. */
export function finishBody(body: Body, inputs: readonly BodyInput[], outputs: readonly Tensor[]): Graph {
  const finished = body.builder.finish(outputs.map((t, i) => ({ name: `out${i}`, value: place(t, body) })));
  const graph = withNames(finished, body.names);
  const builder = graphBuilder();
  const seen = { carry: 0, mapped: 0, captured: 0 };
  const carries = body.inputs.filter((i) => i.role === 'carry');
  const moved = new Map<ValueId, ValueId>();
  for (const input of inputs) {
    const k = seen[input.role]++;
    const id = builder.input(`${NAMES[input.role]}${k}`, input.inner.shape);
    const same = (i: BodyInput): boolean => i.role === input.role && i.source === input.source;
    const mine = input.role === 'carry' ? carries[k] : body.inputs.find(same);
    if (mine) moved.set(mine.inner.id, id);
  }
  copyLive(graph, builder, moved);
  return builder.finish(graph.outputs.map((o) => ({ name: o.name, value: must(moved.get(o.value)) })));
}

/** Copies the nodes that the outputs and alarms need; `moved` holds where the inputs are, and gets the rest. */
export function copyLive(graph: Graph, builder: GraphBuilder, moved: Map<ValueId, ValueId>): void {
  const live = liveValues(graph);
  const at = (v: ValueId): ValueId => must(moved.get(v), 'a value is used before it is made');
  for (const node of graph.nodes) {
    if (node.op === 'input' || !node.results.some((v) => live.has(v))) continue;
    const made = builder.node(node.op, node.inputs.map(at), node.attrs, node.origin);
    for (const [k, v] of node.results.entries()) moved.set(v, must(made[k]));
  }
}

/** The values that outputs and alarms depend on. */
function liveValues(graph: Graph): ReadonlySet<ValueId> {
  const live = new Set<ValueId>([...graph.outputs, ...graph.alarms].map((o) => o.value));
  for (const node of [...graph.nodes].reverse())
    if (node.results.some((v) => live.has(v))) for (const v of node.inputs) live.add(v);
  return live;
}
