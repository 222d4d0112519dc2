/**
 * Bounds of one box: intervals forward, and the operands of elementwise steps carried back to the inputs. Plain rules without choices. Part of
 * the independent checker; imports `ir`, `num` and `ops` only. Note [Errors] is at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { type Case, cutBy, piecesOf, type Term } from './checker-cases.ts';
import {
  type Bounds,
  type Decided,
  elementwise,
  linear,
  offOf,
  openElements,
  reach,
  take,
  type Way,
} from './checker-rules.ts';
import type { Opened, Step } from './checker-steps.ts';
import { common, type Pair, pairOf } from './checker-twins.ts';
import type { Ends } from './ends.ts';

export interface Found {
  readonly ends: Map<ValueId, Ends>;
  readonly bounds: Map<ValueId, Bounds>;
  /** Of the second of two twins. */
  readonly pairs: Map<ValueId, Pair>;
}

/** Bounds of all steps in a box; `empty` where no run is; or why there are none. */
export function analysed(o: Opened, known: ReadonlyMap<ValueId, Ends>, cases: readonly Case[]): Found | string {
  const found: Found = { ends: new Map(o.fixed), bounds: new Map(), pairs: new Map() };
  for (const v of o.graph.inputs) {
    const { lo, hi } = must(known.get(v));
    found.ends.set(v, { lo: lo.slice(), hi: hi.slice() });
  }
  // cases about inputs alone: what follows reads them cut
  const isGiven = (one: Case): boolean => one.terms.every(({ value }) => found.ends.has(value));
  for (const one of cases.filter(isGiven))
    if (!cutBy(one, found.ends, (v) => o.graph.inputs.includes(v))) return 'empty';
  for (const step of o.steps) {
    const pieces = piecesOf(step, cases);
    if (step.rule)
      for (const v of new Set(step.node.inputs)) if (!refine(o, step, v, { ...found, pieces })) return 'empty';
    for (const one of cases)
      if (one.decided?.result === step.result && !cutBy(one, found.ends, (v) => found.bounds.has(v))) return 'empty';
    const own = step.rule ? elementwise(o, step, found.ends, { pieces }) : linear(o, step, found.ends);
    if (!own) return `value ${step.result} may be no number, or too large`;
    found.bounds.set(step.result, own);
    if (!meet(own.ends, known.get(step.result))) return 'empty';
    found.ends.set(step.result, own.ends);
    const twin = o.twins.get(step.result);
    if (twin)
      found.pairs.set(
        step.result,
        pairOf(o, twin, step, { ...found, least: (terms) => carried(o, found, terms, [0]) }),
      );
  }
  return found;
}

/** Narrows ends to what is known besides; false where nothing is left. */
function meet({ lo, hi }: Ends, known: Ends | undefined): boolean {
  for (let k = 0; known && k < lo.length; k++) {
    lo[k] = Math.max(lo[k] as number, known.lo[k] as number);
    hi[k] = Math.min(hi[k] as number, known.hi[k] as number);
    if ((lo[k] as number) > (hi[k] as number)) return false;
  }
  return true;
}

/** Tightens an operand of an elementwise step by carrying back its elements, where the step is open; false where no run is left. */
function refine(o: Opened, step: Step, v: ValueId, { pieces, ...found }: Found & Decided): boolean {
  const { ends, bounds } = found;
  if (!bounds.has(v)) return true;
  const { lo, hi } = must(ends.get(v));
  for (const sign of [1, -1] as const)
    for (const k of openElements(step, ends)) {
      if (lo[k] === hi[k] || pieces.has(k)) continue;
      const least = carried(o, found, [{ value: v, element: k, a: sign }], [0]);
      if (sign > 0 && least > must(lo[k])) lo[k] = least;
      if (sign < 0 && -least < must(hi[k])) hi[k] = -least;
    }
  return !lo.some((l, k) => l > must(hi[k]));
}

/** A lower bound of a sum of terms plus `at`: carried back to what is given, and there the least over the box. */
export function carried(
  o: Opened,
  { ends, bounds, pairs }: Found,
  terms: readonly Term[],
  at: readonly number[],
): number {
  const { rows, steps, given } = o;
  const way: Way = { rows, off: offOf(o), sum: 0, slack: 2 ** -900 };
  for (const c of at) {
    way.sum += c;
    way.slack += way.off * Math.abs(c);
  }
  let first = -1;
  for (const { value, element, a } of terms) {
    const [row, own] = [must(rows[value]), must(ends.get(value))];
    way.slack += way.off * Math.abs(a) * reach(own, element);
    if (o.fixed.has(value)) way.sum += a * must(own.lo[element]);
    else row[element] = must(row[element]) + a;
    first = Math.max(
      first,
      steps.findIndex((s) => s.result === value),
    );
  }
  for (let i = first; i >= 0; i--) {
    const step = steps[i] as Step;
    const pair = pairs.get(step.result);
    if (pair) common(pair, step.result, ends, way);
    through(step, must(bounds.get(step.result)), way);
  }
  let [least, magnitude] = [way.sum, 0];
  for (const v of given) {
    const own = must(rows[v]);
    const { lo, hi } = must(ends.get(v));
    for (let j = 0; j < own.length; j++) {
      const a = own[j] as number;
      if (a === 0) continue;
      const low = a * ((a > 0 ? lo[j] : hi[j]) as number);
      least += low;
      magnitude += Math.abs(low);
      own[j] = 0;
    }
  }
  return least - (way.slack + way.off * magnitude) * (1 + 2 ** -10);
}

/** Of the results of a step to its operands: a positive coefficient takes the lower side, a negative one the upper. */
function through({ result }: Step, { lower, upper }: Bounds, way: Way): void {
  const own = way.rows[result] as Float64Array;
  for (let k = 0; k < own.length; k++) {
    const a = own[k] as number;
    if (a === 0) continue;
    own[k] = 0;
    take(a > 0 ? lower : upper, k, a, way);
  }
}

/*
Note [Errors]

u = 2^-24 is the rounding of float32, U = 2^-53 that of our doubles, N a number above the terms of any sum that is made here; `offOf` is 2·N·U.
So any sum of ours is off by less than half of offOf times the magnitudes of its terms in all, those magnitudes as computed included.

Weights. The kernel of a linear node, run on a unit vector, gives a column of its matrix: every result is one product w·1 and sums with
zeros, all exact. Finite weights only, so a product by 0 is 0. Where a run has a term w·x with w = 0, that is 0 too and rounds nothing.

A linear result z = Σ w·x over h + 1 terms or fewer. In any order of summation, with or without fused steps, each term is rounded at most h times
(products once more), so z is off by at most h·u/(1 - h·u) times m = Σ |w| max|x|, below 1.1·h·u·m as h < 2^20, and each product among
the subnormals loses at most 2^-150, rounded on: 2^-148 is more. No partial sum is above m plus that error: below 3.4e38 nothing
overflows. Results that round nothing are one operand times 1, or 0: our own sums are exact there as well.

Elementwise steps. Planes of the table hold for the kernel on float32 operands and for the ideal function on real ones, with exact sums; intervals
hold for the kernel, which is at most two units in the last place from the ideal function. Operands are rounded outward to float32.

On the way back let T >= Σ a·z + c - slack. Replacing z by a side gives a·w to the coefficients of the operands x: the sums that make those, terms of
all readers together, are off by offOf/2 of their magnitudes, and so is T by that times |x|. Each step pays this for its own terms when
they are made: offOf·|a|·Σ |w| max|x|, and offOf of constants for the sum of these. Terms put in at the start pay likewise. Products among
the subnormal doubles lose 2^-1075, times |x| < 2^128, N times: far below 2^-900. The slack is a sum of non-negative terms: 2^-10 of
it covers its own rounding. For the ideal function the error of runs is 0, and values that depend on no input are as the float32 run has them.
A sign split sign·z >= 0 allows T >= T - b·sign·z for any b >= 0: such terms are put in at the start.
*/
