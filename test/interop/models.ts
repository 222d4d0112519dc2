/** Small ONNX models for tests, written by the project's own encoder: nodes as short tuples, float tensors as arrays. */
import { type Draft, encode } from '../../src/interop/onnx/encode.ts';
import { type ATTRIBUTE, MODEL, type NODE, type TENSOR } from '../../src/interop/onnx/schema.ts';
import { utf8Encode } from '../../src/num/bytes.ts';

export type TensorDraft = Draft<typeof TENSOR>;
type Setting = number | string | readonly number[] | { readonly float: number } | { readonly tensor: TensorDraft };

export const floats = (dims: readonly number[], floatData: readonly number[]): TensorDraft => ({
  dims: dims.map(BigInt),
  dataType: 1n,
  floatData,
});
export const wholes = (dims: readonly number[], data: readonly number[]): TensorDraft => ({
  dims: dims.map(BigInt),
  dataType: 7n,
  int64Data: data.map(BigInt),
});

function attribute(name: string, value: Setting): Draft<typeof ATTRIBUTE> {
  if (typeof value === 'number') return { name, i: BigInt(value), type: 2n };
  if (typeof value === 'string') return { name, s: utf8Encode(value), type: 3n };
  if ('float' in value) return { name, f: value.float, type: 1n };
  if ('tensor' in value) return { name, t: value.tensor, type: 4n };
  return { name, ints: value.map(BigInt), type: 7n };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  settings: Readonly<Record<string, Setting>> = {},
): Draft<typeof NODE> {
  const attributes = Object.entries(settings).map(([name, value]) => attribute(name, value));
  return { opType, name: `the ${opType}`, input, output, attribute: attributes };
}

export interface ModelSpec {
  readonly nodes: readonly Draft<typeof NODE>[];
  /** Sizes of the inputs; a text is the name of a size. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly tensors?: Readonly<Record<string, TensorDraft>>;
  readonly opset?: number;
  readonly elements?: number;
}

const port = (name: string, shape: readonly (number | string)[], elements: number) => ({
  name,
  type: {
    tensorType: {
      elemType: BigInt(elements),
      shape: { dim: shape.map((d) => (typeof d === 'string' ? { param: d } : { value: BigInt(d) })) },
    },
  },
});

export function modelBytes({ nodes, inputs, outputs, tensors = {}, opset = 13, elements = 1 }: ModelSpec): Uint8Array {
  return encode(MODEL, {
    irVersion: 8n,
    opsetImport: [{ version: BigInt(opset) }],
    graph: {
      name: 'g',
      node: nodes,
      input: Object.entries(inputs).map(([name, shape]) => port(name, shape, elements)),
      output: outputs.map((name) => ({ name })),
      initializer: Object.entries(tensors).map(([name, t]) => ({ ...t, name })),
    },
  });
}

/** Models that between them use most operators: what the fuzzer starts from. */
export const SEEDS: readonly Uint8Array[] = [
  modelBytes({
    inputs: { x: ['N', 3] },
    outputs: ['y', 'k'],
    tensors: { w: floats([3, 2], [1, -2, 0.5, 3, -1, 2]), b: floats([2], [0.1, -0.2]) },
    nodes: [
      node('Gemm', ['x', 'w', 'b'], ['h'], { alpha: { float: 0.5 } }),
      node('LeakyRelu', ['h'], ['r'], { alpha: { float: 0.1 } }),
      node('Softmax', ['r'], ['y'], { axis: -1 }),
      node('ArgMax', ['y'], ['k'], { axis: 1, keepdims: 0 }),
    ],
  }),
  modelBytes({
    inputs: { x: [1, 2, 6, 6] },
    outputs: ['y'],
    tensors: {
      w: floats(
        [4, 1, 3, 3],
        Array.from({ length: 36 }, (_, i) => i / 18 - 1),
      ),
      s: wholes([2], [0, -1]),
      p: wholes([8], [0, 0, 1, 1, 0, 0, 1, 1]),
      v: floats([4], [1, 2, 3, 4]),
    },
    nodes: [
      node('Pad', ['x', 'p'], ['q'], { mode: 'reflect' }),
      node('Conv', ['q', 'w'], ['c'], { group: 2, pads: [1, 1, 1, 1], strides: [2, 2] }),
      node('BatchNormalization', ['c', 'v', 'v', 'v', 'v'], ['n']),
      node('MaxPool', ['n'], ['m'], { kernel_shape: [2, 2], pads: [1, 0, 0, 1], ceil_mode: 1 }),
      node('AveragePool', ['m'], ['a'], { kernel_shape: [2, 2], auto_pad: 'SAME_UPPER' }),
      node('Reshape', ['a', 's'], ['y']),
    ],
  }),
  modelBytes({
    inputs: { x: [2, 4] },
    outputs: ['y', 'z'],
    tensors: {
      i: wholes([2], [0, -1]),
      zero: wholes([], [0]),
      one: wholes([1], [1]),
      two: wholes([1], [2]),
      m: wholes([1], [-1]),
      one0: wholes([1], [0]),
      shape2: wholes([2], [4, 1]),
      shape3: wholes([2], [4, 3]),
    },
    nodes: [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'zero'], ['rows'], { axis: 0 }),
      node('Unsqueeze', ['rows', 'one0'], ['r1'], {}),
      node('Concat', ['r1', 'm'], ['shape'], { axis: 0 }),
      node('Reshape', ['x', 'shape'], ['u']),
      node('Slice', ['u', 'one', 'two', 'one'], ['v']),
      node('Split', ['u'], ['e', 'f'], { axis: 1 }),
      node('Less', ['e', 'f'], ['t']),
      node('Where', ['t', 'e', 'v'], ['y']),
      node('ConstantOfShape', ['shape2'], ['c'], { value: { tensor: floats([1], [0.5]) } }),
      node('Expand', ['c', 'shape3'], ['w']),
      node('MatMul', ['x', 'w'], ['mm']),
      node('ReduceSum', ['mm', 'm'], ['z'], { keepdims: 0 }),
    ],
  }),
];
