/**
 * ONNX models as bytes: just enough of the protobuf format (onnx.proto3, opset 17) to write float32 graphs with static shapes.
 * Used by `onnx-graphs.ts`; read by onnxruntime, which refuses what is malformed.
 */
import type { Tensor } from '../work.ts';

type Attribute = number | readonly number[] | { readonly float: number };

export interface OnnxBuilder {
  input(name: string, shape: readonly number[]): string;
  constant(tensor: Tensor): string;
  /** Integers, as some operators take their shapes and axes. */
  integers(values: readonly number[]): string;
  scalar(value: number): string;
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  nodes(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): string[];
  finish(outputs: Readonly<Record<string, { readonly value: string; readonly shape: readonly number[] }>>): Uint8Array;
}

const FLOAT = 1;
const INT64 = 7;

// --- protobuf --------------------------------------------------------------------------------------------

type Field = readonly [number, Value];
type Value = number | string | Uint8Array | readonly Field[] | { readonly float: number };

function varint(n: number): number[] {
  let left = BigInt.asUintN(64, BigInt(n));
  const out: number[] = [];
  do {
    out.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return out;
}

function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.map(([id, value]) => field(id, value));
  return Buffer.concat(parts);
}

function field(id: number, value: Value): Uint8Array {
  if (typeof value === 'number') return Uint8Array.from([...varint(id << 3), ...varint(value)]);
  if (typeof value === 'object' && 'float' in value) {
    const bytes = new Uint8Array(Float32Array.of(value.float).buffer);
    return Uint8Array.from([...varint((id << 3) | 5), ...bytes]);
  }
  const body =
    typeof value === 'string'
      ? Buffer.from(value)
      : value instanceof Uint8Array
        ? value
        : message(value as readonly Field[]);
  return Buffer.concat([Uint8Array.from([...varint((id << 3) | 2), ...varint(body.length)]), body]);
}

// --- ONNX ------------------------------------------------------------------------------------------------

function attribute(name: string, value: Attribute): Value {
  const [kind, field]: [number, readonly Field[]] =
    typeof value === 'number'
      ? [2, [[3, value]]]
      : 'float' in value
        ? [1, [[2, value]]]
        : [7, value.map((n): Field => [8, n])];
  return [[1, name], ...field, [20, kind]];
}

const tensor = (name: string, type: number, shape: readonly number[], bytes: Uint8Array): Value => [
  ...shape.map((n): Field => [1, n]),
  [2, type],
  [8, name],
  [9, bytes],
];

const valueInfo = (name: string, shape: readonly number[]): Value => {
  const dims = shape.map((n): Field => [1, [[1, n]]]);
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, FLOAT],
            [2, dims],
          ],
        ],
      ],
    ],
  ];
};

export function onnxBuilder(): OnnxBuilder {
  const nodes: Field[] = [];
  const constants: Field[] = [];
  const inputs: Field[] = [];
  const known = new Map<string, string>();
  let count = 0;
  const fresh = (): string => `v${count++}`;
  const kept = (key: string, type: number, shape: readonly number[], bytes: Uint8Array): string => {
    const had = known.get(key);
    if (had !== undefined) return had;
    const name = fresh();
    known.set(key, name);
    constants.push([5, tensor(name, type, shape, bytes)]);
    return name;
  };
  const builder: OnnxBuilder = {
    input(name, shape) {
      inputs.push([11, valueInfo(name, shape)]);
      return name;
    },
    constant({ shape, data }) {
      const name = fresh();
      constants.push([5, tensor(name, FLOAT, shape, new Uint8Array(data.slice().buffer))]);
      return name;
    },
    integers: (values) =>
      kept(`i${values}`, INT64, [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)),
    scalar: (value) => kept(`f${value}`, FLOAT, [], new Uint8Array(Float32Array.of(value).buffer)),
    node: (op, from, attributes) => builder.nodes(op, from, 1, attributes)[0] ?? '',
    nodes(op, from, results, attributes = {}) {
      const out = Array.from({ length: results }, fresh);
      nodes.push([
        1,
        [
          ...from.map((name): Field => [1, name]),
          ...out.map((name): Field => [2, name]),
          [4, op],
          ...Object.entries(attributes).map(([name, value]): Field => [5, attribute(name, value)]),
        ],
      ]);
      return out;
    },
    finish(outputs) {
      const named = Object.entries(outputs).map(([name, { value, shape }]) => {
        nodes.push([
          1,
          [
            [1, value],
            [2, name],
            [4, 'Identity'],
          ],
        ]);
        return [12, valueInfo(name, shape)] as const;
      });
      const graph: Field[] = [...nodes, [2, 'work'], ...constants, ...inputs, ...named];
      return message([
        [1, 8],
        [7, graph],
        [
          8,
          [
            [1, ''],
            [2, 17],
          ],
        ],
      ]);
    },
  };
  return builder;
}
