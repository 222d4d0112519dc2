/**
 * The pipelines: which passes run, in which order, and why each stands where it does. All of them promise bits, so a
 * program computes the same numbers whichever of its graphs runs.
 */
import type { Graph } from '../ir/graph.ts';
import { accumulate } from './accumulate.ts';
import { canonicalise } from './canonicalise.ts';
import { contract } from './contract.ts';
import { cse } from './cse.ts';
import { dce } from './dce.ts';
import { fold } from './fold.ts';
import { forgetGradients } from './forget.ts';
import { hoist } from './hoist.ts';
import { type Pass, runPasses } from './pass.ts';
import { simplify } from './simplify/index.ts';
import { vectorise } from './vectorise.ts';

/** Before differentiation: what the gradient should see. */
export const PREPARE_PIPELINE: readonly Pass[] = [
  dce, // lowering leaves values that nothing reads; the other passes need not look at them
  simplify, // before batching: what is constant or repeats is told by short chains of moves
  vectorise, // comprehensions become batched ops; from here on every loop that is left has states
  cse, // lowering inlines, so equal subexpressions are common; before folding, so that each is folded once
  fold, // constants of batched index arithmetic become tables; simplifies what they touch
  hoist, // what no state changes leaves the loops, so the gradient does not go through it step by step
  contract, // sums of products become einsums, whose gradients are einsums again
  cse, // contractions and hoisted values meet their equals
  dce,
];

/** For a graph that runs as it is: inference, tests, rows of a table. */
export const DEFAULT_PIPELINE: readonly Pass[] = [
  forgetGradients, // nothing is differentiated any more: stopGradient is the identity
  ...PREPARE_PIPELINE,
  canonicalise, // last, so that equal programs end as equal graphs
];

/** After differentiation, for a training step. The forward part has been through `PREPARE_PIPELINE` already. */
export const TRAIN_PIPELINE: readonly Pass[] = [
  forgetGradients, // the gradient is taken
  dce, // stacked states and cotangents that no parameter needs
  simplify, // gradients multiply by ones, spread and sum back; axes that repeat are computed once
  fold, // derivatives of constants
  cse, // the backward part recomputes what the forward part has
  hoist, // the backward loops recompute products of slices; these become one product, equal to the forward one
  contract, // sums of products in the backward part
  cse, // recomputed and forward values meet after hoisting
  accumulate, // the gradient of a matrix that a loop adds up is one product after it; its factors are as simple as they get
  canonicalise,
];

/** The graph that runs for a function of a program. */
export const ready = (graph: Graph): Graph => runPasses(DEFAULT_PIPELINE, graph);
