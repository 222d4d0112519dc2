/**
 * The graphs of training, made from the per-example loss graph: mean loss and gradient of a batch, losses and metrics example
 * by example, the optimiser's step for many numbers at once. All ready to run, but for those called plain.
 */
import { batchGraph, gradient, lossGradient, plainLossGradient, type Unreached } from '../autodiff/index.ts';
import type { Graph } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { ready } from '../passes/index.ts';

/** A parameter that is trained, whether the loss uses it or not. */
type Learned = { readonly name: string; readonly shape: Shape };

/** Without the metrics. */
export const lossAlone = (perExample: Graph): Graph => ({
  ...perExample,
  outputs: perExample.outputs.filter((o) => o.name === 'loss'),
});

/**
 * Outputs `loss`, then its gradient for each parameter in order (zeros for one that the loss does not use). With `weighted`
 * one more input `weights` of shape [rows] whose entries sum to 1.
 */
export const gradientGraph = (perExample: Graph, rows: number, params: readonly Learned[], weighted: boolean): Graph =>
  lossGradient(lossAlone(perExample), rows, { of: 'loss', wrt: params, weighted }).graph;

/** The same, to be part of a larger graph. */
export const plainGradientGraph = (
  perExample: Graph,
  rows: number,
  params: readonly Learned[],
  weighted: boolean,
): Graph => plainLossGradient(lossAlone(perExample), rows, { of: 'loss', wrt: params, weighted }).graph;

/** The outputs of each of `rows` examples. */
export const scoreGraph = (perExample: Graph, rows: number): Graph => ready(batchGraph(ready(perExample), rows));

/** The step of `size` numbers; `t` and `rate` are shared. */
export const stepGraph = (step: Graph, size: number): Graph => ready(plainStepGraph(ready(step), size));

/** The same from a step that is ready, to be part of a larger graph. */
export const plainStepGraph = (step: Graph, size: number): Graph => batchGraph(step, size, { shared: ['t', 'rate'] });

/** The parameters that training cannot change, seen on one example: the walk back tells, and no pass is needed for that. */
export const unreachedParams = (perExample: Graph, params: readonly Learned[]): readonly Unreached[] =>
  gradient(lossAlone(perExample), { of: 'loss', wrt: params }).unreached;
