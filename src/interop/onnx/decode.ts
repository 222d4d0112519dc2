/**
 * Bytes to a message by its table. Unknown fields are skipped, as protocol buffers ask; a field of another wire type,
 * text that is not UTF-8 and a single field that is given twice are faults. The depth is that of the tables.
 */
import { utf8Decode } from '../../num/bytes.ts';
import type { FieldSpec, Kind, MessageOf, MessageSpec } from './schema.ts';
import { type Fault, fault, isFault, type Piece, piecesOf, varintEnd, varintValue } from './wire.ts';

const WIRES: Readonly<Record<Kind, number>> = { string: 2, bytes: 2, int: 0, float: 5, double: 1 };

/** The message in `bytes`, or the first fault. */
export function decode<M extends MessageSpec>(spec: M, bytes: Uint8Array): MessageOf<M> | Fault {
  return message(spec, bytes, { start: 0, end: bytes.length }) as MessageOf<M> | Fault;
}

type Range = Pick<Piece, 'start' | 'end'>;

function message(spec: MessageSpec, bytes: Uint8Array, range: Range): Readonly<Record<string, unknown>> | Fault {
  const pieces = piecesOf(bytes, range.start, range.end);
  if (isFault(pieces)) return pieces;
  const made: Record<string, unknown> = {};
  const byNumber = new Map<number, readonly [string, FieldSpec]>();
  for (const [name, field] of Object.entries(spec)) {
    made[name] = field.many ? [] : undefined;
    byNumber.set(field.field, [name, field]);
  }
  for (const piece of pieces) {
    const [name, field] = byNumber.get(piece.field) ?? [];
    if (name === undefined || field === undefined) continue;
    const wrong = place(made, name, field, { bytes, piece });
    if (wrong) return wrong;
  }
  return made;
}

interface Found {
  readonly bytes: Uint8Array;
  readonly piece: Piece;
}

/** Puts a field into the message, or says what is wrong with it. */
function place(made: Record<string, unknown>, name: string, spec: FieldSpec, found: Found): Fault | undefined {
  const { piece } = found;
  const list = spec.many ? (made[name] as unknown[]) : undefined;
  const path = list ? `${name}[${list.length}]` : name;
  const { kind } = spec;
  const wire = typeof kind === 'string' ? WIRES[kind] : 2;
  if (list && typeof kind === 'string' && wire !== 2 && piece.wire === 2) return unpack(list, kind, found, name);
  if (piece.wire !== wire) return fault(`the wire type is ${piece.wire}, not ${wire}`, piece.start, path);
  if (!list && made[name] !== undefined) return fault('it is given twice', piece.start, path);
  const value = typeof kind === 'string' ? scalar(kind, found) : message(kind, found.bytes, piece);
  if (isFault(value)) return { ...value, path: value.path === '' ? path : `${path}.${value.path}` };
  if (list) list.push(value);
  else made[name] = value;
  return undefined;
}

function scalar(kind: Kind, { bytes, piece: { start, end } }: Found): unknown {
  switch (kind) {
    case 'bytes':
      return bytes.subarray(start, end);
    case 'string':
      return utf8Decode(bytes.subarray(start, end)) ?? fault('the text is not UTF-8', start);
    case 'int':
      return BigInt.asIntN(64, varintValue(bytes, start, end));
    case 'float':
      return viewOf(bytes).getFloat32(start, true);
    case 'double':
      return viewOf(bytes).getFloat64(start, true);
    default:
      return kind satisfies never;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A packed list of numbers. */
function unpack(list: unknown[], kind: Kind, { bytes, piece }: Found, path: string): Fault | undefined {
  const step = kind === 'float' ? 4 : kind === 'double' ? 8 : 0;
  if (step > 0 && (piece.end - piece.start) % step !== 0)
    return fault(`${piece.end - piece.start} bytes are no list of numbers of ${step}`, piece.start, path);
  for (let at = piece.start; at < piece.end; ) {
    const end = step > 0 ? at + step : varintEnd(bytes, at, piece.end);
    if (isFault(end)) return { ...end, path };
    list.push(scalar(kind, { bytes, piece: { ...piece, start: at, end } }));
    at = end;
  }
  return undefined;
}
