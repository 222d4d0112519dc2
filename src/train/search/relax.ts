/**
 * The relaxation of a crisp program as a graph of the same inputs and outputs: each choice is a distribution, softmax(logits / tau),
 * a bool tanh(logit / tau), and what picks by a choice mixes. Where every distribution is one-hot it gives the numbers of the crisp
 * program (Note [Agreement]). Its logits are params of the names and shapes of the choices; tau is one more param.
 */
import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import type { ParamSpec } from '../../lower/program.ts';
import { graphBuilder } from '../../ops/build.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { softmax } from '../../ops/table/reduce.ts';
import { copyNode, inputNames, rebuild } from '../../passes/copy.ts';
import { must } from '../../text/result.ts';
import { mixing } from './mixture.ts';

/**
 * `mixture`: what picks by a choice mixes. `straight`: every choice is its likeliest case going forward and has the gradient of the
 * distribution going backward, so the graph behind it stays as it is.
 */
export type Mode = 'mixture' | 'straight';

export interface Relaxation {
  readonly mode: Mode;
  /** The crisp params that are not frozen. */
  readonly choices: readonly ParamSpec[];
  /** The loss that one bit of source is worth: the expected bits are added to the output `loss`. */
  readonly price: number;
}

/** The name of the param tau, a scalar. No name in a program has a space. */
export const TAU = 'search tau';

/** The loss graph of one example, relaxed. */
export function relax(graph: Graph, { mode, choices, price }: Relaxation): Graph {
  const specs = new Map(choices.map((spec) => [spec.name, spec]));
  const isChoice = (node: Node): boolean => node.op === 'param' && specs.has(node.attrs.name);
  const place = mode === 'mixture' ? mixing(graph, isChoice) : copyNode;
  const relaxed = rebuild(graph, (b, node, inputs) =>
    node.op === 'param' && isChoice(node)
      ? [distribution(b, must(specs.get(node.attrs.name)), mode)]
      : place(b, node, inputs),
  );
  const priced = choices.filter((spec) => spec.bits !== undefined);
  return price > 0 && priced.length > 0 ? withPrice(relaxed, priced, { mode, price }) : relaxed;
}

/** What stands for a choice: its logits over tau as a distribution over the cases, of a bool as a truth. */
function distribution(b: GraphBuilder, { name, shape, layout }: ParamSpec, mode: Mode): ValueId {
  const scaled = b.div(b.param(name, shape), b.param(TAU, []));
  if (layout.kind === 'bool')
    return mode === 'mixture' ? b.op('tanh', [scaled], {}) : b.op('lt', [b.full(shape, 0), scaled], { width: 1 });
  const axis = shape.length - 1;
  return mode === 'mixture' ? softmax(b, scaled, axis, 1) : b.op('argmax', [scaled], { axis, width: 1 });
}

/** The same with price · Σ over cells and cases of weight · bits added to the loss. */
function withPrice(
  graph: Graph,
  priced: readonly ParamSpec[],
  { mode, price }: Pick<Relaxation, 'mode' | 'price'>,
): Graph {
  const b = graphBuilder();
  const names = inputNames(graph);
  const inputs = graph.inputs.map((v, i) => b.input(must(names[i]), must(graph.types[v]).shape));
  const values = b.inline(graph, inputs);
  const bits = priced.map((spec) => expectedBits(b, spec, mode)).reduce((sum, x) => b.add(sum, x));
  const cost = b.mul(bits, b.full([], price));
  const outputs = graph.outputs.map((o, i) => {
    const value = must(values[i]);
    return { ...o, value: o.name === 'loss' ? b.add(value, cost) : value };
  });
  return b.finish(outputs);
}

function expectedBits(b: GraphBuilder, spec: ParamSpec, mode: Mode): ValueId {
  const { shape } = spec;
  const cost = b.constant([must(shape.at(-1))], must(spec.bits));
  const weighed = b.mul(distribution(b, spec, mode), b.broadcast(cost, shape, [shape.length - 1]));
  return b.sum(
    weighed,
    shape.map((_, i) => i),
    'sequential',
  );
}

/*
Note [Agreement]

Where every distribution is one-hot (and every bool ±1), each value of the relaxed graph equals that of the crisp graph as a
number, if the crisp graph's conditions are ±1 and its picked weights one-hot, as lowering makes them:
- a mixture Σ w·v is 1·v plus terms that are 0, in whatever order: a zero times a finite number is a zero, and a number that may
  be infinite or nan counts as 0 where it is, unless its weight is 1. Adding zeros keeps every float32, but a -0 may become +0 (-0 + 0 = +0); the two are
  equal and the crisp program tells them apart only by dividing by them. So values agree as numbers, and bit for bit but for that.
- comparisons, `argmax`, `sign`, `round` and `floor` stay as they are: exact going forward, with the stated surrogate going back.
  A tanh or a softmax in their place would not be ±1 or one-hot at a corner.
- a loop test that depends on a choice makes the loop a scan of `max` steps, whose states are mixtures of going on and stopping.
*/
