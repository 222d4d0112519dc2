/** Records of the loops: their shape rules. Gradient and batching are algorithms over the bodies, in `autodiff/` and `passes/`. */
import type { Graph, TensorType } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import type { OpTable } from '../def.ts';
import { isSize, sameShape, showShape } from './rules.ts';

const shapesOf = (graph: Graph, values: readonly number[]): Shape[] => values.map((v) => graph.types[v]?.shape ?? []);
const resultShapes = (graph: Graph): Shape[] =>
  shapesOf(
    graph,
    graph.outputs.map((o) => o.value),
  );

/** Why a graph cannot be a body that takes these, or nothing. */
function bodyMisuse(graph: Graph, what: string, takes: readonly Shape[]): string | undefined {
  const has = shapesOf(graph, graph.inputs);
  if (has.length !== takes.length) return `${what} takes ${has.length} values and is given ${takes.length}`;
  const odd = has.findIndex((shape, i) => !sameShape(shape, takes[i] ?? []));
  if (odd >= 0)
    return `${what}'s value ${odd} has shape ${showShape(has[odd] ?? [])} and is given ${showShape(takes[odd] ?? [])}`;
  if (graph.nodes.some((n) => n.op === 'param')) return `${what} holds a param; it must be captured from outside`;
  return graph.alarms.length > 0 ? `${what} holds an alarm; its value must be carried out of the loop` : undefined;
}

/** Why the first results of a body cannot be the next states, or nothing. */
function statesMisuse(results: readonly Shape[], states: readonly Shape[]): string | undefined {
  const odd = states.findIndex((shape, i) => !sameShape(shape, results[i] ?? [-1]));
  return odd < 0
    ? undefined
    : `state ${odd} has shape ${showShape(states[odd] ?? [])} and its next ${showShape(results[odd] ?? [])}`;
}

const shapes = (types: readonly TensorType[]): Shape[] => types.map((t) => t.shape);

export const loops: Pick<OpTable, 'scan' | 'iterate'> = {
  scan: {
    doc: 'Runs a body `length` times over states (carried on) and slices of mapped arrays; gives the last states and the stacked other outputs.',
    infer: (inputs, { body, carries, mapped, length }) => {
      if (![carries, mapped, length].every(isSize) || carries + mapped > inputs.length)
        return 'wrong numbers of states, arrays or steps';
      const given = shapes(inputs);
      const states = given.slice(0, carries);
      const arrays = given.slice(carries, carries + mapped);
      const odd = arrays.find((s) => s[0] !== length);
      if (odd) return `a mapped array of shape ${showShape(odd)} has no leading axis of ${length}`;
      const takes = [...states, ...arrays.map((s) => s.slice(1)), ...given.slice(carries + mapped)];
      const results = resultShapes(body);
      const wrong = bodyMisuse(body, 'the body', takes) ?? statesMisuse(results, states);
      return wrong ?? [...states, ...results.slice(carries).map((s) => [length, ...s])].map((shape) => ({ shape }));
    },
    vjp: 'loop',
    batch: 'loop',
    bounds: { kind: 'loop' },
    domain: [-1, 1],
  },
  iterate: {
    doc: 'While `cond` holds, and at most `max` times, replaces the states by those that the body gives.',
    infer: (inputs, { body, cond, carries, max }) => {
      if (![carries, max].every(isSize) || carries > inputs.length) return 'wrong numbers of states or steps';
      const given = shapes(inputs);
      const states = given.slice(0, carries);
      const test = resultShapes(cond);
      if (test.length !== 1 || test[0]?.length !== 0) return 'the condition is not one scalar';
      if (body.outputs.length !== carries) return `the body gives ${body.outputs.length} values for ${carries} states`;
      const wrong =
        bodyMisuse(cond, 'the condition', given) ??
        bodyMisuse(body, 'the body', given) ??
        statesMisuse(resultShapes(body), states);
      return wrong ?? states.map((shape) => ({ shape }));
    },
    vjp: 'loop',
    batch: 'loop',
    bounds: { kind: 'loop' },
    domain: [-1, 1],
  },
};
