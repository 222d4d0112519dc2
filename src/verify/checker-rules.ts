/**
 * Bounds of the results of one step from the ends of its operands: rows and rules of the op table. Part of the independent checker; imports
 * `ir`, `num` and `ops` only. Note [Errors] in `checker-bounds.ts`.
 */
import type { ValueId } from '../ir/graph.ts';
import { ceilF32, floorF32 } from '../num/bits.ts';
import type { Interval, Planes } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Piece } from './checker-cases.ts';
import { MOST_DEPTH, type Opened, type Part, type Step } from './checker-steps.ts';
import type { Ends } from './ends.ts';

/** Linear bounds of a step's results: a row of weights plus `at`, each at most `off` away per unit of its coefficient. */
export interface Side {
  readonly parts: readonly Part[];
  readonly at: Float64Array;
  readonly off: Float64Array;
}

/** A row on its way back: coefficients by value, what it has of constants so far, and what all of it may be off. */
export interface Way {
  readonly rows: Opened['rows'];
  /** `offOf` of what is checked. */
  readonly off: number;
  sum: number;
  slack: number;
}

/** Adds `a` times row k of a side. */
export function take({ parts, at, off }: Side, k: number, a: number, way: Way): void {
  way.sum += a * (at[k] as number);
  way.slack += Math.abs(a) * (off[k] as number);
  for (let p = 0; p < parts.length; p++) {
    const { operand, start, column, weight } = parts[p] as Part;
    const to = way.rows[operand] as Float64Array;
    const end = start[k + 1] as number;
    for (let e = start[k] as number; e < end; e++) {
      const j = column[e] as number;
      to[j] = (to[j] as number) + a * (weight[e] as number);
    }
  }
}

export interface Bounds {
  readonly ends: Ends;
  readonly lower: Side;
  readonly upper: Side;
}

/** Elements of a step that cases decide. */
export interface Decided {
  readonly pieces: ReadonlyMap<number, Piece>;
}

export const everything = (n: number): Ends => ({
  lo: new Float64Array(n).fill(-Infinity),
  hi: new Float64Array(n).fill(Infinity),
});

/** Twice what any sum made here may be off, per unit of the magnitudes of its terms. */
export const offOf = ({ terms }: Opened): number => 2 * (terms + MOST_DEPTH + 100) * 2 ** -53;

export const reach = ({ lo, hi }: Ends, k: number): number =>
  Math.max(Math.abs(lo[k] as number), Math.abs(hi[k] as number));

/** Bounds of a linear step. Note [Errors]. */
export function linear(
  o: Opened,
  { size, parts, roundings, error }: Step,
  ends: ReadonlyMap<ValueId, Ends>,
): Bounds | undefined {
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
    const h = error ? error.roundings : (roundings[k] as number);
    const absolute = error ? error.absolute : 0;
    const [run, mine] = [1.1 * h * 2 ** -24 * magnitude + terms * 2 ** -148 + absolute, offOf(o) * magnitude];
    if (!(h < 2 ** 20 && magnitude + run < 3.4e38)) return undefined;
    lo[k] = h + absolute === 0 ? low : low - (run + mine);
    hi[k] = h + absolute === 0 ? high : high + (run + mine);
    off[k] = run + mine;
  }
  const side = { parts, at: new Float64Array(size), off };
  return { ends: { lo, hi }, lower: side, upper: side };
}

/** Kernels whose result at float32 operands is the real one. */
const EXACT = new Set('neg abs min max select lt le eq sign floor round stopGradient'.split(' '));

/** Bounds of an elementwise step by the rules of its op, with chosen slopes or those of the rule; pieces that cases decide are exact. Note [Errors]. */
export function elementwise(
  o: Opened,
  step: Step,
  ends: ReadonlyMap<ValueId, Ends>,
  { pieces, alpha }: Decided & { readonly alpha?: Uint8Array },
): Bounds | undefined {
  const { node, rule, size, parts } = step;
  const operands = parts.map(({ operand }) => must(ends.get(operand)));
  const x = operands.map((): Interval => ({ lo: 0, hi: 0 }));
  const [planes, out] = [planesOf(x.length), { lo: 0, hi: 0 }];
  const [own, lower, upper] = [everything(size), sideOf(o, step), sideOf(o, step)];
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < x.length; i++) roundOutward(operands[i] as Ends, k, x[i] as Interval);
    const chosen = alpha && ([(alpha[2 * k] as number) / 255, (alpha[2 * k + 1] as number) / 255] as const);
    const piece = pieces.get(k);
    if (piece) setPiece(piece, x, out, planes);
    else if (!rule?.interval(x, node.attrs, out) || !rule.planes(x, node.attrs, chosen, planes)) return undefined;
    if (!(Math.abs(out.lo) < Infinity && Math.abs(out.hi) < Infinity)) return undefined;
    const isExact = EXACT.has(node.op);
    own.lo[k] = isExact ? out.lo : out.lo - (Math.abs(out.lo) * 2 ** -22 + 2 ** -147);
    own.hi[k] = isExact ? out.hi : out.hi + (Math.abs(out.hi) * 2 ** -22 + 2 ** -147);
    put(lower, k, x, { slopes: planes.lower, at: planes.lowerAt, off: offOf(o) });
    put(upper, k, x, { slopes: planes.upper, at: planes.upperAt, off: offOf(o) });
  }
  return { ends: own, lower, upper };
}

function setPiece(is: Piece, x: readonly Interval[], out: Interval, planes: Planes): void {
  const [number, sign] = 'number' in is ? [is.number, 0] : [0, is.sign];
  const { lo, hi } = 'number' in is ? { lo: number, hi: number } : must(x[is.operand]);
  out.lo = sign < 0 ? -hi : lo;
  out.hi = sign < 0 ? -lo : hi;
  for (const slopes of [planes.lower, planes.upper]) {
    slopes.fill(0);
    if ('operand' in is) slopes[is.operand] = sign;
  }
  planes.lowerAt = planes.upperAt = number;
}

export function roundOutward({ lo, hi }: Ends, k: number, to: Interval): void {
  to.lo = floorF32(lo[k] as number);
  to.hi = ceilF32(hi[k] as number);
}

export const planesOf = (n: number): Planes => ({
  lower: new Float64Array(n),
  lowerAt: 0,
  upper: new Float64Array(n),
  upperAt: 0,
});

export const sideOf = ({ fixed }: Opened, { parts, size }: Pick<Step, 'parts' | 'size'>): Side => ({
  parts: parts.map((part) => (fixed.has(part.operand) ? part : { ...part, weight: new Float64Array(size) })),
  at: new Float64Array(size),
  off: new Float64Array(size),
});

interface Plane {
  readonly slopes: ArrayLike<number>;
  readonly at: number;
  readonly off: number;
}

/** Sets element k of a side; numbers become part of the constant. */
export function put(side: Side, k: number, x: readonly Interval[], { slopes, at, off }: Plane): void {
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
export function openElements({ node, rule, parts, size }: Step, ends: ReadonlyMap<ValueId, Ends>): readonly number[] {
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
