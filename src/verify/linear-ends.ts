/**
 * Forward through linear layers, in middle and radius, so that a row is one pass over its weights. Also says how far each result may be
 * from its row when coefficients are carried back through it. Note [Error terms] in `bounds.ts`.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import type { Ends } from './ends.ts';
import type { LinearOp } from './linear-ops.ts';
import type { Matrix } from './matrix.ts';
import type { Prepared, Ready } from './prepared.ts';
import { LARGEST32, LEAST, runError, SLACK, U64 } from './rounding.ts';

/** Ends of a linear layer, and per result what its row may be off, per unit of its coefficient. */
export interface LinearEnds {
  readonly ends: Ends;
  readonly slack: Float64Array;
}

/** Undefined where a run may overflow, or an operand has no ends. */
export function linearEnds(
  { adds, steep }: Ready,
  p: Prepared,
  op: LinearOp,
  ends: ReadonlyMap<ValueId, Ends>,
): LinearEnds | undefined {
  const { parts, constant, roundings, absolute = 0 } = op;
  const [lo, hi, slack] = [new Float64Array(p.size), new Float64Array(p.size), new Float64Array(p.size)];
  const steeps = must(steep.get(p.layer.result));
  const balls = parts.map(({ operand }) => ballOf(must(ends.get(operand))));
  const most = roundings === 0 ? Infinity : LARGEST32;
  const sums = new Float64Array(3);
  for (let k = 0; k < p.size; k++) {
    const own = constant?.[k] ?? 0;
    sums[0] = own;
    sums[1] = 0;
    sums[2] = Math.abs(own);
    let terms = 1;
    for (let n = 0; n < parts.length; n++) {
      const { matrix } = parts[n] as LinearOp['parts'][number];
      addRow(matrix, (steeps[n] as Matrix).weight, k, balls[n] as Ball, sums);
      terms += (matrix.start[k + 1] as number) - (matrix.start[k] as number);
    }
    const [centre, radius, magnitude] = [sums[0], sums[1], sums[2]];
    const off = runError(magnitude, roundings, terms) + absolute;
    if (!(magnitude + off < most)) return undefined;
    // 2·terms roundings in centre and radius, each of at most the magnitude, and those of the two ends
    const mine = magnitude * (2 * terms + 8) * U64;
    lo[k] = centre - radius - (off + mine) * SLACK;
    hi[k] = centre + radius + (off + mine) * SLACK;
    slack[k] = off + magnitude * p.meets * U64 + Math.abs(own) * adds * U64;
  }
  if (roundings === 0 && absolute === 0) movedEnds(op, ends, { lo, hi });
  return { ends: { lo, hi }, slack };
}

/** Adds row k of a matrix times middles, and its magnitudes times radii and reaches. */
function addRow(
  { start, column, weight, dense }: Matrix,
  absolute: Float64Array,
  k: number,
  ball: Ball,
  sums: Float64Array,
): void {
  const { middle, radii, far } = ball;
  const first = start[k] as number;
  const count = (start[k + 1] as number) - first;
  let [centre, radius, reach] = [0, 0, 0];
  if (dense) {
    for (let j = 0; j < count; j++) {
      const w = absolute[first + j] as number;
      centre += (weight[first + j] as number) * (middle[j] as number);
      radius += w * (radii[j] as number);
      reach += w * (far[j] as number);
    }
  } else {
    for (let e = first; e < first + count; e++) {
      const j = column[e] as number;
      const w = absolute[e] as number;
      centre += (weight[e] as number) * (middle[j] as number);
      radius += w * (radii[j] as number);
      reach += w * (far[j] as number);
    }
  }
  sums[0] = (sums[0] as number) + centre;
  sums[1] = (sums[1] as number) + radius;
  sums[2] = (sums[2] as number) + reach;
}

/** An interval as its middle, its radius (rounded up) and its largest magnitude. */
interface Ball {
  readonly middle: Float64Array;
  readonly radii: Float64Array;
  readonly far: Float64Array;
}

function ballOf({ lo, hi }: Ends): Ball {
  const middle = lo.map((l, j) => 0.5 * l + 0.5 * (hi[j] as number));
  const radii = lo.map((l, j) => {
    const m = middle[j] as number;
    const radius = Math.max((hi[j] as number) - m, m - l);
    return radius === 0 ? 0 : radius * (1 + 4 * U64) + LEAST;
  });
  const far = lo.map((l, j) => Math.max(Math.abs(l), Math.abs(hi[j] as number)));
  return { middle, radii, far };
}

/** What is only moved or negated keeps its ends exactly; what has no source is a constant. */
function movedEnds({ parts, constant }: LinearOp, ends: ReadonlyMap<ValueId, Ends>, { lo, hi }: Ends): void {
  for (let k = 0; k < lo.length; k++) lo[k] = hi[k] = constant?.[k] ?? 0;
  for (const { operand, matrix } of parts) {
    const { lo: xl, hi: xh } = must(ends.get(operand));
    for (let k = 0; k < lo.length; k++) {
      const e = matrix.start[k] as number;
      if (e === matrix.start[k + 1]) continue;
      const j = matrix.column[e] as number;
      const turned = (matrix.weight[e] as number) < 0;
      lo[k] = turned ? -(xh[j] as number) : (xl[j] as number);
      hi[k] = turned ? -(xl[j] as number) : (xh[j] as number);
    }
  }
}
