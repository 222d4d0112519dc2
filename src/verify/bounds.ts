/**
 * Bounds of one box: intervals forward, and linear bounds carried back to the inputs. They hold for the float32 values as they are
 * computed in any order of summation, and for the ideal real function: every layer states how far a result may be from a linear function
 * of its operands, and how far our own float64 may be. Note [Error terms] at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { type Carrier, type Choice, carrier, type Known, type Lowered, type Rows } from './carry.ts';
import {
  type Case,
  type Constraint,
  constraintOf,
  type Narrow,
  narrowBy,
  narrowEnds,
  type Piece,
  piecesOf,
  sourceOf,
} from './cases.ts';
import { areEnds, type Ends, elementEnds, intersect, narrow } from './ends.ts';
import { linearEnds } from './linear-ends.ts';
import type { Net } from './net.ts';
import { type PairPlanes, pairPlanes } from './pairs.ts';
import { type Prepared, prepare, type Ready } from './prepared.ts';
import { looseness, type Relaxed, relax } from './relax.ts';
import { steepness } from './steep.ts';

export type { Choice, Known, Lowered, Rows } from './carry.ts';
export type { Ends } from './ends.ts';

/** What is known of one box after `analyse`. */
export interface Analysis extends Known {
  /** Elements of layers that the cases decide. */
  readonly pieces: ReadonlyMap<ValueId, ReadonlyMap<number, Piece>>;
  /** Whether the cases contradict each other, so that nothing is in all of them. */
  readonly isEmpty: boolean;
  /** Lower bounds of rows of coefficients over a value, plus `at`; and the rows over the inputs that prove them. Any choice is sound. */
  lower(rows: Rows, choice?: Choice): Lowered;
  /** Of one row: how steep it may be along each input, about. For choosing splits; proves nothing. */
  reach(row: Rows): readonly Float64Array[];
}

export interface Also {
  /** Only executions that are in all of these are spoken of. */
  readonly cases?: readonly Case[];
  /** Whether ends are tightened by carrying back (they are unless it says no): worth it where they can be much tighter than what is known. */
  readonly refines?: boolean;
}

export interface Bounder {
  readonly net: Net;
  readonly ready: Ready;
  /**
   * All values of a box given by its ends per input, which must hold its float32 points and its real ones. `known` are bounds that hold
   * already (of a box around this one). Undefined where nothing can be said: an op without bounds, a NaN, an overflow.
   */
  analyse(box: readonly Ends[], known?: ReadonlyMap<ValueId, Ends>, also?: Also): Analysis | undefined;
}

/** A net made ready for many boxes. Not re-entrant: memory is shared by its boxes. */
export function boundsOf(net: Net): Bounder {
  const ready = prepare(net);
  const carry = carrier(ready);
  return {
    net,
    ready,
    analyse(box, known, { cases = [], refines = true } = {}) {
      if (!box.every(areEnds)) return undefined;
      const finding = begun(ready, box, cases);
      for (const p of ready.layers) if (!follow(ready, p, finding, { carry, known, refines })) return undefined;
      return {
        ...finding,
        lower: (rows, choice) => carry(rows, chosen(ready, finding, choice), choice?.multipliers),
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
  readonly pieces: Map<ValueId, Map<number, Piece>>;
  isEmpty: boolean;
}

function begun(ready: Ready, box: readonly Ends[], cases: readonly Case[]): Finding {
  const { net, points } = ready;
  const own = cases.length === 0 ? box : box.map(({ lo, hi }) => ({ lo: lo.slice(), hi: hi.slice() }));
  const finding: Finding = {
    ends: new Map([...points, ...net.inputs.map((v, i) => [v, must(own[i])] as const)]),
    slacks: new Map(),
    relaxed: new Map(),
    pairs: new Map(),
    pieces: piecesOf(ready, cases),
    constraints: cases.map((one) => constraintOf(ready, one)),
    isEmpty: false,
  };
  for (const one of finding.constraints) if (one.terms.length === 1) cut(ready, one, finding);
  return finding;
}

/** Cuts ends by a constraint, and those of the inputs that they are moved from. */
function cut({ layers, position }: Ready, constraint: Constraint, finding: Finding): void {
  const narrowed: Narrow = (value, element, lo, hi) => {
    const ends = finding.ends.get(value);
    const { layer } = layers[position.get(value) ?? -1] ?? {};
    const from = layer?.kind === 'linear' ? sourceOf(layer.op, element) : undefined;
    const [low, high] = from && from.weight < 0 ? [-hi, -lo] : [lo, hi];
    const isPossible = !ends || narrowEnds(ends, element, lo, hi);
    return (!from || narrowed(from.value, from.element, low, high)) && isPossible;
  };
  if (!narrowBy(constraint, finding.ends, narrowed)) finding.isEmpty = true;
}

interface Aids {
  readonly carry: Carrier;
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
  readonly refines: boolean;
}

/** One layer; false where nothing can be said of it. */
function follow(ready: Ready, p: Prepared, finding: Finding, { carry, known, refines }: Aids): boolean {
  const { result } = p.layer;
  const place = ready.position.get(result);
  const own = finding.constraints.filter((one) => one.position === place);
  const keep = (ends: Ends): void => {
    const before = known?.get(result);
    if (before) intersect(ends, before);
    if (finding.pieces.get(result)?.size) pin(p, finding, ends);
    finding.ends.set(result, ends);
    for (const one of own) if (one.terms[0]?.value === result) cut(ready, one, finding);
  };
  if (p.layer.kind === 'linear') {
    const found = linearEnds(ready, p, p.layer.op, finding.ends);
    if (!found) return false;
    finding.slacks.set(result, found.slack);
    keep(found.ends);
    return true;
  }
  if (!p.rule) return false;
  const isOrder = (one: Constraint): boolean => one.terms[0]?.value !== result;
  for (const one of own) if (isOrder(one)) cut(ready, one, finding);
  if (refines) for (const v of new Set(p.layer.node.inputs)) refine(ready, p, v, finding, carry);
  for (const one of own) if (isOrder(one)) cut(ready, one, finding);
  const ends = elementEnds(p, finding.ends);
  if (!ends) return false;
  keep(ends);
  const planes = relax(ready, p, finding);
  if (!planes) return false;
  finding.relaxed.set(result, planes);
  const pair = pairPlanes(ready, p, { ...finding, lower: (rows) => carry(rows, finding).bounds });
  if (pair) finding.pairs.set(result, pair);
  return true;
}

/** The ends of elements that are decided are those of their pieces. */
function pin({ layer }: Prepared, finding: Finding, ends: Ends): void {
  for (const [k, piece] of must(finding.pieces.get(layer.result))) {
    const from = 'number' in piece ? undefined : must(finding.ends.get(must(layer.node.inputs[piece.operand])));
    const [lo, hi] = 'number' in piece ? [piece.number, piece.number] : [must(from?.lo[k]), must(from?.hi[k])];
    const isTurned = !('number' in piece) && piece.sign < 0;
    if (!(isTurned ? narrowEnds(ends, k, -hi, -lo) : narrowEnds(ends, k, lo, hi))) finding.isEmpty = true;
  }
}

/** With the slopes of a choice in the place of those that the rules took. */
function chosen(ready: Ready, finding: Finding, choice: Choice | undefined): Known {
  if (!choice?.slopes) return finding;
  const relaxed = new Map(finding.relaxed);
  for (const [v, bytes] of choice.slopes) {
    const made = relax(ready, must(ready.layers[must(ready.position.get(v))]), finding, bytes);
    if (made) relaxed.set(v, made);
  }
  return { ...finding, relaxed };
}

/** Rows that are carried back at a time. */
const CHUNK = 256;

/** Tightens the ends of an operand by carrying its elements back, where that can help. */
function refine({ net, exact }: Ready, p: Prepared, v: ValueId, finding: Finding, carry: Carrier): void {
  if (exact.has(v) || net.fixed.has(v)) return;
  const own = must(finding.ends.get(v));
  const operands = p.layer.node.inputs.map((o) => must(finding.ends.get(o)));
  const pieces = finding.pieces.get(p.layer.result);
  const bends = looseness(must(p.rule), p.layer.node.attrs, operands);
  const isLoose = (k: number): boolean => !pieces?.has(k) && bends(k);
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

Rows over two results y' and y of twins (`pairs.ts`): a'·y' + a·y = t·(y' - y) + (a' - t)·y' + (a + t)·y for any t. With t = a' or -a one coefficient
becomes 0 and the sum of both is rounded, by u64·|a + a'| times the larger of |y| and |y'|: `sumSlack`. The difference y' - y, of the runs as of the
ideal functions, is at least Σ s_j (x'_j - x_j) + c, with the errors of both kernels in c. Then t·s_j and -t·s_j are two terms more that meet in
the coefficients of x'_j and x_j, and t·c one constant more, each with its share of slack as above; `meets`, `adds` and `lost` count them. Nothing here
asks that twins do the same: any two results of one op have such planes.

A run overflows nowhere if the magnitude of a layer with its error stays below the largest float32, for partial sums are below that. For the
ideal function E_k = 0, and the same bounds hold; it takes values that depend on no input as the float32 run gives them.
*/
