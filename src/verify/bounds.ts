/**
 * Bounds of one box: intervals forward, and linear bounds carried back to the inputs. They hold for the float32 values as they are
 * computed in any order of summation, and for the ideal real function: every layer states how far a result may be from a linear function
 * of its operands, and how far our own float64 may be. Note [Error terms] at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { type Carrier, carrier, type Known, type Lowered, type Rows } from './carry.ts';
import { areEnds, type Ends, elementEnds, intersect, narrow } from './ends.ts';
import { linearEnds } from './linear-ends.ts';
import type { Net } from './net.ts';
import { type PairPlanes, pairPlanes } from './pairs.ts';
import { type Prepared, prepare, type Ready } from './prepared.ts';
import { looseness, type Relaxed, relax } from './relax.ts';
import { steepness } from './steep.ts';

export type { Lowered, Rows } from './carry.ts';
export type { Ends } from './ends.ts';

/** What is known of one box after `analyse`. */
export interface Analysis {
  /** By value: inputs and results of layers. */
  readonly ends: ReadonlyMap<ValueId, Ends>;
  /** Lower bounds of rows of coefficients over a value, plus `at`; and the rows over the inputs that prove them. */
  lower(rows: Rows): Lowered;
  /** Of one row: how steep it may be along each input, about. For choosing splits; proves nothing. */
  reach(row: Rows): readonly Float64Array[];
}

export interface Bounder {
  readonly net: Net;
  /**
   * All values of a box given by its ends per input, which must hold its float32 points and its real ones. `known` are bounds that hold
   * already (of a box around this one). Undefined where nothing can be said: an op without bounds, a NaN, an overflow.
   */
  analyse(box: readonly Ends[], known?: ReadonlyMap<ValueId, Ends>): Analysis | undefined;
}

/** A net made ready for many boxes. Not re-entrant: memory is shared by its boxes. */
export function boundsOf(net: Net): Bounder {
  const ready = prepare(net);
  const carry = carrier(ready);
  return {
    net,
    analyse(box, known) {
      if (!box.every(areEnds)) return undefined;
      const finding = begun(ready, box);
      for (const p of ready.layers) if (!follow(ready, p, finding, { carry, known })) return undefined;
      return {
        ends: finding.ends,
        lower: (rows) => carry(rows, finding),
        reach: (row) => steepness(ready, row, finding.relaxed),
      };
    },
  };
}

/** What is being found out about a box. */
interface Finding extends Known {
  readonly ends: Map<ValueId, Ends>;
  readonly slacks: Map<ValueId, Float64Array>;
  readonly relaxed: Map<ValueId, Relaxed>;
  readonly pairs: Map<ValueId, PairPlanes>;
}

const begun = ({ net, points }: Ready, box: readonly Ends[]): Finding => ({
  ends: new Map([...points, ...net.inputs.map((v, i) => [v, must(box[i])] as const)]),
  slacks: new Map(),
  relaxed: new Map(),
  pairs: new Map(),
});

interface Aids {
  readonly carry: Carrier;
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
}

/** One layer; false where nothing can be said of it. */
function follow(ready: Ready, p: Prepared, finding: Finding, { carry, known }: Aids): boolean {
  const { result } = p.layer;
  const keep = (own: Ends): void => {
    const before = known?.get(result);
    if (before) intersect(own, before);
    finding.ends.set(result, own);
  };
  if (p.layer.kind === 'linear') {
    const found = linearEnds(ready, p, p.layer.op, finding.ends);
    if (!found) return false;
    finding.slacks.set(result, found.slack);
    keep(found.ends);
    return true;
  }
  if (!p.rule) return false;
  for (const v of new Set(p.layer.node.inputs)) refine(ready, p, v, finding, carry);
  const own = elementEnds(p, finding.ends);
  if (!own) return false;
  keep(own);
  const planes = relax(ready, p, finding.ends);
  if (!planes) return false;
  finding.relaxed.set(result, planes);
  const pair = pairPlanes(ready, p, { ...finding, lower: (rows) => carry(rows, finding).bounds });
  if (pair) finding.pairs.set(result, pair);
  return true;
}

/** Rows that are carried back at a time. */
const CHUNK = 256;

/** Tightens the ends of an operand by carrying its elements back, where that can help. */
function refine({ net, exact }: Ready, p: Prepared, v: ValueId, finding: Finding, carry: Carrier): void {
  if (exact.has(v) || net.fixed.has(v)) return;
  const own = must(finding.ends.get(v));
  const operands = p.layer.node.inputs.map((o) => must(finding.ends.get(o)));
  const isLoose = looseness(must(p.rule), p.layer.node.attrs, operands);
  const n = own.lo.length;
  for (const sign of [1, -1] as const) {
    const list = Array.from(own.lo.keys()).filter((k) => (own.lo[k] as number) < (own.hi[k] as number) && isLoose(k));
    for (let from = 0; from < list.length; from += CHUNK) {
      const chunk = list.slice(from, from + CHUNK);
      const coefficients = new Float64Array(chunk.length * n);
      for (const [r, k] of chunk.entries()) coefficients[r * n + k] = sign;
      const { bounds } = carry({ value: v, count: chunk.length, coefficients }, finding);
      for (const [r, k] of chunk.entries()) narrow(own, k, sign, bounds[r] as number);
    }
  }
}

/*
Note [Error terms]

Let z be the float32 values of a run, and L·x + c a lower bound in the making: T >= Σ A_k z_k + c - slack. A layer z_k = Σ w x_j + b is
off by at most E_k (runError), so Σ A_k z_k >= Σ_j (Σ_k A_k w_kj) x_j + Σ A_k b_k - Σ |A_k| E_k. The coefficient of x_j is summed in
float64, terms of all readers of x together: it is off by at most (N + 2)·u64 times the sum of the magnitudes |A_k w_kj| of its N terms, and
the bound by that times |x_j|; summed over j this is (N + 2)·u64·Σ |A_k| M_k with M_k = Σ_j |w_kj| max|x_j|. Constants are summed over all
layers: `adds` of them at most, so each adds adds·u64 of its magnitude. Products that end among the subnormal doubles lose 2^-1075 each,
times |x_j| < 2^128: `lost` for all of them. Slack is a sum of non-negative terms; SLACK covers its own rounding, and that of the magnitudes.

A run overflows nowhere if the magnitude of a layer with its error stays below the largest float32, for partial sums are below that. For the
ideal function E_k = 0, and the same bounds hold; it takes values that depend on no input as the float32 run gives them.
*/
