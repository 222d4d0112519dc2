/** The graph builder over the op table: see `builder.ts` for what its methods promise. */
import type { Alarm, Graph, Node, Origin, TensorType, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { ARITY, type OpAttrs, type OpName, type Shape } from '../ir/vocabulary.ts';
import { Bug, invariant, must } from '../text/result.ts';
import type { GraphBuilder } from './builder.ts';
import { OPS } from './index.ts';
import { sameShape, showShape } from './table/rules.ts';

/** Nodes in the making. */
interface Draft {
  readonly nodes: Node[];
  readonly types: TensorType[];
  readonly inputs: ValueId[];
  readonly alarms: Alarm[];
  readonly params: Map<string, ValueId>;
  /** Scalar constants by their bits, so that one number is one node. */
  readonly scalars: Map<number, ValueId>;
  origin: Origin | undefined;
}

const typesOf = (d: Draft, values: readonly ValueId[]): TensorType[] =>
  values.map((v) => must(d.types[v], () => `there is no value ${v}`));

/** The result types of a node, or a Bug that says what does not fit. */
function inferred<K extends OpName>(op: K, inputs: readonly TensorType[], attrs: OpAttrs[K]): readonly TensorType[] {
  const arity = ARITY[op];
  invariant(arity === null || arity === inputs.length, () => `${op} takes ${arity} operands, not ${inputs.length}`);
  const types = OPS[op].infer(inputs, attrs);
  if (typeof types === 'string') throw new Bug(`${op}(${inputs.map((t) => showShape(t.shape)).join(', ')}): ${types}`);
  return types;
}

function append<K extends OpName>(
  d: Draft,
  op: K,
  inputs: readonly ValueId[],
  attrs: OpAttrs[K],
  origin?: Origin,
): readonly ValueId[] {
  const results = inferred(op, typesOf(d, inputs), attrs).map((type) => (d.types.push(type) - 1) as ValueId);
  const from = origin ?? d.origin;
  const node = { op, attrs, inputs: [...inputs], results, ...(from && { origin: from }) };
  d.nodes.push(node as unknown as Node);
  if (op === 'input') d.inputs.push(...results);
  return results;
}

const bitsOf = (value: number): number => must(new Uint32Array(new Float32Array([value]).buffer)[0]);

function param(d: Draft, name: string, shape: Shape): ValueId {
  const known = d.params.get(name);
  if (known !== undefined) {
    const had = must(d.types[known]).shape;
    invariant(sameShape(had, shape), () => `param ${name} has shapes ${showShape(had)} and ${showShape(shape)}`);
    return known;
  }
  const value = must(append(d, 'param', [], { name, shape })[0]);
  d.params.set(name, value);
  return value;
}

function scalar(d: Draft, value: number): ValueId {
  const bits = bitsOf(value);
  const known = d.scalars.get(bits);
  if (known !== undefined) return known;
  const made = must(append(d, 'const', [], { shape: [], data: new Float32Array([value]) })[0]);
  d.scalars.set(bits, made);
  return made;
}

function inline(
  d: Draft,
  graph: Graph,
  inputs: readonly ValueId[],
  params: ReadonlyMap<string, ValueId>,
): readonly ValueId[] {
  invariant(
    inputs.length === graph.inputs.length,
    () => `a graph of ${graph.inputs.length} inputs is given ${inputs.length}`,
  );
  const here = new Map<ValueId, ValueId>(graph.inputs.map((v, i) => [v, must(inputs[i])]));
  const at = (v: ValueId): ValueId => must(here.get(v), () => `value ${v} is used before it is made`);
  for (const [i, v] of graph.inputs.entries()) {
    const [has, given] = [must(graph.types[v]).shape, must(typesOf(d, [must(inputs[i])])[0]).shape];
    invariant(sameShape(has, given), () => `input ${i} has shape ${showShape(has)} and is given ${showShape(given)}`);
  }
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    const made =
      node.op === 'param'
        ? [params.get(node.attrs.name) ?? param(d, node.attrs.name, node.attrs.shape)]
        : append(d, node.op, node.inputs.map(at), node.attrs, node.origin);
    for (const [i, v] of node.results.entries()) here.set(v, must(made[i]));
  }
  for (const alarm of graph.alarms) d.alarms.push({ ...alarm, value: at(alarm.value) });
  return graph.outputs.map((o) => at(o.value));
}

const NO_PARAMS: ReadonlyMap<string, ValueId> = new Map();

/** Makes an empty builder. */
export function graphBuilder(): GraphBuilder {
  const d: Draft = {
    nodes: [],
    types: [],
    inputs: [],
    alarms: [],
    params: new Map(),
    scalars: new Map(),
    origin: undefined,
  };
  const shapeOf = (v: ValueId): Shape => must(typesOf(d, [v])[0]).shape;
  const op = <K extends OpName>(name: K, inputs: readonly ValueId[], attrs: OpAttrs[K], origin?: Origin): ValueId => {
    const results = append(d, name, inputs, attrs, origin);
    invariant(results.length === 1, () => `${name} gives ${results.length} values`);
    return must(results[0]);
  };
  const broadcast = (a: ValueId, shape: Shape, axes: readonly number[]): ValueId =>
    sameShape(shapeOf(a), shape) ? a : op('broadcast', [a], { shape, axes });
  /** Scalars among the operands take the shape of the others. */
  const level = (operands: readonly ValueId[]): ValueId[] => {
    const shape = operands.map(shapeOf).find((s) => s.length > 0) ?? [];
    return operands.map((v) => (shapeOf(v).length === 0 ? broadcast(v, shape, []) : v));
  };
  const full = (shape: Shape, value: number): ValueId => broadcast(scalar(d, value), shape, []);
  const isIdentity = (perm: readonly number[]): boolean => perm.every((a, i) => a === i);
  return {
    node: (name, inputs, attrs, origin) => append(d, name, inputs, attrs, origin),
    op,
    typeOf: (v) => must(typesOf(d, [v])[0]),
    shapeOf,
    within(origin, f) {
      const outer = d.origin;
      d.origin = origin ?? outer;
      try {
        return f();
      } finally {
        d.origin = outer;
      }
    },
    input: (name, shape) => op('input', [], { name, shape }),
    param: (name, shape) => param(d, name, shape),
    constant: (shape, data) =>
      sizeOf(shape) === 1 && shape.length === 0 && data.length === 1
        ? scalar(d, must(data[0]))
        : op('const', [], { shape, data: Float32Array.from(data) }),
    full,
    add: (a, b) => op('add', level([a, b]), {}),
    sub: (a, b) => op('sub', level([a, b]), {}),
    mul: (a, b) => op('mul', level([a, b]), {}),
    div: (a, b) => op('div', level([a, b]), {}),
    min: (a, b) => op('min', level([a, b]), {}),
    max: (a, b) => op('max', level([a, b]), {}),
    neg: (a) => op('neg', [a], {}),
    select: (c, a, b) => op('select', level([c, a, b]), {}),
    gate: (ct, x) => op('gate', level([ct, x]), {}),
    reshape: (a, shape) => (sameShape(shapeOf(a), shape) ? a : op('reshape', [a], { shape })),
    transpose: (a, perm) => (isIdentity(perm) ? a : op('transpose', [a], { perm })),
    broadcast,
    repeat: (a, size) => op('broadcast', [a], { shape: [size, ...shapeOf(a)], axes: shapeOf(a).map((_, i) => i + 1) }),
    sum: (a, axes, order) => (axes.length === 0 ? a : op('sum', [a], { axes, order })),
    einsum: (a, b, attrs) => op('einsum', [a, b], attrs),
    inline: (graph, inputs, params = NO_PARAMS) => inline(d, graph, inputs, params),
    alarm: (alarm) => {
      d.alarms.push(alarm);
    },
    finish: (outputs) => ({
      nodes: [...d.nodes],
      types: [...d.types],
      inputs: [...d.inputs],
      outputs: [...outputs],
      alarms: [...d.alarms],
    }),
  };
}
