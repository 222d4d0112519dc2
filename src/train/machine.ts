/**
 * The compiled side of training: loss and gradient for a batch of a given size, losses and metrics example by example, and
 * the optimiser's step over all numbers at once. Everything is compiled once per batch size and kept.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import type { TrainTask } from '../lower/program.ts';
import { must } from '../text/result.ts';
import type { Batch } from './dataset.ts';
import { gradientGraph, scoreGraph, stepGraph } from './graphs.ts';
import type { Parameters } from './parameters.ts';

export interface LossAndGradient {
  readonly loss: number;
  /** In the order of the flat parameters. */
  readonly gradient: Float32Array;
  readonly alarms: readonly number[];
}

/** Per example: the loss, then each metric. They are views that the next call changes. */
export interface Scores {
  readonly loss: Float32Array;
  readonly metrics: readonly Float32Array[];
}

export interface Machine {
  lossAndGradient(
    batch: Batch,
    weights: Float32Array | undefined,
    at: ReadonlyMap<string, Float32Array>,
  ): LossAndGradient;
  scores(batch: Batch, at: ReadonlyMap<string, Float32Array>): Scores;
  /** The graph behind `lossAndGradient`: outputs `loss`, then a gradient per slot. For finding where a NaN begins. */
  gradientGraph(rows: number): Graph;
  /** Its inputs for a batch. */
  gradientInputs(batch: Batch, weights: Float32Array | undefined): readonly Float32Array[];
}

export function openMachine(task: TrainTask, params: Parameters, weighted: boolean, backend: Backend): Machine {
  const learned = params.slots.map((s) => s.spec);
  const graphs = kept((rows) => gradientGraph(task.loss, rows, learned, weighted));
  const steps = kept((rows) => backend.compile(graphs(rows)));
  const evaluations = kept((rows) => scorer(backend.compile(scoreGraph(task.loss, rows))));
  const inputsOf = (batch: Batch, weights: Float32Array | undefined): readonly Float32Array[] =>
    weighted ? [...batch.leaves, must(weights)] : batch.leaves;
  return {
    lossAndGradient(batch, weights, at) {
      const { outputs, alarms } = steps(batch.rows).run(inputsOf(batch, weights), at);
      const gradient = new Float32Array(params.flat.length);
      for (const [i, slot] of params.slots.entries()) gradient.set(must(outputs[i + 1]), slot.start);
      return { loss: must(must(outputs[0])[0]), gradient, alarms };
    },
    scores(batch, at) {
      const [loss, ...metrics] = evaluations(batch.rows)(batch, at);
      return { loss: must(loss), metrics };
    },
    gradientGraph: graphs,
    gradientInputs: inputsOf,
  };
}

/** Runs in place. A batch that lies there already, as when all rows are one batch, is not copied again. */
function scorer({
  resident,
}: Executable): (batch: Batch, at: ReadonlyMap<string, Float32Array>) => readonly Float32Array[] {
  let holds: Batch | undefined;
  return (batch, at) => {
    if (holds !== batch) for (const [i, leaf] of batch.leaves.entries()) must(resident.inputs[i]).set(leaf);
    holds = batch;
    for (const [name, view] of resident.params) view.set(must(at.get(name), () => `there is no value for ${name}`));
    resident.step();
    return resident.outputs;
  };
}

/** A function of a number whose results are kept. */
function kept<T>(make: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const had = known.get(n);
    if (had !== undefined) return had;
    const made = make(n);
    known.set(n, made);
    return made;
  };
}

// --- the optimiser -----------------------------------------------------------------------------------

/** Steps all numbers at once; `state` is replaced in place. */
export interface Optimizer {
  readonly stateNames: readonly string[];
  readonly state: Float32Array[];
  /** Writes the new numbers into `flat`. `t` counts from 1. */
  step(flat: Float32Array, gradient: Float32Array, t: number, rate: number): void;
}

/** The optimiser's scalar step, batched over every trained number. */
export function openOptimizer(step: Graph, stateNames: readonly string[], size: number, backend: Backend): Optimizer {
  const run: Executable = backend.compile(stepGraph(step, size));
  const state = stateNames.map(() => new Float32Array(size));
  return {
    stateNames,
    state,
    step(flat, gradient, t, rate) {
      const shared = [Float32Array.of(t), Float32Array.of(rate)];
      const { outputs } = run.run([flat.slice(), gradient, ...state.map((s) => s.slice()), ...shared], new Map());
      flat.set(must(outputs[0]));
      for (const [i, s] of state.entries()) s.set(must(outputs[i + 1]));
    },
  };
}
