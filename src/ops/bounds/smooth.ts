/**
 * Rules of sqrt, exp, log, tanh, sigmoid, softplus and erf. All rise, as float32 kernels too (run over all floats,
 * docs/notes/elementary.md), so intervals are the kernel on the end points.
 */
import * as elementary from '../../kernel/elementary/index.ts';
import { sqrtF32 } from '../../num/arith.ts';
import * as real from '../../num/real64.ts';
import type { ElementRule, Interval } from '../bounds.ts';
import { bentAtZero, concaveSlopes, convexSlopes, expSlopes, type Slopes, sShapeSlopes } from './bends.ts';
import { BELOW_ONE, type Curve, curveSlopes, lineBounds, type Piece } from './curve.ts';
import { KERNEL_ULPS, ROUNDED } from './errors.ts';
import { at, flatAround, isFinite32, isPoint, span } from './planes.ts';
import { type Run1, run1 } from './run.ts';

/** A rising op: its kernel, its curve, and how slopes are chosen. */
export interface Rising {
  readonly run: Run1;
  readonly curve: Curve;
  readonly slopes: Slopes;
}

/** The rule of a rising op. Where the operand is a point or infinite, planes are constants. */
export function risingRule({ run, curve, slopes }: Rising): ElementRule {
  const interval = (x: Interval, out: Interval): boolean => {
    span(out, run(x.lo), run(x.hi));
    return out.lo <= out.hi;
  };
  return {
    kind: 'elementwise',
    interval: (x, _, out) => interval(at(x, 0), out),
    planes: (operands, _, alpha, out) => {
      const x = at(operands, 0);
      if (!isPoint(x) && isFinite32(x) && lineBounds(curve, x, slopes(curve, x, alpha), out)) return true;
      const whole: Interval = { lo: 0, hi: 0 };
      return interval(x, whole) && flatAround(out, whole, curve.ulps);
    },
    slopes: (operands, _, out) => {
      const x = at(operands, 0);
      return isFinite32(x) && interval(x, { lo: 0, hi: 0 }) && curveSlopes(curve, x, out);
    },
  };
}

const EXACT_ENOUGH = { error: real.REAL64_ERROR, slack: 1e-300 };
const bent =
  (bend: 1 | -1) =>
  ({ lo, hi }: Interval): readonly Piece[] => [{ low: lo, high: hi, bend }];
const turned = (x: Interval): readonly Piece[] => bentAtZero(x, 1);
/** The point of this size on the piece's side of 0. */
const onSide = (size: number, { low }: Piece): number => (low < 0 ? -size : size);

export const CURVES = {
  sqrt: {
    ...EXACT_ENOUGH,
    ulps: ROUNDED,
    value: Math.sqrt,
    slope: (x) => 0.5 / Math.sqrt(x),
    pieces: bent(-1),
    touch: (k) => 0.25 / (k * k),
  },
  exp: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.exp,
    value: real.exp64,
    slope: real.exp64,
    pieces: bent(1),
    touch: (k) => (k > 1e-300 ? real.ln64(k) : -700),
  },
  log: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.log,
    value: real.ln64,
    slope: (x) => 1 / x,
    pieces: bent(-1),
    touch: (k) => 1 / k,
  },
  softplus: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.softplus,
    value: real.softplus64,
    slope: real.sigmoid64,
    pieces: bent(1),
    touch: (k) => (k > 1e-300 && k < 1 ? real.ln64(k / (1 - k)) : k < 1 ? -700 : 700),
  },
  tanh: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.tanh,
    cap: BELOW_ONE,
    value: real.tanh64,
    slope: real.tanhSlope64,
    pieces: turned,
    // 1 - y² = k, x = ln((1 + y) / √k)
    touch: (k, piece) =>
      onSide(k >= 1 ? 0 : k > 1e-300 ? real.ln64((1 + Math.sqrt(1 - k)) / Math.sqrt(k)) : 350, piece),
  },
  sigmoid: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.sigmoid,
    cap: BELOW_ONE,
    value: real.sigmoid64,
    slope: real.sigmoidSlope64,
    pieces: turned,
    // s(1 - s) = k, x = ln(s² / k)
    touch: (k, piece) => onSide(k >= 0.25 ? 0 : k > 1e-300 ? 2 * real.ln64(upperShare(k) / Math.sqrt(k)) : 700, piece),
  },
  erf: {
    ...EXACT_ENOUGH,
    ulps: KERNEL_ULPS.erf,
    cap: BELOW_ONE,
    value: real.erf64,
    slope: real.erfSlope64,
    pieces: turned,
    // 2/√π · e^-x² = k
    touch: (k, piece) =>
      onSide(k >= real.erfSlope64(0) ? 0 : k > 1e-300 ? Math.sqrt(-real.ln64(k / real.erfSlope64(0))) : 27, piece),
  },
} as const satisfies Readonly<Record<string, Curve>>;

/** The larger s with s(1 - s) = k. */
const upperShare = (k: number): number => (1 + Math.sqrt(1 - 4 * k)) / 2;

export const RISING = {
  sqrt: { run: sqrtF32, curve: CURVES.sqrt, slopes: concaveSlopes },
  exp: { run: run1(elementary.exp), curve: CURVES.exp, slopes: expSlopes },
  log: { run: run1(elementary.log), curve: CURVES.log, slopes: concaveSlopes },
  softplus: { run: run1(elementary.softplus), curve: CURVES.softplus, slopes: convexSlopes },
  tanh: { run: run1(elementary.tanh), curve: CURVES.tanh, slopes: sShapeSlopes },
  sigmoid: { run: run1(elementary.sigmoid), curve: CURVES.sigmoid, slopes: sShapeSlopes },
  erf: { run: run1(elementary.erf), curve: CURVES.erf, slopes: sShapeSlopes },
} as const satisfies Readonly<Record<string, Rising>>;

export const smoothBounds = {
  sqrt: risingRule(RISING.sqrt),
  exp: risingRule(RISING.exp),
  log: risingRule(RISING.log),
  softplus: risingRule(RISING.softplus),
  tanh: risingRule(RISING.tanh),
  sigmoid: risingRule(RISING.sigmoid),
  erf: risingRule(RISING.erf),
} as const;
