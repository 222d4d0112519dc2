/**
 * Leaves about the compiled program alone: every float32 point of a box is run, or its bit-exact intervals are. Part of the independent checker;
 * imports `ir`, `num` and `ops` only.
 */
import type { Graph } from '../ir/graph.ts';
import { ceilF32, floorF32, nextUpF32 } from '../num/bits.ts';
import { compare, decimalOf, plus, times, ZERO } from '../num/decimal.ts';
import { endsEvaluator } from '../ops/bounds/exact/index.ts';
import { evaluator } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import type { Claim, Inequality } from './claim.ts';
import type { Ends } from './ends.ts';

const MOST_POINTS = 2 ** 18;

/** Why a claim does not hold, or is not known to, at every float32 point of a box, of both signs where it is 0; by running them. */
export function wrongAtPoints(graph: Graph, box: readonly Ends[], { unsafe }: Claim): string | undefined {
  const lists = box.flatMap(({ lo, hi }) => Array.from(lo, (l, j) => floatsIn(l, must(hi[j]))));
  if (!(lists.reduce((n, list) => n * list.length, 1) <= MOST_POINTS)) return 'too many points';
  const run = evaluator(graph);
  const xs = box.map(({ lo }) => new Float32Array(lo.length));
  const slots = xs.flatMap((x) => Array.from(x.keys(), (j) => [x, j] as const));
  const isSafe = (from: number): boolean => {
    const [slot, list] = [slots[from], lists[from]];
    if (slot && list)
      return list.every((x) => {
        slot[0][slot[1]] = x;
        return isSafe(from + 1);
      });
    const y = must(run(xs, new Map()).outputs[0]);
    return y.every(Number.isFinite) && !unsafe.some((all) => all.every((one) => holdsAt(one, y)));
  };
  return isSafe(0) ? undefined : `unsafe, or not finite, at ${xs.join()}`;
}

function floatsIn(lo: number, hi: number): number[] {
  const list: number[] = [];
  for (let x = ceilF32(lo); x <= hi && list.length <= MOST_POINTS; x = nextUpF32(x))
    list.push(...(x === 0 ? [-0, 0] : [x]));
  return list;
}

/**
 * The same by bit-exact intervals of the outputs: of every conjunction one inequality holds not even where it is nearest to it. There what it reads
 * is finite: each term of a run is at least that of the corner, so a sum with infinite terms is infinite, and above zero as well.
 */
export function wrongExactly(graph: Graph, box: readonly Ends[], { unsafe }: Claim): string | undefined {
  const floats = box.map(({ lo, hi }) => ({ lo: Float32Array.from(lo, ceilF32), hi: Float32Array.from(hi, floorF32) }));
  if (!floats.every(({ lo, hi }) => lo.every((l, j) => l <= must(hi[j])))) return 'a box without float32 points';
  const ends = endsEvaluator(graph)(floats)?.[0];
  if (!ends) return 'a run may give no number';
  const isShown = unsafe.every((all) => all.some((one) => holdsNowhere(one, ends)));
  return isShown ? undefined : 'bit-exact intervals do not show it';
}

/** Whether an inequality holds nowhere between ends of the outputs, not even where it is nearest to it, in exact numbers. */
export function holdsNowhere(one: Inequality, { lo, hi }: { lo: ArrayLike<number>; hi: ArrayLike<number> }): boolean {
  const corner = one.coefficients.map((a, k) => (a === 0 ? 0 : must(a > 0 ? lo[k] : hi[k])));
  return corner.every(Number.isFinite) && !holdsAt(one, corner);
}

/** Whether an inequality of the unsafe set holds, in exact numbers. */
function holdsAt({ coefficients, at, strict }: Inequality, y: ArrayLike<number>): boolean {
  const terms = Array.from(coefficients, (a, i) => times(decimalOf(a), decimalOf(must(y[i]))));
  const order = compare(terms.reduce(plus, decimalOf(at)), ZERO);
  return strict ? order < 0 : order <= 0;
}
