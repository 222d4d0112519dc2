/**
 * Proofs as text: bytes in preorder, in Base64; `parse-proof.ts` reads them back. A cut at the float32 middle of what is left of the box takes
 * no room, nor do rows that the last leaf has too. Note [Layout] at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { bitsOfF64 } from '../num/bits.ts';
import { base64Encode } from '../num/bytes.ts';
import { must } from '../text/result.ts';
import type { Ends } from './ends.ts';
import type { Leaf, Proof } from './question.ts';

/** The kinds of nodes, by their numbers. */
export const KINDS = ['bounds', 'middle', 'input', 'value', 'order', 'parts', 'empty', 'exact', 'points'] as const;
type Kind = (typeof KINDS)[number];

export const HAS_ROWS = 1;
export const HAS_SLOPES = 2;
export const HAS_MULTIPLIERS = 4;
export const HAS_TIMES = 8;

/** Inputs laid end to end, and what is left of each element on the way. */
export interface Line {
  readonly lo: number[];
  readonly hi: number[];
  /** Where each input begins. */
  readonly start: readonly number[];
}

export function lineOf(box: readonly Ends[]): Line {
  let at = 0;
  const start = box.map(({ lo }) => {
    at += lo.length;
    return at - lo.length;
  });
  return { lo: box.flatMap(({ lo }) => [...lo]), hi: box.flatMap(({ hi }) => [...hi]), start };
}

export const middleOf = ({ lo, hi }: Line, at: number): number => {
  const [l, h] = [lo[at] ?? Number.NaN, hi[at] ?? Number.NaN];
  return Math.fround(l + 0.5 * (h - l));
};

/** Calls for both halves, with what is left of the box in each. */
export function inHalves<T>({ lo, hi }: Line, at: number, cut: number, half: () => T): readonly [T, T] {
  const [l, h] = [lo[at] ?? Number.NaN, hi[at] ?? Number.NaN];
  hi[at] = cut;
  const below = half();
  hi[at] = h;
  lo[at] = cut;
  const above = half();
  lo[at] = l;
  return [below, above];
}

interface Writing {
  readonly out: number[];
  readonly line: Line;
  /** Of the last leaf of bounds. */
  rows: readonly number[];
}

/** The text of a proof about a box. Multipliers are rounded to float32: any that are >= 0 are as true. */
export function printProof(proof: Proof, box: readonly Ends[]): string {
  const w: Writing = { out: [], line: lineOf(box), rows: [] };
  node(w, proof);
  return base64Encode(Uint8Array.from(w.out));
}

function node(w: Writing, one: Proof): void {
  const { out } = w;
  switch (one.kind) {
    case 'bounds':
      leaf(w, one);
      break;
    case 'input':
      inputSplit(w, one);
      break;
    case 'value':
    case 'order':
      head(out, one.kind, one.element);
      number(out, one.value);
      if (one.kind === 'value') double(out, one.cut);
      node(w, one.below);
      node(w, one.above);
      break;
    case 'parts':
      head(out, one.kind, one.parts.length);
      for (const part of one.parts) node(w, part);
      break;
    default:
      head(out, one.kind, 0);
  }
}

function leaf(w: Writing, { rows, slopes, multipliers, times }: Extract<Leaf, { kind: 'bounds' }>): void {
  const { out } = w;
  const has = (slopes ? HAS_SLOPES : 0) | (multipliers ? HAS_MULTIPLIERS : 0) | (times ? HAS_TIMES : 0);
  const isNew = rows.length !== w.rows.length || rows.some((row, i) => row !== w.rows[i]);
  head(out, 'bounds', (isNew ? HAS_ROWS : 0) | has);
  if (isNew) numbers(out, rows);
  w.rows = rows;
  if (slopes) slopesTo(out, slopes);
  if (multipliers) multipliersTo(out, multipliers);
  if (times) number(out, times.length);
  for (const list of times ?? []) numbers(out, [...list]);
}

function inputSplit(w: Writing, { input, element, cut, below, above }: Extract<Proof, { kind: 'input' }>): void {
  const at = must(w.line.start[input]) + element;
  const isMiddle = Object.is(cut, middleOf(w.line, at));
  head(w.out, isMiddle ? 'middle' : 'input', at);
  if (!isMiddle) double(w.out, cut);
  const halves = [below, above];
  inHalves(w.line, at, cut, () => node(w, must(halves.shift())));
}

const head = (out: number[], kind: Kind, more: number): void => number(out, more * KINDS.length + KINDS.indexOf(kind));

/** Seven bits a byte, the lowest first (LEB128). */
function number(out: number[], n: number): void {
  let rest = n;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  out.push(rest);
}

function numbers(out: number[], list: readonly number[]): void {
  number(out, list.length);
  for (const n of list) number(out, n);
}

function double(out: number[], x: number): void {
  const bits = bitsOfF64(x);
  for (let i = 0n; i < 64n; i += 8n) out.push(Number((bits >> i) & 255n));
}

function slopesTo(out: number[], slopes: ReadonlyMap<ValueId, Uint8Array>): void {
  number(out, slopes.size);
  for (const [v, bytes] of slopes) {
    number(out, v);
    runsTo(out, bytes, (x) => void out.push(x));
  }
}

function multipliersTo(out: number[], multipliers: readonly Float64Array[]): void {
  number(out, multipliers.length);
  for (const list of multipliers) {
    number(out, list.length);
    const bits = new Uint32Array(Float32Array.from(list).buffer);
    runsTo(out, bits, (x) => number(out, x));
  }
}

/** How many zeros, how many others, those others; again and again. */
function runsTo(out: number[], list: Uint8Array | Uint32Array, put: (x: number) => void): void {
  for (let at = 0; at < list.length; ) {
    const zeros = runOf(list, at, true);
    const others = runOf(list, at + zeros, false);
    number(out, zeros);
    number(out, others);
    for (const x of list.subarray(at + zeros, at + zeros + others)) put(x);
    at += zeros + others;
  }
}

function runOf(list: Uint8Array | Uint32Array, from: number, zeros: boolean): number {
  let at = from;
  while (at < list.length && (list[at] === 0) === zeros) at++;
  return at - from;
}

/*
Note [Layout]

A number is seven bits a byte, the lowest first, with 128 added but to the last. A node begins with one: its place in KINDS plus, times how many
kinds there are, what is told of it there: of an input the element, of all inputs laid end to end; of values and orders the element; of parts
how many; of bounds which of four things follow.

middle, below, above · input: cut, below, above · value: value, cut, below, above · order: value, below, above · parts: each.
bounds: rows (their count, each), or those of the last leaf of bounds; slopes (how many layers; of each its value and bytes); multipliers
(how many lists; of each its length and float32 bits); times (how many lists; each with its length). Bytes and bits in runs: how many zeros, how many others, the others.
A cut is the eight bytes of a double, the lowest first.
*/
