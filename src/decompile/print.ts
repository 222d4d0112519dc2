/**
 * Values as Sutra text: what stands in the source after training, and what `run` prints. Every number is the shortest literal
 * that reads back to the same bits; long values are broken into lines under the indentation of their place.
 */
import type { Layout, LeafLayout } from '../ir/layout.ts';
import { leavesOf } from '../ir/layout.ts';
import { printF32 } from '../num/literal.ts';
import { must } from '../text/result.ts';

export interface PrintOptions {
  /** Records without their names: for a place whose type is stated, in a program that may not import them. */
  readonly anonymous?: boolean;
  /** Spaces in front of the line on which the value begins. */
  readonly indent: string;
  /** A call that stands for a whole leaf instead of its numbers; undefined prints them. */
  readonly leafCall?: (leaf: number) => string | undefined;
}

const WIDTH = 100;
const STEP = '  ';

/** Prints a value from its leaves, in the order of `leavesOf`. */
export function printValue(
  layout: Layout,
  leaves: readonly Float32Array[],
  options: PrintOptions = { indent: '' },
): string {
  return print({ leaves, options, leaf: 0 }, layout, { count: 1, at: 0, indent: options.indent });
}

interface Printing {
  readonly leaves: readonly Float32Array[];
  readonly options: PrintOptions;
  /** The next leaf in order. */
  leaf: number;
}

/** Element `at` of `count` that the arrays around lay out. */
interface Spot {
  readonly count: number;
  readonly at: number;
  readonly indent: string;
}

const inner = (s: Spot): Spot => ({ ...s, indent: s.indent + STEP });

function print(p: Printing, l: Layout, s: Spot): string {
  switch (l.kind) {
    case 'number':
    case 'truth':
    case 'bool':
    case 'cases': {
      const data = must(p.leaves[p.leaf++]);
      const width = data.length / s.count;
      return printLeaf(l, data.subarray(s.at * width, (s.at + 1) * width));
    }
    case 'record': {
      const fields = l.fields.map((f) => `${f.name}: ${print(p, f.layout, inner(s))}`);
      return bracket(p.options.anonymous ? '{ ' : `${l.name} { `, fields, ' }', s.indent);
    }
    case 'tuple':
      return bracket(
        '(',
        l.items.map((item) => print(p, item, inner(s))),
        ')',
        s.indent,
      );
    case 'array':
      return printArray(p, l, s);
    default:
      return l satisfies never;
  }
}

function printArray(p: Printing, l: Extract<Layout, { kind: 'array' }>, s: Spot): string {
  const call = s.count === 1 && isOneLeaf(l) ? p.options.leafCall?.(p.leaf) : undefined;
  const start = p.leaf;
  const end = start + leavesOf(l, '').length;
  const items: string[] = [];
  for (let i = 0; call === undefined && i < l.size; i++) {
    p.leaf = start;
    items.push(print(p, l.of, { count: s.count * l.size, at: s.at * l.size + i, indent: s.indent + STEP }));
  }
  p.leaf = end;
  if (call !== undefined) return call;
  if (!l.cases) return bracket('[', items, ']', s.indent);
  const named = l.cases.map((name, i) => `${name}: ${must(items[i])}`);
  return bracket('{ ', named, ' }', s.indent);
}

function isOneLeaf(l: Layout): boolean {
  return l.kind === 'array' ? isOneLeaf(l.of) : l.kind !== 'record' && l.kind !== 'tuple';
}

/** On one line when it fits, else one item per line with a trailing comma. */
function bracket(open: string, items: readonly string[], close: string, indent: string): string {
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length + indent.length <= WIDTH && !line.includes('\n')) return line;
  const inside = indent + STEP;
  const lines = items.some((i) => i.includes('\n') || i.length > 24) ? items : fill(items, WIDTH - inside.length);
  return `${open.trimEnd()}\n${lines.map((l) => `${inside}${l},\n`).join('')}${indent}${close.trimStart()}`;
}

/** Packs short items into lines. */
function fill(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 2 + item.length < width) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines;
}

/** A number, bool, case or distribution as its literal. */
export function printLeaf(l: LeafLayout, data: Float32Array): string {
  switch (l.kind) {
    case 'number':
    case 'truth':
      return printF32(must(data[0]));
    case 'bool':
      return must(data[0]) > 0 ? 'true' : 'false';
    case 'cases': {
      const name = (i: number): string => l.cases?.[i] ?? String(i);
      if (l.soft) return `{ ${Array.from(data, (w, i) => `${name(i)}: ${printF32(w)}`).join(', ')} }`;
      let best = 0;
      for (let i = 1; i < data.length; i++) if (must(data[i]) > must(data[best])) best = i;
      return name(best);
    }
    default:
      return l satisfies never;
  }
}
