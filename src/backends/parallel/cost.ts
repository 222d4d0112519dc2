/**
 * Rough times of steps in nanoseconds on one core with vectors of four floats. They decide what is worth sharing and where a nest
 * is cut, and never what is computed.
 */
import { inOrder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Leaf, Step } from '../../kernel/nest.ts';
import { type Touch, touchesOf } from './touches.ts';

/** One meeting of all threads. */
export const BARRIER_NS = 500;
/** Calling the workers and being heard. */
export const CALL_NS = 5000;

const PRODUCT_NS = 0.05;
/** A step of a kernel, per point. */
const STEP_NS = 0.03;
/** A number loaded or stored, per point. */
const WORD_NS = 0.06;
/** One point of what is done one at a time. */
const SINGLE_NS = 1.5;
/** Each word that a nest reads at all: it has to come from somewhere, and may be copied. */
const FETCH_NS = 0.15;
/** Turns that a `while` of unknown length is taken for, at most. */
const GUESSED_TURNS = 10;

export const countOf = (extents: readonly number[]): number => extents.reduce((n, d) => n * d, 1);

const stepsIn = (values: readonly Expr[]): number =>
  inOrder(values).filter((e) => e.kind === 'step' || e.kind === 'select').length;

/** Words that an access touches, if it touches none twice along the loops that move it. */
const wordsOf = ({ access, extents }: Touch): number =>
  countOf(extents.filter((_, d) => access.strides[d] !== 0 || access.gathers.some((g) => g.strides[d] !== 0)));

export function leafNs(step: Leaf): number {
  const fetched = touchesOf(step).reads.reduce((sum, touch) => sum + FETCH_NS * wordsOf(touch), 0);
  return fetched + ownNs(step);
}

function ownNs(step: Leaf): number {
  const points = countOf(step.loops);
  switch (step.kind) {
    case 'map':
      return points * kernelNs(step);
    case 'reduce': {
      const term = STEP_NS * (1 + stepsIn([step.term])) + WORD_NS * step.loads.length;
      return points * (countOf(step.reduced) * term + kernelNs(step.epilogue));
    }
    case 'contract':
      return points * (countOf(step.reduced) * PRODUCT_NS + kernelNs(step.epilogue));
    case 'pick':
    case 'argmax':
      return points * countOf(step.reduced) * SINGLE_NS;
    case 'scatter':
      return points * SINGLE_NS;
    default:
      return step satisfies never;
  }
}

function kernelNs(k: {
  readonly loads: readonly unknown[];
  readonly stores: readonly { readonly value: Expr }[];
}): number {
  return STEP_NS * stepsIn(k.stores.map((s) => s.value)) + WORD_NS * (k.loads.length + k.stores.length);
}

export function stepNs(step: Step): number {
  switch (step.kind) {
    case 'loop':
      return step.count * stepsNs(step.body);
    case 'while':
      return turnsOf(step.max) * (stepsNs(step.cond) + stepsNs(step.body));
    case 'barrier':
      return BARRIER_NS;
    default:
      return leafNs(step);
  }
}

export const turnsOf = (max: number): number => Math.min(max, GUESSED_TURNS);

export const stepsNs = (steps: readonly Step[]): number => steps.reduce((sum, step) => sum + stepNs(step), 0);
