/**
 * One question to the prover, and how a `proved` is shown. Specifications and `prove` blocks become questions, the search answers them with a
 * proof, and the checker replays the proof without the search.
 */
import type { Graph, ValueId } from '../ir/graph.ts';
import type { Claim } from './claim.ts';
import type { Ends } from './ends.ts';

/** Over the box, the one output of the graph is never in the unsafe set. */
export interface Question {
  /** The program as it runs, its params as constants; one output of one axis. */
  readonly graph: Graph;
  /** Per input of the graph. */
  readonly box: readonly Ends[];
  readonly claim: Claim;
}

/**
 * How a box was proved, about the graph without loops and in ops that have bounds. Every split leaves out nothing: a run, and the ideal
 * function at a point, falls into one of the cases at least. Note [Cases] in `cases.ts`.
 */
export type Proof =
  | Leaf
  /** Two halves along an input: up to the cut and from it on. */
  | {
      readonly kind: 'input';
      readonly input: number;
      readonly element: number;
      readonly cut: number;
      readonly below: Proof;
      readonly above: Proof;
    }
  /** Two cases of a result of a layer: <= cut and >= cut. */
  | {
      readonly kind: 'value';
      readonly value: ValueId;
      readonly element: number;
      readonly cut: number;
      readonly below: Proof;
      readonly above: Proof;
    }
  /**
   * Two cases of what decides a layer of max, min, lt, le, eq (its first operand against its second), abs (against 0) or select (its
   * condition against 0): at most as large, and at least. `value` is the layer's result.
   */
  | {
      readonly kind: 'order';
      readonly value: ValueId;
      readonly element: number;
      readonly below: Proof;
      readonly above: Proof;
    }
  /** One proof per conjunction of the claim, each of the claim that has this one only. */
  | { readonly kind: 'parts'; readonly parts: readonly Proof[] };

export type Leaf =
  /** Bounds of rows are above zero. */
  | {
      readonly kind: 'bounds';
      /** Per conjunction of the claim: which of its inequalities holds nowhere (counted in the conjunction). */
      readonly rows: readonly number[];
      /**
       * Slopes that were chosen for carrying these rows back, per elementwise layer that has any: two bytes per element, below and above, of
       * 255. Ends of values are found with the slopes of the rules.
       */
      readonly slopes?: ReadonlyMap<ValueId, Uint8Array>;
      /**
       * Per conjunction, instead of the row: how many times each of its inequalities is taken. Their sum is above zero everywhere, so they
       * hold nowhere together.
       */
      readonly times?: readonly Uint8Array[];
      /** Per conjunction, per `value` and `order` split on the way from the root: a multiplier >= 0. */
      readonly multipliers?: readonly Float64Array[];
    }
  /** Bit-exact intervals of the question's own graph show it, on the float32 points of the box. About the compiled program alone (S1). */
  | { readonly kind: 'exact' }
  /** Cases that contradict each other: no run and no point has all of them. */
  | { readonly kind: 'empty' }
  /** Every float32 point of the box was run, by the question's own graph. Shows the compiled program alone (S1). */
  | { readonly kind: 'points' };
