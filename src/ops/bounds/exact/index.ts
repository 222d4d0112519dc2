/**
 * Bit-exact intervals: the program itself, run on end points. Rounding is monotone, so what an op gives at the ends of its operands bounds
 * what it gives between them, in float32 and in the reference's order of summation, without any widening. A box that is one point
 * gives the run itself. Asked by the prover and by the checker. Note [Monotone runs] at the foot.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../../ir/graph.ts';
import { sizeOf } from '../../../ir/graph.ts';
import type { OpName } from '../../../ir/vocabulary.ts';
import { must } from '../../../text/result.ts';
import type { OpBounds } from '../../bounds.ts';
import { OPS } from '../../index.ts';
import type { Numbers } from '../../reference/arithmetic.ts';
import type { Slots } from '../../reference/step.ts';
import { nodeSteps } from '../../reference.ts';
import { elementwiseEnds } from './elementwise.ts';
import {
  areFinite,
  areOrdered,
  type EndSlots,
  type EndsContext,
  type EndsEvaluator,
  type EndsRule,
  type EndsStep,
  readEnds,
  writeEnds,
} from './ends.ts';
import { loopEnds } from './loops.ts';
import { argmaxEnds, einsumEnds } from './products.ts';

export type { EndsEvaluator, FloatEnds } from './ends.ts';

/** An op that is monotone in every element: it is run on the lower ends and on the upper ends. */
const onBoth: EndsRule = (node, c) => {
  const [lower, upper] = [c.run(node as Node), c.run(node as Node)];
  return (at) => {
    lower(at.lo);
    upper(at.hi);
    return true;
  };
};

const RULES: { readonly [K in OpBounds<OpName>['kind']]: EndsRule } = {
  leaf: onBoth,
  move: onBoth,
  sum: onBoth,
  extreme: onBoth,
  argmax: argmaxEnds as EndsRule,
  contract: einsumEnds as EndsRule,
  elementwise: elementwiseEnds,
  loop: loopEnds as EndsRule,
};

/** Partial sums lie between those of the ends, which are finite if the sums are: so no run adds infinities, and none gives NaN. */
const ADDS: ReadonlySet<string> = new Set(['sum', 'contract']);

function stepFor(node: Node, c: EndsContext): EndsStep {
  const { kind } = OPS[node.op].bounds;
  const step = RULES[kind](node as NodeOf<OpName>, c);
  const isUsable = ADDS.has(kind) ? areFinite : areOrdered;
  return (at) => step(at) && node.results.every((v) => isUsable(readEnds(at, v)));
}

const NO_PARAMS: ReadonlyMap<string, Numbers> = new Map();

/** Makes a graph ready to be run on ends many times; what depends on no input is run once, here. Not reentrant. */
export function endsEvaluator(graph: Graph, params = NO_PARAMS): EndsEvaluator {
  const shapeOf = (v: ValueId) => must(graph.types[v]).shape;
  const run = nodeSteps(graph, params);
  const c: EndsContext = {
    shapeOf,
    buffer: (v) => new Float32Array(sizeOf(shapeOf(v))),
    run,
    body: (inner) => endsEvaluator(inner, params),
  };
  const fixed: Slots = [];
  const varying = new Set<ValueId>(graph.inputs);
  const steps: EndsStep[] = [];
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    if (node.inputs.some((v) => varying.has(v))) {
      for (const v of node.results) varying.add(v);
      steps.push(stepFor(node, c));
    } else run(node)(fixed);
  }
  return (inputs) => {
    const at: EndSlots = { lo: fixed.slice(), hi: fixed.slice() };
    for (const [i, v] of graph.inputs.entries()) writeEnds(at, v, must(inputs[i]));
    if (!steps.every((step) => step(at))) return undefined;
    const outputs = graph.outputs.map((o) => readEnds(at, o.value));
    // what is fixed was not looked at yet
    return outputs.every(areOrdered) ? outputs : undefined;
  };
}

/*
Note [Monotone runs]

If x <= y then fl(x) <= fl(y). So a float32 step that is monotone in its operands over the reals is monotone as it runs, and so is any fixed
sequence of such steps. Moves, sums in a fixed order and extremes are such sequences: they are run on lower ends and on upper ends. A product is
least and greatest at corners; where one factor is a number its sign says at which. Elementary functions have rules of their own
(`OPS[op].bounds.interval`): the kernel at ends, where all float32 inputs were run to see that it rises, else one float outward.

Signs of zeros: an end 0 stands for -0 too. A finite result of an elementwise op has the same value for both signs of a zero operand; where the
kernel gives infinity or NaN at a point (1/0), the rule decides, and it knows of both.
*/
