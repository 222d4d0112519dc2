/**
 * Tiles of results: cells of accumulators that are carried through all terms in their order, then handed to the epilogue. The
 * accumulators of a tile stand in locals; what several cells read is loaded once per term.
 */
import type { Expr } from '../../kernel/expr.ts';
import type { Combine } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import type { Axes, Place } from '../nests/axes.ts';
import type { Code, Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import { argsOf, type PlacedStore, sharedLoads, storeCell } from './tile.ts';
import { type Ahead, overAxes, type Site, type Walk } from './walk.ts';

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

/** So many rows and columns from here on; 4 columns or more are vectors along their axis. */
export interface Tile {
  readonly rows: number | undefined;
  readonly height: number;
  readonly columns: number | undefined;
  readonly width: number;
}

/** Prints one tile, reduced over all terms. */
export function printTile(r: Reduction, { rows, height, columns, width }: Tile): void {
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
