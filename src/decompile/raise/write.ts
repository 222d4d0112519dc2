/**
 * The text of a planned scope: what is used once stands where it is used, the rest becomes a `let` under the name that it had in its
 * source. A loop's body is a scope of its own; what it captures it names.
 */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Declarations } from './declarations.ts';
import { axesAround, type Kind } from './kinds.ts';
import type { Names } from './names.ts';
import { type ExpressionForm, type Form, kindIn, type Own, type Scope, shapeIn } from './scope.ts';
import { bind, type Given, operandOf, type Step, type Writer } from './steps.ts';
import { CALL } from './template.ts';
import { writeLoop } from './write-loops.ts';

const MOST_LINE = 72;

/** `-x`, `!x`, `x[3]`, `r.a`: repeated where they are used twice. */
const CHEAP = /^[-!]?\w+(\.\w+)*(\[\w+(, \w+)*\])?$/;
const MOST_REPEATED = 24;

/** Writes all that is used; results and alarms are then read with `operandOf`. */
export function writeScope(
  scope: Scope,
  inputs: readonly Given[],
  around: { readonly names: Names; readonly declared: Declarations },
): Writer {
  const { names, declared } = around;
  const inner: Writer['inner'] = (body, given) => writeScope(body, given, around);
  const w: Writer = { scope, names, declared, inner, lines: [], steps: new Map() };
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
