/**
 * Elementwise layers as planes: what carrying back goes through. Operands that are fixed become part of the constants. Note [Error terms] in
 * `bounds.ts` says what the slacks are for.
 */
import type { ValueId } from '../ir/graph.ts';
import type { ElementRule, Interval, Planes } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Piece } from './cases.ts';
import { type Ends, noInterval, operandsAt } from './ends.ts';
import type { Prepared, Ready } from './prepared.ts';
import { U64 } from './rounding.ts';

/** Planes of all elements of a layer. */
export interface Relaxed {
  readonly parts: readonly Slopes[];
  readonly lowerAt: Float64Array;
  readonly upperAt: Float64Array;
  /** What each may be off when it is carried through, per unit of its coefficient. */
  readonly lowerSlack: Float64Array;
  readonly upperSlack: Float64Array;
}

interface Slopes {
  readonly operand: ValueId;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export const planesFor = (arity: number): Planes => ({
  lower: new Float64Array(arity),
  lowerAt: 0,
  upper: new Float64Array(arity),
  upperAt: 0,
});

/** What planes depend on besides the layer. */
export interface Held {
  readonly ends: ReadonlyMap<ValueId, Ends>;
  readonly pieces: ReadonlyMap<ValueId, ReadonlyMap<number, Piece>>;
}

/** The most a byte of chosen slopes says: all of it. */
export const ALL = 255;

/**
 * Undefined where an element has no planes: a result may be infinite. `bytes` has two chosen slopes per element, below and above; without them
 * the rule chooses.
 */
export function relax({ net, adds }: Ready, p: Prepared, held: Held, bytes?: Uint8Array): Relaxed | undefined {
  const { node, result } = p.layer;
  const { ends } = held;
  const pieces = held.pieces.get(result);
  const rule = must(p.rule);
  const operands = node.inputs.map((v) => must(ends.get(v)));
  const x = operands.map(noInterval);
  const planes = planesFor(operands.length);
  const fresh = (): Float64Array => new Float64Array(p.size);
  const fixed = node.inputs.map((v) => net.fixed.has(v));
  const slopes = node.inputs.map((operand): Slopes => ({ operand, lower: fresh(), upper: fresh() }));
  const out: Relaxed = {
    parts: slopes.filter((_, o) => !fixed[o]),
    lowerAt: fresh(),
    upperAt: fresh(),
    lowerSlack: fresh(),
    upperSlack: fresh(),
  };
  const constants = (adds + 2 * operands.length) * U64;
  for (let k = 0; k < p.size; k++) {
    operandsAt(operands, k, x);
    const alpha = bytes && ([(bytes[2 * k] as number) / ALL, (bytes[2 * k + 1] as number) / ALL] as const);
    const piece = pieces?.get(k);
    if (!(piece && asPiece(piece, x, planes)) && !rule.planes(x, node.attrs, alpha, planes)) return undefined;
    let [low, high] = [planes.lowerAt, planes.upperAt];
    let [lowSum, highSum] = [Math.abs(low), Math.abs(high)];
    let [below, above] = [0, 0];
    for (let o = 0; o < x.length; o++) {
      const { lo, hi } = must(x[o]);
      const reach = Math.max(Math.abs(lo), Math.abs(hi));
      const [down, up] = [planes.lower[o] as number, planes.upper[o] as number];
      // an infinite operand has coefficients 0
      const [downReach, upReach] = [down === 0 ? 0 : Math.abs(down) * reach, up === 0 ? 0 : Math.abs(up) * reach];
      if (fixed[o]) {
        low += down === 0 ? 0 : down * lo;
        high += up === 0 ? 0 : up * lo;
        lowSum += downReach;
        highSum += upReach;
        continue;
      }
      const own = slopes[o] as Slopes;
      own.lower[k] = down;
      own.upper[k] = up;
      below += downReach;
      above += upReach;
    }
    out.lowerAt[k] = low;
    out.upperAt[k] = high;
    out.lowerSlack[k] = below * p.meets * U64 + lowSum * constants;
    out.upperSlack[k] = above * p.meets * U64 + highSum * constants;
  }
  return out;
}

/** The piece itself as both planes; false where its operand may be infinite. */
function asPiece(piece: Piece, x: readonly Interval[], out: Planes): boolean {
  out.lower.fill(0);
  out.upper.fill(0);
  out.lowerAt = out.upperAt = 'number' in piece ? piece.number : 0;
  if ('number' in piece) return true;
  const { operand, sign } = piece;
  out.lower[operand] = out.upper[operand] = sign;
  const { lo, hi } = must(x[operand]);
  return Number.isFinite(hi - lo);
}

/** Planes this near to each other differ by rounding alone. */
const NEAR = 2 ** -20;

/** Tells of which elements the two planes differ: tighter ends may bring those together. Only tightness depends on it. */
export function looseness(rule: ElementRule, attrs: unknown, operands: readonly Ends[]): (k: number) => boolean {
  const x = operands.map(noInterval);
  const planes = planesFor(operands.length);
  return (k) => {
    operandsAt(operands, k, x);
    if (!rule.planes(x, attrs, undefined, planes)) return true;
    const { lower, upper, lowerAt, upperAt } = planes;
    return lower.some((slope, o) => slope !== upper[o]) || upperAt - lowerAt > NEAR * Math.max(1, Math.abs(upperAt));
  };
}
