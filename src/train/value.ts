/**
 * Values of the language as plain data, and how they lie in tensors: numbers, booleans, case names, nested arrays, objects
 * for records, `{ case: weight }` for distributions. `run`, the CLI's JSON and the tests speak this form.
 */
import { sizeOf } from '../ir/graph.ts';
import type { Layout, LeafLayout } from '../ir/layout.ts';
import { leavesOf } from '../ir/layout.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { listed } from './columns.ts';
import { caseHint } from './encode.ts';

export type Value = number | boolean | string | readonly Value[] | { readonly [name: string]: Value };

/** The type of a layout as the language writes it: `f32[2, 3]`, `Soft<Species>`, `Flower`. */
export function typeName(l: Layout): string {
  switch (l.kind) {
    case 'number':
      return 'f32';
    case 'bool':
    case 'truth':
      return l.kind;
    case 'cases': {
      const name = l.cases ? l.name : `Index<${l.size}>`;
      return l.soft ? `Soft<${name}>` : name;
    }
    case 'record':
      return l.name;
    case 'tuple':
      return `(${l.items.map(typeName).join(', ')})`;
    case 'array': {
      const sizes: number[] = [];
      let of: Layout = l;
      for (; of.kind === 'array'; of = of.of) sizes.push(of.size);
      return `${typeName(of)}[${sizes.join(', ')}]`;
    }
    default:
      return l satisfies never;
  }
}

// --- tensors to values -------------------------------------------------------------------------------

/** Reads a value out of its leaves (in the order of `leavesOf`). */
export function decodeValue(layout: Layout, leaves: readonly Float32Array[]): Value {
  const cursor = { leaf: 0 };
  return decodeAt(layout, leaves, cursor, 1, 0);
}

/** `count` elements of the arrays around were laid out before this place; this is number `at`. */
function decodeAt(
  l: Layout,
  leaves: readonly Float32Array[],
  cursor: { leaf: number },
  count: number,
  at: number,
): Value {
  switch (l.kind) {
    case 'number':
    case 'truth':
    case 'bool':
    case 'cases': {
      const data = must(leaves[cursor.leaf++]);
      const width = data.length / count;
      return decodeLeaf(l, data.subarray(at * width, (at + 1) * width));
    }
    case 'record':
      return Object.fromEntries(l.fields.map((f) => [f.name, decodeAt(f.layout, leaves, cursor, count, at)]));
    case 'tuple':
      return l.items.map((item) => decodeAt(item, leaves, cursor, count, at));
    case 'array': {
      const start = cursor.leaf;
      const items = Array.from({ length: l.size }, (_, i) => {
        cursor.leaf = start;
        return decodeAt(l.of, leaves, cursor, count * l.size, at * l.size + i);
      });
      if (l.size === 0) cursor.leaf = start + leavesOf(l.of, '').length;
      return l.cases ? Object.fromEntries(l.cases.map((name, i) => [name, must(items[i])])) : items;
    }
    default:
      return l satisfies never;
  }
}

function decodeLeaf(l: LeafLayout, data: Float32Array): Value {
  if (l.kind !== 'cases') return l.kind === 'bool' ? must(data[0]) > 0 : must(data[0]);
  if (l.soft) return Object.fromEntries(Array.from(data, (weight, i) => [l.cases?.[i] ?? String(i), weight]));
  let best = 0;
  for (let i = 1; i < data.length; i++) if (must(data[i]) > must(data[best])) best = i;
  return l.cases?.[best] ?? best;
}

// --- values to tensors -------------------------------------------------------------------------------

/** Writes a value into fresh leaves. Every part that does not fit is a Problem that names its path. */
export function encodeValue(layout: Layout, value: Value, name: string): Result<readonly Float32Array[]> {
  const leaves = leavesOf(layout, name).map((leaf) => new Float32Array(sizeOf(leaf.shape)));
  const problems: Problem[] = [];
  encodeAt({ leaves, problems, leaf: 0 }, layout, value, { path: name, count: 1, at: 0 });
  return problems.length > 0 ? fail(problems) : ok(leaves);
}

interface Encoding {
  readonly leaves: readonly Float32Array[];
  readonly problems: Problem[];
  leaf: number;
}

interface Spot {
  readonly path: string;
  /** See `decodeAt`. */
  readonly count: number;
  readonly at: number;
}

type Fields = { readonly [name: string]: Value };
const isFields = (v: Value): v is Fields => typeof v === 'object' && !Array.isArray(v);
const isItems = (v: Value): v is readonly Value[] => Array.isArray(v);

function encodeAt(e: Encoding, l: Layout, value: Value, spot: Spot): void {
  switch (l.kind) {
    case 'number':
    case 'truth':
    case 'bool':
    case 'cases': {
      const data = must(e.leaves[e.leaf++]);
      const width = data.length / spot.count;
      encodeLeaf(e, l, value, data.subarray(spot.at * width, (spot.at + 1) * width), spot.path);
      return;
    }
    case 'record':
      encodeParts(e, l, l.fields, value, spot);
      return;
    case 'tuple': {
      const items = l.items.map((layout, i) => ({ name: String(i), layout }));
      encodeParts(e, l, items, isItems(value) ? Object.assign({}, value) : value, spot);
      return;
    }
    case 'array':
      encodeArray(e, l, value, spot);
      return;
    default:
      l satisfies never;
  }
}

function encodeParts(
  e: Encoding,
  l: Layout,
  parts: readonly { readonly name: string; readonly layout: Layout }[],
  value: Value,
  spot: Spot,
): void {
  const start = e.leaf;
  if (!isFields(value))
    wrong(e, l, value, spot.path, `It is written with its parts: ${listed(parts.map((p) => p.name))}.`);
  else {
    const names = parts.map((p) => p.name);
    for (const name of Object.keys(value).filter((n) => !names.includes(n))) unknownPart(e, l, name, names);
    for (const part of parts) {
      const given = Object.hasOwn(value, part.name) ? value[part.name] : undefined;
      const path = `${spot.path}.${part.name}`;
      if (given !== undefined) encodeAt(e, part.layout, given, { ...spot, path });
      else {
        e.leaf += leavesOf(part.layout, '').length;
        const hint = `A ${typeName(l)} has ${listed(names)}.`;
        e.problems.push(
          problem('missing-input', undefined, {
            function: spot.path,
            name: part.name,
            type: typeName(part.layout),
            hint,
          }),
        );
      }
    }
  }
  e.leaf = start + leavesOf(l, '').length;
}

function unknownPart(e: Encoding, l: Layout, name: string, names: readonly string[]): void {
  const near = nearest(name, names);
  const hint = `${near === undefined ? '' : `Did you mean \`${near}\`? `}It has ${listed(names)}.`;
  e.problems.push(problem('unknown-input', undefined, { function: typeName(l), name, hint }));
}

function encodeArray(e: Encoding, l: Extract<Layout, { kind: 'array' }>, value: Value, spot: Spot): void {
  const start = e.leaf;
  const items = isFields(value) && l.cases ? l.cases.map((c) => value[c]) : isItems(value) ? value : undefined;
  if (items === undefined || items.length !== l.size) {
    const count = items === undefined ? '' : ` ${items.length} were given.`;
    wrong(e, l, value, spot.path, `It is written as a list of ${l.size}.${count}`);
  } else {
    for (const [i, item] of items.entries()) {
      e.leaf = start;
      const inner = { path: `${spot.path}[${i}]`, count: spot.count * l.size, at: spot.at * l.size + i };
      if (item === undefined) wrong(e, l.of, 'nothing', inner.path, `Name every case: ${listed(l.cases ?? [])}.`);
      else encodeAt(e, l.of, item, inner);
    }
  }
  e.leaf = start + leavesOf(l, '').length;
}

function encodeLeaf(e: Encoding, l: LeafLayout, value: Value, out: Float32Array, path: string): void {
  switch (l.kind) {
    case 'number':
      if (typeof value === 'number') out[0] = value;
      else wrong(e, l, value, path, 'Write a number, such as 1.5.');
      return;
    case 'truth': {
      const number = typeof value === 'boolean' ? (value ? 1 : -1) : value === 'unknown' ? 0 : value;
      if (typeof number === 'number' && Math.abs(number) <= 1) out[0] = number;
      else wrong(e, l, value, path, 'Write a number from -1 to 1, or true, false, unknown.');
      return;
    }
    case 'bool':
      if (typeof value === 'boolean') out[0] = value ? 1 : -1;
      else wrong(e, l, value, path, 'Write true or false.');
      return;
    case 'cases':
      encodeCases(e, l, value, out, path);
      return;
    default:
      l satisfies never;
  }
}

function encodeCases(
  e: Encoding,
  l: Extract<LeafLayout, { kind: 'cases' }>,
  value: Value,
  out: Float32Array,
  path: string,
): void {
  const index = l.cases ? l.cases.indexOf(String(value)) : Number(value);
  if (!isFields(value) && !isItems(value)) {
    if (Number.isInteger(index) && index >= 0 && index < l.size) out[index] = 1;
    else wrong(e, l, value, path, caseHint(l, String(value)));
    return;
  }
  if (!l.soft) {
    wrong(e, l, value, path, caseHint(l, ''));
    return;
  }
  const weights = isItems(value) ? value : Array.from(out, (_, i) => value[l.cases?.[i] ?? String(i)] ?? 0);
  const unknown = isItems(value)
    ? []
    : Object.keys(value).filter((k) => (l.cases ? !l.cases.includes(k) : !(Number(k) < l.size)));
  const total = weights.reduce<number>((sum, w) => sum + (typeof w === 'number' && w >= 0 ? w : Number.NaN), 0);
  // Softmax's own weights sum to 1 within a few roundings.
  if (weights.length !== l.size || unknown.length > 0 || !(Math.abs(total - 1) < 1e-3)) {
    const hint = `Weights of ${l.size} cases that are not negative and sum to 1. ${caseHint(l, unknown[0] ?? '')}`;
    wrong(e, l, value, path, hint);
    return;
  }
  for (const [i, w] of weights.entries()) out[i] = Number(w);
}

function wrong(e: Encoding, l: Layout, value: Value, path: string, hint: string): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const found = `\`${text.length > 40 ? `${text.slice(0, 37)}...` : text}\``;
  e.problems.push(problem('wrong-value', undefined, { name: path, type: typeName(l), found, hint }));
}
