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

/** How a box was proved, about the graph without loops and in ops that have bounds. */
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
  /** Two cases of an operand of an elementwise layer: <= 0 and >= 0. */
  | {
      readonly kind: 'sign';
      readonly value: ValueId;
      readonly element: number;
      readonly negative: Proof;
      readonly positive: Proof;
    };

export type Leaf =
  /** Bounds of rows are above zero. */
  | {
      readonly kind: 'bounds';
      /** Per conjunction of the claim: which of its inequalities holds nowhere (counted in the conjunction). */
      readonly rows: readonly number[];
      /** Slopes that were chosen, per elementwise layer that has any: two bytes per element, below and above, of 255. */
      readonly slopes?: ReadonlyMap<ValueId, Uint8Array>;
      /** Per conjunction, per sign split on the way from the root: a multiplier >= 0. */
      readonly multipliers?: readonly Float64Array[];
    }
  /** Bit-exact intervals show it: what the program may compute on the float32 points of the box. About the compiled program alone (S1). */
  | { readonly kind: 'exact' }
  /** Every float32 point of the box was run. Shows the compiled program alone (S1). */
  | { readonly kind: 'points' };
