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
import type { PlainOp } from './opcodes.ts';
import { argsOf, type PlacedStore, type PushArg, sharedLoads, storeCell } from './tile.ts';
import { lastTerm, termsInRow, turned, turnedLoads } from './turn.ts';
import { type Ahead, overAxes, type Site, type Walk } from './walk.ts';

/** A reduction over joined axes, ready to be printed. */
export interface Reduction {
  readonly site: Site;
  readonly walk: Walk;
  readonly axes: Axes;
  readonly combine: Combine;
  readonly term: Expr;
  /** Terms of a sum are subtracted: the sign of -x is left to that. */
  readonly minus: boolean;
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
export function printTile(r: Reduction, tile: Tile): void {
  const { code } = r.site;
  const four = tile.width >= 4 ? tile.columns : undefined;
  const turns = turnedLoads(r, four);
  const aheads = aheadsOf(tile, turns.length > 0);
  const sums = aheads.map(() => code.local(four === undefined ? 'f32' : 'v128'));
  const cells = { aheads, sums, four };
  begin(r, cells);
  const one = (): void => terms(r, cells, (sum, push) => joinTerm(r, four, sum, push));
  if (turns.length > 0) byFours(r, () => fourTerms(r, cells, turns), one);
  else if (four === undefined && termsInRow(r)) byFours(r, () => fourInRow(r, cells), one);
  else overAxes(r.walk, r.axes.reduced, r.axes.loops.length, one);
  aheads.forEach((ahead, i) => {
    const pushArg = (n: number): void =>
      n === 0 ? code.get(must(sums[i])) : r.walk.load(must(r.extras[n - 1]), ahead, four);
    storeCell(code, r.walk, r.stores, { ahead, four, pushArg });
  });
  for (const sum of sums) code.free(sum);
}

/** Runs through all terms, four at a time along the last axis of terms, then one. */
function byFours(r: Reduction, four: () => void, one: () => void): void {
  const { loops, reduced } = r.axes;
  const [axis, extent] = [lastTerm(r), must(reduced.at(-1))];
  overAxes(r.walk, reduced.slice(0, -1), loops.length, () => {
    r.walk.repeat(axis, Math.floor(extent / 4), 4, four);
    r.walk.repeat(axis, extent % 4, 1, one);
    r.walk.back(axis, extent);
  });
}

/** Four terms of cells of one result: computed at once, joined one after the other. */
function fourInRow(r: Reduction, { aheads, sums }: Cells): void {
  const { code } = r.site;
  const axis = lastTerm(r);
  const args = sharedLoads(code, r.walk, r.loads, { aheads, args: argsOf([r.term]), four: axis });
  const row = code.local('v128');
  sums.forEach((sum, i) => {
    exprPrinter(code, 'lanes', [r.term], must(args[i])).push(r.term);
    code.set(row);
    for (const lane of [0, 1, 2, 3])
      joinTerm(r, undefined, sum, () => {
        code.get(row);
        code.lane('f32x4.extract_lane', lane);
      });
  });
  code.free(row);
}

/** Where the cells of a tile lie, row by row or column by column. */
function aheadsOf({ rows, height, columns, width }: Tile, byColumns: boolean): Ahead[] {
  const cell = (row: number, column: number): Ahead => [
    ...(rows === undefined ? [] : [[rows, row] as const]),
    ...(columns === undefined ? [] : [[columns, column] as const]),
  ];
  const down = Array.from({ length: height }, (_, row) => row);
  const across = Array.from({ length: Math.ceil(width / 4) }, (_, i) => 4 * i);
  return byColumns
    ? across.flatMap((column) => down.map((row) => cell(row, column)))
    : down.flatMap((row) => across.map((column) => cell(row, column)));
}

interface Cells {
  readonly aheads: readonly Ahead[];
  readonly sums: readonly Local[];
  readonly four: number | undefined;
}

/** Four terms of all cells: what lies along the terms is turned, for all rows of a column at once. */
function fourTerms(r: Reduction, { aheads, sums, four }: Cells, turns: readonly number[]): void {
  const { code } = r.site;
  const steps = [0, 1, 2, 3];
  const args = argsOf([r.term]);
  const pushArgs = sharedLoads(code, r.walk, r.loads, {
    aheads: aheads.flatMap((ahead) => steps.map((t): Ahead => [...ahead, [lastTerm(r), t]])),
    args: args.filter((n) => !turns.includes(n)),
    four,
  });
  let held: { readonly key: string; readonly locals: ReadonlyMap<number, readonly Local[]> } | undefined;
  const drop = (): void => {
    for (const locals of held?.locals.values() ?? []) for (const local of locals) code.free(local);
  };
  aheads.forEach((ahead, i) => {
    const needed = turns.filter((n) => args.includes(n));
    const key = needed.map((n) => r.walk.key(must(r.loads[n]), ahead)).join('; ');
    if (held?.key !== key) {
      drop();
      held = { key, locals: new Map(needed.map((n) => [n, turned(r, n, ahead, must(four))])) };
    }
    const { locals } = held;
    for (const t of steps) {
      const pushOther = must(pushArgs[4 * i + t]);
      const pushArg: PushArg = (n) => {
        const own = locals.get(n)?.[t];
        if (own === undefined) pushOther(n);
        else code.get(own);
      };
      const printer = exprPrinter(code, 'lanes', [r.term], pushArg);
      joinTerm(r, four, must(sums[i]), () => printer.push(r.term));
    }
  });
  drop();
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

/** Joins a term, that `push` leaves on the stack, to an accumulator. */
export function joinTerm(r: Reduction, four: number | undefined, sum: Local, push: () => void): void {
  const { code } = r.site;
  if (four === undefined && r.combine !== 'sequential') {
    joinExtreme(code, r.combine === 'max', sum, push);
    return;
  }
  code.get(sum);
  push();
  code.op(four === undefined ? (r.minus ? 'f32.sub' : 'f32.add') : joiner(r));
  code.set(sum);
}

/** Joins four terms to four accumulators. */
export const joiner = ({ combine, minus }: Reduction): PlainOp =>
  combine === 'max' ? 'f32x4.pmax' : combine === 'min' ? 'f32x4.pmin' : minus ? 'f32x4.sub' : 'f32x4.add';

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
