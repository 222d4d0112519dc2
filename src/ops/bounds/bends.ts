/**
 * Which slopes a curve is bounded with, by its form: bent one way, or S-shaped with the turn at 0. Only tightness depends on what is
 * chosen here (Note [Two functions] in `planes.ts`). With alpha the touching point moves from the left end to the right.
 */
import type { Alpha, Interval } from '../bounds.ts';
import { type Curve, chord, type Piece, root } from './curve.ts';

export type Slopes = (curve: Curve, x: Interval, alpha: Alpha | undefined) => readonly [number, number];

const between = (low: number, high: number, part: number): number => low + part * (high - low);

/** Below a convex function a tangent (at the middle unless alpha says where), above it the chord. */
export const convexSlopes: Slopes = (curve, x, alpha) => [
  curve.slope(between(x.lo, x.hi, alpha ? alpha[0] : 0.5)),
  chord(curve, x),
];

/** As convex functions, but the tangent of e^x stays above 0 at the left end: it touches less than 1 from there (the choice of auto_LiRPA). */
export const expSlopes: Slopes = (curve, x, alpha) => {
  const at = alpha ? between(x.lo, x.hi, alpha[0]) : Math.min((x.lo + x.hi) / 2, x.lo + 0.99);
  return [curve.slope(at), chord(curve, x)];
};

/** Below a concave function the chord, above it a tangent. */
export const concaveSlopes: Slopes = (curve, x, alpha) => [
  chord(curve, x),
  curve.slope(between(x.lo, x.hi, alpha ? alpha[1] : 0.5)),
];

/** Convex below 0, concave above (`turn` 1), or the other way round (-1). */
export function bentAtZero({ lo, hi }: Interval, turn: 1 | -1): readonly Piece[] {
  if (lo >= 0) return [{ low: lo, high: hi, bend: turn > 0 ? -1 : 1 }];
  if (hi <= 0) return [{ low: lo, high: hi, bend: turn }];
  return [
    { low: lo, high: 0, bend: turn },
    { low: 0, high: hi, bend: turn > 0 ? -1 : 1 },
  ];
}

/**
 * Convex below 0, concave above. Across 0 the best line below goes through the right end and touches the convex part, or is the chord
 * when it would touch left of the interval; above likewise. Where the middle lies on the far side of the touching point the tangent at
 * the middle is better. Alpha moves the touching point between there and the far end.
 */
export const sShapeSlopes: Slopes = (curve, x, alpha) => {
  if (x.lo >= 0) return concaveSlopes(curve, x, alpha);
  if (x.hi <= 0) return convexSlopes(curve, x, alpha);
  return [
    touching(curve, { side: 1, end: x.hi, far: x.lo }, alpha?.[0]),
    touching(curve, { side: -1, end: x.lo, far: x.hi }, alpha && 1 - alpha[1]),
  ];
};

/** Concave below 0, convex above, as odd powers are. */
export const cubicSlopes: Slopes = (curve, x, alpha) => {
  if (x.lo >= 0) return convexSlopes(curve, x, alpha);
  if (x.hi <= 0) return concaveSlopes(curve, x, alpha);
  return [
    touching(curve, { side: 1, end: x.lo, far: x.hi }, alpha && 1 - alpha[0]),
    touching(curve, { side: -1, end: x.hi, far: x.lo }, alpha?.[1]),
  ];
};

interface Ends {
  /** 1 for a line below, -1 for one above. */
  readonly side: 1 | -1;
  readonly end: number;
  readonly far: number;
}

/**
 * The slope of the line through the curve at `end` that touches between 0 and `far`, on the other side; the chord's when there is
 * none. `part` 1 is that line; towards 0 the touching point moves to `far`; without it, to the middle if that is on the way.
 */
function touching(curve: Curve, { side, end, far }: Ends, part: number | undefined): number {
  const height = curve.value(end);
  const miss = (t: number): number => (height - curve.value(t) - curve.slope(t) * (end - t)) * side;
  if (!(miss(far) > 0)) return chordAcross(curve, end, far);
  const t = miss(0) < 0 ? root(miss, Math.min(far, 0), Math.max(far, 0)) : 0;
  const middle = (end + far) / 2;
  return curve.slope(
    part === undefined ? (far < end ? Math.min(t, middle) : Math.max(t, middle)) : between(far, t, part),
  );
}

/** The slope of the chord from one side of 0 to the other, kept between the slopes at the ends and at 0. */
function chordAcross(curve: Curve, end: number, far: number): number {
  const slopes = [curve.slope(end), curve.slope(0), curve.slope(far)];
  const raw = (curve.value(end) - curve.value(far)) / (end - far);
  return Math.min(Math.max(raw, Math.min(...slopes)), Math.max(...slopes));
}
