/**
 * The certificate: what a program was when it was written, so that anybody can recompile it and compare. Plain JSON that a
 * person can read: hashes of the functions' canonical graphs, every parameter's bits, the text around the learned numbers.
 */

import { sizeOf } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { bitsOfF32, f32OfBits } from '../num/bits.ts';
import { base64Decode, base64Encode, utf8Encode } from '../num/bytes.ts';
import { printF32 } from '../num/literal.ts';
import { sha256 } from '../num/sha256.ts';
import { isList, isObject, isText, parseJson } from '../text/json.ts';
import { problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { FileSkeleton } from './skeleton.ts';

export interface CertifiedParam {
  readonly name: string;
  readonly shape: Shape;
  /** Up to 64 numbers: their bits as eight hexadecimal digits, and the same as shortest decimals. */
  readonly bits?: readonly string[];
  readonly values?: readonly string[];
  /** More than 64 numbers: little-endian float32, base64. */
  readonly base64?: string;
}

export interface Certificate {
  readonly v: 1;
  readonly program: string;
  readonly graph: string;
  /** The hash of each function's canonical graph, in order. */
  readonly entries: readonly { readonly name: string; readonly graph: string }[];
  readonly parameters: readonly CertifiedParam[];
  /** The words of each of the user's files line by line, `?` where a learned number stands. */
  readonly files: readonly FileSkeleton[];
  /** `sha256:` of the rest. */
  readonly self: string;
}

/** What is certified, as the road has it. */
export interface Certifiable {
  readonly program: string;
  readonly graph: string;
  readonly entries: readonly { readonly name: string; readonly graph: string }[];
  readonly parameters: readonly { readonly name: string; readonly shape: Shape; readonly value: Float32Array }[];
  readonly files: readonly FileSkeleton[];
}

const LARGEST_LIST = 64;

export function makeCertificate(c: Certifiable): Certificate {
  const body: Omit<Certificate, 'self'> = {
    v: 1,
    program: c.program,
    graph: c.graph,
    entries: c.entries.map(({ name, graph }) => ({ name, graph })),
    parameters: c.parameters.map(({ name, shape, value }) => ({ name, shape: [...shape], ...numbersOf(value) })),
    files: c.files,
  };
  return { ...body, self: selfHash(body) };
}

/** The JSON text that is filed. */
export const printCertificate = (c: Certificate): string => `${JSON.stringify(c, null, 2)}\n`;

function numbersOf(value: Float32Array): Pick<CertifiedParam, 'bits' | 'values' | 'base64'> {
  if (value.length > LARGEST_LIST) return { base64: base64Encode(littleEndian(value)) };
  return { bits: Array.from(value, hexOf), values: Array.from(value, printF32) };
}

export const hexOf = (x: number): string => bitsOfF32(x).toString(16).padStart(8, '0');

function littleEndian(value: Float32Array): Uint8Array {
  const bytes = new Uint8Array(value.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, x] of value.entries()) view.setUint32(4 * i, bitsOfF32(x), true);
  return bytes;
}

const selfHash = (body: Omit<Certificate, 'self'>): string => `sha256:${sha256(utf8Encode(JSON.stringify(body)))}`;

/** The bits of a parameter, as unsigned words; undefined when the record contradicts itself. */
export function certifiedBits(p: CertifiedParam): Uint32Array | undefined {
  const size = sizeOf(p.shape);
  if (p.base64 !== undefined) {
    const bytes = base64Decode(p.base64);
    if (bytes?.length !== 4 * size) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Uint32Array.from({ length: size }, (_, i) => view.getUint32(4 * i, true));
  }
  const { bits, values } = p;
  if (bits?.length !== size || values?.length !== size) return undefined;
  if (bits.some((b, i) => !/^[0-9a-f]{8}$/.test(b) || printF32(f32OfBits(Number.parseInt(b, 16))) !== values[i]))
    return undefined;
  return Uint32Array.from(bits, (b) => Number.parseInt(b, 16));
}

/** Reads a certificate's text: refuses what is none, what was changed, what contradicts itself. */
export function readCertificate(text: string): Result<Certificate> {
  const found = parseJson(text);
  if (!isCertificate(found)) {
    const version = typeof found === 'object' && found !== null && 'v' in found ? found.v : undefined;
    const reason =
      version !== undefined && version !== 1
        ? `It has version ${JSON.stringify(version)}; this program reads version 1.`
        : 'A certificate is a JSON object with program, graph, entries, parameters, files and self.';
    return fail([problem('certificate-unreadable', undefined, { reason })]);
  }
  const { self, ...body } = found;
  const forged = (reason: string): Result<never> => fail([problem('certificate-forged', undefined, { reason })]);
  const expected = selfHash(body);
  if (self !== expected) return forged(`Its own hash says ${short(self)}, its content has ${short(expected)}.`);
  const wrong = found.parameters.find((p) => certifiedBits(p) === undefined);
  if (wrong) return forged(`The bits and the numbers of \`${wrong.name}\` contradict each other.`);
  const combined = graphOfEntries(found.entries);
  if (combined !== found.graph)
    return forged(`Its graph says ${short(found.graph)}, its functions make ${short(combined)}.`);
  return ok(found);
}

export const short = (hash: string): string => `${hash.slice(0, 19)}...`;

/** The identity of a network: the hash over the names and hashes of its functions in order. */
export const graphOfEntries = (entries: readonly { readonly name: string; readonly graph: string }[]): string =>
  `sha256:${sha256(utf8Encode(entries.map((e) => `${e.name} ${e.graph}\n`).join('')))}`;

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && Number(x) >= 0;

const isEntry = (x: unknown): x is Certificate['entries'][number] => isObject(x) && isText(x.name) && isText(x.graph);
const isSkeleton = (x: unknown): x is FileSkeleton => isObject(x) && isText(x.name) && isList(x.lines, isText);
const isParam = (x: unknown): x is CertifiedParam =>
  isObject(x) &&
  isText(x.name) &&
  isList(x.shape, isCount) &&
  (isText(x.base64) || (isList(x.bits, isText) && isList(x.values, isText)));

function isCertificate(x: unknown): x is Certificate {
  if (!isObject(x) || x.v !== 1 || !isText(x.program) || !isText(x.graph) || !isText(x.self)) return false;
  return isList(x.entries, isEntry) && isList(x.parameters, isParam) && isList(x.files, isSkeleton);
}

/** For messages: a float32 from its bits. */
export const valueOfBits = (bits: number): string => printF32(f32OfBits(must(bits)));
