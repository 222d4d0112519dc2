/**
 * Large matrix products: the factor that changes along the columns is copied into panels of eight columns, so that the tiles of a
 * panel read it in one line of memory, from the cache; a factor whose rows lie side by side is copied into panels of four rows.
 * Sums keep their one accumulator and their order; only copies are added.
 */
import { kernelBuilder } from '../../kernel/build.ts';
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { printTile, type Reduction } from './accumulate.ts';
import { pieces, storeCell } from './tile.ts';
import { walk } from './walk.ts';

/** Words of all panels of a block of columns, about: what the second-level cache holds beside the other factor. */
const BLOCK_WORDS = 2 ** 16;
/** The most words of one panel of columns. */
const COLUMN_WORDS = 2 ** 18;
/** The most words of the panels of a block of rows. */
const ROWS_WORDS = 2 ** 17;
/** The most words of all panels together. */
export const PANEL_WORDS = COLUMN_WORDS + ROWS_WORDS;

/** Columns of a panel: two vectors. */
export const PANEL_WIDTH = 8;
const PANEL_HEIGHT = 4;
/** Rows whose factors stay in the cache while the panels of a block pass. */
const ROWS = 64;
const LEAST_ROWS = 16;
const LEAST_WORDS = 2 ** 13;
/** The same for a factor that lies the wrong way. */
const LEAST_TURNED = 2 ** 8;
/** Rows are copied for products of so many columns and terms. */
const LEAST_COLUMNS = 32;
const LEAST_DEPTH = 256;

/** A product that is worth its copies: its axes, which load is copied into panels of columns, and whether the other one is too. */
export interface Panels {
  readonly rows: number;
  readonly columns: number;
  readonly copied: number;
  readonly copiesRows: boolean;
}

export function panelsOf(r: Reduction, rows: number | undefined, columns: number | undefined): Panels | undefined {
  const { loops, reduced } = r.axes;
  if (rows === undefined || columns === undefined || reduced.length !== 1 || r.combine !== 'sequential')
    return undefined;
  if (r.loads.length !== 2 || r.loads.some((place) => place.gathers.length > 0)) return undefined;
  const copied = r.loads.findIndex((place) => layoutAlong(place, rows) === 'same');
  const other = r.loads[1 - copied];
  if (copied < 0 || !other || layoutAlong(other, columns) !== 'same') return undefined;
  const [height, width, depth] = [must(loops[rows]), must(loops[columns]), must(reduced[0])];
  const turns = layoutAlong(must(r.loads[copied]), columns) === 'apart';
  const worth =
    height >= LEAST_ROWS &&
    width >= PANEL_WIDTH &&
    depth * width >= (turns ? LEAST_TURNED : LEAST_WORDS) &&
    depth * PANEL_WIDTH <= COLUMN_WORDS;
  const sideBySide = layoutAlong(other, rows) === 'row' && layoutAlong(other, loops.length) === 'apart';
  const copiesRows =
    sideBySide && width >= LEAST_COLUMNS && depth >= LEAST_DEPTH && depth * Math.min(height, ROWS) <= ROWS_WORDS;
  return worth ? { rows, columns, copied, copiesRows } : undefined;
}

/** How many panels a block of columns has. */
const blockOf = (depth: number, panels: number): number =>
  Math.max(1, Math.min(panels, Math.floor(BLOCK_WORDS / (depth * PANEL_WIDTH))));

/** A product over panels. Its axes are those of the product (rows and columns count blocks now), then these. */
export interface Paneled {
  readonly reduction: Reduction;
  /** Where the copied factors lie; undefined for rows that are read where they are. */
  readonly columnCopy: Copy;
  readonly rowCopy: Copy | undefined;
  readonly axes: PanelAxes;
  /** The extents of the product, and panels in a block of columns. */
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly block: number;
}

interface Copy {
  readonly from: Place;
  readonly to: Place;
}

interface PanelAxes {
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly panel: number;
  readonly column: number;
  readonly rowPanel: number;
  readonly row: number;
  readonly term: number;
}

/** The rows and columns of a product as axes of blocks, panels and places in a panel. */
export function paneled(r: Reduction, { rows, columns, copied, copiesRows }: Panels): Paneled {
  const { loops, reduced } = r.axes;
  const n = loops.length;
  const axes = {
    rowBlock: rows,
    columnBlock: columns,
    panel: n,
    column: n + 1,
    rowPanel: n + 2,
    row: n + 3,
    term: n + 4,
  };
  const [height, width, depth] = [must(loops[rows]), must(loops[columns]), must(reduced[0])];
  const block = blockOf(depth, Math.floor(width / PANEL_WIDTH));
  const columnWords = block * depth * PANEL_WIDTH;
  const rowWords = copiesRows ? depth * Math.min(ROWS, Math.ceil(height / PANEL_HEIGHT) * PANEL_HEIGHT) : 0;
  r.site.used.panels = Math.max(r.site.used.panels, columnWords + rowWords);

  const along = (strides: readonly number[]): number[] => {
    const [s, t] = [must(strides[columns]), must(strides[rows])];
    const outer = strides.slice(0, n).map((own, axis) => (axis === columns ? s * PANEL_WIDTH * block : own));
    outer[rows] = t * ROWS;
    return [...outer, s * PANEL_WIDTH, s, t * PANEL_HEIGHT, t, ...strides.slice(n)];
  };
  const split = (place: Place): Place => ({
    ...place,
    strides: along(place.strides),
    gathers: place.gathers.map((g) => ({ ...g, strides: along(g.strides) })),
  });
  const packed = (base: number, [panel, column, rowPanel, row, term]: readonly number[]): Place => ({
    buffer: r.site.panels,
    base,
    strides: [...loops.map(() => 0), ...[panel, column, rowPanel, row, term].map((s) => must(s))],
    outer: [],
    gathers: [],
  });
  const loads = r.loads.map(split);
  const extras = r.extras.map(split);
  const stores = r.stores.map((s) => ({ ...s, place: split(s.place) }));
  const columnCopy = { from: must(loads[copied]), to: packed(0, [depth * PANEL_WIDTH, 1, 0, 0, PANEL_WIDTH]) };
  const rowTo = packed(columnWords, [0, 0, depth * PANEL_HEIGHT, 1, PANEL_HEIGHT]);
  const rowCopy = copiesRows ? { from: must(loads[1 - copied]), to: rowTo } : undefined;
  const places = [...loads, ...extras, ...stores.map((s) => s.place), columnCopy.to, ...(rowCopy ? [rowCopy.to] : [])];
  const reduction: Reduction = {
    ...r,
    axes: { loops: [...loops, block, PANEL_WIDTH, ROWS / PANEL_HEIGHT, PANEL_HEIGHT], reduced, places },
    walk: walk(r.site, places),
    loads: loads.map((load, i) => (i === copied ? columnCopy.to : (rowCopy?.to ?? load))),
    extras,
    stores,
  };
  return { reduction, columnCopy, rowCopy, axes, height, width, depth, block };
}

/** Prints the whole panels at where the walk stands along the other axes; the columns that are left, fewer than eight, are the caller's. */
export function printPanels(p: Paneled): void {
  const { axes, height, width, block } = p;
  const w = p.reduction.walk;
  const columns = (panels: number): void => {
    copyColumns(p, panels);
    const rows = (count: number): void => {
      if (p.rowCopy) copyRows(p, p.rowCopy, count);
      w.repeat(axes.panel, panels, 1, () => tiles(p, count));
      w.back(axes.panel, panels);
    };
    const whole = Math.floor(height / ROWS);
    w.repeat(axes.rowBlock, whole, 1, () => rows(ROWS));
    if (height % ROWS > 0) rows(height % ROWS);
    w.back(axes.rowBlock, whole);
  };
  const total = Math.floor(width / PANEL_WIDTH);
  const whole = Math.floor(total / block);
  w.repeat(axes.columnBlock, whole, 1, () => columns(block));
  if (total % block > 0) columns(total % block);
  w.back(axes.columnBlock, whole);
}

/** All rows of a block against one panel: four at a time, then those that are left. */
function tiles({ reduction: r, axes }: Paneled, count: number): void {
  const whole = Math.floor(count / PANEL_HEIGHT);
  const tile = (height: number): void =>
    printTile(r, { rows: axes.row, height, columns: axes.column, width: PANEL_WIDTH });
  r.walk.repeat(axes.rowPanel, whole, 1, () => tile(PANEL_HEIGHT));
  const left = count % PANEL_HEIGHT;
  for (const { width, times } of pieces(left, [2, 1])) r.walk.repeat(axes.row, times, width, () => tile(width));
  r.walk.back(axes.row, left);
  r.walk.back(axes.rowPanel, whole);
}

/** Copies the columns of so many panels from here on, term by term. */
function copyColumns({ reduction: r, columnCopy, axes, depth }: Paneled, panels: number): void {
  const w = r.walk;
  w.repeat(axes.panel, panels, 1, () => {
    w.repeat(axes.term, depth, 1, () => {
      for (const column of [0, 4]) copyCell(r, columnCopy, [axes.column, column], axes.column);
    });
    w.back(axes.term, depth);
  });
  w.back(axes.panel, panels);
}

/** Copies so many rows from here on. */
function copyRows({ reduction: r, axes, depth }: Paneled, copy: Copy, count: number): void {
  const w = r.walk;
  const whole = Math.floor(count / PANEL_HEIGHT);
  const terms = (each: () => void): void => {
    w.repeat(axes.term, depth, 1, each);
    w.back(axes.term, depth);
  };
  w.repeat(axes.rowPanel, whole, 1, () => terms(() => copyCell(r, copy, [axes.row, 0], axes.row)));
  const left = count % PANEL_HEIGHT;
  if (left > 0)
    terms(() => {
      for (let row = 0; row < left; row++) copyCell(r, copy, [axes.row, row], undefined);
    });
  w.back(axes.rowPanel, whole);
}

const COPY = kernelBuilder().arg('f32', 0);

function copyCell(r: Reduction, { from, to }: Copy, at: readonly [axis: number, points: number], four?: number): void {
  const ahead = [at];
  storeCell(r.site.code, r.walk, [{ place: to, value: COPY }], {
    ahead,
    four,
    pushArg: () => r.walk.load(from, ahead, four),
  });
}
