/**
 * The header of a safetensors file: checked for form, for keys given twice, and that the tensors lie one after the other
 * and fill the data exactly. What a type of number is, is not asked here.
 */
import { utf8Decode } from '../num/bytes.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';

/** One tensor as the header describes it; offsets in bytes from the start of the data. */
export interface Description {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly descriptions: readonly Description[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly dataStart: number;
}

const LENGTH_BYTES = 8;

export function readHeader(bytes: Uint8Array, file: string): Result<Header> {
  const bad = (why: string): Result<never> => fail([problem('safetensors-header', undefined, { file, why })]);
  if (bytes.length < LENGTH_BYTES) return bad(`It has ${bytes.length} bytes; the length of the header alone takes 8.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const room = bytes.length - LENGTH_BYTES;
  if (length > room)
    return bad(
      `The header should take ${length} bytes, and only ${room} follow. The file is cut off, or of another format.`,
    );
  const text = utf8Decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  if (text === undefined) return bad('The header is not UTF-8 text.');
  const json = parseObject(text);
  if (typeof json === 'string') return bad(json);
  return readMembers(json, { file, dataStart: LENGTH_BYTES + length, dataLength: room - length });
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object in a JSON text without duplicate keys, or what is wrong with it. */
function parseObject(text: string): Json | string {
  if (!text.startsWith('{')) return 'The header does not begin with `{`.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The header is not JSON.';
  }
  if (!isObject(value)) return 'The header is not a JSON object.';
  return membersWritten(text) === membersOf(value) ? value : 'A name is given twice in the header.';
}

/** In a JSON text a string before a colon is a key, and nothing else is. */
const membersWritten = (text: string): number =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter((m) => m[1] !== undefined).length;

function membersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, v) => sum + membersOf(v), 0);
  return isObject(value) ? Object.values(value).reduce<number>((sum, v) => sum + 1 + membersOf(v), 0) : 0;
}

interface Place {
  readonly file: string;
  readonly dataStart: number;
  readonly dataLength: number;
}

function readMembers(json: Json, place: Place): Result<Header> {
  const problems: Problem[] = [];
  const descriptions: Description[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') {
      if (isTextRecord(value)) metadata = value;
      else
        problems.push(
          problem('safetensors-header', undefined, {
            file: place.file,
            why: 'Its `__metadata__` is not an object of strings.',
          }),
        );
      continue;
    }
    const read = readDescription(name, value);
    if (typeof read !== 'string') descriptions.push(read);
    else problems.push(problem('safetensors-tensor', undefined, { file: place.file, tensor: name, why: read }));
  }
  if (problems.length > 0) return fail(problems);
  const gaps = checkLayout(descriptions, place);
  return gaps.length > 0 ? fail(gaps) : ok({ descriptions, metadata, dataStart: place.dataStart });
}

const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every((v) => typeof v === 'string');

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

/** A description, or what is wrong with it. */
function readDescription(name: string, value: unknown): Description | string {
  if (!isObject(value)) return 'Its description is not an object.';
  const { dtype, shape, data_offsets: offsets, ...others } = value;
  const [surplus] = Object.keys(others);
  if (surplus !== undefined) return `Its description has an unknown entry \`${surplus}\`.`;
  if (typeof dtype !== 'string') return 'Its `dtype` is not a string.';
  if (!isSizes(shape)) return 'Its `shape` is not a list of sizes.';
  if (!isSizes(offsets) || offsets.length !== 2) return 'Its `data_offsets` are not two positions.';
  const [start, end] = offsets as [number, number];
  if (end < start) return `It begins at ${start} and ends before, at ${end}.`;
  return { name, dtype, shape, start, end };
}

/** In the order of their places the tensors must follow each other without gap or overlap, up to the end of the data. */
function checkLayout(descriptions: readonly Description[], { file, dataLength }: Place): Problem[] {
  const problems: Problem[] = [];
  const report = (why: string): void => void problems.push(problem('safetensors-layout', undefined, { file, why }));
  let reached = 0;
  for (const { name, start, end } of [...descriptions].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < reached)
      report(`\`${name}\` begins at byte ${start}, inside the tensor before it, which ends at ${reached}.`);
    if (start > reached) report(`Bytes ${reached} to ${start}, before \`${name}\`, belong to no tensor.`);
    reached = Math.max(reached, end);
  }
  if (reached > dataLength) report(`The tensors take ${reached} bytes, and the file has ${dataLength}. It is cut off.`);
  if (reached < dataLength) report(`The last ${dataLength - reached} bytes belong to no tensor.`);
  return problems;
}
