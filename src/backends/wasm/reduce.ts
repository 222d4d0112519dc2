/**
 * Prints reductions and products. `sequential`, `max` and `min` keep one accumulator per result: a tile of results (rows by
 * columns, four columns to a vector) is carried through all terms in their order. `lanes` is in `lanes.ts`.
 */

import { kernelBuilder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Combine, ContractStep, Epilogue, ReduceStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { type Axes, axesOf, layoutAlong, type Place, vectorAxis } from './axes.ts';
import type { Code, Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import { printLanes } from './lanes.ts';
import { argsOf, type PlacedStore, pieces, sharedLoads, storeCell, weightOf } from './tile.ts';
import { type Ahead, overAxes, type Site, type Walk, walk } from './walk.ts';

/** A reduction over joined axes, ready to be printed. */
export interface Reduction {
  readonly site: Site;
  readonly walk: Walk;
  readonly axes: Axes;
  readonly combine: Combine;
  readonly term: Expr;
  /** Arguments of the term. */
  readonly loads: readonly Place[];
  /** Arguments 1, 2, ... of the stores; argument 0 is the result. */
  readonly extras: readonly Place[];
  readonly stores: readonly PlacedStore[];
}

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
    else if (r.combine === 'lanes') printEach(r, () => printLanes(r));
    else printTiles(r);
  }
  r.walk.end();
}

function reductionOf(site: Site, step: ReduceStep, epilogue: Epilogue): Reduction {
  const targets = epilogue.stores.map((s) => s.to);
  const axes = axesOf(step.loops, step.reduced, [...step.loads, ...epilogue.loads, ...targets]);
  const [first, second] = [step.loads.length, step.loads.length + epilogue.loads.length];
  return {
    site,
    axes,
    walk: walk(site, axes.places),
    combine: step.combine,
    term: step.term,
    loads: axes.places.slice(0, first),
    extras: axes.places.slice(first, second),
    stores: epilogue.stores.map(({ value }, i) => ({ place: must(axes.places[second + i]), value })),
  };
}

/** One result after the other; `value` leaves it on the stack and the walk where it found it. */
function printEach({ site: { code }, walk: w, axes: { loops }, extras, stores }: Reduction, value: () => void): void {
  overAxes(w, loops, 0, () => {
    const result = code.local('f32');
    value();
    code.set(result);
    const pushArg = (n: number): void => (n === 0 ? code.get(result) : w.load(must(extras[n - 1]), []));
    storeCell(code, w, stores, { ahead: [], four: undefined, pushArg });
    code.free(result);
  });
}

/** Widths of a tile's columns for each number of its rows: at most eight accumulators, and two vectors of columns at four rows. */
const COLUMNS: { readonly [rows: number]: readonly number[] } = { 4: [8, 4, 1], 2: [16, 4, 1], 1: [32, 8, 4, 1] };
const LIGHT = 4;

function printTiles(r: Reduction): void {
  const { loops } = r.axes;
  const columns = vectorAxis([...loops.entries()], [...r.loads, ...r.extras, ...r.stores.map((s) => s.place)]);
  const rows = rowAxis(r, columns);
  const outside = loops.map((_, axis) => axis).filter((axis) => axis !== columns && axis !== rows);
  const tiles = (height: number): void => {
    const widths = weightOf([r.term]) > LIGHT ? [4, 1] : must(COLUMNS[height]);
    overColumns(r, columns, widths, (width) => tile(r, { rows, height, columns, width }));
  };
  const nest = (depth: number): void => {
    const axis = outside[depth];
    if (axis !== undefined) {
      r.walk.repeat(axis, must(loops[axis]), 1, () => nest(depth + 1));
      r.walk.back(axis, must(loops[axis]));
    } else if (rows === undefined) tiles(1);
    else {
      for (const { width, times } of pieces(must(loops[rows]), [4, 2, 1]))
        r.walk.repeat(rows, times, width, () => tiles(width));
      r.walk.back(rows, must(loops[rows]));
    }
  };
  nest(0);
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

interface Tile {
  readonly rows: number | undefined;
  readonly height: number;
  readonly columns: number | undefined;
  readonly width: number;
}

function tile(r: Reduction, { rows, height, columns, width }: Tile): void {
  const { code } = r.site;
  const four = width >= 4 ? columns : undefined;
  const aheads: Ahead[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 4) {
      aheads.push([
        ...(rows === undefined ? [] : [[rows, row] as const]),
        ...(columns === undefined ? [] : [[columns, column] as const]),
      ]);
    }
  }
  const sums = aheads.map(() => code.local(four === undefined ? 'f32' : 'v128'));
  begin(r, { aheads, sums, four });
  overAxes(r.walk, r.axes.reduced, r.axes.loops.length, () =>
    terms(r, { aheads, sums, four }, (sum, push) => join(code, r.combine, four, sum, push)),
  );
  aheads.forEach((ahead, i) => {
    const pushArg = (n: number): void =>
      n === 0 ? code.get(must(sums[i])) : r.walk.load(must(r.extras[n - 1]), ahead, four);
    storeCell(code, r.walk, r.stores, { ahead, four, pushArg });
  });
  for (const sum of sums) code.free(sum);
}

interface Cells {
  readonly aheads: readonly Ahead[];
  readonly sums: readonly Local[];
  readonly four: number | undefined;
}

/** A sum begins with -0, which changes no first term; an extreme begins with the first term, which then meets itself. */
function begin(r: Reduction, cells: Cells): void {
  const { code } = r.site;
  if (r.combine !== 'sequential') {
    terms(r, cells, (sum, push) => {
      push();
      code.set(sum);
    });
    return;
  }
  for (const sum of cells.sums) {
    if (cells.four === undefined) code.f32(-0);
    else code.f32x4([-0, -0, -0, -0]);
    code.set(sum);
  }
}

/** Hands every cell's term, as code that leaves it on the stack, to `use`. */
function terms(r: Reduction, { aheads, sums, four }: Cells, use: (sum: Local, push: () => void) => void): void {
  const { code } = r.site;
  const args = sharedLoads(code, r.walk, r.loads, { aheads, args: argsOf([r.term]), four });
  sums.forEach((sum, i) => {
    const printer = exprPrinter(code, four === undefined ? 'scalar' : 'lanes', [r.term], must(args[i]));
    use(sum, () => printer.push(r.term));
  });
}

function join(code: Code, combine: Combine, four: number | undefined, sum: Local, push: () => void): void {
  if (four !== undefined) {
    code.get(sum);
    push();
    code.op(combine === 'sequential' ? 'f32x4.add' : combine === 'max' ? 'f32x4.pmax' : 'f32x4.pmin');
    code.set(sum);
  } else if (combine === 'sequential') {
    code.get(sum);
    push();
    code.op('f32.add');
    code.set(sum);
  } else joinExtreme(code, combine === 'max', sum, push);
}

/** max: acc < x ? x : acc; min: x < acc ? x : acc. */
function joinExtreme(code: Code, max: boolean, sum: Local, push: () => void): void {
  const x = code.local('f32');
  push();
  code.tee(x);
  code.get(sum);
  code.get(max ? sum : x);
  code.get(max ? x : sum);
  code.op('f32.lt');
  code.op('select');
  code.set(sum);
  code.free(x);
}
