/**
 * Loops: what of them `fold`, `scan` and `iterate` say, and all of them as `op(...)` with functions for bodies. A state has the kind of
 * its beginning where every step keeps it.
 */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { axesAround, type Kind, NUMBER, sameKind } from './kinds.ts';
import { isSplat, kindIn, type LoopForm, type Scope, type ScopeInputs, shapeIn, type Use, useAs } from './scope.ts';

type Loop = NodeOf<'scan'> | NodeOf<'iterate'>;

/** The form of a loop in the language, if it has one, or as `op(...)`. */
export function loopForm(s: Scope, node: Node, natural: boolean): LoopForm | undefined {
  if (node.op !== 'scan' && node.op !== 'iterate') return undefined;
  const word = natural ? wordOf(s, node) : 'op';
  if (!word) return undefined;
  const { body, states } = planBody(s, node, word);
  const cond = node.op === 'iterate' ? s.plan(node.attrs.cond, planning(s, node, states, [])) : undefined;
  if (word === 'iterate' && !(cond && isPlainTest(cond))) return undefined;
  const stacks = word === 'scan' && node.op === 'scan' ? must(stacksOf(node)) : [];
  if (word === 'iterate' && node.op === 'iterate') for (const v of alarmsOf(s, node)) s.raised.add(v);
  const { carries } = node.attrs;
  return {
    kind: 'loop',
    word,
    isLiteral: word === 'op',
    kinds: node.results.map((_, i) =>
      must(i < carries ? states[i] : kindIn(body, must(node.attrs.body.outputs[i]).value)),
    ),
    uses: (node.inputs as readonly ValueId[]).map((value, i) => operandUse(s, node, states, { value, i })),
    body,
    ...(cond && { cond }),
    stacks,
  };
}

/** A state as its kind, an array as what its elements are, what is captured as it is. */
function operandUse(
  s: Scope,
  node: Loop,
  states: readonly Kind[],
  at: { readonly value: ValueId; readonly i: number },
): Use {
  const { value, i } = at;
  const state = i < node.attrs.carries ? must(states[i]) : undefined;
  if (state) return (state.kind === 'number' ? undefined : useAs(s, value, state)) ?? { value };
  return { value, asIs: i >= mappedEnd(node) || isArrayOf(s, value) };
}

const mappedEnd = (node: Loop): number => node.attrs.carries + (node.op === 'scan' ? node.attrs.mapped : 0);

/** A test that is a bool and one expression. */
function isPlainTest(cond: Scope): boolean {
  const value = must(cond.graph.outputs[0]).value;
  const isShort = [...cond.uses].every(([v, n]) => n === 1 || must(cond.makers.get(v)).op === 'input');
  const isOpen = cond.graph.nodes.every((n) => {
    const form = cond.forms.get(n);
    return form?.kind === 'leaf' || (form?.kind === 'expression' && !form.isLiteral);
  });
  return kindIn(cond, value).kind === 'bool' && isShort && isOpen;
}

function wordOf(s: Scope, node: Loop): LoopForm['word'] | undefined {
  if (node.op === 'iterate') return node.attrs.max > 0 && alarmsOf(s, node).length > 0 ? 'iterate' : undefined;
  const { carries, mapped, length, reverse, body } = node.attrs;
  if (reverse || length === 0 || carries === 0) return undefined;
  if (node.inputs.slice(carries, carries + mapped).some((v) => isSplat(s, v))) return undefined;
  if (body.outputs.length === carries) return 'fold';
  const isRead = (v: ValueId): boolean =>
    s.graph.nodes.some((n) => n.inputs.includes(v)) || s.graph.outputs.some((o) => o.value === v);
  return stacksOf(node) && !node.results.slice(0, carries).some(isRead) ? 'scan' : undefined;
}

/** Which state each stacked output is, when each is one. */
function stacksOf(node: NodeOf<'scan'>): readonly number[] | undefined {
  const { body, carries } = node.attrs;
  const states = body.outputs.slice(0, carries).map((o) => o.value);
  const found = body.outputs.slice(carries).map((o) => states.indexOf(o.value));
  return found.every((i) => i >= 0) && new Set(found).size === found.length ? found : undefined;
}

/** The body planned with states of their first kind, or as numbers where a step does not keep it. */
function planBody(
  s: Scope,
  node: Loop,
  word: LoopForm['word'],
): { readonly body: Scope; readonly states: readonly Kind[] } {
  const { carries, body } = node.attrs;
  const own = word === 'scan' ? { ...body, outputs: body.outputs.slice(0, carries) } : body;
  let states = node.inputs.slice(0, carries).map((v, i) => beginKind(s, v, must(node.results[i])));
  for (;;) {
    const planned = s.plan(own, planning(s, node, states, states));
    const keeps = states.map((k, i) => sameKind(k, kindIn(planned, must(body.outputs[i]).value)));
    if (keeps.every((k) => k) || states.every((k, i) => keeps[i] || k.kind === 'number'))
      return { body: planned, states };
    states = states.map((k, i) => (keeps[i] ? k : NUMBER));
  }
}

/** The kind of a state as it begins: a constant can be what is wanted in the end. */
function beginKind(s: Scope, begin: ValueId, result: ValueId): Kind {
  const wanted = s.wanted.get(result);
  return wanted && useAs(s, begin, wanted) ? wanted : kindIn(s, begin);
}

function planning(s: Scope, node: Loop, states: readonly Kind[], wanted: readonly Kind[]) {
  return {
    depth: s.depth + 1,
    literal: s.literal,
    width: s.width,
    params: s.params,
    inputs: inputsOf(s, node, states),
    wanted,
  };
}

function inputsOf(s: Scope, node: Loop, states: readonly Kind[]): ScopeInputs {
  const { carries } = node.attrs;
  const mapped = mappedEnd(node);
  const kindOf = (v: ValueId, i: number): Kind => (i >= mapped || isArrayOf(s, v) ? kindIn(s, v) : NUMBER);
  const kinds = node.inputs.map((v, i) => (i < carries ? must(states[i]) : kindOf(v, i)));
  const homes = node.inputs.map((v, i) => (i < mapped ? s.depth + 1 : must(s.homes.get(v))));
  return { kinds, homes };
}

/** Whether elements of an array keep its kind. */
const isArrayOf = (s: Scope, v: ValueId): boolean => axesAround(kindIn(s, v), shapeIn(s, v)).length > 0;

// --- alarms -------------------------------------------------------------------------------------------------------

/** The alarms that say what `iterate` itself would: its condition still holds for the last states. */
function alarmsOf(s: Scope, node: NodeOf<'iterate'>): readonly ValueId[] {
  const { cond, carries } = node.attrs;
  const inner = new Map(cond.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const outside = (i: number): ValueId => must(i < carries ? node.results[i] : node.inputs[i]);
  const same = (here: ValueId, there: ValueId): boolean => {
    const [a, b] = [must(inner.get(here)), s.makers.get(there)];
    if (a.op === 'input') return outside(cond.inputs.indexOf(here)) === there;
    return (
      b !== undefined && a.op === b.op && sameAttributes(a, b) && a.inputs.every((v, i) => same(v, must(b.inputs[i])))
    );
  };
  const test = must(cond.outputs[0]).value;
  return s.graph.alarms.map((a) => a.value).filter((v) => same(test, v));
}

function sameAttributes(a: Node, b: Node): boolean {
  const text = (attrs: object): string =>
    JSON.stringify(attrs, (_, x: unknown) => (x instanceof Float32Array ? [...new Uint32Array(x.slice().buffer)] : x));
  return a.inputs.length === b.inputs.length && text(a.attrs) === text(b.attrs);
}
