/**
 * Sums in the order `lanes` for four results at once: each of the 16 accumulators holds that of four neighbouring results. For sums
 * of few terms, and of terms that lie apart while results are neighbours.
 */
import { must } from '../../text/result.ts';
import { layoutAlong, vectorAxis } from '../nests/axes.ts';
import { joiner, type Reduction } from './accumulate.ts';
import type { Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import { LANES } from './lanes.ts';
import { argsOf, sharedLoads, storeCell } from './tile.ts';
import { lastTerm } from './turn.ts';

/** The axis along which results are computed four at a time, where that is better than four terms at a time. */
export function acrossAxis(r: Reduction): number | undefined {
  const { loops, reduced } = r.axes;
  const extent = reduced.at(-1);
  if (extent === undefined || reduced.length > 1) return undefined;
  const axis = vectorAxis([...loops.entries()], [...r.loads, ...r.extras, ...r.stores.map((s) => s.place)]);
  if (axis === undefined) return undefined;
  const apart = r.loads.some((place) => layoutAlong(place, lastTerm(r)) === 'apart');
  const near = r.loads.every((place) => layoutAlong(place, axis) !== 'apart');
  return extent < LANES || (apart && near) ? axis : undefined;
}

/** Prints the four results from here on along `columns`. */
export function printAcross(r: Reduction, columns: number): void {
  const { code } = r.site;
  const extent = must(r.axes.reduced[0]);
  const axis = lastTerm(r);
  const sums = Array.from({ length: Math.min(LANES, extent) }, () => code.local('v128'));
  for (const sum of sums) {
    code.f32x4([0, 0, 0, 0]);
    code.set(sum);
  }
  const times = Math.floor(extent / LANES);
  r.walk.repeat(axis, times, LANES, () => addTerms(r, sums, columns));
  addTerms(r, sums.slice(0, extent % LANES), columns);
  r.walk.back(axis, times * LANES);
  addTogether(r, sums);
  const pushArg = (n: number): void =>
    n === 0 ? code.get(must(sums[0])) : r.walk.load(must(r.extras[n - 1]), [], columns);
  storeCell(code, r.walk, r.stores, { ahead: [], four: columns, pushArg });
  for (const sum of sums) code.free(sum);
}

/** Adds one term to each of the first accumulators. */
function addTerms(r: Reduction, sums: readonly Local[], columns: number): void {
  const { code } = r.site;
  const aheads = sums.map((_, term) => [[lastTerm(r), term]] as const);
  const args = sharedLoads(code, r.walk, r.loads, { aheads, args: argsOf([r.term]), four: columns });
  sums.forEach((sum, i) => {
    code.get(sum);
    exprPrinter(code, 'lanes', [r.term], must(args[i])).push(r.term);
    code.op(joiner(r));
    code.set(sum);
  });
}

/** The tree 8, 4, 2, 1: the result stands in the first. An accumulator without terms is +0 and changes nothing, for none is -0. */
function addTogether(r: Reduction, sums: readonly Local[]): void {
  const { code } = r.site;
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (const [j, sum] of sums.slice(0, half).entries()) {
      const other = sums[j + half];
      if (other === undefined) continue;
      code.get(sum);
      code.get(other);
      code.op('f32x4.add');
      code.set(sum);
    }
  }
}
