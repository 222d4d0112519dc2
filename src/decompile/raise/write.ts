/**
 * The text of a planned scope: what is used once stands where it is used, the rest becomes a `let` under the name that it had in its
 * source. A loop's body is a scope of its own; what it captures it names.
 */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Declarations } from './declarations.ts';
import { axesAround, type Kind, NUMBER } from './kinds.ts';
import { attributesText } from './literal.ts';
import type { Names } from './names.ts';
import {
  type ExpressionForm,
  type Form,
  kindIn,
  type LoopForm,
  makerIn,
  type Own,
  type Scope,
  shapeIn,
  type Use,
} from './scope.ts';
import { CALL, call, comprehension, type Expression, element, LOOSE, type Operand, UNARY } from './template.ts';

const MOST_LINE = 72;

/** `-x`, `!x`, `x[3]`, `r.a`: repeated where they are used twice. */
const CHEAP = /^[-!]?\w+(\.\w+)*(\[\w+(, \w+)*\])?$/;
const MOST_REPEATED = 24;

/** A value on its way into the text. */
interface Step {
  readonly shape: Shape;
  readonly kind: Kind;
  expression: Expression;
  /** Set once it is bound to a name. */
  name?: string;
  readonly wish: string;
  /** The same as numbers. */
  numbers?: Step;
  /** Of a constant that stands where it is used. */
  readonly data?: Float32Array;
}

export interface Writer {
  readonly scope: Scope;
  readonly names: Names;
  readonly declared: Declarations;
  readonly lines: string[];
  readonly steps: Map<ValueId, Step>;
}

/** What inputs are called in the text. */
export interface Given {
  readonly text: string;
  readonly wish: string;
  /** It is a name, and no expression. */
  readonly isName: boolean;
}

/** Writes all that is used; results and alarms are then read with `operandOf`. */
export function writeScope(
  scope: Scope,
  inputs: readonly Given[],
  around: { readonly names: Names; readonly declared: Declarations },
): Writer {
  const { names, declared } = around;
  const w: Writer = { scope, names, declared, lines: [], steps: new Map() };
  for (const [i, v] of scope.graph.inputs.entries()) given(w, v, must(inputs[i]));
  for (const node of scope.graph.nodes)
    if (node.op !== 'input' && node.results.some((v) => scope.uses.has(v))) write(w, node, must(scope.forms.get(node)));
  return w;
}

function given(w: Writer, v: ValueId, { text, wish, isName }: Given): void {
  const step: Step = { shape: shapeIn(w.scope, v), kind: kindIn(w.scope, v), expression: { text, binds: CALL }, wish };
  if (isName) step.name = text;
  w.steps.set(v, step);
  const isCheap = text.length <= MOST_REPEATED && CHEAP.test(text);
  if (!isName && !isCheap && (w.scope.uses.get(v) ?? 0) > 1) bind(w, step);
}

/** What values are called that had no name. */
const WISHES: Readonly<Record<string, string>> = {
  add: 'added',
  sub: 'difference',
  mul: 'product',
  div: 'ratio',
  sum: 'total',
  einsum: 'product',
  concat: 'joined',
  select: 'chosen',
  reshape: 'shaped',
  broadcast: 'spread',
  slice: 'part',
  lt: 'less_than',
  le: 'at_most',
  eq: 'same',
  reduceMax: 'largest',
  reduceMin: 'smallest',
  min: 'smaller',
  max: 'larger',
  neg: 'negated',
  argmax: 'choice',
  const: 'constant',
};

const wishOf = (node: Node): string => node.origin?.name ?? WISHES[node.op] ?? node.op;

function write(w: Writer, node: Node, form: Form): void {
  if (form.kind === 'loop') writeLoop(w, node, form);
  else if (node.op === 'param') writeParam(w, node);
  else if (form.kind === 'expression' && node.op === 'const' && !form.isLiteral) writeConstant(w, node, form.of);
  else if (form.kind === 'expression') writeExpression(w, node, form);
}

function writeParam(w: Writer, node: NodeOf<'param'>): void {
  const value = must(node.results[0]);
  const name = w.declared.param(node.attrs.name);
  const expression = { text: name, binds: CALL };
  w.steps.set(value, { shape: node.attrs.shape, kind: kindIn(w.scope, value), expression, name, wish: name });
}

function writeExpression(w: Writer, node: Node, form: ExpressionForm): void {
  const value = must(node.results[0]);
  const shape = shapeIn(w.scope, value);
  const operands = form.uses.map((u) => operandOf(w, u));
  const made = form.make(operands, ownOf(w, shape));
  const wish = node.origin?.name ?? form.wish ?? wishOf(node);
  const step: Step = { shape, kind: form.of, expression: made, wish };
  w.steps.set(value, step);
  const uses = w.scope.uses.get(value) ?? 0;
  const isResult = uses === 1 && w.scope.graph.outputs.some((o) => o.value === value);
  const isCheap = made.text.length <= MOST_REPEATED && CHEAP.test(made.text);
  const isLong = made.typed || made.text.length > MOST_LINE;
  if ((uses > 1 && !isCheap) || (isLong && !isResult)) bind(w, step);
}

const ownOf = (w: Writer, shape: Shape): Own => ({
  shape,
  caseText: (kind, at) => w.declared.caseText(kind, at),
  typeText: (kind, of) => w.declared.typeText(kind, of),
});

/** A number stands where it is used, an array at the head of the file. */
function writeConstant(w: Writer, node: NodeOf<'const'>, kind: Kind): void {
  const { data, shape } = node.attrs;
  const isPlain = axesAround(kind, shape).length === 0;
  const text = isPlain ? w.declared.literal(kind, data) : w.declared.constant(wishOf(node), kind, shape, data);
  const binds = text.startsWith('-') ? 4 : CALL;
  const step: Step = { shape, kind, expression: { text, binds }, wish: wishOf(node), ...(isPlain && { data }) };
  if (!isPlain) step.name = text;
  w.steps.set(must(node.results[0]), step);
}

function bind(w: Writer, step: Step): string {
  if (step.name !== undefined) return step.name;
  const name = w.names.fresh(step.wish);
  const type = step.expression.typed ? `: ${w.declared.typeText(step.kind, step.shape)}` : '';
  w.lines.push(`let ${name}${type} = ${step.expression.text};`);
  step.name = name;
  step.expression = { text: name, binds: CALL };
  return name;
}

/** The value as numbers: bools are 1 and -1, cases their weights. */
function numbersOf(w: Writer, step: Step): Step {
  if (step.kind.kind === 'number') return step;
  const isNegated = step.expression.binds === UNARY && step.expression.text.startsWith('!');
  if (step.kind.kind === 'truth' && !isNegated) return step;
  step.numbers ??= {
    shape: step.shape,
    kind: NUMBER,
    wish: step.kind.kind === 'cases' ? `${step.wish}_weights` : `${step.wish}_sign`,
    expression: numbersText(w, step),
  };
  return step.numbers;
}

function numbersText(w: Writer, step: Step): Expression {
  if (step.expression.typed) bind(w, step);
  if (step.kind.kind === 'truth') return { text: `-${step.expression.text.slice(1)}`, binds: UNARY };
  if (step.kind.kind === 'bool') return call('f32', step.expression.text);
  const front = axesAround(step.kind, step.shape);
  if (front.length === 0) return call('weights', step.expression.text);
  const name = bind(w, step);
  return comprehension(front, (index) => `weights(${element(name, index)})`);
}

export function operandOf(w: Writer, use: Use): Operand {
  const own = must(w.steps.get(use.value), () => `value ${use.value} is not written`);
  if (use.as && own.data) return constantOperand(w, own, use.as, own.data);
  const step = use.asIs ? own : numbersOf(w, own);
  const text = (binds: number): string => {
    if (step.expression.typed && !use.isHinted) bind(w, step);
    const { text: known, binds: tight } = step.expression;
    return tight >= binds ? known : `(${known})`;
  };
  return {
    shape: step.shape,
    kind: step.kind,
    at: text,
    name: () => bind(w, step),
    ...(use.scalar && { scalar: text(CALL), loose: text(LOOSE) }),
  };
}

/** A constant number as a truth, a bool or a case. */
function constantOperand(w: Writer, { shape }: Step, kind: Kind, data: Float32Array): Operand {
  const text = w.declared.literal(kind, data);
  return { shape, kind, at: () => text, name: () => text };
}

// --- loops ----------------------------------------------------------------------------------------------------

const tuple = (parts: readonly string[]): string => (parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`);

function writeLoop(w: Writer, node: Node, form: LoopForm): void {
  if (node.op !== 'scan' && node.op !== 'iterate') return;
  const operands = form.uses.map((u) => operandOf(w, u));
  const begin = tuple(operands.slice(0, node.attrs.carries).map((o) => o.at(LOOSE)));
  const wishes = node.results.map((v, i) => resultWish(w, node, v, i));
  if (form.word === 'op') writeOperation(w, node, form, { operands, wishes });
  if (form.word === 'op') return;
  const loop =
    form.word === 'iterate'
      ? iterateText(w, node, form, { operands, wishes, begin })
      : foldText(w, node, form, { operands, wishes, begin });
  bindResults(w, node, form, { wishes, text: loop });
}

/** The name of what a state was bound to, or of what its next value was. */
function resultWish(w: Writer, node: Node, v: ValueId, i: number): string {
  if (node.origin?.name !== undefined && node.results.length === 1) return node.origin.name;
  const body = node.op === 'scan' || node.op === 'iterate' ? node.attrs.body : undefined;
  const next = body?.outputs[i]?.value;
  const maker = body?.nodes.find((n) => next !== undefined && n.results.includes(next));
  const begin = node.inputs[i];
  const isState = (node.op === 'scan' || node.op === 'iterate') && i < node.attrs.carries;
  const origin = isState && begin !== undefined ? makerIn(w.scope, begin).origin?.name : undefined;
  return maker?.origin?.name ?? origin ?? (isState ? 'state' : `each_${v}`.replace(/_\d+$/, ''));
}

interface Parts {
  readonly operands: readonly Operand[];
  readonly wishes: readonly string[];
  readonly begin: string;
}

/** The body with its states and items under these names. */
function bodyText(
  w: Writer,
  form: LoopForm,
  body: Scope,
  inputs: readonly Given[],
): { readonly writer: Writer; readonly results: readonly string[] } {
  const writer = writeScope(body, inputs, w);
  const results = body.graph.outputs.map((o, i) => {
    const state = form.kinds[i] ?? NUMBER;
    const asIs = body === form.cond || state.kind !== 'number';
    return operandOf(writer, { value: o.value, asIs }).at(LOOSE);
  });
  return { writer, results };
}

const block = ({ writer, results }: { readonly writer: Writer; readonly results: readonly string[] }): string =>
  `{ ${[...writer.lines, tuple(results)].join('\n')} }`;

/** Fresh names of states and items; those that the body does not use begin with an underscore. */
function innerNames(w: Writer, scopes: readonly Scope[], wishes: readonly string[]): string[] {
  return wishes.map((wish, i) => {
    const isUsed = scopes.some((s) => s.uses.has(must(s.graph.inputs[i])));
    const name = w.names.fresh(wish);
    return isUsed ? name : `_${name}`;
  });
}

const named = (text: string): Given => ({ text, wish: text, isName: true });

/** `bits` has items called `bit`. */
const itemWish = (array: string): string => (/[a-z]{2}s$/.test(array) ? array.slice(0, -1) : 'item');

function foldText(w: Writer, node: Node, form: LoopForm, { operands, wishes, begin }: Parts): string {
  if (node.op !== 'scan') return '';
  const { carries, mapped, length } = node.attrs;
  const arrays = operands.slice(carries, carries + mapped).map((o) => o.name());
  const captured = operands.slice(carries + mapped).map((o) => named(o.name()));
  const states = innerNames(w, [form.body], wishes.slice(0, carries));
  const item = innerNames(w, [mapped === 1 ? form.body : form.body], []).at(0);
  const counter = mapped === 0 ? '_' : mapped === 1 ? w.names.fresh(itemWish(must(arrays[0]))) : w.names.fresh('step');
  const isItem = mapped === 1;
  const items = arrays.map(
    (a): Given => (isItem ? named(counter) : { text: `${a}[${counter}]`, wish: itemWish(a), isName: false }),
  );
  const source = isItem ? must(arrays[0]) : `0..${length}`;
  const inner = bodyText(w, form, form.body, [...states.map(named), ...items, ...captured]);
  const own = { ...inner, results: inner.results.slice(0, carries) };
  return `${form.word} ${tuple(states)} = ${begin} for ${item ?? counter} in ${source} ${block(own)}`;
}

function iterateText(w: Writer, node: Node, form: LoopForm, { operands, wishes, begin }: Parts): string {
  if (node.op !== 'iterate' || !form.cond) return '';
  const { carries, max } = node.attrs;
  const captured = operands.slice(carries).map((o) => named(o.name()));
  const states = innerNames(w, [form.body, form.cond], wishes);
  const inputs = [...states.map(named), ...captured];
  const test = bodyText(w, form, form.cond, inputs);
  const step = bodyText(w, form, form.body, inputs);
  return `iterate ${tuple(states)} = ${begin} while ${must(test.results[0])} max ${max} ${block(step)}`;
}

/** `op("scan", ..., body = (s, x) => ...)`. */
function writeOperation(w: Writer, node: Node, form: LoopForm, { operands, wishes }: Omit<Parts, 'begin'>): void {
  if (node.op !== 'scan' && node.op !== 'iterate') return;
  const count = node.attrs.carries + (node.op === 'scan' ? node.attrs.mapped : 0);
  const captured = operands.slice(count).map((o) => named(o.name()));
  const scopes = form.cond ? [form.body, form.cond] : [form.body];
  // A truth that becomes a number says so: the function's parameter has its type.
  const given = operands.slice(0, count).map((o, i) => {
    const isNumber = i < node.attrs.carries && must(form.kinds[i]).kind === 'number';
    return isNumber && !/^[-\w.]+$/.test(o.at(LOOSE))
      ? `f32(${o.at(LOOSE)})`
      : isNumber && o.kind.kind === 'truth'
        ? `f32(${o.at(LOOSE)})`
        : o.at(LOOSE);
  });
  const own = operands.slice(0, count).map((_, i) => (i < node.attrs.carries ? must(wishes[i]) : 'item'));
  const fn = (scope: Scope): string => {
    const params = innerNames(w, [scope], own);
    const inner = bodyText(w, form, scope, [...params.map(named), ...captured]);
    return `(${params.join(', ')}) => ${inner.writer.lines.length === 0 ? tuple(inner.results) : block(inner)}`;
  };
  const bodies = [...(form.cond ? [`cond = ${fn(form.cond)}`] : []), `body = ${fn(form.body)}`];
  const text = call('op', `"${node.op}"`, ...given, ...attributesText(node), ...bodies).text;
  const types = node.results.map((v, i) => w.declared.typeText(must(form.kinds[i]), shapeIn(w.scope, v)));
  bindNames(w, node, form, { wishes, text, type: tuple(types) });
  void scopes;
}

interface Bound {
  readonly wishes: readonly string[];
  readonly text: string;
  readonly type?: string;
}

function bindResults(w: Writer, node: Node, form: LoopForm, bound: Bound): void {
  if (form.word !== 'scan' || node.op !== 'scan') {
    bindNames(w, node, form, bound);
    return;
  }
  const { carries } = node.attrs;
  const stacked = node.results.slice(carries);
  if (carries === 1) {
    const results = { ...node, results: stacked };
    bindNames(
      w,
      results,
      { ...form, kinds: form.kinds.slice(carries) },
      { ...bound, wishes: bound.wishes.slice(carries) },
    );
    return;
  }
  const states = w.names.fresh('states');
  w.lines.push(`let ${states} = ${bound.text};`);
  for (const [i, v] of stacked.entries()) {
    const place = form.stacks[i];
    const pattern = Array.from({ length: carries }, (_, k) => (k === place ? 'each' : '_'));
    const text = `[for (${pattern.join(', ')}) in ${states}: each]`;
    const step: Step = {
      shape: shapeIn(w.scope, v),
      kind: must(form.kinds[carries + i]),
      expression: { text, binds: CALL },
      wish: must(bound.wishes[carries + i]),
    };
    w.steps.set(v, step);
    if ((w.scope.uses.get(v) ?? 0) > 0) bind(w, step);
  }
}

/** Names for the results that are used; a sole result may stand where it is used. */
function bindNames(w: Writer, node: Node, form: LoopForm, { wishes, text, type }: Bound): void {
  const steps = node.results.map(
    (v, i): Step => ({
      shape: shapeIn(w.scope, v),
      kind: must(form.kinds[i]),
      expression: { text, binds: LOOSE },
      wish: must(wishes[i]),
    }),
  );
  for (const [i, v] of node.results.entries()) w.steps.set(v, must(steps[i]));
  const [only] = steps;
  const uses = (v: ValueId): number => w.scope.uses.get(v) ?? 0;
  const isResult = w.scope.graph.outputs.some((o) => o.value === node.results[0]);
  if (steps.length === 1 && only && type === undefined && uses(must(node.results[0])) === 1 && isResult) return;
  const names = node.results.map((v, i) => {
    if (uses(v) === 0) return '_';
    const step = must(steps[i]);
    step.name = w.names.fresh(step.wish);
    step.expression = { text: step.name, binds: CALL };
    return step.name;
  });
  w.lines.push(`let ${tuple(names)}${type === undefined ? '' : `: ${type}`} = ${text};`);
}
