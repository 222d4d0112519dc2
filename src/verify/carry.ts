/**
 * Carrying rows of coefficients back to the inputs (CROWN: Zhang et al., NeurIPS 2018; DeepPoly: Singh et al., POPL 2019), in float64, with
 * what our own rounding may take away. Note [Error terms] in `bounds.ts`.
 */
import type { ValueId } from '../ir/graph.ts';
import { invariant, must } from '../text/result.ts';
import { type Constraint, MOST_CASES } from './cases.ts';
import { type Ends, pointsOf } from './ends.ts';
import type { LinearOp } from './linear-ops.ts';
import { addProduct } from './matrix.ts';
import { type PairPlanes, throughPair } from './pairs.ts';
import type { Ready } from './prepared.ts';
import type { Relaxed } from './relax.ts';
import { SLACK, U64 } from './rounding.ts';

/** `count` rows of coefficients over the elements of a value (less those of another of its size), each plus its `at`. */
export interface Rows {
  readonly value: ValueId;
  readonly less?: ValueId;
  readonly count: number;
  readonly coefficients: Float64Array;
  readonly at?: Float64Array;
}

/** Lower bounds of rows, -Infinity where none is known. */
export interface Lowered {
  readonly bounds: Float64Array;
  /** Per input of the net: `count` rows of coefficients that prove the bounds. The caller's to keep. */
  readonly inputs: readonly Float64Array[];
}

/** What is known of a box so far. */
export interface Known {
  readonly ends: ReadonlyMap<ValueId, Ends>;
  /** Of linear layers: what each result may be off, per unit of its coefficient. */
  readonly slacks: ReadonlyMap<ValueId, Float64Array>;
  readonly relaxed: ReadonlyMap<ValueId, Relaxed>;
  /** By the second of two twins. */
  readonly pairs: ReadonlyMap<ValueId, PairPlanes>;
  /** What its cases say of values. */
  readonly constraints: readonly Constraint[];
}

/** What carrying back is free to choose. */
export interface Choice {
  /** Slopes of elementwise layers, two bytes per element. */
  readonly slopes?: ReadonlyMap<ValueId, Uint8Array>;
  /** Per row, per case: a multiplier >= 0. */
  readonly multipliers?: readonly Float64Array[];
}

/** Coefficients on their way, and the constants and slacks of each row. */
export interface Way {
  readonly count: number;
  readonly bounds: Float64Array;
  readonly slack: Float64Array;
  /** The rows over a value, zeros at first. */
  readonly into: (v: ValueId) => Float64Array;
}

export type Carrier = (rows: Rows, known: Known, multipliers?: readonly Float64Array[]) => Lowered;

/** Memory is used again by the next call; nothing of it is given away. */
export function carrier(ready: Ready): Carrier {
  const { net, layers, position } = ready;
  const pool = rowPool();
  const isBounded = (v: ValueId): boolean => net.fixed.has(v) || position.has(v) || net.inputs.includes(v);
  return ({ value, less, count, coefficients, at }, known, multipliers) => {
    const { ends, slacks, relaxed, pairs } = known;
    const rows = new Map<ValueId, Float64Array>([[value, coefficients.slice()]]);
    invariant(less !== value, 'a value less itself is nothing');
    if (less !== undefined)
      rows.set(
        less,
        coefficients.map((a) => -a),
      );
    const from = [...rows];
    for (const [v] of from) invariant(isBounded(v), () => `value ${v} is not bounded`);
    const into = (v: ValueId): Float64Array => {
      const made = rows.get(v) ?? pool(v, count * net.sizeOf(v));
      rows.set(v, made);
      return made;
    };
    const bounds = at ? at.slice() : new Float64Array(count);
    const way: Way = { count, bounds, slack: bounds.map((b) => Math.abs(b) * ready.adds * U64 + ready.lost), into };
    for (let i = Math.max(...from.map(([v]) => position.get(v) ?? -1)); i >= 0; i--) {
      const { layer, size } = must(layers[i]);
      if (multipliers) addConstraints(ready, way, i, known, multipliers);
      const own = rows.get(layer.result);
      if (!own) continue;
      const pair = pairs.get(layer.result);
      const twin = pair && rows.get(pair.first);
      if (twin) throughPair(way, twin, own, pair);
      if (layer.kind === 'linear') throughRows(way, own, layer.op, must(slacks.get(layer.result)));
      else throughPlanes(way, own, size, must(relaxed.get(layer.result)));
      rows.delete(layer.result);
    }
    const inputs = net.inputs.map((v) => into(v).slice());
    const ground = net.inputs.map((v, i): Ground => ({ rows: must(inputs[i]), ends: must(ends.get(v)) }));
    for (const [v, own] of from) {
      const numbers = net.fixed.get(v);
      if (numbers) ground.push({ rows: own, ends: pointsOf(numbers) });
    }
    return { bounds: bounds.map((from, r) => leastOf(ground, r, from, way.slack[r] as number)), inputs };
  };
}

/** Takes m·(Σ weight·z + at) >= 0 from the rows, for the constraints that belong before layer `i`. Note [Cases] in `cases.ts`. */
function addConstraints(
  { net, meets, adds }: Ready,
  { count, bounds, slack, into }: Way,
  i: number,
  { ends, constraints }: Known,
  multipliers: readonly Float64Array[],
): void {
  for (const [c, { position, terms, at }] of constraints.slice(0, MOST_CASES).entries()) {
    if (position !== i) continue;
    for (let r = 0; r < count; r++) {
      const m = multipliers[r]?.[c] ?? 0;
      if (!(m > 0 && m < Infinity)) continue;
      bounds[r] = (bounds[r] as number) - m * at;
      let lost = m * Math.abs(at) * adds;
      for (const { value, element, weight } of terms) {
        const { lo, hi } = must(ends.get(value));
        const to = into(value);
        const e = r * net.sizeOf(value) + element;
        to[e] = (to[e] as number) - m * weight;
        lost +=
          m * Math.max(Math.abs(lo[element] as number), Math.abs(hi[element] as number)) * (meets.get(value) ?? adds);
      }
      slack[r] = (slack[r] as number) + lost * U64;
    }
  }
}

/** Zeros, one stretch of memory per value. */
function rowPool(): (v: ValueId, length: number) => Float64Array {
  const kept = new Map<ValueId, Float64Array>();
  return (v, length) => {
    const had = kept.get(v);
    if (had && had.length >= length) return had.subarray(0, length).fill(0);
    const made = new Float64Array(length);
    kept.set(v, made);
    return made;
  };
}

/** Σ A_k z_k with z = W·x + b, each z_k at most off_k away. */
function throughRows(
  { count, bounds, slack, into }: Way,
  own: Float64Array,
  { parts, constant }: LinearOp,
  off: Float64Array,
): void {
  const size = off.length;
  for (let r = 0; r < count; r++) {
    let [sum, lost] = [0, 0];
    for (let k = 0; k < size; k++) {
      const a = own[r * size + k] as number;
      if (a === 0) continue;
      if (constant) sum += a * (constant[k] as number);
      lost += Math.abs(a) * (off[k] as number);
    }
    bounds[r] = (bounds[r] as number) + sum;
    slack[r] = (slack[r] as number) + lost;
  }
  for (const { operand, matrix } of parts) addProduct(own, count, matrix, into(operand));
}

/** A positive coefficient takes the lower plane, a negative one the upper. */
function throughPlanes({ count, bounds, slack, into }: Way, own: Float64Array, size: number, planes: Relaxed): void {
  const { lowerAt, upperAt, lowerSlack, upperSlack, parts } = planes;
  for (let r = 0; r < count; r++) {
    let [sum, lost] = [0, 0];
    const from = r * size;
    for (let k = 0; k < size; k++) {
      const a = own[from + k] as number;
      if (a > 0) {
        sum += a * (lowerAt[k] as number);
        lost += a * (lowerSlack[k] as number);
      } else if (a < 0) {
        sum += a * (upperAt[k] as number);
        lost -= a * (upperSlack[k] as number);
      }
    }
    bounds[r] = (bounds[r] as number) + sum;
    slack[r] = (slack[r] as number) + lost;
  }
  for (const { operand, lower, upper } of parts) {
    const target = into(operand);
    for (let r = 0, e = 0; r < count; r++)
      for (let k = 0; k < size; k++, e++) {
        const a = own[e] as number;
        target[e] = (target[e] as number) + a * ((a > 0 ? lower[k] : upper[k]) as number);
      }
  }
}

interface Ground {
  readonly rows: Float64Array;
  readonly ends: Ends;
}

/** The least value over the box of row `r`, everything that may be off subtracted; -Infinity where it is no number. */
function leastOf(ground: readonly Ground[], r: number, from: number, slack: number): number {
  let [sum, magnitude, terms] = [from, Math.abs(from), 1];
  for (const { rows, ends } of ground) {
    const { lo, hi } = ends;
    const n = lo.length;
    for (let j = 0; j < n; j++) {
      const a = rows[r * n + j] as number;
      if (a === 0) continue;
      const low = a * ((a > 0 ? lo[j] : hi[j]) as number);
      sum += low;
      magnitude += Math.abs(low);
      terms++;
    }
  }
  const found = sum - (slack + magnitude * (terms + 4) * U64) * SLACK;
  return Number.isNaN(found) ? -Infinity : found;
}
