/** Loops over axes, and the values and stores of one point: what all printers of steps are made of. */
import type { Expr } from '../../kernel/expr.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { atom, printExprs, type Term, TYPES, type Width } from './expr.ts';
import { elementText, LANES, loadLanes, loadsLanes, type Point, storeLanes, storesLanes, variable } from './places.ts';
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

/** A point, or the 16 from there along an axis, of which the first `valid` count: the others are loaded and computed but not stored. */
export interface Cell {
  readonly point: Point;
  readonly along: number | undefined;
  readonly valid?: number;
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
  const isName = ({ text }: Term): boolean => /^[a-z]+\d+$/.test(text);
  const kept =
    stores.length < 2 ? values : values.map((term) => (isName(term) ? term : site.name(TYPES[width].f32, term.text)));
  stores.forEach(({ place }, n) => {
    const value = (kept[n] as Term).text;
    if (cell.along === undefined) site.out.line(`${elementText(site, place, cell.point)} = ${value};`);
    else site.out.line(storeLanes(site, place, cell.point, { axis: cell.along, value, valid: cell.valid ?? LANES }));
  });
}

/** Whether part of 16 lanes may be used along this axis: what lies behind the last one is loaded, but never by a table. */
export const mayOverreach = (axis: number, loads: readonly Place[], stores: readonly PlacedStore[]): boolean =>
  loads.every((p) => layoutAlong(p, axis) !== 'apart') && stores.every((s) => layoutAlong(s.place, axis) === 'row');

/** Fewer lanes than this are not worth a vector. */
const LEAST = 3;

/** The axis along which these are cheapest to walk 16 at a time, the innermost of equals. */
export function laneAxis(
  axes: readonly (readonly [axis: number, extent: number])[],
  loads: readonly Place[],
  stores: readonly PlacedStore[],
): number | undefined {
  const cost = { same: 0.5, row: 1, apart: 20 } as const;
  const places = [...loads, ...stores.map((s) => s.place)];
  let best: { readonly axis: number; readonly cost: number } | undefined;
  for (const [axis, extent] of axes) {
    const may = loads.every((p) => loadsLanes(p, axis)) && stores.every((s) => storesLanes(s.place, axis));
    if (!may || extent < (mayOverreach(axis, loads, stores) ? LEAST : LANES)) continue;
    const total = places.reduce((sum, place) => sum + cost[layoutAlong(place, axis)], 0);
    if (!best || total <= best.cost) best = { axis, cost: total };
  }
  return best?.axis;
}

/** A run of equal pieces of an extent. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** The pieces that an extent falls into: as many of the first width as fit, then of the next. The last may be shorter. */
export function pieces(extent: number, widths: readonly number[]): Piece[] {
  let from = 0;
  return widths.flatMap((by) => {
    const to = from + Math.floor((extent - from) / by) * by;
    const piece = { from, to, by };
    from = to;
    return piece.from < piece.to ? [piece] : [];
  });
}
