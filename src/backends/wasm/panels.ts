/**
 * Large matrix products: the factor that changes along the columns is copied into panels of eight columns, so that the tiles of a
 * panel read it in one line of memory, from the cache. Sums keep their one accumulator and their order; only copies are added.
 */
import { kernelBuilder } from '../../kernel/build.ts';
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { printTile, type Reduction } from './accumulate.ts';
import { pieces, storeCell } from './tile.ts';
import { walk } from './walk.ts';

/** Words of all panels of a block: what the second-level cache holds. */
export const PANEL_WORDS = 2 ** 18;

/** Columns of a panel: two vectors. */
export const PANEL_WIDTH = 8;
/** Rows whose factors stay in the cache while the panels of a block pass. */
const ROWS = 64;
const LEAST_ROWS = 16;
const LEAST_WORDS = 2 ** 13;

/** A product that is worth its copies: its axes, and which load is copied. */
export interface Panels {
  readonly rows: number;
  readonly columns: number;
  readonly copied: number;
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
  const worth =
    height >= LEAST_ROWS && width >= PANEL_WIDTH && depth * width >= LEAST_WORDS && depth * PANEL_WIDTH <= PANEL_WORDS;
  return worth ? { rows, columns, copied } : undefined;
}

/** How many panels a block has. */
const blockOf = (depth: number, panels: number): number =>
  Math.min(panels, Math.floor(PANEL_WORDS / (depth * PANEL_WIDTH)));

/**
 * The columns as three axes: blocks (in the place of the columns), panels of a block, columns of a panel. Prints the whole panels
 * at where `r.walk` stands among the other axes; the columns that are left, fewer than eight, are the caller's.
 */
export function splitColumns(r: Reduction, { columns, copied }: Panels): Reduction {
  const { loops, reduced } = r.axes;
  const depth = must(reduced[0]);
  const count = Math.floor(must(loops[columns]) / PANEL_WIDTH);
  const block = blockOf(depth, count);
  r.site.used.panels = Math.max(r.site.used.panels, block * depth * PANEL_WIDTH);
  const along = (strides: readonly number[]): number[] => {
    const s = must(strides[columns]);
    const before = strides
      .slice(0, loops.length)
      .map((own, axis) => (axis === columns ? s * PANEL_WIDTH * block : own));
    return [...before, s * PANEL_WIDTH, s, ...strides.slice(loops.length)];
  };
  const split = (place: Place): Place => ({
    ...place,
    strides: along(place.strides),
    gathers: place.gathers.map((g) => ({ ...g, strides: along(g.strides) })),
  });
  const loads = r.loads.map(split);
  const extras = r.extras.map(split);
  const stores = r.stores.map((s) => ({ ...s, place: split(s.place) }));
  const places = [...loads, ...extras, ...stores.map((s) => s.place)];
  const still = loops.map(() => 0);
  const panel = { buffer: r.site.panels, base: 0, outer: [], gathers: [] };
  const packed: Place = { ...panel, strides: [...still, depth * PANEL_WIDTH, 1, PANEL_WIDTH] };
  const axes = { loops: [...loops, block, PANEL_WIDTH], reduced, places: [...places, packed] };
  return {
    ...r,
    axes,
    walk: walk(r.site, axes.places),
    loads: loads.map((load, i) => (i === copied ? packed : load)),
    extras,
    stores,
  };
}

/** Prints the whole panels, at where the walk of the split reduction stands along the other axes. */
export function printPanels(r: Reduction, source: Place, { rows, columns }: Panels): void {
  const { loops } = r.axes;
  const [inBlock, inPanel] = [loops.length - 2, loops.length - 1];
  const block = must(loops[inBlock]);
  const w = r.walk;
  const tiles = (count: number): void => {
    for (const { width: height, times } of pieces(count, [4, 2, 1]))
      w.repeat(rows, times, height, () => printTile(r, { rows, height, columns: inPanel, width: PANEL_WIDTH }));
    w.back(rows, count);
  };
  const blocks = (panels: number): void => {
    copyPanels(r, source, panels);
    for (const { width, times } of pieces(must(loops[rows]), [ROWS, must(loops[rows]) % ROWS || 1])) {
      w.repeat(rows, times, width, () => {
        w.repeat(inBlock, panels, 1, () => tiles(width));
        w.back(inBlock, panels);
      });
    }
    w.back(rows, must(loops[rows]));
  };
  const total = Math.floor(must(loops[columns]) / PANEL_WIDTH);
  const whole = Math.floor(total / block);
  w.repeat(columns, whole, 1, () => blocks(block));
  if (total % block > 0) blocks(total % block);
  w.back(columns, whole);
}

/** Copies the columns of so many panels from here on, term by term. */
function copyPanels(r: Reduction, source: Place, panels: number): void {
  const { loops, reduced } = r.axes;
  const [inBlock, inPanel, term] = [loops.length - 2, loops.length - 1, loops.length];
  const packed = must(r.axes.places.at(-1));
  const w = r.walk;
  const depth = must(reduced[0]);
  const value = kernelBuilder().arg('f32', 0);
  w.repeat(inBlock, panels, 1, () => {
    w.repeat(term, depth, 1, () => {
      for (const column of [0, 4]) {
        const ahead = [[inPanel, column]] as const;
        const pushArg = (): void => w.load(source, ahead, inPanel);
        storeCell(r.site.code, w, [{ place: packed, value }], { ahead, four: inPanel, pushArg });
      }
    });
    w.back(term, depth);
  });
  w.back(inBlock, panels);
}
