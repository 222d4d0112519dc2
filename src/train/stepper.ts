/**
 * One epoch of steps. A first-order optimiser (a Sutra function, one step per batch), fused with the gradient (`fused.ts`) or
 * beside it, and L-BFGS (one iteration over the whole part) share this face, so that the loop, the checkpoint and the resume
 * know nothing of any.
 */
import type { Batch } from './dataset.ts';
import type { LossAndGradient, Machine, Optimizer } from './machine.ts';
import { type Parameters, project } from './parameters.ts';

/** A step that was not taken: the loss or a gradient is not finite, and at which numbers. */
export interface Poisoned {
  readonly batch: Batch;
  readonly weights: Float32Array | undefined;
  readonly found: LossAndGradient;
}

export interface Step {
  readonly loss: number;
  readonly alarms: readonly number[];
  readonly poisoned?: Poisoned;
  /** The step was taken and something in it is not finite. */
  readonly suspect?: boolean;
  /** Nothing more to gain (L-BFGS). */
  readonly converged?: boolean;
}

export interface Stepper {
  /** Takes one step on a batch. `t` counts from 1; `rate` is that of the schedule. */
  step(batch: Batch, weights: Float32Array | undefined, t: number, rate: number): Step;
  /** Brings the parameters up to date, for a stepper that keeps them elsewhere between steps. */
  collect?(): void;
  /** Whether parameters and state are finite; of a stepper that looks at every step there is nothing to ask. */
  isSound?(): boolean;
  /** State beside the parameters, by name. */
  save(): ReadonlyMap<string, Float32Array>;
  restore(saved: ReadonlyMap<string, Float32Array>): void;
}

/** A loop, for it runs over every gradient of every step: x - x is 0 for finite numbers alone. */
export function isFiniteAll(xs: Float32Array): boolean {
  for (let i = 0; i < xs.length; i++) if ((xs[i] as number) - (xs[i] as number) !== 0) return false;
  return true;
}

/** Looks at the loss and every gradient before it steps: the optimiser's step, after clipping, before projecting. */
export function firstOrder(
  machine: Machine,
  params: Parameters,
  optimizer: Optimizer,
  clip: number | undefined,
): Stepper {
  return {
    step(batch, weights, t, rate) {
      const found = machine.lossAndGradient(batch, weights, params.byName);
      const step = { loss: found.loss, alarms: found.alarms };
      if (!Number.isFinite(found.loss) || !isFiniteAll(found.gradient))
        return { ...step, poisoned: { batch, weights, found } };
      if (clip !== undefined) clipByNorm(found.gradient, clip);
      optimizer.step(params.flat, found.gradient, t, rate);
      project(params.slots, params.flat);
      return step;
    },
    save: () =>
      new Map(optimizer.stateNames.map((name, i) => [name, optimizer.state[i]?.slice() ?? new Float32Array(0)])),
    restore(saved) {
      for (const [i, name] of optimizer.stateNames.entries()) {
        const state = saved.get(name);
        if (state) optimizer.state[i]?.set(state);
      }
    },
  };
}

/** Scales a gradient down to a global 2-norm; the norm is summed in double, ascending. */
export function clipByNorm(gradient: Float32Array, limit: number): void {
  let square = 0;
  for (const g of gradient) square += g * g;
  const norm = Math.sqrt(square);
  if (!(norm > limit)) return;
  const scale = Math.fround(limit / norm);
  for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) * scale;
}
