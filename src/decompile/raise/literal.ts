/** Nodes as `op(...)`: what the language says no other way, in the words of the graph itself. */
import { type AttributeKind, attributesOf } from '../../ir/attributes.ts';
import type { Node } from '../../ir/graph.ts';
import { base64Encode } from '../../num/bytes.ts';
import { printF32 } from '../../num/literal.ts';
import { must } from '../../text/result.ts';
import { canBe, isOddNan, NUMBER } from './kinds.ts';
import { loopForm } from './loops.ts';
import type { ExpressionForm, Form, Scope } from './scope.ts';
import { call } from './template.ts';

/** The form that every node has. */
export function literalForm(s: Scope, node: Node): Form {
  if (node.op === 'scan' || node.op === 'iterate') return must(loopForm(s, node, false));
  const value = must(node.results[0]);
  const wanted = s.wanted.get(value);
  const isWanted = wanted !== undefined && node.op === 'const' && canBe(wanted, node.attrs.data);
  const form: ExpressionForm = {
    kind: 'expression',
    of: isWanted ? wanted : NUMBER,
    uses: node.inputs.map((v) => ({ value: v })),
    isLiteral: true,
    make: (x) => ({ ...call('op', `"${node.op}"`, ...x.map((o) => o.at(0)), ...attributesText(node)), typed: true }),
  };
  return form;
}

/** `axis = 0`, `indices = [1, 0]`: all attributes but the shape and the bodies. */
export function attributesText(node: Node): string[] {
  const values = node.attrs as Readonly<Record<string, unknown>>;
  return attributesOf(node.op)
    .filter(([, kind]) => kind !== 'shape' && kind !== 'graph')
    .map(([name, kind]) => `${name} = ${attribute(kind, values[name])}`);
}

function attribute(kind: AttributeKind, value: unknown): string {
  if (kind === 'numbers') return `[${(value as readonly number[]).join(', ')}]`;
  if (kind === 'floats') return floatsText(value as Float32Array);
  return typeof value === 'string' ? `"${value}"` : String(value);
}

const LONGEST_LIST = 64;

function floatsText(data: Float32Array): string {
  const isPlain = data.length <= LONGEST_LIST && !data.some(isOddNan);
  return isPlain ? `[${Array.from(data, printF32).join(', ')}]` : `"${base64Encode(littleEndian(data))}"`;
}

function littleEndian(data: Float32Array): Uint8Array {
  const bits = new Uint32Array(data.slice().buffer);
  const bytes = new Uint8Array(4 * bits.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of bits.entries()) view.setUint32(4 * i, word, true);
  return bytes;
}
