/**
 * The gradient of a scan is a scan the other way round. It carries the cotangents of the states and, for each captured
 * value, the sum so far; each step recomputes the body from the saved states and pulls the cotangents back through it. What it
 * recomputes of a next state is not computed again: that state was saved for the step after, or is the loop's result.
 * Sums over steps are added in the order of this backward loop: for a forward scan the last step's share first.
 */
import type { Graph, NodeOf, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { dependentStates } from '../passes/dependence.ts';
import { withInputs } from '../passes/hoist.ts';
import { Bug, must } from '../text/result.ts';
import { type Backward, type Blocked, type Cotangent, type Given, walkBack, zerosLike } from './backward.ts';
import { forward, type Step, type Tape } from './forward.ts';

/** What the backward body is made for. */
interface Plan {
  readonly node: NodeOf<'scan'>;
  /** Of the body's inputs: which depend on what is differentiated for. */
  readonly active: readonly boolean[];
  /** The states that a cotangent reaches. */
  readonly states: readonly number[];
  /** The stacked outputs (counted from 0) that have one. */
  readonly stacks: readonly number[];
}

/** A backward body with the reading of its inputs and outputs. */
interface BackwardBody {
  readonly graph: Graph;
  /** The captured values (indices of the body's inputs) whose sums it carries after the states' cotangents. */
  readonly sums: readonly number[];
  /** The mapped arrays (indices of the body's inputs) whose cotangents it stacks. */
  readonly slices: readonly number[];
  /** States that get a cotangent in some step. */
  readonly reached: readonly number[];
  readonly blocked: readonly (Blocked | undefined)[];
  /** The states after the step, as it recomputes them. */
  readonly next: readonly ValueId[];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/**
 * Inputs of the body: cotangents of `states`, sums of active captured values; saved states, mapped arrays, cotangents of
 * `stacks`; captured values. Outputs: the first two again, then cotangents of slices.
 */
function backwardBody({ node, active, states, stacks }: Plan): BackwardBody {
  const { body, carries, mapped } = node.attrs;
  const b = graphBuilder();
  const shapeOf = (v: ValueId) => must(body.types[v]).shape;
  const like = (name: string, v: ValueId): ValueId => b.input(name, shapeOf(v));
  const input = (i: number): ValueId => like(`v${i}`, must(body.inputs[i]));
  const sums = range(carries + mapped, body.inputs.length).filter((i) => active[i]);
  const stateCts = new Map(states.map((i) => [i, like(`d${i}`, must(body.inputs[i]))]));
  const soFar = sums.map((i) => like(`sum${i}`, must(body.inputs[i])));
  const first = range(0, carries + mapped).map(input);
  const stackCts = new Map(stacks.map((j) => [carries + j, like(`dy${j}`, must(body.outputs[carries + j]).value)]));
  const values = [...first, ...range(carries + mapped, body.inputs.length).map(input)];
  const given = values.map((value, i) => ({ value, active: active[i] === true }));
  const tape = forward(b, body, given, () => false);
  const back = backward(
    tape,
    body.outputs.map((_, i) => stateCts.get(i) ?? stackCts.get(i) ?? null),
  );
  const ct = (i: number): Cotangent => (active[i] ? back.cotangent(must(values[i])) : null);
  const slices = range(carries, carries + mapped).filter((i) => ct(i) !== null);
  const outputs = [
    ...states.map((i) => ct(i) ?? zerosLike(b, must(values[i]))),
    ...sums.map((i, k) => added(b, must(soFar[k]), ct(i))),
    ...slices.map((i) => must(ct(i))),
  ];
  return {
    graph: b.finish(outputs.map((value, i) => ({ name: `r${i}`, value }))),
    sums,
    slices,
    reached: range(0, body.inputs.length).filter((i) => ct(i) !== null),
    blocked: values.map((v) => back.blocked(v)),
    next: tape.outputs.slice(0, carries),
  };
}

const added = (b: GraphBuilder, sum: ValueId, ct: Cotangent): ValueId => (ct === null ? sum : b.add(sum, ct));

/**
 * The least set of states that cotangents reach, from those that arrive at the loop's results: a state's cotangent may
 * come only from another state's, a step later. Each round that finds a new one makes the body again.
 */
function settledBody(plan: Plan): { readonly made: BackwardBody; readonly states: readonly number[] } {
  const made = backwardBody(plan);
  const { carries } = plan.node.attrs;
  const states = range(0, carries).filter((i) => plan.states.includes(i) || made.reached.includes(i));
  return states.length === plan.states.length ? { made, states } : settledBody({ ...plan, states });
}

/** Pulls cotangents of a tape's outputs back to everything before them, loops included. */
export const backward = (tape: Tape, seeds: readonly Cotangent[]): Backward => walkBack(tape, seeds, scanBackward);

/** Cotangents of a scan's operands from those of its results. */
function scanBackward(b: GraphBuilder, step: Step, cts: readonly Cotangent[]): Given {
  const { node, saved } = step;
  if (node.op !== 'scan') throw new Bug(`${node.op} is not taped as a scan`);
  const { body, carries, mapped, length, reverse } = node.attrs;
  const active = [...dependentStates(node, step.active), ...step.active.slice(carries)];
  const plan = {
    node,
    active,
    states: range(0, carries).filter((i) => active[i] && cts[i] != null),
    stacks: range(0, body.outputs.length - carries).filter((j) => cts[carries + j] != null),
  };
  const { made, states } = settledBody(plan);
  const signature = { carries: states.length + made.sums.length, mapped: carries + mapped + plan.stacks.length };
  const nextOf = (list: readonly number[]): ValueId[] => list.map((k) => must(made.next[k]));
  const known = length > 1 ? range(0, carries).filter((k) => isRead(made, k)) : [];
  const given = [
    ...states.map((i) => cts[i] ?? zerosLike(b, must(node.inputs[i]))),
    ...made.sums.map((i) => zerosLike(b, must(node.inputs[i]))),
    ...saved,
    ...node.inputs.slice(carries, carries + mapped),
    ...plan.stacks.map((j) => must(cts[carries + j])),
    ...known.map((k) => statesAfter(b, node, must(saved[k]), k)),
    ...node.inputs.slice(carries + mapped),
  ];
  const results = b.node('scan', given, {
    body: withInputs(made.graph, signature, nextOf(known), []),
    carries: signature.carries,
    mapped: signature.mapped + known.length,
    length,
    reverse: !reverse,
  });
  const arrives = (i: number): boolean => made.reached.includes(i) || (i < carries && cts[i] != null);
  const places = [...states, ...made.sums, ...made.slices];
  const pulled = node.inputs.map((_, i) => (arrives(i) ? (results[places.indexOf(i)] ?? null) : null));
  return { cts: pulled, blocked: made.blocked };
}

/** Whether a backward body computes a next state (the first to be this value) and reads it. */
function isRead({ graph, next }: BackwardBody, k: number): boolean {
  const v = must(next[k]);
  return next.indexOf(v) === k && !graph.inputs.includes(v) && graph.nodes.some((n) => n.inputs.includes(v));
}

/** A state after each step, from those before each step and the last. */
function statesAfter(b: GraphBuilder, node: NodeOf<'scan'>, before: ValueId, k: number): ValueId {
  const { length, reverse } = node.attrs;
  const shape = b.shapeOf(before).slice(1);
  const starts = [reverse ? 0 : 1, ...shape.map(() => 0)];
  const others = b.node('slice', [before], { starts, limits: [reverse ? length - 1 : length, ...shape] });
  const last = b.reshape(must(node.results[k]), [1, ...shape]);
  return must(b.node('concat', reverse ? [last, ...others] : [...others, last], { axis: 0 })[0]);
}
