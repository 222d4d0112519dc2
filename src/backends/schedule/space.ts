/**
 * How one row-major walk is cut into loops. A walk over n points is cut at the sizes of inner blocks (for shape [2, 3, 4]: 4 and 12);
 * reads of different shapes share a walk when their cuts form one chain of divisors. Afterwards neighbouring loops that no access
 * can tell apart are joined again.
 */
import { must } from '../../text/result.ts';
import { type Axis, normalAxes } from './view.ts';

/** Sizes of inner blocks, ascending, from 1 to the number of points. */
export type Cuts = readonly number[];

export function cutsOf(axes: readonly Pick<Axis, 'size'>[]): Cuts {
  const cuts = [1];
  for (const { size } of [...axes].reverse()) if (size !== 1) cuts.push(must(cuts.at(-1)) * size);
  return cuts;
}

/** The cuts that a read needs. */
export const needsOf = (axes: readonly Axis[]): Cuts => cutsOf(normalAxes(axes));

/** Both, or nothing where they do not divide each other. */
export function joinCuts(a: Cuts, b: Cuts): Cuts | undefined {
  const all = [...new Set([...a, ...b])].sort((x, y) => x - y);
  return all.every((c, i) => i === 0 || c % must(all[i - 1]) === 0) ? all : undefined;
}

export const within = (needs: Cuts, cuts: Cuts): boolean => needs.every((c) => cuts.includes(c));

/** Extents of the loops, outermost first. */
export const loopsOf = (cuts: Cuts): number[] =>
  cuts
    .slice(1)
    .map((c, i) => c / must(cuts[i]))
    .reverse();

/** What one axis contributes to one of the loops. */
export interface Walk {
  readonly strides: number[];
  readonly gathers: { readonly offsets: readonly number[]; readonly strides: number[] }[];
}

/** How far apart the elements lie along each of the loops. */
export function walkOf(axes: readonly Axis[], cuts: Cuts): Walk {
  const loops = cuts.length - 1;
  const strides = Array.from({ length: loops }, () => 0);
  const gathers: Walk['gathers'] = [];
  let low = 1;
  for (const axis of normalAxes(axes).reverse()) {
    const high = low * axis.size;
    const own = Array.from({ length: loops }, () => 0);
    for (let c = cuts.indexOf(low); must(cuts[c]) < high; c++) own[loops - 1 - c] = must(cuts[c]) / low;
    if (axis.offsets) gathers.push({ offsets: axis.offsets, strides: own });
    else for (const [d, s] of own.entries()) strides[d] = must(strides[d]) + s * axis.stride;
    low = high;
  }
  return { strides, gathers };
}

/**
 * Drops loops of one turn and joins neighbours that all rows of strides run through; loops before and from `border` on stay apart.
 * Gives the kept loops as groups of old ones.
 */
export function joinLoops(
  extents: readonly number[],
  rows: readonly (readonly number[])[],
  border: number,
): number[][] {
  const groups: number[][] = [];
  extents.forEach((extent, d) => {
    if (extent === 1) return;
    const last = groups.at(-1);
    const before = last?.at(-1);
    const joins =
      last !== undefined &&
      before !== undefined &&
      before < border === d < border &&
      rows.every((row) => must(row[before]) === must(row[d]) * extent);
    if (joins) last.push(d);
    else groups.push([d]);
  });
  return groups;
}
