/**
 * Cases of a box: what a split adds to it besides narrower inputs. A case says on which side of a number a value lies, or which
 * operand of a layer is larger, and so which piece of the layer is meant. Note [Cases] at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { invariant, must } from '../text/result.ts';
import type { Ends } from './ends.ts';
import type { LinearOp } from './linear-ops.ts';
import { isMove } from './moves.ts';
import type { Ready } from './prepared.ts';

/** `side` -1: at most, 1: at least. `order` is about a layer of PIECES and its result. */
export type Case =
  | {
      readonly kind: 'value';
      readonly value: ValueId;
      readonly element: number;
      readonly side: 1 | -1;
      readonly cut: number;
    }
  | { readonly kind: 'order'; readonly value: ValueId; readonly element: number; readonly side: 1 | -1 };

/** What a layer is once it is known which of two operands is larger: a sign times an operand, or a number. */
export type Piece = { readonly operand: number; readonly sign: 1 | -1 } | { readonly number: number };

interface Pieces {
  /** What is compared: two operands, or one with 0. */
  readonly operands: readonly [number] | readonly [number, number];
  readonly below: Piece;
  readonly above: Piece;
}

const as = (operand: number, sign: 1 | -1 = 1): Piece => ({ operand, sign });

/** For lt the case below is <, for le above is >, for select above is > 0: else both cases have the meeting point. */
export const PIECES: Partial<Readonly<Record<OpName, Pieces>>> = {
  max: { operands: [0, 1], below: as(1), above: as(0) },
  min: { operands: [0, 1], below: as(0), above: as(1) },
  abs: { operands: [0], below: as(0, -1), above: as(0) },
  lt: { operands: [0, 1], below: { number: 1 }, above: { number: -1 } },
  le: { operands: [0, 1], below: { number: 1 }, above: { number: -1 } },
  select: { operands: [0], below: as(2), above: as(1) },
};

/** Per layer, the elements that the cases decide. */
export function piecesOf({ layers, position }: Ready, cases: readonly Case[]): Map<ValueId, Map<number, Piece>> {
  const all = new Map<ValueId, Map<number, Piece>>();
  for (const one of cases) {
    if (one.kind !== 'order') continue;
    const pieces = must(PIECES[must(layers[must(position.get(one.value))]).layer.node.op]);
    const own = all.get(one.value) ?? new Map<number, Piece>();
    own.set(one.element, one.side < 0 ? pieces.below : pieces.above);
    all.set(one.value, own);
  }
  return all;
}

/** Σ weight·z + at >= 0, in every run and for the ideal function. */
export interface Constraint {
  /** The layer before which it is added to rows that are carried back. */
  readonly position: number;
  readonly terms: readonly { readonly value: ValueId; readonly element: number; readonly weight: 1 | -1 }[];
  readonly at: number;
}

export function constraintOf({ net, layers, position }: Ready, one: Case): Constraint {
  const { value, element, side } = one;
  const place = must(position.get(value));
  if (one.kind === 'value') return { position: place, terms: [{ value, element, weight: side }], at: -side * one.cut };
  const { node } = must(layers[place]).layer;
  const pieces = PIECES[node.op];
  invariant(pieces !== undefined, `no order decides ${node.op}`);
  const terms: Constraint['terms'][number][] = [];
  let at = 0;
  for (const [i, o] of pieces.operands.entries()) {
    const operand = must(node.inputs[o]);
    const weight = i === 0 ? side : (-side as 1 | -1);
    const number = net.fixed.get(operand)?.[element];
    if (number === undefined) terms.push({ value: operand, element, weight });
    else at += weight * number;
  }
  return { position: place, terms, at };
}

/** The element that a result of a linear layer is moved or negated from, if it is. */
export function sourceOf(
  op: LinearOp,
  k: number,
): { readonly value: ValueId; readonly element: number; readonly weight: number } | undefined {
  if (!isMove(op)) return undefined;
  const found = op.parts.filter(({ matrix }) => matrix.start[k] !== matrix.start[k + 1]);
  const [only] = found;
  if (!only || found.length > 1) return undefined;
  const e = must(only.matrix.start[k]);
  return { value: only.operand, element: must(only.matrix.column[e]), weight: must(only.matrix.weight[e]) };
}

/** Makes ends narrower; false where they would be empty, which leaves them as they are. */
export type Narrow = (value: ValueId, element: number, lo: number, hi: number) => boolean;

export function narrowEnds({ lo, hi }: Ends, k: number, low: number, high: number): boolean {
  const [l, h] = [Math.max(lo[k] as number, low), Math.min(hi[k] as number, high)];
  if (!(l <= h)) return false;
  lo[k] = l;
  hi[k] = h;
  return true;
}

/** Narrows what a constraint compares by each other's ends. False where it cannot hold. */
export function narrowBy({ terms, at }: Constraint, ends: ReadonlyMap<ValueId, Ends>, narrow: Narrow): boolean {
  let isPossible = true;
  for (const term of terms) {
    // weight·z >= -(the most of all others)
    let others = at;
    for (const other of terms) {
      if (other === term) continue;
      const { lo, hi } = must(ends.get(other.value));
      others += other.weight > 0 ? must(hi[other.element]) : -must(lo[other.element]);
    }
    if (Number.isNaN(others)) continue;
    const [low, high] = term.weight > 0 ? [-others, Infinity] : [-Infinity, others];
    if (!narrow(term.value, term.element, low, high)) isPossible = false;
  }
  return isPossible && (terms.length > 0 || at >= 0);
}

/*
Note [Cases]

A case is a statement about the values of one execution: of a float32 run about its float32 values, of the ideal function at a point about
its real ones. Of each execution one of the two cases of a split holds (both do where they meet), so a claim that is proved in
both is proved. Which one it is may differ between a run and the ideal function at the same point: that does not matter, for each is in a
case whose proof speaks of both. Within a case its constraint holds, Σ weight·z + at >= 0, so ends may be cut by it, and for a multiplier
m >= 0 a lower bound of row - m·(Σ weight·z + at) is one of the row (Wang et al., beta-CROWN, NeurIPS 2021, for z <= 0 and z >= 0).

An execution has a number for every value of the graph that is bounded, also where that says in other ops what the program computes
(`spread.ts`): there it has what these ops say of the program's own numbers over the reals, and the layer that ends the rewriting has its
error. So an execution is on one side there too, and all layers hold of its numbers.

The layers of PIECES are exact: max, min, abs, comparisons and choices round nothing. So a piece is what the layer computes, in runs too.
A constraint whose terms are two has one rounding at most in the ends it gives: `others` is a sum of one end and 0, and so exact.

Multipliers in the error terms (Note [Error terms] in `bounds.ts`): a coefficient of z gets one more term, m in magnitude, for each case
about it; `prepare` counts MOST_CASES of them among the terms that meet, and each takes its own m·max|z| into the slack as the terms of a
layer do. The constant m·at is one more constant: `adds` counts MOST_CASES of them as well.
*/
/** So many cases of a box have multipliers, at most; further ones only cut ends. */
export const MOST_CASES = 256;
