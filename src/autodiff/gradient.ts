/**
 * Reverse-mode differentiation of a whole graph: the same graph with outputs `d.<param>` after its own. Gradient rules
 * come from the op table (`ops/`), so crisp ops have the surrogates stated there. Note [What a gradient is] below.
 */
import type { Graph, Origin, ValueId } from '../ir/graph.ts';
import type { OpName, Shape } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import { inputNames } from '../passes/copy.ts';
import { removeDead } from '../passes/dce.ts';
import { invariant, must } from '../text/result.ts';
import type { Backward } from './backward.ts';
import { forward } from './forward.ts';
import { backward } from './loops.ts';

export interface GradientOptions {
  /** The output that is differentiated: a scalar. */
  readonly of: string;
  /** Params; with a shape where the graph may not hold them. */
  readonly wrt: readonly (string | { readonly name: string; readonly shape: Shape })[];
}

/** A param that no gradient reaches, so training cannot change it. */
export interface Unreached {
  readonly param: string;
  /** `unused`: no path leads from it to the output. `blocked`: some op on each path lets no gradient through. */
  readonly why: 'unused' | 'blocked';
  /** The op nearest to the output that blocks it. */
  readonly op?: OpName;
  readonly origin?: Origin;
}

export interface Gradient {
  /** Outputs: the original ones, then `d.<param>` in the order of `wrt`; zeros for an unreached param. */
  readonly graph: Graph;
  readonly unreached: readonly Unreached[];
}

/** One sentence why a param is unreached. */
export const reasonOf = ({ why, op }: Unreached): string =>
  why === 'unused'
    ? 'the loss does not depend on it'
    : `it reaches the loss only through \`${op}\`, which passes no gradient`;

/**
 * Differentiates one scalar output by params.
 * Source of the method: reverse accumulation (Linnainmaa 1970; Griewank and Walther, Evaluating Derivatives, ch. 3).
 * @example gradient(graph, { of: 'loss', wrt: ['w'] }).graph // outputs loss, d.w
 */
export function gradient(graph: Graph, { of, wrt }: GradientOptions): Gradient {
  const b = graphBuilder();
  const names = inputNames(graph);
  const inputs = graph.inputs.map((v, i) => ({
    value: b.input(must(names[i]), must(graph.types[v]).shape),
    active: false,
  }));
  const learned = learnedParams(graph, wrt);
  const tape = forward(b, graph, inputs, (name) => learned.has(name));
  const target = graph.outputs.findIndex((o) => o.name === of);
  invariant(target >= 0, () => `the graph has no output ${of}`);
  invariant(b.shapeOf(must(tape.outputs[target])).length === 0, () => `the output ${of} is not a scalar`);
  const seeds = tape.outputs.map((_, i) => (i === target ? b.full([], 1) : null));
  const back = backward(tape, seeds);
  const grads = [...learned].map(([name, shape]) => ({
    name: `d.${name}`,
    value: back.cotangent(b.param(name, shape)) ?? b.full(shape, 0),
  }));
  for (const [i, alarm] of graph.alarms.entries()) b.alarm({ ...alarm, value: must(tape.alarms[i]) });
  const outputs = graph.outputs.map((o, i) => ({ ...o, value: must(tape.outputs[i]) }));
  return {
    graph: removeDead(b.finish([...outputs, ...grads])),
    unreached: [...learned].flatMap(([param, shape]) => unreached(back, param, b.param(param, shape))),
  };
}

/** The params in order, with their shapes. */
function learnedParams(graph: Graph, wrt: GradientOptions['wrt']): ReadonlyMap<string, Shape> {
  const shapes = new Map(
    graph.nodes.flatMap((n) => (n.op === 'param' ? [[n.attrs.name, n.attrs.shape] as const] : [])),
  );
  return new Map(
    wrt.map((p) => {
      const { name, shape } = typeof p === 'string' ? { name: p, shape: undefined } : p;
      return [name, must(shapes.get(name) ?? shape, () => `the graph has no param ${name}`)];
    }),
  );
}

function unreached(back: Backward, param: string, value: ValueId): Unreached[] {
  if (back.cotangent(value) !== null) return [];
  const blocked = back.blocked(value);
  return [blocked ? { param, why: 'blocked', ...blocked } : { param, why: 'unused' }];
}

/*
Note [What a gradient is]

The gradient of a graph is that of its real function, except at crisp ops, where the record in `ops/` states a surrogate.
It is computed in float32 in a fixed order, so the same program gives the same gradient bits:
- nodes are visited from the last to the first; a value's cotangents are added as its readers are met;
- a captured value of a loop sums over steps in the order of the backward loop, starting from 0;
- an iterate is differentiated as the steps it takes and the tests it makes, each test as the blend of going on and
  stopping. Steps after the first failed test take no part.
*/
