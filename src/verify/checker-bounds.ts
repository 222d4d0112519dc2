/**
 * Bounds of one box, as the independent checker makes them: intervals forward, and the operands of elementwise steps carried back to the
 * inputs. Plain rules without choices. Imports `ir`, `num` and `ops` only. Note [Errors] is at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { ceilF32, floorF32 } from '../num/bits.ts';
import type { Interval, Planes } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import { MOST_DEPTH, type Opened, type Part, type Step } from './checker-steps.ts';
import type { Ends } from './ends.ts';

/** Linear bounds of a step's results: a row of weights plus `at`, each at most `off` away per unit of its coefficient. */
interface Side {
  readonly parts: readonly Part[];
  readonly at: Float64Array;
  readonly off: Float64Array;
}

interface Bounds {
  readonly ends: Ends;
  readonly lower: Side;
  readonly upper: Side;
}

export interface Found {
  readonly ends: Map<ValueId, Ends>;
  readonly bounds: Map<ValueId, Bounds>;
}

/** A coefficient of an element of a value. */
export interface Term {
  readonly value: ValueId;
  readonly element: number;
  readonly a: number;
}

export const everything = (n: number): Ends => ({
  lo: new Float64Array(n).fill(-Infinity),
  hi: new Float64Array(n).fill(Infinity),
});

/** Bounds of all steps in a box; `empty` where no run is; or why there are none. */
export function analysed(o: Opened, known: ReadonlyMap<ValueId, Ends>): Found | string {
  const found: Found = { ends: new Map(o.fixed), bounds: new Map() };
  for (const v of o.graph.inputs) found.ends.set(v, must(known.get(v)));
  for (const step of o.steps) {
    if (step.rule) for (const v of new Set(step.node.inputs)) if (!refine(o, step, v, found)) return 'empty';
    const own = step.rule ? elementwise(o, step, found.ends) : linear(o, step, found.ends);
    if (!own) return `value ${step.result} may be no number, or too large`;
    found.bounds.set(step.result, own);
    if (!meet(own.ends, known.get(step.result))) return 'empty';
    found.ends.set(step.result, own.ends);
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
function refine(o: Opened, step: Step, v: ValueId, { ends, bounds }: Found): boolean {
  if (!bounds.has(v)) return true;
  const { lo, hi } = must(ends.get(v));
  for (const sign of [1, -1] as const)
    for (const k of openElements(step, ends)) {
      if (lo[k] === hi[k]) continue;
      const least = carried(o, { ends, bounds }, [{ value: v, element: k, a: sign }], 0);
      if (sign > 0 && least > must(lo[k])) lo[k] = least;
      if (sign < 0 && -least < must(hi[k])) hi[k] = -least;
    }
  return !lo.some((l, k) => l > must(hi[k]));
}

/** Twice what any sum made here may be off, per unit of the magnitudes of its terms. */
const offOf = ({ terms }: Opened): number => 2 * (terms + MOST_DEPTH + 100) * 2 ** -53;

const reach = ({ lo, hi }: Ends, k: number): number => Math.max(Math.abs(lo[k] as number), Math.abs(hi[k] as number));

/** Bounds of a linear step. Note [Errors]. */
function linear(o: Opened, { size, parts, roundings }: Step, ends: ReadonlyMap<ValueId, Ends>): Bounds | undefined {
  const [lo, hi, off] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    let low = 0;
    let high = 0;
    let magnitude = 0;
    let terms = 0;
    for (const { operand, start, column, weight } of parts) {
      const { lo: xl, hi: xh } = must(ends.get(operand));
      const end = start[k + 1] as number;
      terms += end - (start[k] as number);
      for (let e = start[k] as number; e < end; e++) {
        const w = weight[e] as number;
        const p = w * (xl[column[e] as number] as number);
        const q = w * (xh[column[e] as number] as number);
        low += Math.min(p, q);
        high += Math.max(p, q);
        magnitude += Math.max(Math.abs(p), Math.abs(q));
      }
    }
    const h = roundings[k] as number;
    const [run, mine] = [1.1 * h * 2 ** -24 * magnitude + terms * 2 ** -148, offOf(o) * magnitude];
    if (!(magnitude + run < 3.4e38)) return undefined;
    lo[k] = h === 0 ? low : low - (run + mine);
    hi[k] = h === 0 ? high : high + (run + mine);
    off[k] = run + mine;
  }
  const side = { parts, at: new Float64Array(size), off };
  return { ends: { lo, hi }, lower: side, upper: side };
}

/** Kernels whose result at float32 operands is the real one. */
const EXACT = new Set('neg abs min max select lt le eq sign floor round stopGradient'.split(' '));

/** Bounds of an elementwise step by the rules of its op, with chosen slopes or those of the rule. Note [Errors]. */
export function elementwise(
  o: Opened,
  step: Step,
  ends: ReadonlyMap<ValueId, Ends>,
  alpha?: Uint8Array,
): Bounds | undefined {
  const { node, rule, size, parts } = step;
  const operands = parts.map(({ operand }) => must(ends.get(operand)));
  const x = operands.map((): Interval => ({ lo: 0, hi: 0 }));
  const [planes, out] = [planesOf(x.length), { lo: 0, hi: 0 }];
  const [own, lower, upper] = [everything(size), sideOf(o, step), sideOf(o, step)];
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < x.length; i++) roundOutward(operands[i] as Ends, k, x[i] as Interval);
    const chosen = alpha && ([(alpha[2 * k] as number) / 255, (alpha[2 * k + 1] as number) / 255] as const);
    if (!rule?.interval(x, node.attrs, out) || !rule.planes(x, node.attrs, chosen, planes)) return undefined;
    if (!(Math.abs(out.lo) < Infinity && Math.abs(out.hi) < Infinity)) return undefined;
    const isExact = EXACT.has(node.op);
    own.lo[k] = isExact ? out.lo : out.lo - (Math.abs(out.lo) * 2 ** -22 + 2 ** -147);
    own.hi[k] = isExact ? out.hi : out.hi + (Math.abs(out.hi) * 2 ** -22 + 2 ** -147);
    put(lower, k, x, { slopes: planes.lower, at: planes.lowerAt, off: offOf(o) });
    put(upper, k, x, { slopes: planes.upper, at: planes.upperAt, off: offOf(o) });
  }
  return { ends: own, lower, upper };
}

function roundOutward({ lo, hi }: Ends, k: number, to: Interval): void {
  to.lo = floorF32(lo[k] as number);
  to.hi = ceilF32(hi[k] as number);
}

const planesOf = (n: number): Planes => ({
  lower: new Float64Array(n),
  lowerAt: 0,
  upper: new Float64Array(n),
  upperAt: 0,
});

const sideOf = ({ fixed }: Opened, { parts, size }: Step): Side => ({
  parts: parts.map((part) => (fixed.has(part.operand) ? part : { ...part, weight: new Float64Array(size) })),
  at: new Float64Array(size),
  off: new Float64Array(size),
});

interface Plane {
  readonly slopes: Float64Array;
  readonly at: number;
  readonly off: number;
}

/** Sets element k of a side; numbers become part of the constant. */
function put(side: Side, k: number, x: readonly Interval[], { slopes, at, off }: Plane): void {
  let [constant, magnitude] = [at, Math.abs(at)];
  for (let i = 0; i < x.length; i++) {
    const [{ lo, hi }, slope] = [x[i] as Interval, slopes[i] as number];
    magnitude += Math.abs(slope) * Math.max(-lo, hi);
    if (lo === hi) constant += slope * lo;
    else (side.parts[i] as Part).weight[k] = slope;
  }
  side.at[k] = constant;
  side.off[k] = off * magnitude;
}

/** Elements of which the planes differ by more than rounding. Only tightness depends on it. */
function openElements({ node, rule, parts, size }: Step, ends: ReadonlyMap<ValueId, Ends>): readonly number[] {
  const operands = parts.map(({ operand }) => must(ends.get(operand)));
  const [x, planes, open] = [operands.map((): Interval => ({ lo: 0, hi: 0 })), planesOf(parts.length), [] as number[]];
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < x.length; i++) roundOutward(operands[i] as Ends, k, x[i] as Interval);
    const { lower, upper } = planes;
    const isOpen = !rule?.planes(x, node.attrs, undefined, planes) || lower.some((slope, i) => slope !== upper[i]);
    if (isOpen || planes.upperAt - planes.lowerAt > 2 ** -20 * Math.max(1, Math.abs(planes.upperAt))) open.push(k);
  }
  return open;
}

/** A lower bound of a sum of terms plus `at`: carried back to what is given, and there the least over the box. */
export function carried(o: Opened, { ends, bounds }: Found, terms: readonly Term[], at: number): number {
  const { rows, steps, given } = o;
  let slack = offOf(o) * Math.abs(at) + 2 ** -900;
  let first = -1;
  for (const { value, element, a } of terms) {
    const row = must(rows[value]);
    row[element] = must(row[element]) + a;
    slack += offOf(o) * Math.abs(a) * reach(must(ends.get(value)), element);
    first = Math.max(
      first,
      steps.findIndex((s) => s.result === value),
    );
  }
  const way = { sum: at, slack };
  for (let i = first; i >= 0; i--) {
    const step = steps[i] as Step;
    through(step, must(bounds.get(step.result)), rows, way);
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
  return least - (way.slack + offOf(o) * magnitude) * (1 + 2 ** -10);
}

/** What a row has of constants so far, and what all of it may be off. */
interface Way {
  sum: number;
  slack: number;
}

/** Of the results of a step to its operands: a positive coefficient takes the lower side, a negative one the upper. */
function through({ result, rule }: Step, { lower, upper }: Bounds, rows: Opened['rows'], way: Way): void {
  const own = rows[result] as Float64Array;
  let sum = 0;
  let slack = 0;
  for (let k = 0; k < own.length; k++) {
    const a = own[k] as number;
    if (a === 0) continue;
    own[k] = 0;
    const { parts, at, off } = a > 0 ? lower : upper;
    sum += a * (at[k] as number);
    slack += Math.abs(a) * (off[k] as number);
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p] as Part;
      const to = rows[part.operand] as Float64Array;
      if (rule) to[k] = (to[k] as number) + a * (part.weight[k] as number);
      else addRow(part, k, a, to);
    }
  }
  way.sum += sum;
  way.slack += slack;
}

/** Adds `a` times row k of a part to the coefficients of its operand. */
function addRow({ start, column, weight }: Part, k: number, a: number, to: Float64Array): void {
  const end = start[k + 1] as number;
  for (let e = start[k] as number; e < end; e++) {
    const j = column[e] as number;
    to[j] = (to[j] as number) + a * (weight[e] as number);
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
