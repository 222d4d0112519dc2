/**
 * One row carried back in plain numbers through planes that may change, to the corner of the box where it is least, and that corner carried
 * forward again: the bound is linear there, so this gives its slope along every plane (Xu et al., alpha-CROWN, ICLR 2021). Guides choices;
 * proves nothing.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import type { Known } from './carry.ts';
import { addImage, addProduct } from './matrix.ts';
import { type PairPlanes, throughPair } from './pairs.ts';
import type { Ready } from './prepared.ts';
import type { Relaxed } from './relax.ts';

export interface Row {
  readonly value: ValueId;
  readonly coefficients: Float64Array;
  readonly at: number;
}

export interface Linearized {
  /** The bound of the row, about. */
  readonly bound: number;
  /** Coefficients of the row over a value, where it has any. */
  readonly rows: ReadonlyMap<ValueId, Float64Array>;
  readonly planes: ReadonlyMap<ValueId, Relaxed>;
  /** What the planes make of the corner: values of all layers. */
  readonly values: ReadonlyMap<ValueId, Float64Array>;
}

/** Looks at the planes and multipliers as they are when it is called; what it gave before is overwritten. */
export type Linearize = (planes: ReadonlyMap<ValueId, Relaxed>, multipliers: Float64Array) => Linearized;

export function linearizer({ net, layers, position }: Ready, known: Known, row: Row): Linearize {
  const top = position.get(row.value) ?? -1;
  const held = heldBefore(known, layers.length);
  const memory = new Map<ValueId, Float64Array>();
  const rows = new Map<ValueId, Float64Array>();
  const values = new Map<ValueId, Float64Array>();
  for (const v of [...net.inputs, ...layers.map((p) => p.layer.result)]) {
    memory.set(v, new Float64Array(net.sizeOf(v)));
    values.set(v, new Float64Array(net.sizeOf(v)));
  }
  const into = (v: ValueId): Float64Array => {
    const made = rows.get(v) ?? must(memory.get(v)).fill(0);
    rows.set(v, made);
    return made;
  };
  const back = (planes: ReadonlyMap<ValueId, Relaxed>, multipliers: Float64Array): number => {
    rows.clear();
    into(row.value).set(row.coefficients);
    let bound = row.at;
    for (let i = top; i >= 0; i--) {
      const { layer } = must(layers[i]);
      for (const c of must(held[i])) {
        const [one, m] = [must(known.constraints[c]), multipliers[c] ?? 0];
        if (m === 0) continue;
        bound -= m * one.at;
        for (const { value, element, weight } of one.terms) {
          const to = into(value);
          to[element] = (to[element] as number) - m * weight;
        }
      }
      const own = rows.get(layer.result);
      if (!own) continue;
      const pair = known.pairs.get(layer.result);
      const twin = pair && rows.get(pair.first);
      if (twin) bound += throughPlainPair(twin, own, pair, into);
      if (layer.kind === 'other') bound += backThrough(own, must(planes.get(layer.result)), into);
      else {
        const { parts, constant } = layer.op;
        if (constant) for (let k = 0; k < own.length; k++) bound += (own[k] as number) * (constant[k] as number);
        for (const { operand, matrix } of parts) addProduct(own, 1, matrix, into(operand));
      }
    }
    return bound;
  };
  const corner = (): number => {
    let least = 0;
    for (const v of net.inputs) {
      const { lo, hi } = must(known.ends.get(v));
      const [to, own] = [must(values.get(v)), into(v)];
      for (let j = 0; j < to.length; j++) {
        const a = own[j] as number;
        to[j] = (a > 0 ? lo[j] : a < 0 ? hi[j] : 0.5 * ((lo[j] as number) + (hi[j] as number))) as number;
        least += a * (to[j] as number);
      }
    }
    return least;
  };
  const forward = (planes: ReadonlyMap<ValueId, Relaxed>): void => {
    for (let i = 0; i <= top; i++) {
      const { layer } = must(layers[i]);
      const to = must(values.get(layer.result)).fill(0);
      if (layer.kind === 'other') imageOf(rows.get(layer.result), must(planes.get(layer.result)), values, to);
      else {
        if (layer.op.constant) to.set(layer.op.constant);
        for (const { operand, matrix } of layer.op.parts) addImage(matrix, must(values.get(operand)), to);
      }
    }
  };
  return (planes, multipliers) => {
    const bound = back(planes, multipliers) + corner();
    forward(planes);
    return { bound, rows, planes, values };
  };
}

/** Per layer, the constraints that are added before it. */
function heldBefore({ constraints }: Known, count: number): readonly (readonly number[])[] {
  const lists = Array.from({ length: count }, (): number[] => []);
  for (const [c, { position }] of constraints.entries()) lists[position]?.push(c);
  return lists;
}

/** Adds the row over a layer to those over its operands; what it leaves of constants. */
function backThrough(own: Float64Array, planes: Relaxed, into: (v: ValueId) => Float64Array): number {
  const { lowerAt, upperAt, parts } = planes;
  let sum = 0;
  for (let k = 0; k < own.length; k++) {
    const a = own[k] as number;
    if (a !== 0) sum += a * ((a > 0 ? lowerAt[k] : upperAt[k]) as number);
  }
  for (const { operand, lower, upper } of parts) {
    const target = into(operand);
    for (let k = 0; k < own.length; k++) {
      const a = own[k] as number;
      target[k] = (target[k] as number) + a * ((a > 0 ? lower[k] : upper[k]) as number);
    }
  }
  return sum;
}

function throughPlainPair(
  first: Float64Array,
  second: Float64Array,
  pair: PairPlanes,
  into: (v: ValueId) => Float64Array,
): number {
  const bounds = new Float64Array(1);
  throughPair({ count: 1, bounds, slack: new Float64Array(1), into }, first, second, pair);
  return bounds[0] as number;
}

function imageOf(
  row: Float64Array | undefined,
  { lowerAt, upperAt, parts }: Relaxed,
  values: ReadonlyMap<ValueId, Float64Array>,
  to: Float64Array,
): void {
  for (let k = 0; k < to.length; k++) to[k] = ((row?.[k] ?? 0) > 0 ? lowerAt[k] : upperAt[k]) as number;
  for (const { operand, lower, upper } of parts) {
    const x = must(values.get(operand));
    for (let k = 0; k < to.length; k++)
      to[k] = (to[k] as number) + (((row?.[k] ?? 0) > 0 ? lower[k] : upper[k]) as number) * (x[k] as number);
  }
}
