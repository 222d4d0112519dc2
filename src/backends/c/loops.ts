/** Loops over axes, and the values and stores of one point: what all printers of steps are made of. */
import type { Expr } from '../../kernel/expr.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { atom, printExprs, type Term, TYPES, type Width } from './expr.ts';
import { elementText, loadLanes, type Point, storeLanes, variable } from './places.ts';
import type { Site } from './site.ts';

/** `for (long i = 0; i < n; i++) { ... }`. */
export function overAxis(
  { out }: Site,
  axis: number,
  { from = 0, to, by = 1 }: { readonly from?: number; readonly to: number; readonly by?: number },
  body: () => void,
): void {
  const i = variable(axis);
  if (from < to) out.block(`for (long ${i} = ${from}; ${i} < ${to}; ${by === 1 ? `${i}++` : `${i} += ${by}`})`, body);
}

/** Loops over the axes `first`, `first + 1`, ... of these extents. */
export function overAxes(site: Site, extents: readonly number[], first: number, body: () => void): void {
  const [extent, ...inner] = extents;
  if (extent === undefined) body();
  else overAxis(site, first, { to: extent }, () => overAxes(site, inner, first + 1, body));
}

/** A point, or the 16 from there along an axis. */
export interface Cell {
  readonly point: Point;
  readonly along: number | undefined;
}

export const widthOf = ({ along }: Cell): Width => (along === undefined ? 1 : 16);

export interface PlacedStore {
  readonly place: Place;
  readonly value: Expr;
}

/** The text of a load at a cell. */
export const loadText = (site: Site, place: Place, { point, along }: Cell): Term =>
  along === undefined ? atom(elementText(site, place, point)) : loadLanes(site, place, point, along);

/** Computes all values of a cell, then stores them: a store may overwrite what another value was made from. */
export function storeCell(site: Site, stores: readonly PlacedStore[], cell: Cell, arg: (index: number) => Term): void {
  const width = widthOf(cell);
  const values = printExprs(
    site,
    width,
    stores.map((s) => s.value),
    arg,
  );
  const kept = stores.length < 2 ? values : values.map(({ text }) => site.name(TYPES[width].f32, text));
  stores.forEach(({ place }, n) => {
    const value = (kept[n] as Term).text;
    if (cell.along === undefined) site.out.line(`${elementText(site, place, cell.point)} = ${value};`);
    else site.out.line(storeLanes(site, place, cell.point, { axis: cell.along, value }));
  });
}

/** The axis along which these are cheapest to walk 16 at a time, the innermost of equals. */
export function laneAxis(
  axes: readonly (readonly [axis: number, extent: number])[],
  places: readonly Place[],
  may: (axis: number) => boolean,
): number | undefined {
  const cost = { same: 0.5, row: 1, apart: 20 } as const;
  let best: { readonly axis: number; readonly cost: number } | undefined;
  for (const [axis, extent] of axes) {
    if (extent < 16 || !may(axis)) continue;
    const total = places.reduce((sum, place) => sum + cost[layoutAlong(place, axis)], 0);
    if (!best || total <= best.cost) best = { axis, cost: total };
  }
  return best?.axis;
}
