/** What the printers of reductions share: a reduction over joined axes, its terms and its end. */
import { inOrder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Combine, Epilogue, ReduceStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { type Axes, axesOf, type Place } from '../nests/axes.ts';
import { printExprs, type Term, TYPES } from './expr.ts';
import { type Cell, loadText, type PlacedStore, storeCell, widthOf } from './loops.ts';
import { type Point, pointOf } from './places.ts';
import type { Site } from './site.ts';

export interface Reduction {
  readonly axes: Axes;
  readonly combine: Combine;
  readonly term: Expr;
  /** Arguments of the term. */
  readonly loads: readonly Place[];
  /** Arguments 1, 2, ... of the stores; argument 0 is the result. */
  readonly extras: readonly Place[];
  readonly stores: readonly PlacedStore[];
}

export function reductionOf(step: ReduceStep, epilogue: Epilogue): Reduction {
  const targets = epilogue.stores.map((s) => s.to);
  const axes = axesOf(step.loops, step.reduced, [...step.loads, ...epilogue.loads, ...targets]);
  const [first, second] = [step.loads.length, step.loads.length + epilogue.loads.length];
  return {
    axes,
    combine: step.combine,
    term: step.term,
    loads: axes.places.slice(0, first),
    extras: axes.places.slice(first, second),
    stores: epilogue.stores.map(({ value }, n) => ({ place: must(axes.places[second + n]), value })),
  };
}

/** All axes at their variables: the loops, then the reduced ones. */
export const wholePoint = ({ axes }: Reduction): Point => pointOf(axes.loops.length + axes.reduced.length);

/** The term at a cell. */
export function termText(site: Site, r: Reduction, cell: Cell): string {
  const [term] = printExprs(site, widthOf(cell), [r.term], (n) => loadText(site, must(r.loads[n]), cell));
  return must(term).text;
}

/** The terms of several cells, in order; what more than one of them loads gets a name. */
export function termTexts(site: Site, r: Reduction, cells: readonly Cell[]): string[] {
  const args = inOrder([r.term]).flatMap((e) => (e.kind === 'arg' ? [e.index] : []));
  const text = (n: number, cell: Cell): string => loadText(site, must(r.loads[n]), cell).text;
  const readers = new Map<string, number>();
  for (const cell of cells) for (const n of args) readers.set(text(n, cell), (readers.get(text(n, cell)) ?? 0) + 1);
  const named = new Map<string, Term>();
  return cells.map((cell) => {
    const load = (n: number): Term => {
      const key = text(n, cell);
      if (must(readers.get(key)) < 2) return { text: key, atom: true };
      const term = named.get(key) ?? site.name(TYPES[widthOf(cell)].f32, key);
      named.set(key, term);
      return term;
    };
    return must(printExprs(site, widthOf(cell), [r.term], load)[0]).text;
  });
}

/** Hands a cell's result to its stores. */
export function finish(site: Site, r: Reduction, cell: Cell, result: Term): void {
  storeCell(site, r.stores, cell, (n) => (n === 0 ? result : loadText(site, must(r.extras[n - 1]), cell)));
}

/** How many steps a kernel has. */
export const weightOf = (root: Expr): number =>
  inOrder([root]).filter((e) => e.kind === 'step' || e.kind === 'select').length;
