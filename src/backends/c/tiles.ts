/**
 * Tiles of results for sums and extremes in plain order: rows of cells with 16 columns each, one accumulator per cell, carried through
 * all terms in their order. What several cells load is loaded once per term.
 */
import { must } from '../../text/result.ts';
import { layoutAlong } from '../nests/axes.ts';
import { atom } from './expr.ts';
import { type Cell, laneAxis, mayOverreach, overAxes, overAxis, pieces } from './loops.ts';
import { LANES, moved, variable } from './places.ts';
import { finish, type Reduction, termTexts, weightOf, wholePoint } from './reduction.ts';
import type { Site } from './site.ts';

/** Up to so many steps in a term, tiles have more than one cell. */
const LIGHT = 4;

interface Tile {
  readonly rows: number | undefined;
  readonly height: number;
  readonly columns: number | undefined;
  /** Columns, of which those of a last cell may be fewer than 16. */
  readonly width: number;
  /** Where the columns begin, where it is not their variable. */
  readonly first?: number;
}

export function printTiles(site: Site, r: Reduction): void {
  const { loops } = r.axes;
  const places = [...r.loads, ...r.extras];
  const columns = laneAxis([...loops.entries()], places, r.stores);
  const light = weightOf(r.term) <= LIGHT;
  const rows = light ? rowAxis(r, columns) : undefined;
  const outside = loops.map((_, axis) => axis).filter((axis) => axis !== columns && axis !== rows);
  const nest = (depth: number): void => {
    const axis = outside[depth];
    if (axis !== undefined) overAxis(site, axis, { to: must(loops[axis]) }, () => nest(depth + 1));
    else if (rows === undefined) overColumns(site, r, { rows, height: 1, columns, light });
    else
      for (const piece of pieces(must(loops[rows]), [4, 1]))
        overAxis(site, rows, piece, () => overColumns(site, r, { rows, height: piece.by, columns, light }));
  };
  nest(0);
}

/** Rows share what does not change along them; without columns they still run side by side. */
function rowAxis(r: Reduction, columns: number | undefined): number | undefined {
  const axes = r.axes.loops.map((_, axis) => axis).filter((axis) => axis !== columns);
  if (columns === undefined) return axes.at(-1);
  return axes.filter((axis) => r.loads.some((place) => layoutAlong(place, axis) === 'same')).at(-1);
}

function overColumns(
  site: Site,
  r: Reduction,
  { light, ...tile }: Omit<Tile, 'width' | 'first'> & { readonly light: boolean },
): void {
  const { columns } = tile;
  if (columns === undefined) {
    printTile(site, r, { ...tile, width: 1 });
    return;
  }
  const extent = must(r.axes.loops[columns]);
  const rest = extent % LANES;
  const wide = light ? (tile.height === 1 ? 64 : 32) : LANES;
  for (const piece of pieces(extent - rest, [wide, LANES]))
    overAxis(site, columns, piece, () => printTile(site, r, { ...tile, width: piece.by }));
  const whole = extent - rest;
  if (rest > 1 && mayOverreach(columns, [...r.loads, ...r.extras], r.stores))
    printTile(site, r, { ...tile, width: rest, first: whole });
  else overAxis(site, columns, { from: whole, to: extent }, () => printTile(site, r, { ...tile, width: 1 }));
}

function cellsOf(r: Reduction, { rows, height, columns, width, first }: Tile): Cell[] {
  const ahead = (axis: number, points: number): string =>
    points === 0 ? variable(axis) : `${variable(axis)} + ${points}`;
  const along = width > 1 ? columns : undefined;
  const cells: Cell[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += LANES) {
      const to = new Map<number, string>();
      if (rows !== undefined) to.set(rows, ahead(rows, row));
      if (columns !== undefined) to.set(columns, first === undefined ? ahead(columns, column) : String(first));
      cells.push({ point: moved(wholePoint(r), to), along, valid: Math.min(LANES, width - column) });
    }
  }
  return cells;
}

const JOIN = { sequential: undefined, lanes: undefined, max: '_max', min: '_min' } as const;

/** One tile, reduced over all terms. A sum begins with -0, which changes no first term; an extreme with the first, which meets itself. */
function printTile(site: Site, r: Reduction, tile: Tile): void {
  const { out } = site;
  const { loops, reduced } = r.axes;
  const cells = cellsOf(r, tile);
  const wide = cells[0]?.along !== undefined;
  const type = wide ? 'f32x16' : 'float';
  const suffix = JOIN[r.combine];
  const join = suffix && `${wide ? 'f32x16' : 'f32'}${suffix}`;
  if (join) site.needs.add(join);
  if (wide) site.needs.add('splat16');
  const sums = cells.map(() => site.fresh(join ? 'best' : 'sum'));
  const first = new Map(reduced.map((_, d) => [loops.length + d, '0'] as const));
  const starts = join
    ? termTexts(
        site,
        r,
        cells.map((c) => ({ ...c, point: moved(c.point, first) })),
      )
    : cells.map(() => (wide ? 'splat16(-0.0f)' : '-0.0f'));
  for (const [n, sum] of sums.entries()) out.line(`${type} ${sum} = ${starts[n]};`);
  overAxes(site, reduced, loops.length, () => {
    for (const [n, term] of termTexts(site, r, cells).entries())
      out.line(join ? `${sums[n]} = ${join}(${sums[n]}, ${term});` : `${sums[n]} += ${term};`);
  });
  for (const [n, cell] of cells.entries()) finish(site, r, cell, atom(must(sums[n])));
}
