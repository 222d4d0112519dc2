/**
 * Sets of words of an arena, kept small enough to compare: an interval and, where no table is asked, the strides within it. The
 * answer `mayMeet` errs on one side only: where it says no, there is no word in both.
 */
import type { Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import type { Touch } from './touches.ts';

export interface Region {
  readonly first: number;
  readonly last: number;
  /** Steps from `first` on, all > 0; none are known of what goes through a table. */
  readonly dims: readonly { readonly stride: number; readonly extent: number }[] | undefined;
}

/** How often each loop around the steps turns. */
export type Turns = ReadonlyMap<number, number>;

/** All words that an access touches, in any turn of the loops around it; nothing where it touches none. */
export function regionOf(plan: Plan, { access, extents }: Touch, turns: Turns): Region | undefined {
  const walked = access.strides.map((stride, d) => ({ stride, extent: must(extents[d]) }));
  const turned = access.outer.map(({ variable, stride }) => ({ stride, extent: must(turns.get(variable)) }));
  const all = [...walked, ...turned];
  if (all.some((d) => d.extent === 0)) return undefined;
  const dims = all
    .filter((d) => d.stride !== 0 && d.extent > 1)
    .map(({ stride, extent }) => ({ stride: Math.abs(stride), extent }));
  const back = all.reduce((sum, d) => sum + Math.min(0, d.stride * (d.extent - 1)), 0);
  let first = must(plan.buffers[access.buffer]).offset + access.base + back;
  let last = first + dims.reduce((sum, d) => sum + d.stride * (d.extent - 1), 0);
  for (const { table } of access.gathers) {
    const [least, most] = rangeOf(must(must(plan.buffers[table]).data));
    first += least;
    last += most;
  }
  return { first, last, dims: access.gathers.length > 0 ? undefined : dims };
}

function rangeOf(data: ArrayLike<number>): readonly [number, number] {
  let [least, most] = [data[0] ?? 0, data[0] ?? 0];
  for (let i = 1; i < data.length; i++) {
    least = Math.min(least, must(data[i]));
    most = Math.max(most, must(data[i]));
  }
  return [least, most];
}

export function mayMeet(a: Region, b: Region): boolean {
  if (a.last < b.first || b.last < a.first) return false;
  if (!a.dims || !b.dims) return true;
  return ![...a.dims, ...b.dims].some(({ stride }) => apartWithin(stride, a, b));
}

/** Whether the words of the two lie in different parts of every row of `row` words. */
function apartWithin(row: number, a: Region, b: Region): boolean {
  const [x, y] = [partOf(row, a), partOf(row, b)];
  return x !== undefined && y !== undefined && (x[1] < y[0] || y[1] < x[0]);
}

/** First and last place within rows of `row` words, where all rows hold the same part of the region. */
function partOf(row: number, { first, dims }: Region): readonly [number, number] | undefined {
  let span = 0;
  for (const { stride, extent } of dims ?? []) {
    if (stride < row) span += stride * (extent - 1);
    else if (stride % row !== 0) return undefined;
  }
  const start = first % row;
  return start + span < row ? [start, start + span] : undefined;
}
