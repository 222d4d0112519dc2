/**
 * What the prover asks of an op: bounds of its results. Elementwise ops give rules of their own (`ops/bounds/`); for the other kinds
 * the tag says which algorithm of the prover is meant. Note [Two functions] in `bounds/planes.ts` says what a bound must cover.
 */
import type { OpAttrs, OpName } from '../ir/vocabulary.ts';

/** A closed interval of float32 values, as numbers (so -0 is 0); lo <= hi; may be infinite. */
export interface Interval {
  lo: number;
  hi: number;
}

/**
 * For all operands x_j in their intervals: Σ lower[j]·x_j + lowerAt <= f(x) <= Σ upper[j]·x_j + upperAt, where the sums are over the
 * reals and f is (a) the float32 kernel as it runs on float32 operands and (b) the ideal real function on real operands.
 * All numbers are finite. A coefficient of an operand whose interval is infinite is 0.
 */
export interface Planes {
  readonly lower: Float64Array;
  lowerAt: number;
  readonly upper: Float64Array;
  upperAt: number;
}

/**
 * For any two points of the box there are slopes g_j in [low[j], high[j]] with f(x') - f(x) = Σ g_j·(x'_j - x_j), f being the ideal
 * function; where `isMean`, they also add up to 1, low being 0. At float32 points the kernel is at most `off` from f. All numbers are finite.
 */
export interface SlopeRange {
  readonly low: Float64Array;
  readonly high: Float64Array;
  isMean: boolean;
  off: number;
}

/** Which of the valid slopes are taken, below and above; each in [0, 1]. */
export type Alpha = readonly [number, number];

export interface ElementBounds<K extends OpName> {
  readonly kind: 'elementwise';
  /**
   * Encloses the results of the float32 kernel for float32 operands in these intervals, as tight as its monotone pieces allow.
   * False where a result may be NaN (the caller then gives up: never a bound).
   */
  readonly interval: (x: readonly Interval[], attrs: OpAttrs[K], out: Interval) => boolean;
  /**
   * Planes around the results, false where there are none: a result may be NaN or infinite. Every alpha gives valid planes;
   * without one the rule chooses.
   */
  readonly planes: (x: readonly Interval[], attrs: OpAttrs[K], alpha: Alpha | undefined, out: Planes) => boolean;
  /** How fast results change, false where they may jump, or change without limit. */
  readonly slopes: (x: readonly Interval[], attrs: OpAttrs[K], out: SlopeRange) => boolean;
}

/** A rule that no attribute concerns: all of them, for attributes of elementwise ops change gradients only. */
export interface ElementRule {
  readonly kind: 'elementwise';
  readonly interval: (x: readonly Interval[], attrs: unknown, out: Interval) => boolean;
  readonly planes: (x: readonly Interval[], attrs: unknown, alpha: Alpha | undefined, out: Planes) => boolean;
  readonly slopes: (x: readonly Interval[], attrs: unknown, out: SlopeRange) => boolean;
}

/** `move`: elements change places; `sum`, `contract`: linear, summed in a stated order; `extreme`: the largest or smallest; `leaf`: no operands. */
export type OpBounds<K extends OpName> =
  | ElementBounds<K>
  | { readonly kind: 'move' }
  | { readonly kind: 'sum' }
  | { readonly kind: 'contract' }
  | { readonly kind: 'extreme' }
  | { readonly kind: 'argmax' }
  | { readonly kind: 'loop' }
  | { readonly kind: 'leaf' };
