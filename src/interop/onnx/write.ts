/**
 * A graph as an ONNX model (opset 17): params and constants as initializers, truth values as ±1 where they leave a
 * comparison. Read back it gives the same bits, but for orders of summation that ONNX cannot state: there sums come in lanes,
 * products sequential and dots in lanes. Loops, random numbers, `put` and the exact lookup have no counterpart
 * and are Problems. The same graph gives the same bytes.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Axes, OpName, Shape } from '../../ir/vocabulary.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { type Draft, encode } from './encode.ts';
import { type ATTRIBUTE, MODEL, type NODE, type TENSOR } from './schema.ts';

const WRITTEN_OPSET = 17n;
const IR_VERSION = 8n;
const FLOAT = 1n;
const INT64 = 7n;
/** `AttributeProto.AttributeType`. */
const TYPE_INT = 2n;
const TYPE_INTS = 7n;

type NodeDraft = Draft<typeof NODE>;
type TensorDraft = Draft<typeof TENSOR>;
type Attribute = Draft<typeof ATTRIBUTE>;

/** A model in the making. */
interface Model {
  readonly graph: Graph;
  readonly names: Map<ValueId, string>;
  readonly taken: Set<string>;
  readonly nodes: NodeDraft[];
  readonly tensors: TensorDraft[];
  /** Initializers that are written once each: shapes, axes, single numbers. */
  readonly shared: Map<string, string>;
}

export interface WriteOptions {
  readonly name?: string;
  readonly producer?: string;
}

/** The bytes of a model that computes the graph with these params. */
export function writeOnnx(
  graph: Graph,
  params: ReadonlyMap<string, Float32Array>,
  { name = 'program', producer = 'sutra' }: WriteOptions = {},
): Result<Uint8Array> {
  const problems = refused(graph);
  if (problems.length > 0) return fail(problems);
  const m: Model = { graph, names: new Map(), taken: new Set(), nodes: [], tensors: [], shared: new Map() };
  const inputs = reserve(m);
  for (const node of graph.nodes) writeNode(m, node, params);
  const outputs = graph.outputs.map(({ name: wanted, value }) => {
    const free = fresh(m, wanted);
    add(m, 'Identity', [nameOf(m, value)], [], free);
    return port(free, shapeOf(m, value));
  });
  const drawn = { name, node: m.nodes, initializer: m.tensors, input: inputs, output: outputs };
  const opsetImport = [{ domain: '', version: WRITTEN_OPSET }];
  return ok(encode(MODEL, { irVersion: IR_VERSION, producerName: producer, graph: drawn, opsetImport }));
}

const UNWRITTEN: readonly OpName[] = ['random', 'put', 'scan', 'iterate'];

function refused(graph: Graph): Problem[] {
  const bad = new Set(
    graph.nodes.flatMap((n) =>
      UNWRITTEN.includes(n.op) || (n.op === 'einsum' && n.attrs.order === 'pick') ? [n.op] : [],
    ),
  );
  return [...bad].map((op) => problem('onnx-export', undefined, { op }));
}

const shapeOf = (m: Model, v: ValueId): Shape => must(m.graph.types[v]).shape;
const nameOf = (m: Model, v: ValueId): string => must(m.names.get(v));

/** Names of inputs, params and outputs are kept; the values between get numbers. */
function reserve(m: Model) {
  for (const node of m.graph.nodes) if (node.op === 'param') m.taken.add(node.attrs.name);
  const wanted = new Map(m.graph.nodes.flatMap((n) => (n.op === 'input' ? [[n.results[0], n.attrs.name]] : [])));
  return m.graph.inputs.map((v) => {
    const name = fresh(m, wanted.get(v) ?? 'x');
    m.names.set(v, name);
    return port(name, shapeOf(m, v));
  });
}

function fresh(m: Model, wanted: string): string {
  let name = wanted;
  for (let i = 1; m.taken.has(name); i++) name = `${wanted}_${i}`;
  m.taken.add(name);
  return name;
}

const port = (name: string, shape: Shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((d) => ({ value: BigInt(d) })) } } },
});

const bytesOf = (data: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  for (const [i, x] of data.entries()) view.setFloat32(4 * i, x, true);
  return bytes;
};

function initializer(m: Model, name: string, shape: Shape, data: Float32Array): string {
  m.tensors.push({ name, dims: shape.map(BigInt), dataType: FLOAT, rawData: bytesOf(data) });
  return name;
}

function once(m: Model, key: string, make: (name: string) => TensorDraft): string {
  const had = m.shared.get(key);
  if (had !== undefined) return had;
  const name = fresh(m, `c${m.shared.size}`);
  m.shared.set(key, name);
  m.tensors.push({ ...make(name), name });
  return name;
}

/** A list of whole numbers as an operand. */
const list = (m: Model, numbers: readonly number[]): string =>
  once(m, `list ${numbers.join()}`, () => ({
    dims: [BigInt(numbers.length)],
    dataType: INT64,
    int64Data: numbers.map(BigInt),
  }));

const number = (m: Model, x: number): string =>
  once(m, `number ${Object.is(x, -0) ? '-0' : x}`, () => ({
    dims: [],
    dataType: FLOAT,
    rawData: bytesOf(Float32Array.of(x)),
  }));

const int = (name: string, value: number): Attribute => ({ name, i: BigInt(value), type: TYPE_INT });
const ints = (name: string, values: readonly number[]): Attribute => ({
  name,
  ints: values.map(BigInt),
  type: TYPE_INTS,
});

/** Appends a node and gives the name of its result. */
function add(
  m: Model,
  op: string,
  input: readonly string[],
  attribute: readonly Attribute[] = [],
  output = fresh(m, 't'),
) {
  m.nodes.push({ input, output: [output], name: output, opType: op, attribute });
  return output;
}

const SAME_NAME: { readonly [K in OpName]?: string } = {
  neg: 'Neg',
  abs: 'Abs',
  sqrt: 'Sqrt',
  exp: 'Exp',
  log: 'Log',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  sin: 'Sin',
  cos: 'Cos',
  erf: 'Erf',
  floor: 'Floor',
  round: 'Round',
  sign: 'Sign',
  stopGradient: 'Identity',
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  pow: 'Pow',
  min: 'Min',
  max: 'Max',
};

const TESTS = { lt: 'Less', le: 'LessOrEqual', eq: 'Equal' } as const;

function writeNode(m: Model, node: Node, params: ReadonlyMap<string, Float32Array>): void {
  const value = must(node.results[0]);
  if (node.op === 'input') return;
  m.names.set(value, written(m, node, params));
}

function written(m: Model, node: Node, params: ReadonlyMap<string, Float32Array>): string {
  const x = node.inputs.map((v) => nameOf(m, v));
  const same = SAME_NAME[node.op];
  if (same !== undefined) return add(m, same, x);
  const [first = ''] = x;
  switch (node.op) {
    case 'param':
      return initializer(m, node.attrs.name, node.attrs.shape, must(params.get(node.attrs.name)));
    case 'const':
      return initializer(m, fresh(m, 'c'), node.attrs.shape, node.attrs.data);
    case 'gate':
      return add(m, 'Where', [add(m, 'Equal', [first, number(m, 0)]), number(m, 0), add(m, 'Mul', x)]);
    case 'lt':
    case 'le':
    case 'eq':
      return add(m, 'Where', [add(m, TESTS[node.op], x), number(m, 1), number(m, -1)]);
    case 'select':
      return add(m, 'Where', [add(m, 'Greater', [first, number(m, 0)]), ...x.slice(1)]);
    case 'concat':
      return add(m, 'Concat', x, [int('axis', node.attrs.axis)]);
    case 'sum':
      // No axes would mean all of them; a sum in lanes begins at +0.
      if (node.attrs.axes.length === 0) return add(m, 'Add', [first, number(m, 0)]);
      return add(m, 'ReduceSum', [first, list(m, node.attrs.axes)], [int('keepdims', 0)]);
    case 'reduceMax':
      if (node.attrs.axes.length === 0) return first;
      return add(m, 'ReduceMax', [first], [ints('axes', node.attrs.axes), int('keepdims', 0)]);
    case 'reduceMin':
      if (node.attrs.axes.length === 0) return first;
      return add(m, 'ReduceMin', [first], [ints('axes', node.attrs.axes), int('keepdims', 0)]);
    case 'argmax':
      return oneHot(m, node, first);
    case 'einsum':
      return product(m, node);
    default:
      return moved(m, node, first);
  }
}

/** 1 at the first largest: its index compared with the numbers 0, 1, ... along the axis. */
function oneHot(m: Model, node: NodeOf<'argmax'>, x: string): string {
  const shape = shapeOf(m, must(node.inputs[0]));
  const { axis } = node.attrs;
  const index = add(m, 'ArgMax', [x], [int('axis', axis), int('keepdims', 1)]);
  const places = Array.from({ length: shape[axis] ?? 0 }, (_, i) => i);
  const along = add(m, 'Reshape', [
    list(m, places),
    list(
      m,
      shape.map((d, i) => (i === axis ? d : 1)),
    ),
  ]);
  return add(m, 'Where', [add(m, 'Equal', [index, along]), number(m, 1), number(m, 0)]);
}

function moved(m: Model, node: Node, x: string): string {
  const stays = node.op === 'pad' || node.op === 'slice' || node.op === 'transpose';
  if (stays && shapeOf(m, must(node.results[0])).length === 0) return x;
  switch (node.op) {
    case 'reshape':
      return reshape(m, x, node.attrs.shape);
    case 'transpose':
      return add(m, 'Transpose', [x], [ints('perm', node.attrs.perm)]);
    case 'broadcast': {
      const { shape, axes } = node.attrs;
      return add(m, 'Expand', [
        reshape(
          m,
          x,
          shape.map((d, i) => (axes.includes(i) ? d : 1)),
        ),
        list(m, shape),
      ]);
    }
    case 'slice': {
      const { starts, limits } = node.attrs;
      return add(m, 'Slice', [
        x,
        list(m, starts),
        list(m, limits),
        list(
          m,
          starts.map((_, i) => i),
        ),
      ]);
    }
    case 'pad':
      return add(m, 'Pad', [x, list(m, [...node.attrs.low, ...node.attrs.high])]);
    case 'take':
      return add(m, 'Gather', [x, list(m, node.attrs.indices)], [int('axis', node.attrs.axis)]);
    default:
      return must<string>(undefined, () => `${node.op} is not written as ONNX`);
  }
}

/** Zeros in a shape are sizes, not "as it was". */
const reshape = (m: Model, x: string, shape: Shape): string =>
  add(m, 'Reshape', [x, list(m, shape)], [int('allowzero', 1)]);

/** A contraction as one MatMul of [shared, own, summed] and [shared, summed, own]. */
function product(m: Model, node: NodeOf<'einsum'>): string {
  const { lhs, rhs, out } = node.attrs;
  const [a, b] = [must(node.inputs[0]), must(node.inputs[1])];
  const sizes = new Map<number, number>();
  for (const [i, l] of lhs.entries()) sizes.set(l, shapeOf(m, a)[i] ?? 1);
  for (const [i, l] of rhs.entries()) sizes.set(l, shapeOf(m, b)[i] ?? 1);
  const summed = lhs.filter((l) => !out.includes(l));
  const batch = out.filter((l) => lhs.includes(l) && rhs.includes(l));
  const rows = out.filter((l) => lhs.includes(l) && !rhs.includes(l));
  const columns = out.filter((l) => !lhs.includes(l) && rhs.includes(l));
  const size = (labels: Axes): number => sizeOf(labels.map((l) => sizes.get(l) ?? 1));
  const flat = (x: string, labels: Axes, groups: readonly Axes[]): string =>
    reshape(
      m,
      turned(
        m,
        x,
        groups.flat().map((l) => labels.indexOf(l)),
      ),
      groups.map(size),
    );
  if (out.length === 0 && node.attrs.order === 'lanes')
    return add(m, 'MatMul', [flat(nameOf(m, a), lhs, [summed]), flat(nameOf(m, b), rhs, [summed])]);
  if (summed.length === 0 && out.length === 0) return add(m, 'Mul', [nameOf(m, a), nameOf(m, b)]);
  const made = add(m, 'MatMul', [
    flat(nameOf(m, a), lhs, [batch, rows, summed]),
    flat(nameOf(m, b), rhs, [batch, summed, columns]),
  ]);
  const order = [...batch, ...rows, ...columns];
  const full = reshape(
    m,
    made,
    order.map((l) => sizes.get(l) ?? 1),
  );
  return turned(
    m,
    full,
    out.map((l) => order.indexOf(l)),
  );
}

const turned = (m: Model, x: string, perm: readonly number[]): string =>
  perm.every((p, i) => p === i) ? x : add(m, 'Transpose', [x], [ints('perm', perm)]);
