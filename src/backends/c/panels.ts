/**
 * Large products: the factor that changes along the columns is copied into panels, tiles of sums are computed by a helper and handed from
 * a small buffer to the epilogue. Only copies are added: sums keep their one accumulator and their order.
 */
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { atom } from './expr.ts';
import { type Cell, laneAxis, loadText, overAxis, storeCell } from './loops.ts';
import { LANES, moved, type Point, pointerText, variable } from './places.ts';
import { PANEL_WORDS, WIDEST_PANEL } from './product-helpers.ts';
import { type Reduction, wholePoint } from './reduction.ts';
import type { Site } from './site.ts';

/** Rows whose factors stay in the cache while the panels of a block pass. */
const ROWS = 64;
const LEAST_ROWS = 8;
const LEAST_WORK = 4096;

export interface Panels {
  readonly rows: number;
  readonly columns: number;
  /** The factor that changes along the rows, and the one along the columns. */
  readonly left: Place;
  readonly right: Place;
}

/** A product that is worth its copies; undefined for others. */
export function panelsOf(r: Reduction): Panels | undefined {
  const { loops, reduced } = r.axes;
  const depth = reduced[0];
  if (loops.includes(0) || reduced.length !== 1 || depth === undefined || r.combine !== 'sequential') return undefined;
  if (depth * WIDEST_PANEL > PANEL_WORDS || r.loads.length !== 2) return undefined;
  const axes = [...loops.keys()];
  for (const columns of byStores(r, axes)) {
    for (const rows of axes.filter((axis) => axis !== columns)) {
      const right = r.loads.find((p) => layoutAlong(p, rows) === 'same' && layoutAlong(p, columns) !== 'same');
      const left = r.loads.find((p) => p !== right);
      if (!right || !left || layoutAlong(left, columns) !== 'same' || layoutAlong(left, rows) === 'same') continue;
      const [height, width] = [must(loops[rows]), must(loops[columns])];
      if (height >= LEAST_ROWS && width > 1 && height * width * depth >= LEAST_WORK)
        return { rows, columns, left, right };
    }
  }
  return undefined;
}

/** The axis along which stores lie in a row comes first. */
const byStores = (r: Reduction, axes: readonly number[]): number[] => {
  const inRow = (axis: number): number => r.stores.filter((s) => layoutAlong(s.place, axis) === 'row').length;
  return [...axes].sort((a, b) => inRow(b) - inRow(a));
};

export function printPanels(site: Site, r: Reduction, p: Panels): void {
  const { loops } = r.axes;
  const outside = loops.map((_, axis) => axis).filter((axis) => axis !== p.rows && axis !== p.columns);
  for (const name of ['copy_panels', 'product_tile']) site.needs.add(name);
  const nest = (depth: number): void => {
    const axis = outside[depth];
    if (axis === undefined) printBlocks(site, r, p);
    else overAxis(site, axis, { to: must(loops[axis]) }, () => nest(depth + 1));
  };
  nest(0);
}

/** Columns by blocks whose panels fit the cache; rows by blocks; the panels of a block; tiles. */
function printBlocks(site: Site, r: Reduction, p: Panels): void {
  const { out } = site;
  const { loops, reduced } = r.axes;
  const [height, width, depth] = [must(loops[p.rows]), must(loops[p.columns]), must(reduced[0])];
  const term = loops.length;
  const block = Math.floor(PANEL_WORDS / depth / WIDEST_PANEL) * WIDEST_PANEL;
  const at = (...to: readonly (readonly [number, string])[]): Point =>
    moved(wholePoint(r), new Map([[term, '0'], ...to]));
  const stride = (place: Place, axis: number): number => must(place.strides[axis]);
  out.block(`for (long first = 0; first < ${width}; first += ${block})`, () => {
    out.line(
      `const long some = ${block < width ? `${width} - first < ${block} ? ${width} - first : ${block}` : String(width)};`,
    );
    const source = pointerText(site, p.right, at([p.columns, 'first']));
    out.line(`copy_panels(${source}, ${depth}, ${stride(p.right, term)}, some, ${stride(p.right, p.columns)});`);
    out.block(`for (long upper = 0; upper < ${height}; upper += ${ROWS})`, () =>
      out.block('for (long panel = 0; panel < some; panel += PANEL)', () =>
        out.block(`for (long tile = upper; tile < upper + ${ROWS} && tile < ${height}; tile += TILE_ROWS)`, () => {
          out.line('float sums[TILE_ROWS * PANEL] __attribute__((aligned(64)));');
          out.line(`const long rows = ${height} - tile < TILE_ROWS ? ${height} - tile : TILE_ROWS;`);
          out.line('const long columns = some - panel < PANEL ? some - panel : PANEL;');
          const left = `${pointerText(site, p.left, at([p.rows, 'tile']))}, ${stride(p.left, p.rows)}, ${stride(p.left, term)}`;
          out.line(`product_tile(rows, columns, ${left}, panels + panel * ${depth}, ${depth}, sums);`);
          out.block('for (long row = 0; row < rows; row++)', () => printEpilogue(site, r, p));
        }),
      ),
    );
  });
}

/** Hands the sums of one row of a tile to the stores, 16 at a time where they lie in rows. */
function printEpilogue(site: Site, r: Reduction, p: Panels): void {
  const { out } = site;
  const [i, j] = [variable(p.rows), variable(p.columns)];
  out.line(`const long ${i} = tile + row;`);
  const wide = laneAxis([[p.columns, LANES]], r.extras, r.stores) !== undefined;
  const cell = (along: number | undefined): void => {
    const at: Cell = { point: wholePoint(r), along };
    const result = `sums + PANEL * row + (${j} - first - panel)`;
    storeCell(site, r.stores, at, (n) =>
      n > 0
        ? loadText(site, must(r.extras[n - 1]), at)
        : atom(along === undefined ? `sums[PANEL * row + (${j} - first - panel)]` : `load16(${result})`),
    );
  };
  out.line(`long ${j} = first + panel;`);
  if (wide) out.block(`for (; ${j} + 15 < first + panel + columns; ${j} += 16)`, () => cell(p.columns));
  out.block(`for (; ${j} < first + panel + columns; ${j}++)`, () => cell(undefined));
}
