/**
 * Loops: states lie in tensors of the scope around the loop, mapped arrays are read and stacks stored at places that the loop's
 * variable says, bodies are scheduled like graphs. A next state is stored over the present one where nothing reads that any more,
 * else beside it and copied at the end of the turn.
 */
import type { Graph, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { Context, type Value, wrote } from './context.ts';
import { cutFor, type Draft, fits, keyOf, readsOf, Scope } from './draft.ts';
import type { Surroundings } from './turned.ts';
import { isWhole, sliceBy, type Tensor, type View, whole } from './view.ts';

type Schedule = (c: Context) => void;

/** Tensors that hold the states, begun with the initial ones. */
function statesOf(c: Context, node: NodeOf<'scan' | 'iterate'>): View[] {
  return node.inputs.slice(0, node.attrs.carries).map((v) => {
    const state = c.fresh(c.shapeOf(v));
    if (state.tensor.length > 0) c.deliver(c.value(v), state, true);
    return state;
  });
}

/** Schedules a body over what it is given: what changes from turn to turn, and what stays. */
function bodyOf(
  around: Surroundings,
  graph: Graph,
  [changing, fixed]: readonly [readonly Value[], readonly View[]],
  schedule: (c: Context) => void,
) {
  const { names, scope } = around.outside;
  const inner = new Context(names, new Scope(scope), graph, around);
  for (const [i, v] of graph.inputs.entries()) inner.values[v] = must([...changing, ...fixed][i]);
  schedule(inner);
  return inner;
}

const surroundings = (outside: Context, captured: readonly View[], stored: readonly View[]): Surroundings => {
  const changes = new Set(stored.map((v) => v.tensor));
  const fixed = new Set(captured.map((v) => v.tensor).filter((tensor) => !changes.has(tensor)));
  return { outside, fixed, copies: new Map() };
};

const finished = (states: readonly View[], step: Draft): void => {
  for (const { tensor } of states) wrote(tensor, step);
};

export function scan(c: Context, node: NodeOf<'scan'>, schedule: Schedule): void {
  const { carries, mapped, length, reverse, body } = node.attrs;
  if (length === 0) {
    for (const [i, v] of node.results.entries())
      c.values[v] = i < carries ? c.value(must(node.inputs[i])) : c.fresh(c.shapeOf(v));
    return;
  }
  const states = statesOf(c, node);
  const variable = c.names.variable();
  const slices = node.inputs.slice(carries, carries + mapped).map((v) => {
    const array = c.readValue(v);
    return sliceBy(array.axes[0]?.offsets ? c.copied(array, c.shapeOf(v)) : array, variable);
  });
  const captured = node.inputs.slice(carries + mapped).map((v) => c.readValue(v));
  const stacks = node.results.slice(carries).map((v) => c.target(v));
  const places = stacks.map((stack) => sliceBy(stack, variable));
  const around = surroundings(c, captured, [...states, ...slices, ...stacks]);
  const inner = bodyOf(around, body, [[...states, ...slices], captured], (b) => {
    for (const [i, place] of places.entries()) b.wanted.set(must(body.outputs[carries + i]).value, place);
    schedule(b);
  });
  for (const [i, place] of places.entries()) {
    const value = inner.value(must(body.outputs[carries + i]).value);
    if (sizeOf(place.axes.map((a) => a.size)) > 0) inner.deliver(value, place);
  }
  advance(inner, nextStates(inner.graph, states));
  const step = c.scope.push<Draft>({
    kind: 'loop',
    at: 0,
    scope: c.scope,
    variable,
    count: length,
    reverse,
    carried: states.map((s) => s.tensor),
    body: inner.scope,
  });
  finished([...states, ...stacks], step);
  for (const [i, v] of node.results.entries()) c.values[v] = [...states, ...stacks][i];
}

export function iterate(c: Context, node: NodeOf<'iterate'>, schedule: Schedule): void {
  const { carries, max } = node.attrs;
  const states = statesOf(c, node);
  const captured = node.inputs.slice(carries).map((v) => c.readValue(v));
  const around = surroundings(c, captured, states);
  const cond = bodyOf(around, node.attrs.cond, [states, captured], schedule);
  const test = cond.readValue(must(node.attrs.cond.outputs[0]).value);
  const inner = bodyOf(around, node.attrs.body, [states, captured], schedule);
  advance(inner, nextStates(inner.graph, states));
  const step = c.scope.push<Draft>({
    kind: 'while',
    at: 0,
    scope: c.scope,
    max,
    carried: states.map((s) => s.tensor),
    cond: cond.scope,
    test,
    body: inner.scope,
  });
  finished(states, step);
  for (const [i, v] of node.results.entries()) c.values[v] = states[i];
}

/** A state, and the value that it has in the next turn. */
export interface Next {
  readonly state: View;
  readonly value: ValueId;
}

const nextStates = (body: Graph, states: readonly View[]): Next[] =>
  states.map((state, i) => ({ state, value: must(body.outputs[i]).value }));

/** Ends a turn: the next states become the present ones, all at once. */
export function advance(c: Context, nexts: readonly Next[]): void {
  const tensors = new Set(nexts.map(({ state }) => state.tensor));
  const next = nexts.map(({ state, value }) => ({ state, value: c.value(value) }));
  const changed = next.filter(
    ({ state, value }) => state.tensor.length > 0 && !(value.kind === undefined && keyOf(value) === keyOf(state)),
  );
  // A next state that is (part of) a present one is set aside before any of them is stored to.
  const aside = changed.map(({ state, value }): { state: View; value: Value } =>
    value.kind === undefined && tensors.has(value.tensor)
      ? {
          state,
          value: c.copied(
            value,
            state.axes.map((a) => a.size),
          ),
        }
      : { state, value },
  );
  const late: { readonly state: View; readonly from: View }[] = [];
  for (const { state, value } of aside) {
    if (value.kind === 'lazy' && overwrites(c, value.member.group.step, state.tensor)) {
      const { member } = value;
      cutFor(member.group, state);
      if (member.place) member.copies.push(state);
      else member.place = state;
    } else late.push({ state, from: c.read(value) });
  }
  for (const { state, from } of late) c.copy(from, state);
}

/** Whether a step may store over a state: nothing reads it later, and the step itself only at the place it stores to. */
function overwrites(c: Context, step: Draft, state: Tensor): boolean {
  if (step.scope !== c.scope || !('group' in step)) return false;
  const full = whole(state, [state.length]);
  if (!fits(step.group, [full])) return false;
  const reads = (draft: Draft): View[] => readsOf(draft).filter((view) => view.tensor === state);
  if (c.scope.steps.slice(step.at + 1).some((later) => reads(later).length > 0)) return false;
  const inside = step.kind === 'map' ? [] : reads(step).filter((view) => !step.group.loads.includes(view));
  return inside.length === 0 && reads(step).every(isWhole);
}
