/**
 * The messages of ONNX that are read and written: field numbers, names and kinds, as data (onnx/onnx.proto3). The types
 * of the messages are derived from these tables; `decode.ts` and `encode.ts` are the two directions.
 */

interface Kinds {
  string: string;
  bytes: Uint8Array;
  int: bigint;
  float: number;
  double: number;
}
export type Kind = keyof Kinds;

/** A field holds one value or, with `many`, a list. */
export interface FieldSpec {
  readonly field: number;
  readonly kind: Kind | MessageSpec;
  readonly many: boolean;
}
export interface MessageSpec {
  readonly [name: string]: FieldSpec;
}

type ValueOf<K> = K extends Kind ? Kinds[K] : K extends MessageSpec ? MessageOf<K> : never;
/** A message that was read: lists are there though empty, single fields may be missing. */
export type MessageOf<M extends MessageSpec> = {
  readonly [N in keyof M]: M[N]['many'] extends true
    ? readonly ValueOf<M[N]['kind']>[]
    : ValueOf<M[N]['kind']> | undefined;
};

const one = <F extends number, K extends Kind | MessageSpec>(field: F, kind: K) =>
  ({ field, kind, many: false }) as const;
const many = <F extends number, K extends Kind | MessageSpec>(field: F, kind: K) =>
  ({ field, kind, many: true }) as const;

const ENTRY = { key: one(1, 'string'), value: one(2, 'string') } as const;

export const TENSOR = {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  floatData: many(4, 'float'),
  int32Data: many(5, 'int'),
  stringData: many(6, 'bytes'),
  int64Data: many(7, 'int'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'double'),
  uint64Data: many(11, 'int'),
  externalData: many(13, ENTRY),
  dataLocation: one(14, 'int'),
} as const;

/** Graphs within attributes (loops, branches) are kept as bytes: their operators are refused by name. */
export const ATTRIBUTE = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int'),
  s: one(4, 'bytes'),
  t: one(5, TENSOR),
  g: one(6, 'bytes'),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  strings: many(9, 'bytes'),
  type: one(20, 'int'),
  refAttrName: one(21, 'string'),
} as const;

export const NODE = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, ATTRIBUTE),
  domain: one(7, 'string'),
} as const;

const DIMENSION = { value: one(1, 'int'), param: one(2, 'string') } as const;
const TENSOR_TYPE = { elemType: one(1, 'int'), shape: one(2, { dim: many(1, DIMENSION) } as const) } as const;
/** Sequences, maps and optionals are kept as bytes, to be refused. */
const TYPE = {
  tensorType: one(1, TENSOR_TYPE),
  sequence: one(4, 'bytes'),
  map: one(5, 'bytes'),
  optional: one(9, 'bytes'),
} as const;
export const VALUE_INFO = { name: one(1, 'string'), type: one(2, TYPE) } as const;

export const GRAPH = {
  node: many(1, NODE),
  name: one(2, 'string'),
  initializer: many(5, TENSOR),
  input: many(11, VALUE_INFO),
  output: many(12, VALUE_INFO),
  sparseInitializer: many(15, 'bytes'),
} as const;

export const MODEL = {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  graph: one(7, GRAPH),
  opsetImport: many(8, { domain: one(1, 'string'), version: one(2, 'int') } as const),
  functions: many(25, 'bytes'),
} as const;

export type TensorProto = MessageOf<typeof TENSOR>;
export type AttributeProto = MessageOf<typeof ATTRIBUTE>;
export type NodeProto = MessageOf<typeof NODE>;
export type ValueInfoProto = MessageOf<typeof VALUE_INFO>;
export type GraphProto = MessageOf<typeof GRAPH>;
export type ModelProto = MessageOf<typeof MODEL>;

/** Types of elements, `TensorProto.DataType`. */
export const DATA_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'float'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'double'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);
