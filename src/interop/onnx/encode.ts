/**
 * A message to bytes by its table: fields in the order of the table, lists of numbers packed. The same message gives the
 * same bytes. Fields that are missing are left out.
 */
import { utf8Encode } from '../../num/bytes.ts';
import type { Kind, MessageOf, MessageSpec } from './schema.ts';
import { type WireWriter, wireWriter } from './wire.ts';

/** A message to write: every field may be left out. */
export type Draft<M extends MessageSpec> = {
  readonly [N in keyof M]?: M[N]['kind'] extends MessageSpec
    ? M[N]['many'] extends true
      ? readonly Draft<M[N]['kind']>[]
      : Draft<M[N]['kind']> | undefined
    : MessageOf<M>[N];
};

export function encode<M extends MessageSpec>(spec: M, draft: Draft<M>): Uint8Array {
  const out = wireWriter();
  for (const [name, { field, kind, many }] of Object.entries(spec)) {
    const given = (draft as Readonly<Record<string, unknown>>)[name];
    const values = many ? ((given as readonly unknown[] | undefined) ?? []) : given === undefined ? [] : [given];
    if (typeof kind === 'string' && kind !== 'string' && kind !== 'bytes' && many && values.length > 0) {
      const packed = wireWriter();
      for (const value of values) scalar(packed, kind, value);
      block(out, field, packed.finish());
      continue;
    }
    for (const value of values) {
      if (typeof kind !== 'string') block(out, field, encode(kind, value as Draft<MessageSpec>));
      else if (kind === 'string') block(out, field, utf8Encode(value as string));
      else if (kind === 'bytes') block(out, field, value as Uint8Array);
      else {
        out.tag(field, kind === 'int' ? 0 : kind === 'float' ? 5 : 1);
        scalar(out, kind, value);
      }
    }
  }
  return out.finish();
}

function block(out: WireWriter, field: number, bytes: Uint8Array): void {
  out.tag(field, 2);
  out.varint(BigInt(bytes.length));
  out.bytes(bytes);
}

function scalar(out: WireWriter, kind: Kind, value: unknown): void {
  if (kind === 'int') {
    out.varint(value as bigint);
    return;
  }
  const bytes = new Uint8Array(kind === 'float' ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (kind === 'float') view.setFloat32(0, value as number, true);
  else view.setFloat64(0, value as number, true);
  out.bytes(bytes);
}
