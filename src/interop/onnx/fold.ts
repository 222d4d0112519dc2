/**
 * Runs the rule of a node, on known numbers where all of its operands are known: then the rule writes a small graph of
 * its own, which the reference interpreter evaluates at once. So shape arithmetic leaves nothing in the network.
 */
import type { ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/build.ts';
import { evaluate } from '../../ops/reference.ts';
import { must } from '../../text/result.ts';
import type { NodeContext, Rule } from './node.ts';
import { knownValue, type Numbers, type Value } from './value.ts';

/** What a rule gives: values, or the reason why it refuses. */
export type Outcome = readonly Value[] | string;

export function attempt(rule: Rule, c: NodeContext): Outcome {
  const step = rule(c).next();
  const given = step.value as Outcome;
  const surplus = [...c.attributes.keys()].find((name) => !c.asked.has(name));
  return step.done && surplus !== undefined ? `its attribute ${surplus} is not understood` : given;
}

/** Larger tensors are computed when the network runs. */
const MOST_FOLDED = 2 ** 16;

const isKnown = (v: Value | undefined): boolean =>
  v === undefined || (v.known !== undefined && v.known.length <= MOST_FOLDED);

/** A weight stays a param, but for a single number that meets one that is known anyway (shapes are halved so). */
function isFoldable(values: readonly (Value | undefined)[]): boolean {
  if (!values.every(isKnown)) return false;
  const weights = values.filter((v) => v?.weight !== undefined);
  return weights.length === 0 || (weights.length < values.length && weights.every((v) => v?.known?.length === 1));
}

/** The rule's results as known numbers, or undefined where the node belongs into the network. */
export function folded(rule: Rule, c: NodeContext): Outcome | undefined {
  if (c.inputs.length === 0 || !isFoldable(c.inputs)) return undefined;
  const b = graphBuilder();
  const data: Numbers[] = [];
  const entered = new Map<Value, ValueId>();
  let whole = false;
  const enter = (value: Value): ValueId => {
    const had = entered.get(value) ?? value.id;
    if (had !== undefined) return had;
    whole ||= value.type === 'int';
    data.push(must(value.known));
    const id = b.input(`k${data.length}`, value.shape);
    entered.set(value, id);
    return id;
  };
  const values = attempt(rule, { ...c, b, enter, exact: Number.MAX_SAFE_INTEGER });
  if (typeof values === 'string') return values;
  const graph = b.finish(values.flatMap((v, i) => (v.id === undefined ? [] : [{ name: `r${i}`, value: v.id }])));
  if (graph.types.some((t) => sizeOf(t.shape) > MOST_FOLDED)) return undefined;
  const { outputs } = evaluate(graph, data, new Map(), { arithmetic: whole ? 'f64' : 'f32' });
  let next = 0;
  return values.map((v) => (v.id === undefined ? v : knownValue(v.type, v.shape, must(outputs[next++]))));
}
