/**
 * `op("put", x, axis = 0, indices = [1, 0], size = 3)`: one operation of the graph by its name, and `alarm`: what a graph may hold
 * and nothing else of the language says in that form. Names and attributes are those of the vocabulary (`ir/attributes.ts`), so
 * every graph has a source. The type of the result is the wanted one; whether its shape is what the operation gives, lowering says.
 */
import { type AttributeKind, attributesOf } from '../../ir/attributes.ts';
import { ARITY, type OpName } from '../../ir/vocabulary.ts';
import { base64Decode } from '../../num/bytes.ts';
import { readF32 } from '../../num/literal.ts';
import type { Expr } from '../../syntax/ast.ts';
import { nearest } from '../../text/nearest.ts';
import { must } from '../../text/result.ts';
import { core, errorCore, F32, tupleOf, withLeaf } from '../build.ts';
import { settleInt } from '../coerce.ts';
import type { Checker } from '../context.ts';
import type { Attribute, Core } from '../core.ts';
import type { Type } from '../types.ts';
import type { Intrinsic, IntrinsicCall, Rule } from './table.ts';

/** Inputs and params are declared by other means. */
const OPERATIONS = (Object.keys(ARITY) as OpName[]).filter((name) => name !== 'input' && name !== 'param');

const isOperation = (name: string): name is OpName => OPERATIONS.some((op) => op === name);

/** The attributes that are written: the shape is that of the wanted type. */
const written = (op: OpName): readonly (readonly [string, AttributeKind])[] =>
  attributesOf(op).filter(([, kind]) => kind !== 'shape');

const isElementwise = (op: OpName): boolean => ARITY[op] !== 0 && attributesOf(op).every(([name]) => name === 'width');

function operation(c: Checker, call: IntrinsicCall): OpName | undefined {
  const [name] = call.args;
  if (name?.kind !== 'string') {
    c.fail('not-constant', name?.at ?? call.at, { what: 'the operation', hint: 'Write its name in quotes.' });
    return undefined;
  }
  if (isOperation(name.value)) return name.value;
  const near = nearest(name.value, OPERATIONS);
  const hint = near ? `Did you mean "${near}"?` : `The operations are ${OPERATIONS.join(', ')}.`;
  c.fail('unknown-name', name.at, { name: name.value, hint });
  return undefined;
}

/** `op("tanh", ...)` without a wanted type has that of its first operand, as numbers. */
function typeOf(c: Checker, call: IntrinsicCall, op: OpName, first: Core | undefined, hint?: Type): Type | undefined {
  const wanted = hint && c.solver.type(hint);
  if (wanted && !c.solver.isOpen({ kind: 'type', type: wanted })) return wanted;
  const own = first && isElementwise(op) ? c.solver.type(first.type) : undefined;
  if (own?.kind === 'array' || own?.kind === 'f32') return withLeaf(own, F32);
  const hintText = 'State it: `let y: f32[3] = op(...);`.';
  c.fail('cannot-infer', call.at, { what: `what \`op("${op}", ...)\` gives`, hint: hintText });
  return undefined;
}

const operate: Rule = (c, call, hint) => {
  const op = operation(c, call);
  const args = call.args.slice(1).map((e) => settleInt(c, c.infer(e)));
  if (!op || args.some((a) => c.solver.type(a.type).kind === 'error')) return errorCore(call.at);
  const type = typeOf(c, call, op, args[0], hint);
  if (!type || !counted(c, call, op, args.length)) return errorCore(call.at);
  const attributes = readAttributes(c, call, op);
  if (!attributes) return errorCore(call.at);
  const bodies = readBodies(c, call, { op, attributes, args, type });
  return bodies ? core(type, call.at, { kind: 'op', op, attributes, args, bodies }) : errorCore(call.at);
};

function counted(c: Checker, call: IntrinsicCall, op: OpName, found: number): boolean {
  const arity = ARITY[op];
  const names = written(op).map(([name]) => name);
  const known = [...call.named.keys()];
  const odd = known.find((name) => !names.includes(name));
  const expected = [arity === null ? 'any number of' : arity, 'operands', ...names.map((n) => `, ${n} = ...`)].join(
    ' ',
  );
  const isFull = odd === undefined && names.every((name) => call.named.has(name));
  if (isFull && (arity === null || arity === found)) return true;
  const data = { name: `op("${op}", ...)`, expected, found: found + known.length, declared: declared(op) };
  c.fail('argument-count', call.at, data);
  return false;
}

const declared = (op: OpName): string => {
  const operands = Array.from({ length: ARITY[op] ?? 1 }, (_, i) => ['a', 'b', 'c'][i] ?? 'x');
  const names = written(op).map(([name]) => `${name} = ...`);
  return `op(${[`"${op}"`, ...operands, ...names].join(', ')})`;
};

type Attributes = Readonly<Record<string, Attribute>>;

function readAttributes(c: Checker, call: IntrinsicCall, op: OpName): Attributes | undefined {
  const found: Record<string, Attribute> = {};
  for (const [name, kind] of written(op)) {
    if (kind === 'graph') continue;
    const e = must(call.named.get(name));
    const value = readAttribute(kind, e);
    if (value === undefined) {
      c.fail('not-constant', e.at, { what: `\`${name}\``, hint: `It is ${wantedText(kind)}, written out.` });
      return undefined;
    }
    found[name] = value;
  }
  return found;
}

function wantedText(kind: AttributeKind): string {
  if (typeof kind !== 'string') return kind.map((word) => `"${word}"`).join(' or ');
  if (kind === 'numbers') return 'an array of whole numbers';
  if (kind === 'flag') return '`true` or `false`';
  return kind === 'floats' ? 'a list of numbers, or the bytes of float32 numbers in Base64' : 'a number';
}

function readAttribute(kind: AttributeKind, e: Expr): Attribute | undefined {
  if (typeof kind !== 'string') return e.kind === 'string' && kind.includes(e.value) ? e.value : undefined;
  switch (kind) {
    case 'number':
      return numberIn(e);
    case 'numbers': {
      const numbers = e.kind === 'array' ? e.items.map(numberIn) : [undefined];
      return numbers.every((n) => n !== undefined && Number.isInteger(n)) ? (numbers as number[]) : undefined;
    }
    case 'flag':
      return e.kind === 'bool' ? e.value : undefined;
    case 'floats':
      return e.kind === 'string' ? floatsIn(e.value) : floatsOf(e);
    default:
      return undefined;
  }
}

function numberIn(e: Expr): number | undefined {
  if (e.kind === 'unary' && e.op === '-') {
    const value = numberIn(e.value);
    return value === undefined ? undefined : -value;
  }
  return e.kind === 'number' ? Number(e.text.replaceAll('_', '')) : undefined;
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
]);

function floatIn(e: Expr): number | undefined {
  if (e.kind === 'name') return SPECIAL.get(e.name.text);
  if (e.kind === 'unary' && e.op === '-') {
    const value = floatIn(e.value);
    return value === undefined ? undefined : -value;
  }
  return e.kind === 'number' ? readF32(e.text.replaceAll('_', '')) : undefined;
}

/** A list of numbers, each rounded to float32 once. */
function floatsOf(e: Expr): Float32Array | undefined {
  const numbers = e.kind === 'array' ? e.items.map(floatIn) : [undefined];
  return numbers.every((n) => n !== undefined) ? Float32Array.from(numbers as number[]) : undefined;
}

/** Little-endian float32 numbers. */
function floatsIn(text: string): Float32Array | undefined {
  const bytes = base64Decode(text);
  if (!bytes || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
  return new Float32Array(words.buffer);
}

interface Loop {
  readonly op: OpName;
  readonly attributes: Attributes;
  readonly args: readonly Core[];
  readonly type: Type;
}

/** The functions of a loop: of its states and of one element of each array that it runs over; what they capture is theirs to name. */
function readBodies(c: Checker, call: IntrinsicCall, loop: Loop): Readonly<Record<string, Core>> | undefined {
  const names = written(loop.op).flatMap(([name, kind]) => (kind === 'graph' ? [name] : []));
  if (names.length === 0) return {};
  const carries = Number(loop.attributes.carries);
  const mapped = Number(loop.attributes.mapped ?? 0);
  const results = loop.type.kind === 'tuple' ? loop.type.items : [loop.type];
  const params = loop.args.map((a, i) => (i < carries ? c.solver.type(a.type) : element(c, a)));
  const steps = results.map((t, i) => (i < carries ? must(params[i] ?? t) : elementOf(t)));
  const isFit = loop.args.length === carries + mapped && results.length >= carries && carries >= 0;
  if (!isFit || [...params, ...steps].some((t) => t === undefined)) {
    const why = `It takes ${carries} states and ${mapped} arrays, and gives the states and then arrays.`;
    c.fail('operand-types', call.at, { op: `op("${loop.op}", ...)`, found: `${loop.args.length} operands`, why });
    return undefined;
  }
  const step = steps.length === 1 ? must(steps[0]) : tupleOf(steps.map((t) => must(t)));
  const bodies: Record<string, Core> = {};
  for (const name of names) {
    const result = name === 'cond' ? F32 : step;
    bodies[name] = c.check(must(call.named.get(name)), { kind: 'fn', params: params.map((p) => must(p)), result });
  }
  return Object.values(bodies).some((b) => c.solver.type(b.type).kind === 'error') ? undefined : bodies;
}

const element = (c: Checker, of: Core): Type | undefined => elementOf(c.solver.type(of.type));
const elementOf = (type: Type): Type | undefined => (type.kind === 'array' ? type.of : undefined);

/** `alarm(x, when, "message")`: x; the message is told where `when` is above 0 in the end. */
const raised: Rule = (c, call, hint) => {
  const [value, when, message] = call.args;
  if (!value || !when || message?.kind !== 'string' || call.args.length > 3 || call.named.size > 0) {
    const declaredAs = 'alarm(x, when, "message")';
    return c.fail('argument-count', call.at, {
      name: 'alarm',
      expected: '3',
      found: call.args.length,
      declared: declaredAs,
    });
  }
  const x = c.infer(value, hint);
  const test = c.check(when, F32);
  return core(x.type, call.at, { kind: 'alarm', value: x, when: test, message: message.value });
};

export const GRAPH_FUNCTIONS: readonly Intrinsic[] = [
  {
    name: 'op',
    signature: 'op(name: string, operands..., attributes...) -> T',
    doc: 'One operation of the graph by its name, with its attributes as `explain --stage graph` prints them (section 15). The wanted type is the result.',
    rule: operate,
  },
  {
    name: 'alarm',
    signature: 'alarm(x: T, when: f32, message: string) -> T',
    doc: 'x. The message is a warning of the run when `when` is above 0.',
    rule: raised,
  },
];
