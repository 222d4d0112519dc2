/**
 * Tensors of a model: TensorProto to numbers. Exactly one place must hold as many numbers as the shape says: the raw
 * bytes, the typed list, or a file beside the model whose bytes the caller gives. Used by the import.
 */
import type { Shape } from '../../ir/vocabulary.ts';
import { utf8Decode } from '../../num/bytes.ts';
import { DATA_TYPES, type TensorProto } from './schema.ts';

/** What the import tells apart. Integers of all widths are one type; bools are numbers 0 and 1 here. */
export type ElementType = 'float' | 'double' | 'int' | 'bool';

export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** Integers beyond 2^53 are rounded. */
  readonly data: Float32Array | Float64Array;
}

/** Bytes of files that stand beside a model, by the name the model uses. */
export type External = (location: string) => Uint8Array | undefined;

/** No tensor, known or computed, has more elements: a length in a damaged file cannot ask for all memory. */
export const MOST_ELEMENTS = 2 ** 28;
export const MOST_AXES = 16;

type Reader = (view: DataView, at: number) => number;
const RAW: Readonly<Record<string, readonly [size: number, type: ElementType, read: Reader]>> = {
  float: [4, 'float', (v, at) => v.getFloat32(at, true)],
  double: [8, 'double', (v, at) => v.getFloat64(at, true)],
  int64: [8, 'int', (v, at) => Number(v.getBigInt64(at, true))],
  uint64: [8, 'int', (v, at) => Number(v.getBigUint64(at, true))],
  int32: [4, 'int', (v, at) => v.getInt32(at, true)],
  uint32: [4, 'int', (v, at) => v.getUint32(at, true)],
  int16: [2, 'int', (v, at) => v.getInt16(at, true)],
  uint16: [2, 'int', (v, at) => v.getUint16(at, true)],
  int8: [1, 'int', (v, at) => v.getInt8(at)],
  uint8: [1, 'int', (v, at) => v.getUint8(at)],
  bool: [1, 'bool', (v, at) => v.getUint8(at)],
};

/** The type of elements with this number, or why it cannot be used. */
export function elementType(number: bigint | undefined): ElementType | { readonly why: string } {
  const name = DATA_TYPES.get(Number(number ?? 0n));
  const found = name === undefined ? undefined : RAW[name];
  return found ? found[1] : { why: `its elements are of type ${name ?? number ?? 'unknown'}, which is not read` };
}

/** A shape, or why it is none. */
export function shapeOf(dims: readonly bigint[]): Shape | { readonly why: string } {
  if (dims.length > MOST_AXES) return { why: `it has ${dims.length} axes; ${MOST_AXES} are read at most` };
  let size = 1;
  for (const d of dims) {
    if (d < 0n || d > BigInt(MOST_ELEMENTS)) return { why: `its shape [${dims.join(', ')}] is not possible` };
    size *= Math.max(1, Number(d));
  }
  return size > MOST_ELEMENTS
    ? { why: `its shape [${dims.join(', ')}] has more than ${MOST_ELEMENTS} elements` }
    : dims.map(Number);
}

/** The numbers of a tensor, or one sentence on what is wrong. */
export function readTensor(proto: TensorProto, external: External): Tensor | { readonly why: string } {
  const dtype = DATA_TYPES.get(Number(proto.dataType ?? 0n)) ?? '';
  const type = elementType(proto.dataType);
  if (typeof type !== 'string') return type;
  const shape = shapeOf(proto.dims);
  if ('why' in shape) return shape;
  const count = shape.reduce((n, d) => n * d, 1);
  const data = proto.dataLocation === 1n ? outside(proto, dtype, count, external) : inside(proto, dtype, count);
  if ('why' in data) return data;
  const bad = type === 'bool' ? data.find((x) => x !== 0 && x !== 1) : undefined;
  if (bad !== undefined) return { why: `it is of truth values and holds ${bad}` };
  return { name: proto.name ?? '', type, shape, data };
}

const room = (dtype: string, count: number): Float32Array | Float64Array =>
  dtype === 'float' ? new Float32Array(count) : new Float64Array(count);

type Data = Float32Array | Float64Array | { readonly why: string };

function inside(proto: TensorProto, dtype: string, count: number): Data {
  const lists = [proto.floatData, proto.int32Data, proto.int64Data, proto.doubleData, proto.uint64Data];
  const filled = lists.filter((l) => l.length > 0);
  if (proto.rawData !== undefined && proto.rawData.length > 0) {
    if (filled.length > 0) return { why: 'it has raw bytes and a list of numbers' };
    return fromRaw(proto.rawData, dtype, count);
  }
  const list = listOf(proto, dtype);
  if (filled.length > 1 || (filled.length === 1 && filled[0] !== list))
    return { why: `its numbers stand in a list that does not belong to ${dtype}` };
  if (list.length !== count) return { why: `its shape has ${count} elements, and it holds ${list.length}` };
  const data = room(dtype, count);
  for (let i = 0; i < count; i++) data[i] = Number(list[i]);
  return data;
}

function listOf(proto: TensorProto, dtype: string): readonly (number | bigint)[] {
  if (dtype === 'float') return proto.floatData;
  if (dtype === 'double') return proto.doubleData;
  if (dtype === 'int64') return proto.int64Data;
  return dtype === 'uint64' || dtype === 'uint32' ? proto.uint64Data : proto.int32Data;
}

function fromRaw(raw: Uint8Array, dtype: string, count: number): Data {
  const [size, , read] = RAW[dtype] ?? [0, 'int', () => 0];
  if (raw.length !== size * count)
    return {
      why: `its shape of ${count} elements of ${dtype} takes ${size * count} bytes, and it holds ${raw.length}`,
    };
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const data = room(dtype, count);
  for (let i = 0; i < count; i++) data[i] = read(view, i * size);
  return data;
}

/** Numbers in a file beside the model. */
function outside(proto: TensorProto, dtype: string, count: number, external: External): Data {
  const entries = new Map(proto.externalData.map((e) => [e.key ?? '', e.value ?? '']));
  const location = entries.get('location');
  if (location === undefined) return { why: 'its numbers are in another file, which is not named' };
  if (!isBeside(location)) return { why: `its numbers are in ${location}, which does not lie beside the model` };
  const bytes = external(location);
  if (bytes === undefined) return { why: `its numbers are in the file ${location}, which is not there` };
  const offset = whole(entries.get('offset') ?? '0');
  const size = (RAW[dtype]?.[0] ?? 0) * count;
  const length = whole(entries.get('length') ?? String(size));
  if (offset === undefined || length === undefined) return { why: `its place in ${location} is not a number` };
  if (offset + length > bytes.length)
    return { why: `it takes bytes ${offset} to ${offset + length} of ${location}, which has ${bytes.length}` };
  return fromRaw(bytes.subarray(offset, offset + length), dtype, count);
}

/** A model names files in its own folder or below, never elsewhere on the disk. */
const isBeside = (location: string): boolean =>
  !/^[/\\]|^[A-Za-z]:|\0/.test(location) && !location.split(/[/\\]/).includes('..');

const whole = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

/** Bytes as text in messages. */
export const shown = (bytes: Uint8Array): string => utf8Decode(bytes) ?? `${bytes.length} bytes`;
