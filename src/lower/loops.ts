/**
 * Loops: comprehensions are scans without state, one per binder; `fold` and `scan` carry the leaves of their state through
 * nested scans; `iterate` repeats while its condition holds and raises an alarm when its bound ends it. Never unrolled.
 */
import type { Core, CoreBinder } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { must } from '../text/result.ts';
import { raise, raiseGuarded } from './alarms.ts';
import { addCarry, type Body, finishBody, jointInputs, neededInputs, newBody, scalar, type Tensor } from './bodies.ts';
import { bind, type Env, emitAll, here, lower, type OpenLoop, report, sizeHere, typeIn } from './environment.ts';
import { leafShapes, peel } from './instance.ts';
import { closeScan } from './scans.ts';
import { indexOfLoop } from './statics.ts';
import { max, reshape, zeros } from './tensors.ts';
import {
  dataType,
  fromTensors,
  indexed,
  leaf,
  leafTypes,
  someValue,
  staticValue,
  tensorOf,
  tensorsOf,
  type Value,
} from './values.ts';

/** A loop that was begun: its body is open, its variable bound. */
interface Begun {
  readonly env: Env;
  readonly body: Body;
  readonly length: number;
}

export function beginLoop(
  env: Env,
  name: string,
  from: number,
  length: number,
): { readonly loop: OpenLoop; readonly env: Env } {
  const body = newBody(env.body);
  return { loop: { name, depth: body.depth, from, length, body }, env: { ...env, body } };
}

function begin(env: Env, { local, source }: CoreBinder): Begun {
  if (source.kind === 'range') {
    const from = sizeHere(env, source.from);
    const { loop, env: inner } = beginLoop(env, local.name, from, Math.max(0, sizeHere(env, source.to) - from));
    return { env: bind(inner, local, staticValue(indexOfLoop(loop))), body: loop.body, length: loop.length };
  }
  const value = lower(env, source.value);
  const length = must(peel(typeIn(env, source.value.type)).axes[0]);
  const { loop, env: inner } = beginLoop(env, local.name, 0, length);
  return { env: bind(inner, local, indexed(value, indexOfLoop(loop))), body: loop.body, length };
}

type Comprehension = Extract<Core, { kind: 'comprehension' }>;

export function lowerComprehension(env: Env, core: Comprehension): Value {
  const type = typeIn(env, core.type);
  if (!dataType(here(env, core), type, 'an array')) return someValue(env, type);
  return elements(here(env, core), core, 0, type);
}

/** The array over the binders from the `k`th on. */
function elements(env: Env, core: Comprehension, k: number, type: Type): Value {
  const binder = core.binders[k];
  if (!binder || type.kind !== 'array') return lower(env, core.body);
  const { env: inner, body, length } = begin(env, binder);
  if (length === 0) return someValue(env, type);
  const value = elements({ ...inner, origin: env.origin }, core, k + 1, type.of);
  const stacked = tensorsOf(inner, { value, type: type.of });
  return fromTensors(type, closeScan(env, body, { length, carries: [], stacked }).stacked);
}

type Fold = Extract<Core, { kind: 'fold' }>;

export function lowerFold(env: Env, core: Fold): Value {
  const type = typeIn(env, core.type);
  const stateType = typeIn(env, core.state.type);
  if (!dataType(here(env, core), stateType, 'the state of a loop')) return someValue(env, type);
  const init = tensorsOf(env, { value: lower(env, core.init), type: stateType });
  const run = steps(here(env, core), core, 0, { type: stateType, tensors: init });
  if (!core.all) return fromTensors(type, run.last);
  const shapes = leafShapes(type);
  return fromTensors(
    type,
    run.all.map((t, i) => reshape(env, t, must(shapes[i]))),
  );
}

interface State {
  readonly type: Type;
  readonly tensors: readonly Tensor[];
}

/** Runs the binders from the `k`th on over a state: the last one, and those after each step. */
function steps(
  env: Env,
  core: Fold,
  k: number,
  state: State,
): { readonly last: readonly Tensor[]; readonly all: readonly Tensor[] } {
  const binder = core.binders[k];
  if (!binder) {
    const inner = bind(env, core.state, fromTensors(state.type, state.tensors));
    const next = tensorsOf(env, { value: lower(inner, core.next), type: state.type });
    return { last: next, all: next };
  }
  const { env: inner, body, length } = begin(env, binder);
  const tensors = state.tensors.map((t) => addCarry(body, t));
  if (length === 0) return { last: state.tensors, all: core.all ? emptyStates(env, core, state.type) : [] };
  const run = steps({ ...inner, origin: env.origin }, core, k + 1, { type: state.type, tensors });
  const carries = state.tensors.map((init, i) => ({ init, next: must(run.last[i]) }));
  const { last, stacked } = closeScan(env, body, { length, carries, stacked: core.all ? run.all : [] });
  return { last, all: stacked };
}

/** The states of no steps. */
const emptyStates = (env: Env, core: Fold, state: Type): Tensor[] => {
  const shapes = leafShapes(typeIn(env, core.type));
  return leafTypes(state).map((_, i) => zeros(must(shapes[i])));
};

type Iterate = Extract<Core, { kind: 'iterate' }>;

export function lowerIterate(env: Env, core: Iterate): Value {
  const type = typeIn(env, core.type);
  const at = here(env, core);
  if (!dataType(at, type, 'the state of a loop')) return someValue(env, type);
  const start = tensorsOf(env, { value: lower(env, core.init), type });
  const [next, test] = [newBody(env.body), newBody(env.body)];
  const carry = (body: Body): Tensor[] => start.map((t) => addCarry(body, t));
  const stateIn = (body: Body, tensors: readonly Tensor[]): Env =>
    bind({ ...env, body, guards: [] }, core.state, fromTensors(type, tensors));
  const inner = stateIn(next, carry(next));
  const states = tensorsOf(inner, { value: lower(inner, core.next), type });
  const condition = (inside: Env): Tensor =>
    tensorOf(inside, { value: lower(inside, core.cond), type: typeIn(env, core.cond.type) });
  const cond = condition(stateIn(test, carry(test)));
  if (test.alarms.length > 0) report(here(env, core.cond), 'alarm-in-condition', {});
  const raised = next.alarms.map((alarm) => {
    const init = scalar(-1);
    const before = addCarry(next, init);
    addCarry(test, init);
    return { init, alarm, after: max({ ...inner, origin: at.origin }, before, alarm.value) };
  });
  const outputs = [...states, ...raised.map((r) => r.after)];
  const inputs = jointInputs(neededInputs(next, outputs), neededInputs(test, [cond]));
  const attrs = {
    body: finishBody(next, inputs, outputs),
    cond: finishBody(test, inputs, [cond]),
    carries: outputs.length,
    max: sizeHere(env, core.max),
  };
  const results = emitAll(
    at,
    'iterate',
    inputs.map((i) => i.source),
    attrs,
  );
  for (const [i, r] of raised.entries()) raise(at, { ...r.alarm, value: must(results[start.length + i]) });
  const value = fromTensors(type, results.slice(0, start.length));
  const still = condition(bind(at, core.state, value));
  raiseGuarded(
    at,
    still,
    `iterate stopped at its bound of ${attrs.max} steps with its condition still true`,
    at.origin?.at ?? core.at,
  );
  return value;
}

/**
 * A scalar function over all elements: `f` gets the scalar arguments, arrays one element at a time. One loop over the flattened
 * axes, which batching turns into ops on whole arrays.
 */
export function lowerLift(
  env: Env,
  args: readonly { readonly value: Value; readonly type: Type }[],
  result: Type,
  f: (env: Env, args: readonly Value[]) => Value,
): Value {
  const { axes, of } = peel(result);
  const length = axes.reduce((n, d) => n * d, 1);
  if (length === 0) return someValue(env, result);
  const { loop, env: inner } = beginLoop(env, 'element', 0, length);
  const index = indexOfLoop(loop);
  const element = (arg: { readonly value: Value; readonly type: Type }): Value => {
    const rank = peel(arg.type).axes.length;
    if (rank === 0) return arg.value;
    const t = tensorOf(env, arg);
    return indexed(leaf(reshape(env, t, [length, ...t.shape.slice(rank)])), index);
  };
  const value = f(inner, args.map(element));
  const out = tensorOf(inner, { value, type: of });
  const [array] = closeScan(env, loop.body, { length, carries: [], stacked: [out] }).stacked;
  return leaf(reshape(env, must(array), [...axes, ...out.shape]));
}
