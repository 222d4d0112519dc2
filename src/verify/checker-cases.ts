/**
 * Cases of the independent checker: what holds in one half of a split besides the box. Of every run, and of the ideal function at every
 * point, one of the two cases of a split holds. Imports `ir`, `num` and `ops` only.
 */
import type { ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import type { Step } from './checker-steps.ts';
import type { Ends } from './ends.ts';

/** A coefficient of an element of a value. */
export interface Term {
  readonly value: ValueId;
  readonly element: number;
  readonly a: number;
}

/** Σ a·z + at >= 0, and which piece of a step that decides, if any. */
export interface Case {
  readonly terms: readonly Term[];
  readonly at: number;
  readonly decided?: { readonly result: ValueId; readonly element: number; readonly is: Piece };
}

/** What a result is: an operand times 1 or -1, or a number. */
export type Piece = { readonly operand: number; readonly sign: 1 | -1 } | { readonly number: number };

const as = (operand: number, sign: 1 | -1 = 1): Piece => ({ operand, sign });

type Compared = { readonly operands: readonly number[]; readonly pieces: readonly [below: Piece, above: Piece] };

/**
 * Steps of two exact pieces, by the order of the first operand compared and the second, or 0. Of equal ones both pieces are right, but for lt,
 * where they are above, and for le and select, where they are below: so the other case is < or >.
 */
const COMPARED: Partial<Readonly<Record<OpName, Compared>>> = {
  max: { operands: [0, 1], pieces: [as(1), as(0)] },
  min: { operands: [0, 1], pieces: [as(0), as(1)] },
  abs: { operands: [0], pieces: [as(0, -1), as(0)] },
  lt: { operands: [0, 1], pieces: [{ number: 1 }, { number: -1 }] },
  le: { operands: [0, 1], pieces: [{ number: 1 }, { number: -1 }] },
  select: { operands: [0], pieces: [as(2), as(1)] },
};

/** The case that the first is at most (-1) or at least (1) as large; undefined for steps that no order decides. */
export function orderCase({ node, result }: Step, element: number, side: 1 | -1): Case | undefined {
  const found = COMPARED[node.op];
  if (!found) return undefined;
  const terms = found.operands.map((o, i) => ({ value: must(node.inputs[o]), element, a: i === 0 ? side : -side }));
  return { terms, at: 0, decided: { result, element, is: found.pieces[side < 0 ? 0 : 1] } };
}

/** The elements of a step that cases decide. */
export const piecesOf = ({ result }: Step, cases: readonly Case[]): ReadonlyMap<number, Piece> =>
  new Map(cases.flatMap(({ decided: d }) => (d?.result === result ? [[d.element, d.is] as const] : [])));

/** Cuts the ends of what a case compares, a·z >= -(the most of all else), where they are `own`; false where nothing is left. */
export function cutBy({ terms, at }: Case, ends: ReadonlyMap<ValueId, Ends>, own: (v: ValueId) => boolean): boolean {
  return terms.every(({ value, element, a }, i) => {
    let most = at;
    for (const [j, other] of terms.entries()) {
      const { lo, hi } = must(ends.get(other.value));
      if (j !== i) most += other.a * must((other.a > 0 ? hi : lo)[other.element]);
    }
    const { lo, hi } = must(ends.get(value));
    const [low, high] = [a > 0 ? -most : -Infinity, a < 0 ? most : Infinity];
    if (own(value)) lo[element] = Math.max(low, must(lo[element]));
    if (own(value)) hi[element] = Math.min(high, must(hi[element]));
    return !(Math.max(low, must(lo[element])) > Math.min(high, must(hi[element])));
  });
}
