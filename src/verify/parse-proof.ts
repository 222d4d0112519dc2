/**
 * The text of a proof read back. What is read may prove nothing, and speak of layers that are not there: that is for the checker to say. The
 * layout is in `print-proof.ts`.
 */
import type { Graph, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { f64OfBits } from '../num/bits.ts';
import { base64Decode } from '../num/bytes.ts';
import type { Ends } from './ends.ts';
import {
  HAS_MULTIPLIERS,
  HAS_ROWS,
  HAS_SLOPES,
  HAS_TIMES,
  inHalves,
  KINDS,
  type Line,
  lineOf,
  middleOf,
} from './print-proof.ts';
import type { Leaf, Proof } from './question.ts';

/** Deeper trees are not read. */
const MOST_DEPTH = 4000;

/** Bytes on the way. What is read past the end, or makes no sense, is 0 and leaves `isWrong`. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  isWrong: boolean;
}

interface Reading extends Cursor {
  readonly graph: Graph;
  readonly line: Line;
  rows: readonly number[];
}

/** A proof about a box and a graph in ops that have bounds; undefined where the text is none. */
export function parseProof(text: string, graph: Graph, box: readonly Ends[]): Proof | undefined {
  const bytes = base64Decode(text);
  if (!bytes) return undefined;
  const r: Reading = { bytes, at: 0, isWrong: false, graph, line: lineOf(box), rows: [] };
  const proof = node(r, 0);
  return r.isWrong || r.at !== bytes.length ? undefined : proof;
}

const NOTHING: Proof = { kind: 'empty' };

function wrong(c: Cursor): typeof NOTHING {
  c.isWrong = true;
  return NOTHING;
}

function node(r: Reading, depth: number): Proof {
  const first = number(r);
  if (r.isWrong || depth > MOST_DEPTH) return wrong(r);
  const [kind, more] = [KINDS[first % KINDS.length], Math.floor(first / KINDS.length)];
  const next = (): Proof => (r.isWrong ? NOTHING : node(r, depth + 1));
  switch (kind) {
    case 'bounds':
      return leaf(r, more);
    case 'middle':
    case 'input': {
      if (more >= r.line.lo.length) return wrong(r);
      const input = r.line.start.filter((from) => from <= more).length - 1;
      const cut = kind === 'middle' ? middleOf(r.line, more) : double(r);
      const [below, above] = inHalves(r.line, more, cut, next);
      return { kind: 'input', input, element: more - (r.line.start[input] ?? 0), cut, below, above };
    }
    case 'value':
      return { kind, value: number(r) as ValueId, element: more, cut: double(r), below: next(), above: next() };
    case 'order':
      return { kind, value: number(r) as ValueId, element: more, below: next(), above: next() };
    case 'parts':
      return more > r.bytes.length ? wrong(r) : { kind, parts: Array.from({ length: more }, next) };
    case 'empty':
    case 'exact':
    case 'points':
      return more === 0 ? { kind } : wrong(r);
    default:
      return wrong(r);
  }
}

function leaf(r: Reading, flags: number): Leaf {
  if (flags > (HAS_ROWS | HAS_SLOPES | HAS_MULTIPLIERS | HAS_TIMES)) wrong(r);
  if (flags & HAS_ROWS) r.rows = list(r, r.bytes.length, () => number(r));
  const slopes = flags & HAS_SLOPES ? new Map(list(r, r.bytes.length, () => slopesOf(r))) : undefined;
  const multipliers = flags & HAS_MULTIPLIERS ? list(r, r.bytes.length, () => multipliersOf(r)) : undefined;
  const times = flags & HAS_TIMES ? list(r, r.bytes.length, () => timesOf(r)) : undefined;
  return {
    kind: 'bounds',
    rows: r.rows,
    ...(slopes && { slopes }),
    ...(multipliers && { multipliers }),
    ...(times && { times }),
  };
}

function slopesOf(r: Reading): [ValueId, Uint8Array] {
  const value = number(r) as ValueId;
  const type = r.graph.types[value];
  if (!type) wrong(r);
  const bytes = new Uint8Array(type ? 2 * sizeOf(type.shape) : 0);
  runs(r, bytes, () => byte(r));
  return [value, bytes];
}

function multipliersOf(r: Reading): Float64Array {
  const length = number(r);
  if (length > MOST_DEPTH) wrong(r);
  const bits = new Uint32Array(r.isWrong ? 0 : length);
  runs(r, bits, () => number(r));
  return Float64Array.from(new Float32Array(bits.buffer));
}

function timesOf(r: Reading): Uint8Array {
  const all = list(r, r.bytes.length, () => number(r));
  if (all.some((n) => n > 255)) wrong(r);
  return Uint8Array.from(all);
}

function runs(r: Reading, to: Uint8Array | Uint32Array, read: () => number): void {
  for (let at = 0; at < to.length && !r.isWrong; ) {
    const [zeros, others] = [number(r), number(r)];
    if (zeros + others === 0 || at + zeros + others > to.length) wrong(r);
    const end = r.isWrong ? at : at + zeros + others;
    for (at += zeros; at < end; at++) to[at] = read();
  }
}

function list<T>(r: Reading, most: number, read: () => T): T[] {
  const length = number(r);
  if (length > most) wrong(r);
  const all: T[] = [];
  while (all.length < length && !r.isWrong) all.push(read());
  return all;
}

function byte(c: Cursor): number {
  const found = c.bytes[c.at++];
  if (found === undefined) wrong(c);
  return found ?? 0;
}

function number(c: Cursor): number {
  let [n, unit] = [0, 1];
  for (;;) {
    const next = byte(c);
    n += (next % 128) * unit;
    if (next < 128 || c.isWrong) return n;
    unit *= 128;
    if (unit > 2 ** 42) wrong(c);
  }
}

function double(c: Cursor): number {
  let bits = 0n;
  for (let i = 0n; i < 64n; i += 8n) bits |= BigInt(byte(c)) << i;
  return f64OfBits(bits);
}
