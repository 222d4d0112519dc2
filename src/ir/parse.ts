/**
 * Reads the text of a graph (`print.ts`). Values may be called by any word (`%7`, `%hidden`), numbers are given in order; a
 * comment runs from `//` to the end of the line. Types are taken as they stand: `verifyGraph` of the op table checks them.
 */

import { base64Decode } from '../num/bytes.ts';
import { isF32Text, readF32 } from '../num/literal.ts';
import { Bug, must } from '../text/result.ts';
import { type Source, span } from '../text/span.ts';
import { ATTRIBUTES, type AttributeKind, attributesOf } from './attributes.ts';
import type { Alarm, Graph, Node, Output, TensorType, ValueId } from './graph.ts';
import { sizeOf } from './graph.ts';
import type { OpName, Shape } from './vocabulary.ts';

export type ParsedGraph =
  | { readonly ok: true; readonly value: Graph }
  | { readonly ok: false; readonly line: number; readonly message: string };

interface Token {
  readonly text: string;
  readonly start: number;
}

const TOKEN = /\/\/[^\n]*|\s+|%[\w.]+|"(?:[^"\\\n]|\\.)*"|[-+\w.]+|[()[\]{}=,:]|./gs;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)]
    .map((m) => ({ text: m[0], start: m.index }))
    .filter((t) => !/^(\s|\/\/)/.test(t.text));
}

/** The rest of the tokens. The first mistake is kept and ends them, so reading goes on with stand-ins and stops by itself. */
class Cursor {
  private next = 0;
  mistake: { readonly at: number; readonly message: string } | undefined;
  readonly source: Source;
  private readonly tokens: readonly Token[];

  constructor(source: Source) {
    this.source = source;
    this.tokens = tokensOf(source.text);
  }

  get at(): number {
    return this.tokens[this.next]?.start ?? this.source.text.length;
  }

  peek(): string {
    return this.tokens[this.next]?.text ?? 'the end';
  }

  isAtEnd(): boolean {
    return this.next >= this.tokens.length;
  }

  take(): string {
    const text = this.peek();
    this.next++;
    return text;
  }

  expect(text: string): void {
    if (this.peek() !== text) this.fail(`expected ${text}, found ${this.peek()}`);
    else this.next++;
  }

  skip(text: string): boolean {
    if (this.peek() !== text) return false;
    this.next++;
    return true;
  }

  fail(message: string): void {
    this.mistake ??= { at: this.at, message };
    this.next = this.tokens.length;
  }
}

/** A graph in the making, and what its values are called. */
interface Draft {
  readonly nodes: Node[];
  readonly types: TensorType[];
  readonly inputs: ValueId[];
  readonly outputs: Output[];
  readonly alarms: Alarm[];
  readonly values: Map<string, ValueId>;
}

/** Reads the text of a graph, or says what is wrong in which line (from 1). */
export function parseGraph(text: string, name = 'graph'): ParsedGraph {
  const cursor = new Cursor({ name, text });
  const value = graph(cursor, '');
  const { mistake } = cursor;
  return mistake ? { ok: false, message: mistake.message, line: lineAt(text, mistake.at) } : { ok: true, value };
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** The same for text that is known to be right. */
export function readGraph(text: string): Graph {
  const parsed = parseGraph(text);
  if (parsed.ok) return parsed.value;
  throw new Bug(`line ${parsed.line}: ${parsed.message}`);
}

/** Stands in after a mistake. */
const NO_VALUE = 0 as ValueId;

function graph(c: Cursor, end: string): Graph {
  const d: Draft = { nodes: [], types: [], inputs: [], outputs: [], alarms: [], values: new Map() };
  while (!c.isAtEnd() && c.peek() !== end) {
    if (c.peek() === 'output') output(c, d);
    else if (c.peek() === 'alarm') alarm(c, d);
    else node(c, d);
  }
  const { nodes, types, inputs, outputs, alarms } = d;
  return { nodes, types, inputs, outputs, alarms };
}

function output(c: Cursor, d: Draft): void {
  c.expect('output');
  d.outputs.push({ name: string(c), value: known(c, d) });
}

function alarm(c: Cursor, d: Draft): void {
  const start = c.at;
  c.expect('alarm');
  const message = string(c);
  d.alarms.push({ message, value: known(c, d), at: span(c.source, start, c.at) });
}

function node(c: Cursor, d: Draft): void {
  const names: string[] = [];
  const results: Shape[] = [];
  do {
    names.push(valueName(c));
    c.expect(':');
    results.push(numbers(c));
  } while (c.skip(','));
  c.expect('=');
  const op = opName(c);
  const inputs = operands(c, d);
  const attrs = attributes(c, op, results[0] ?? []);
  const ids = results.map((shape) => (d.types.push({ shape }) - 1) as ValueId);
  for (const [i, name] of names.entries()) define(c, d, name, must(ids[i]));
  if (op === 'input') d.inputs.push(...ids);
  d.nodes.push({ op, attrs, inputs, results: ids } as unknown as Node);
}

function valueName(c: Cursor): string {
  if (!c.peek().startsWith('%')) c.fail(`expected a value such as %0, found ${c.peek()}`);
  return c.take();
}

function define(c: Cursor, d: Draft, name: string, value: ValueId): void {
  if (d.values.has(name)) c.fail(`${name} is defined twice`);
  d.values.set(name, value);
}

function known(c: Cursor, d: Draft): ValueId {
  const name = valueName(c);
  const value = d.values.get(name);
  if (value === undefined) c.fail(`${name} is not defined above`);
  return value ?? NO_VALUE;
}

function opName(c: Cursor): OpName {
  const name = c.peek();
  if (Object.hasOwn(ATTRIBUTES, name)) return c.take() as OpName;
  c.fail(`there is no op ${name}`);
  return 'neg';
}

function operands(c: Cursor, d: Draft): ValueId[] {
  const list: ValueId[] = [];
  if (!c.skip('(')) return list;
  while (!c.isAtEnd() && c.peek() !== ')') {
    list.push(known(c, d));
    if (!c.skip(',')) break;
  }
  c.expect(')');
  return list;
}

/** The attributes of an op, all of them, in printing order. */
function attributes(c: Cursor, op: OpName, shape: Shape): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, kind] of attributesOf(op)) {
    if (kind === 'shape') {
      values[name] = shape;
      continue;
    }
    c.expect(name);
    c.expect('=');
    values[name] = attribute(c, kind, shape);
  }
  return values;
}

function attribute(c: Cursor, kind: AttributeKind, shape: Shape): unknown {
  switch (kind) {
    case 'string':
      return string(c);
    case 'number':
      return number(c);
    case 'shape':
    case 'numbers':
      return numbers(c);
    case 'flag':
      return word(c, ['true', 'false']) === 'true';
    case 'floats':
      return floats(c, sizeOf(shape));
    case 'graph':
      return block(c);
    default:
      return word(c, kind);
  }
}

function block(c: Cursor): Graph {
  c.expect('{');
  const body = graph(c, '}');
  c.expect('}');
  return body;
}

function word(c: Cursor, words: readonly string[]): string {
  if (!words.includes(c.peek())) c.fail(`expected ${words.join(' or ')}, found ${c.peek()}`);
  return c.take();
}

/** JSON's strings, which is what the printer writes. */
const STRING = /^"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"$/;

function string(c: Cursor): string {
  if (STRING.test(c.peek())) return JSON.parse(c.take()) as string;
  c.fail(`expected a string, found ${c.peek()}`);
  return '';
}

function number(c: Cursor): number {
  const value = Number(c.peek());
  if (!Number.isFinite(value)) c.fail(`expected a number, found ${c.peek()}`);
  c.take();
  return value;
}

function list<T>(c: Cursor, item: (c: Cursor) => T): T[] {
  const items: T[] = [];
  c.expect('[');
  while (!c.isAtEnd() && c.peek() !== ']') {
    items.push(item(c));
    if (!c.skip(',')) break;
  }
  c.expect(']');
  return items;
}

const numbers = (c: Cursor): number[] => list(c, number);

function float(c: Cursor): number {
  if (!isF32Text(c.peek())) c.fail(`expected a float, found ${c.peek()}`);
  return readF32(c.take());
}

/** A list of floats, or their bytes (little-endian) in Base64. */
function floats(c: Cursor, count: number): Float32Array {
  const data = c.peek().startsWith('"') ? fromBytes(c) : Float32Array.from(list(c, float));
  if (data.length !== count) c.fail(`expected ${count} floats, found ${data.length}`);
  return data;
}

function fromBytes(c: Cursor): Float32Array {
  const bytes = base64Decode(string(c));
  if (!bytes || bytes.length % 4 !== 0) {
    c.fail('the data is no Base64 of floats');
    return new Float32Array();
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
  return new Float32Array(words.buffer);
}
