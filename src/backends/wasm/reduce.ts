/**
 * Prints reductions and products. `sequential`, `max` and `min` keep one accumulator per result: a tile of results (rows by
 * columns, four columns to a vector) is carried through all terms in their order. `lanes` is in `lanes.ts`.
 */

import { kernelBuilder, operandsOf } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import { isStep } from '../../kernel/fold.ts';
import type { Affine, ContractStep, Epilogue, ReduceStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf, layoutAlong, type Place, vectorAxis } from '../nests/axes.ts';
import { printTile, type Reduction } from './accumulate.ts';
import { acrossAxis, printAcross } from './across.ts';
import { printLanes } from './lanes.ts';
import { PANEL_WIDTH, type Panels, paneled, panelsOf, printPanels } from './panels.ts';
import { isStream, printStream } from './stream.ts';
import { pieces, storeCell, weightOf } from './tile.ts';
import { turnedLoads } from './turn.ts';
import { overAxes, overListed, type Site, walk } from './walk.ts';

const product = (): Expr => {
  const k = kernelBuilder();
  return k.step('f32.mul', k.arg('f32', 0), k.arg('f32', 1));
};

export const printContract = (site: Site, step: ContractStep): void =>
  printReduce(site, { ...step, kind: 'reduce', loads: [step.lhs, step.rhs], term: product() });

export function printReduce(site: Site, step: ReduceStep): void {
  const r = reductionOf(site, step, step.epilogue);
  const { loops, reduced } = r.axes;
  if (!loops.includes(0)) {
    if (reduced.includes(0)) printEach(r, () => site.code.f32(0));
    else if (r.combine === 'lanes') printLaneSums(r);
    else if (isStream(r)) printStream(r);
    else printTiles(r);
  }
  r.walk.end();
}

function reductionOf(site: Site, step: ReduceStep, epilogue: Epilogue): Reduction {
  const targets = epilogue.stores.map((s) => s.to);
  const axes = axesOf(step.loops, step.reduced, [...step.loads, ...epilogue.loads, ...targets]);
  const minus = isStep(step.term, 'f32.neg') && (step.combine === 'sequential' || step.combine === 'lanes');
  const [first, second] = [step.loads.length, step.loads.length + epilogue.loads.length];
  return {
    site,
    axes,
    walk: walk(site, axes.places),
    combine: step.combine,
    term: minus ? must(operandsOf(step.term)[0]) : step.term,
    minus,
    loads: axes.places.slice(0, first),
    extras: axes.places.slice(first, second),
    stores: epilogue.stores.map(({ value }, i) => ({ place: must(axes.places[second + i]), value })),
  };
}

/** One result after the other; `value` leaves it on the stack and the walk where it found it. */
const printEach = (r: Reduction, value: () => void): void =>
  overAxes(r.walk, r.axes.loops, 0, () => printOne(r, value));

function printOne({ site: { code }, walk: w, extras, stores }: Reduction, value: () => void): void {
  const result = code.local('f32');
  value();
  code.set(result);
  const pushArg = (n: number): void => (n === 0 ? code.get(result) : w.load(must(extras[n - 1]), []));
  storeCell(code, w, stores, { ahead: [], four: undefined, pushArg });
  code.free(result);
}

function printLaneSums(r: Reduction): void {
  const columns = acrossAxis(r);
  if (columns === undefined) printEach(r, () => printLanes(r));
  else
    overListed(r.walk, axesBut(r, columns), () =>
      overColumns(r, columns, [4, 1], (width) =>
        width === 4 ? printAcross(r, columns) : printOne(r, () => printLanes(r)),
      ),
    );
}

/** The other axes of the results, with their extents. */
const axesBut = ({ axes: { loops } }: Reduction, ...done: readonly (number | undefined)[]): [number, number][] =>
  [...loops.entries()].filter(([axis]) => !done.includes(axis));

/** Widths of a tile's columns for each number of its rows: at most eight accumulators, and two vectors of columns at four rows. */
const COLUMNS: { readonly [rows: number]: readonly number[] } = { 4: [8, 4, 1], 2: [16, 4, 1], 1: [32, 8, 4, 1] };
/** The same where factors are turned in registers, which takes four of them. */
const TURNED: { readonly [rows: number]: readonly number[] } = { 4: [4, 1], 2: [8, 4, 1], 1: [16, 4, 1] };

/** Up to so many steps a term is printed for several rows; up to so many for several vectors of columns. */
const LIGHT = 4;
const MEDIUM = 16;

const widthsFor = (weight: number, height: number): readonly number[] =>
  weight <= LIGHT ? must(COLUMNS[height]) : weight <= MEDIUM ? [16, 4, 1] : [4, 1];

function printTiles(r: Reduction): void {
  const { loops } = r.axes;
  const columns = vectorAxis([...loops.entries()], [...r.loads, ...r.extras, ...r.stores.map((s) => s.place)]);
  const rows = rowAxis(r, columns);
  const outside = axesBut(r, columns, rows);
  const turns = turnedLoads(r, columns).length > 0;
  const tiles = (height: number): void => {
    const widths = turns ? must(TURNED[height]) : widthsFor(weightOf([r.term]), height);
    overColumns(r, columns, widths, (width) => printTile(r, { rows, height, columns, width }));
  };
  const panels = panelsOf(r, rows, columns);
  if (panels) {
    printByPanels(r, panels, outside);
    return;
  }
  overListed(r.walk, outside, () => {
    if (rows === undefined) {
      tiles(1);
      return;
    }
    for (const { width, times } of pieces(must(loops[rows]), [4, 2, 1]))
      r.walk.repeat(rows, times, width, () => tiles(width));
    r.walk.back(rows, must(loops[rows]));
  });
}

/** Whole panels, then the columns that are left as tiles of their own. */
function printByPanels(r: Reduction, panels: Panels, outside: readonly [number, number][]): void {
  const { columns } = panels;
  const extent = must(r.axes.loops[columns]);
  const split = paneled(r, panels);
  const { walk: w } = split.reduction;
  overListed(w, outside, () => printPanels(split));
  w.end();
  const rest = extent % PANEL_WIDTH;
  if (rest > 0) printTiles(columnsFrom(r, columns, extent - rest));
}

/** The same reduction over the columns from `first` on. */
function columnsFrom(r: Reduction, columns: number, first: number): Reduction {
  const moved = <A extends Affine>(a: A): A => ({ ...a, base: a.base + first * must(a.strides[columns]) });
  const shifted = (place: Place): Place => ({ ...moved(place), gathers: place.gathers.map(moved) });
  const places = r.axes.places.map(shifted);
  const at = (place: Place): Place => must(places[r.axes.places.indexOf(place)]);
  return {
    ...r,
    axes: { ...r.axes, loops: r.axes.loops.map((n, axis) => (axis === columns ? n - first : n)), places },
    walk: r.walk,
    loads: r.loads.map(at),
    extras: r.extras.map(at),
    stores: r.stores.map((s) => ({ ...s, place: at(s.place) })),
  };
}

function overColumns(
  r: Reduction,
  axis: number | undefined,
  widths: readonly number[],
  each: (width: number) => void,
): void {
  if (axis === undefined) {
    each(1);
    return;
  }
  const extent = must(r.axes.loops[axis]);
  for (const { width, times } of pieces(extent, widths)) r.walk.repeat(axis, times, width, () => each(width));
  r.walk.back(axis, extent);
}

/** Rows share what does not change along them; without columns they still run side by side. */
function rowAxis(r: Reduction, columns: number | undefined): number | undefined {
  const axes = r.axes.loops.map((_, axis) => axis).filter((axis) => axis !== columns);
  if (weightOf([r.term]) > LIGHT) return undefined;
  if (columns === undefined) return axes.at(-1);
  return axes.filter((axis) => r.loads.some((place) => layoutAlong(place, axis) === 'same')).at(-1);
}
