/**
 * Prints reductions and products, one result after the other in the order that the step states. Where 16 lanes are allowed, sums over
 * neighbours are `lanes.ts` and tiles of results `tiles.ts`.
 */
import { kernelBuilder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Combine, ContractStep, Epilogue, ReduceStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { type Axes, axesOf, type Place } from '../nests/axes.ts';
import { atom, printExprs, type Term } from './expr.ts';
import { type Cell, loadText, overAxes, overAxis, type PlacedStore, storeCell } from './loops.ts';
import { moved, type Point, pointOf } from './places.ts';
import type { Site } from './site.ts';

/** A reduction over joined axes. */
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

const product = (): Expr => {
  const k = kernelBuilder();
  return k.step('f32.mul', k.arg('f32', 0), k.arg('f32', 1));
};

export const printContract = (site: Site, step: ContractStep): void =>
  printReduce(site, { ...step, kind: 'reduce', loads: [step.lhs, step.rhs], term: product() });

export function printReduce(site: Site, step: ReduceStep): void {
  const r = reductionOf(step, step.epilogue);
  if (r.axes.loops.includes(0)) return;
  printEach(site, r);
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

/** One result after the other. */
export function printEach(site: Site, r: Reduction): void {
  const { loops, reduced } = r.axes;
  overAxes(site, loops, 0, () => {
    const result = reduced.includes(0) ? atom('0.0f') : RESULTS[r.combine](site, r);
    finish(site, r, { point: pointOf(loops.length + reduced.length), along: undefined }, result);
  });
}

/** Hands a cell's result to its stores. */
export function finish(site: Site, r: Reduction, cell: Cell, result: Term): void {
  storeCell(site, r.stores, cell, (n) => (n === 0 ? result : loadText(site, must(r.extras[n - 1]), cell)));
}

const RESULTS: { readonly [C in Combine]: (site: Site, r: Reduction) => Term } = {
  sequential: printSum,
  lanes: printLaneSum,
  max: (site, r) => printExtreme(site, r, 'f32_max'),
  min: (site, r) => printExtreme(site, r, 'f32_min'),
};

const allAxes = ({ axes }: Reduction): Point => pointOf(axes.loops.length + axes.reduced.length);

/** The term at a point. */
export function termText(site: Site, r: Reduction, cell: Cell): string {
  const [term] = printExprs(site, cell.along === undefined ? 1 : 16, [r.term], (n) =>
    loadText(site, must(r.loads[n]), cell),
  );
  return must(term).text;
}

/** A sum begins with -0, which changes no first term. */
function printSum(site: Site, r: Reduction): Term {
  const sum = site.fresh('sum');
  site.out.line(`float ${sum} = -0.0f;`);
  overAxes(site, r.axes.reduced, r.axes.loops.length, () =>
    site.out.line(`${sum} += ${termText(site, r, { point: allAxes(r), along: undefined })};`),
  );
  return atom(sum);
}

/** Term i goes to partial sum i mod 16. */
function printLaneSum(site: Site, r: Reduction): Term {
  const { out } = site;
  const { loops, reduced } = r.axes;
  const lane = site.fresh('lane');
  out.line(`float ${lane}[16] = {0};`);
  const add = (at: string): void =>
    out.line(`${lane}[${at}] += ${termText(site, r, { point: allAxes(r), along: undefined })};`);
  if (reduced.length < 2) {
    overAxes(site, reduced, loops.length, () =>
      add(reduced.length === 0 ? '0' : `${must(allAxes(r)[loops.length])} % 16`),
    );
  } else {
    const at = site.fresh('at');
    out.line(`int ${at} = 0;`);
    overAxes(site, reduced, loops.length, () => {
      add(at);
      out.line(`${at} = (${at} + 1) % 16;`);
    });
  }
  site.needs.add('sum16');
  return atom(`sum16(${lane})`);
}

/** Begins with the first term, which may meet itself once more. */
function printExtreme(site: Site, r: Reduction, join: 'f32_max' | 'f32_min'): Term {
  const { loops, reduced } = r.axes;
  const best = site.fresh('best');
  const first = moved(allAxes(r), new Map(reduced.map((_, d) => [loops.length + d, '0'])));
  site.needs.add(join);
  site.out.line(`float ${best} = ${termText(site, r, { point: first, along: undefined })};`);
  const turn = (): void =>
    site.out.line(`${best} = ${join}(${best}, ${termText(site, r, { point: allAxes(r), along: undefined })});`);
  if (reduced.length === 1) overAxis(site, loops.length, { from: 1, to: must(reduced[0]) }, turn);
  else if (reduced.length > 1) overAxes(site, reduced, loops.length, turn);
  return atom(best);
}
