/**
 * The wire form of protocol buffers: a message as a list of fields, each a piece of the bytes. Nothing is copied and
 * nothing allocated by a length that the bytes do not have. A fault says at which byte and why; nothing throws.
 * Used by `decode.ts`; the writing half by `encode.ts`.
 */

/** What is wrong with the bytes: the offset in the file and, filled in on the way out, the path of fields. */
export interface Fault {
  readonly fault: string;
  readonly at: number;
  readonly path: string;
}

export const fault = (why: string, at: number, path = ''): Fault => ({ fault: why, at, path });
export const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'fault' in value;

/** 0: varint, 1: eight bytes, 2: bytes of stated length, 5: four bytes. Groups (3, 4) are not read. */
export type WireType = 0 | 1 | 2 | 5;

/** One field: its number and the half-open range of its contents. */
export interface Piece {
  readonly field: number;
  readonly wire: WireType;
  readonly start: number;
  readonly end: number;
}

const MOST_VARINT_BYTES = 10;

/** Where the varint at `at` ends, or a fault. */
export function varintEnd(bytes: Uint8Array, at: number, limit: number): number | Fault {
  for (let i = at; i < limit && i < at + MOST_VARINT_BYTES; i++) if ((bytes[i] as number) < 0x80) return i + 1;
  return fault(limit - at < MOST_VARINT_BYTES ? 'a number is cut off' : 'a number takes more than ten bytes', at);
}

/** The unsigned value of a varint, modulo 2^64. */
export function varintValue(bytes: Uint8Array, start: number, end: number): bigint {
  if (end - start <= 4) return BigInt(smallVarint(bytes, start, end));
  let value = 0n;
  for (let i = end - 1; i >= start; i--) value = (value << 7n) | BigInt((bytes[i] as number) & 0x7f);
  return BigInt.asUintN(64, value);
}

/** The same for at most four bytes: below 2^28. */
function smallVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + ((bytes[i] as number) & 0x7f);
  return value;
}

/** A varint that must be small (a tag, a length): a number, or a fault where it is over `most`. */
function boundedVarint(bytes: Uint8Array, at: number, limit: number): { value: number; end: number } | Fault {
  const end = varintEnd(bytes, at, limit);
  if (isFault(end)) return end;
  const value = varintValue(bytes, at, end);
  return value > 0xffffffffn ? fault(`the number ${value} is too large here`, at) : { value: Number(value), end };
}

/** The fields of the message in `bytes[start, end)`, in order. */
export function piecesOf(bytes: Uint8Array, start: number, end: number): Piece[] | Fault {
  const pieces: Piece[] = [];
  let at = start;
  while (at < end) {
    const tag = boundedVarint(bytes, at, end);
    if (isFault(tag)) return tag;
    const [field, wire] = [tag.value >>> 3, tag.value & 7];
    if (field === 0) return fault('a field has the number 0', at);
    const range = contents(bytes, wire, tag.end, end);
    if (isFault(range)) return range;
    pieces.push({ field, wire: wire as WireType, ...range });
    at = range.end;
  }
  return pieces;
}

function contents(bytes: Uint8Array, wire: number, at: number, end: number): { start: number; end: number } | Fault {
  if (wire === 0) {
    const stop = varintEnd(bytes, at, end);
    return isFault(stop) ? stop : { start: at, end: stop };
  }
  if (wire === 1 || wire === 5) return fixed(at, wire === 1 ? 8 : 4, end);
  if (wire !== 2) return fault(`a field has the wire type ${wire}`, at);
  const length = boundedVarint(bytes, at, end);
  return isFault(length) ? length : fixed(length.end, length.value, end);
}

const fixed = (start: number, length: number, end: number): { start: number; end: number } | Fault =>
  start + length > end
    ? fault(`a field should take ${length} bytes, and ${end - start} are left`, start)
    : { start, end: start + length };

/** Bytes in the making. */
export interface WireWriter {
  varint(value: bigint): void;
  bytes(data: Uint8Array): void;
  tag(field: number, wire: WireType): void;
  finish(): Uint8Array;
}

/** Makes an empty writer; pieces are joined once, at the end. */
export function wireWriter(): WireWriter {
  const parts: Uint8Array[] = [];
  const varint = (value: bigint): void => {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    parts.push(Uint8Array.from([...out, Number(rest)]));
  };
  return {
    varint,
    bytes: (data) => void parts.push(data),
    tag: (field, wire) => varint(BigInt(field * 8 + wire)),
    finish: () => {
      const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
}
