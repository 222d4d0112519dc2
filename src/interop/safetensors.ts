/**
 * Safetensors: eight bytes with the length of a JSON header, the header, then the numbers. Reading is strict: every byte of
 * the data belongs to exactly one tensor. Writing is deterministic: the same tensors in the same order give the same bytes.
 */
import { utf8Encode } from '../num/bytes.ts';
import { problem } from '../text/problem.ts';
import { fail, invariant, ok, type Result } from '../text/result.ts';
import { type Description, readHeader } from './safetensors-header.ts';

/** The types of numbers that are read and written, with the arrays that hold them. BOOL is one byte, 0 or 1. */
const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  U64: BigUint64Array,
  BOOL: Uint8Array,
} as const satisfies { readonly [D in Dtype]: unknown };

interface Arrays {
  F32: Float32Array;
  F64: Float64Array;
  I8: Int8Array;
  I16: Int16Array;
  I32: Int32Array;
  I64: BigInt64Array;
  U8: Uint8Array;
  U16: Uint16Array;
  U32: Uint32Array;
  U64: BigUint64Array;
  BOOL: Uint8Array;
}

export type Dtype = keyof Arrays;

interface TensorOf<D extends Dtype> {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Row-major, as many numbers as the shape says. */
  readonly data: Arrays[D];
}

export type Tensor = { [D in Dtype]: TensorOf<D> }[Dtype];

export interface SafetensorsFile {
  /** In the order of the header. */
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

export const f32Tensor = (name: string, shape: readonly number[], data: Float32Array): TensorOf<'F32'> => ({
  name,
  dtype: 'F32',
  shape,
  data,
});

/** Reads a whole file; `file` is what messages call it. The tensors are copies. All that is wrong is reported at once. */
export function readSafetensors(bytes: Uint8Array, file = 'the file'): Result<SafetensorsFile> {
  const header = readHeader(bytes, file);
  if (!header.ok) return header;
  const { descriptions, metadata, dataStart } = header.value;
  const foreign = descriptions.filter((d) => !(d.dtype in ARRAYS));
  if (foreign.length > 0) {
    const known = Object.keys(ARRAYS).join(', ');
    return fail(
      foreign.map(({ name, dtype }) => problem('safetensors-dtype', undefined, { file, tensor: name, dtype, known })),
    );
  }
  const wrong = descriptions.filter((d) => numbersOf(d.shape) * sizeOf(d.dtype as Dtype) !== d.end - d.start);
  if (wrong.length > 0) return fail(wrong.map((d) => wrongSize(d, file)));
  return ok({ tensors: descriptions.map((d) => tensorAt(bytes, d, dataStart)), metadata });
}

const numbersOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const sizeOf = (dtype: Dtype): number => ARRAYS[dtype].BYTES_PER_ELEMENT;

function wrongSize(d: Description, file: string) {
  const expected = numbersOf(d.shape) * sizeOf(d.dtype as Dtype);
  const why = `Its shape [${d.shape.join(', ')}] of ${d.dtype} takes ${expected} bytes, and it is given ${d.end - d.start}.`;
  return problem('safetensors-tensor', undefined, { file, tensor: d.name, why });
}

/** Copies the bytes out: in the file they need not be aligned. */
function tensorAt(bytes: Uint8Array, d: Description, dataStart: number): Tensor {
  const dtype = d.dtype as Dtype;
  const copy = bytes.slice(dataStart + d.start, dataStart + d.end);
  const data = new ARRAYS[dtype](copy.buffer, copy.byteOffset, numbersOf(d.shape));
  return { name: d.name, dtype, shape: d.shape, data } as Tensor;
}

/** A tensor to write; without a `dtype` it is that of the array (bytes are U8). */
export type TensorToWrite = Tensor | { readonly [D in Dtype]: Omit<TensorOf<D>, 'dtype'> }[Dtype];

/**
 * The bytes of a file with these tensors, in the given order, and these metadata, in the order of their keys. The header is
 * padded with spaces so that the numbers begin at a multiple of eight. Names must differ, and sizes fit the shapes.
 */
export function writeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = tensors.map((t) => t.name);
  invariant(new Set(names).size === names.length && !names.includes('__metadata__'), 'tensors have different names');
  let end = 0;
  const entries = tensors.map((t) => {
    invariant(numbersOf(t.shape) === t.data.length, `the shape of \`${t.name}\` fits its numbers`);
    const start = end;
    end += t.data.byteLength;
    return member(t.name, JSON.stringify({ dtype: dtypeOf(t), shape: t.shape, data_offsets: [start, end] }));
  });
  const keys = Object.keys(metadata).sort();
  const about = member('__metadata__', `{${keys.map((k) => member(k, JSON.stringify(metadata[k]))).join(',')}}`);
  const json = utf8Encode(`{${[...(keys.length > 0 ? [about] : []), ...entries].join(',')}}`);
  return assemble(json, tensors, end);
}

const member = (key: string, value: string): string => `${JSON.stringify(key)}:${value}`;

function dtypeOf(t: TensorToWrite): Dtype {
  if ('dtype' in t) return t.dtype;
  const dtype = (Object.keys(ARRAYS) as Dtype[]).find((d) => t.data instanceof ARRAYS[d]);
  invariant(dtype, 'the numbers are in a typed array');
  return dtype;
}

function assemble(json: Uint8Array, tensors: readonly TensorToWrite[], dataLength: number): Uint8Array {
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + dataLength);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
