/**
 * The variables of a nest as axes: neighbours that every access walks as one are joined, axes of one point dropped, and the axis
 * along which four points are computed at once is chosen. Pure bookkeeping; it moves no point and no term.
 */
import type { Access, Affine, BufferId } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';

/** An access over the joined axes: the loops first, then the reduced ones. */
export interface Place {
  readonly buffer: BufferId;
  readonly base: number;
  readonly strides: readonly number[];
  readonly outer: Access['outer'];
  readonly gathers: Access['gathers'];
}

export interface Axes {
  /** Extents. */
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  /** One per access that was given, in that order; strides along loops, then reduced. */
  readonly places: readonly Place[];
}

/** Accesses whose strides are along `loops` alone get 0 along `reduced`. */
export function axesOf(loops: readonly number[], reduced: readonly number[], accesses: readonly Access[]): Axes {
  const all = [...loops, ...reduced];
  const affines = accesses.flatMap((a): Affine[] => [a, ...a.gathers]);
  const rows = affines.map((a) => all.map((_, d) => a.strides[d] ?? 0));
  const kept: { extent: number; axis: number; reduces: boolean }[] = [];
  all.forEach((extent, axis) => {
    if (extent === 1) return;
    const last = kept.at(-1);
    const reduces = axis >= loops.length;
    const joins = last?.reduces === reduces && rows.every((r) => must(r[last.axis]) === extent * must(r[axis]));
    if (last && joins) kept[kept.length - 1] = { extent: last.extent * extent, axis, reduces };
    else kept.push({ extent, axis, reduces });
  });
  const joined = (a: Affine): number[] => kept.map(({ axis }) => a.strides[axis] ?? 0);
  const extents = (reduces: boolean): number[] => kept.filter((k) => k.reduces === reduces).map((k) => k.extent);
  return {
    loops: extents(false),
    reduced: extents(true),
    places: accesses.map((a) => ({
      buffer: a.buffer,
      base: a.base,
      strides: joined(a),
      outer: a.outer,
      gathers: a.gathers.map((g) => ({ table: g.table, base: g.base, strides: joined(g) })),
    })),
  };
}

/** How four neighbours along an axis lie: one word, four in a row, or anywhere. */
export function layoutAlong(place: Place, axis: number): 'same' | 'row' | 'apart' {
  if (place.gathers.some((g) => g.strides[axis] !== 0)) return 'apart';
  const stride = place.strides[axis];
  return stride === 0 ? 'same' : stride === 1 ? 'row' : 'apart';
}

const COST = { same: 0.5, row: 1, apart: 6 } as const;

/**
 * The axis among `axes` (numbers of axes with their extents) along which these places are cheapest to walk four at a time; the
 * innermost of equals. Undefined where none has four points.
 */
export function vectorAxis(
  axes: readonly (readonly [axis: number, extent: number])[],
  places: readonly Place[],
): number | undefined {
  let best: { axis: number; cost: number } | undefined;
  for (const [axis, extent] of axes) {
    if (extent < 4) continue;
    const cost = places.reduce((sum, place) => sum + COST[layoutAlong(place, axis)], 0);
    if (!best || cost <= best.cost) best = { axis, cost };
  }
  return best?.axis;
}
