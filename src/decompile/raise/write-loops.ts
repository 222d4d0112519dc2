/** Loops as text: `fold`, `scan` and `iterate` over tuples of states, or `op(...)` with functions for bodies. */
import type { Node, ValueId } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { textOf } from '../../text/span.ts';
import { type Kind, NUMBER } from './kinds.ts';
import { attributesText } from './literal.ts';
import { type LoopForm, makerIn, type Scope, shapeIn } from './scope.ts';
import { bind, type Given, operandOf, type Step, type Writer } from './steps.ts';
import { CALL, call, LOOSE, type Operand } from './template.ts';

const tuple = (parts: readonly string[]): string => (parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`);

/** A loop as lines, and its results as steps. */
export function writeLoop(w: Writer, node: Node, form: LoopForm): void {
  if (node.op !== 'scan' && node.op !== 'iterate') return;
  const operands = form.uses.map((u) => operandOf(w, u));
  const begin = tuple(operands.slice(0, node.attrs.carries).map((o) => o.at(LOOSE)));
  const own = namesIn(node);
  const states = node.results.map((_, i) => stateWish(w, node, own.states, i));
  const parts = { operands, states, item: own.item, begin };
  const wishes = node.results.length === 1 ? states.map((wish) => node.origin?.name ?? wish) : states;
  if (form.word === 'op') writeOperation(w, node, form, { ...parts, wishes });
  else if (form.word === 'iterate') bindNames(w, node, form, { wishes, text: iterateText(w, node, form, parts) });
  else bindResults(w, node, form, { wishes, text: foldText(w, node, form, parts) });
}

interface OwnNames {
  readonly states: readonly string[];
  readonly item?: string | undefined;
}

/** What the loop's source called its states and its variable. */
function namesIn(node: Node): OwnNames {
  const text = node.origin ? textOf(node.origin.at) : '';
  const head = /^(?:fold|scan|iterate)\s+(?:(\w+)|\(([\w\s,]+)\))\s*=/.exec(text);
  const states = (head?.[1] ?? head?.[2] ?? '').split(',').map((name) => name.trim());
  const item = /\bfor\s+(\w+)\s+in\b/.exec(text)?.[1];
  return { states: states.filter((name) => /^[A-Za-z]/.test(name)), item };
}

/** The name of a state in its source, of its next value or of its beginning. */
function stateWish(w: Writer, node: Node, own: readonly string[], i: number): string {
  if (node.op !== 'scan' && node.op !== 'iterate') return node.op;
  const { body, carries } = node.attrs;
  if (i < carries && own.length === carries) return must(own[i]);
  const next = body.outputs[i]?.value;
  const maker = body.nodes.find((n) => next !== undefined && n.results.includes(next));
  const begin = i < carries ? makerIn(w.scope, must(node.inputs[i])).origin?.name : undefined;
  return maker?.origin?.name ?? begin ?? (i < carries ? (own[0] ?? 'state') : 'each');
}

interface Parts {
  readonly operands: readonly Operand[];
  /** What its states are to be called, and then its stacked results. */
  readonly states: readonly string[];
  readonly item: string | undefined;
  readonly begin: string;
}

/** The body with its states and items under these names. */
function bodyText(
  w: Writer,
  form: LoopForm,
  body: Scope,
  inputs: readonly Given[],
): { readonly writer: Writer; readonly results: readonly string[] } {
  const writer = w.inner(body, inputs);
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

function foldText(w: Writer, node: Node, form: LoopForm, { operands, states: wishes, item, begin }: Parts): string {
  if (node.op !== 'scan') return '';
  const { carries, mapped, length } = node.attrs;
  const arrays = operands.slice(carries, carries + mapped).map((o) => o.name());
  const captured = operands.slice(carries + mapped).map((o) => named(o.name()));
  const states = innerNames(w, [form.body], wishes.slice(0, carries));
  const [only, more] = arrays;
  const isItem = only !== undefined && more === undefined;
  const counter = only === undefined ? '_' : w.names.fresh(item ?? (isItem ? itemWish(only) : 'step'));
  const element = (a: string): Given => ({ text: `${a}[${counter}]`, wish: itemWish(a), isName: false });
  const items = isItem ? [named(counter)] : arrays.map(element);
  const inner = bodyText(w, form, form.body, [...states.map(named), ...items, ...captured]);
  return `${form.word} ${tuple(states)} = ${begin} for ${counter} in ${isItem ? only : `0..${length}`} ${block(inner)}`;
}

function iterateText(w: Writer, node: Node, form: LoopForm, { operands, states: wishes, begin }: Parts): string {
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
function writeOperation(
  w: Writer,
  node: Node,
  form: LoopForm,
  parts: Parts & { readonly wishes: readonly string[] },
): void {
  if (node.op !== 'scan' && node.op !== 'iterate') return;
  const { operands, states, item, wishes } = parts;
  const { carries } = node.attrs;
  const count = carries + (node.op === 'scan' ? node.attrs.mapped : 0);
  const captured = operands.slice(count).map((o) => named(o.name()));
  const given = operands.slice(0, count).map((o, i) => (i < carries ? stateText(o, must(form.kinds[i])) : o.at(LOOSE)));
  const own = operands.slice(0, count).map((_, i) => (i < carries ? must(states[i]) : (item ?? 'item')));
  const fn = (scope: Scope): string => {
    const params = innerNames(w, [scope], own);
    const inner = bodyText(w, form, scope, [...params.map(named), ...captured]);
    return `(${params.join(', ')}) => ${inner.writer.lines.length === 0 ? tuple(inner.results) : block(inner)}`;
  };
  const bodies = [...(form.cond ? [`cond = ${fn(form.cond)}`] : []), `body = ${fn(form.body)}`];
  const { text } = call('op', `"${node.op}"`, ...given, ...attributesText(node), ...bodies);
  const types = node.results.map((v, i) => w.declared.typeText(must(form.kinds[i]), shapeIn(w.scope, v)));
  bindNames(w, node, form, { wishes, text, type: tuple(types) });
}

/** A truth that becomes a number says so: the function's parameter has its type. */
function stateText(o: Operand, kind: Kind): string {
  const text = o.at(LOOSE);
  const isNumber = kind.kind === 'number' && (o.kind.kind === 'truth' || !/^[-\w.]+$/.test(text));
  return isNumber ? `f32(${text})` : text;
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
