/**
 * From one example to many: a graph written for one example is batched as if it stood in a comprehension over the
 * examples, and a loss becomes the mean over them. Bit for bit what a loop over the examples gives.
 */
import type { Graph, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { batchedAlarm, batchValues, inEveryLane } from '../passes/batch.ts';
import { inputNames } from '../passes/copy.ts';
import { type Pass, runPasses } from '../passes/pass.ts';
import { PREPARE_PIPELINE, TRAIN_PIPELINE } from '../passes/pipelines.ts';
import { vectorised } from '../passes/vectorise.ts';
import { must } from '../text/result.ts';
import { type Gradient, type GradientOptions, gradient } from './gradient.ts';

export interface BatchOptions {
  /** Names of inputs that all examples share; the others get a leading axis of the batch's size. */
  readonly shared?: readonly string[];
}

/** The graph for `size` examples at once: every output gets a leading axis, params stay as they are, an alarm fires if any example's does. */
export function batchGraph(graph: Graph, size: number, { shared = [] }: BatchOptions = {}): Graph {
  const b = graphBuilder();
  const c = { b, size };
  const inner = vectorised(graph);
  const names = inputNames(inner);
  const inputs = inner.inputs.map((v, i) => {
    const name = must(names[i]);
    const { shape } = must(inner.types[v]);
    const batched = !shared.includes(name);
    return { value: b.input(name, batched ? [size, ...shape] : shape), batched };
  });
  const at = batchValues(c, inner, inputs);
  for (const alarm of inner.alarms) b.alarm({ ...alarm, value: batchedAlarm(c, at(alarm.value)) });
  return b.finish(inner.outputs.map((o) => ({ ...o, value: inEveryLane(c, at(o.value)) })));
}

export interface LossOptions extends BatchOptions {
  /** One more input, `weights` of shape [n], whose entries sum to 1: sums of products instead of means. */
  readonly weighted?: boolean;
}

/**
 * Every output of a per-example graph (the loss, then metrics) as its mean over `n` examples, or its weighted mean. The
 * sum runs in lanes over the examples; the mean divides it by `n`.
 */
export function lossOverBatch(graph: Graph, n: number, { weighted = false, ...options }: LossOptions = {}): Graph {
  const batched = batchGraph(graph, n, options);
  const b = graphBuilder();
  const names = inputNames(batched);
  const inputs = batched.inputs.map((v, i) => b.input(must(names[i]), must(batched.types[v]).shape));
  const weights = weighted ? b.input('weights', [n]) : undefined;
  const values = b.inline(batched, inputs);
  return b.finish(batched.outputs.map((o, i) => ({ ...o, value: mean(b, must(values[i]), weights) })));
}

function mean(b: GraphBuilder, x: ValueId, weights: ValueId | undefined): ValueId {
  const shape = b.shapeOf(x);
  const weighed = weights === undefined ? x : b.mul(x, b.broadcast(weights, shape, [0]));
  const sum = b.sum(weighed, [0], 'lanes');
  return weights === undefined ? b.div(sum, b.full([], must(shape[0]))) : sum;
}

/**
 * All that a training step evaluates, ready to run: the mean loss of `n` examples (and metrics), then gradients.
 */
export function lossGradient(perExample: Graph, n: number, options: GradientOptions & LossOptions): Gradient {
  const { graph, unreached } = plainLossGradient(perExample, n, options);
  return { graph: runPasses(TRAIN_PIPELINE, graph), unreached };
}

/** The same before `TRAIN_PIPELINE`, for a graph that goes on from here. */
export function plainLossGradient(perExample: Graph, n: number, options: GradientOptions & LossOptions): Gradient {
  return gradient(runPasses(BATCHED, lossOverBatch(runPasses(PREPARE_PIPELINE, perExample), n, options)), options);
}

/** Batching spreads and turns operands: the same clean-up as before it, and sums over examples meet their products. */
const BATCHED: readonly Pass[] = PREPARE_PIPELINE;
