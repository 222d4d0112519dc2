/**
 * Prints reductions and products in the order that the step states: one result after the other, or, with 16 lanes, tiles of results
 * (`tiles.ts`), sums over neighbours (`lanes.ts`) and large products by panels (`panels.ts`).
 */
import { kernelBuilder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Combine, ContractStep, ReduceStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { atom, type Term } from './expr.ts';
import { addsLanes, printLanes } from './lanes.ts';
import { overAxes, overAxis } from './loops.ts';
import { panelsOf, printPanels } from './panels.ts';
import { LANES, moved } from './places.ts';
import { finish, type Reduction, reductionOf, termText, wholePoint } from './reduction.ts';
import type { Site } from './site.ts';
import { printTiles } from './tiles.ts';

const product = (): Expr => {
  const k = kernelBuilder();
  return k.step('f32.mul', k.arg('f32', 0), k.arg('f32', 1));
};

export function printContract(site: Site, step: ContractStep): void {
  const r = reductionOf({ ...step, kind: 'reduce', loads: [step.lhs, step.rhs], term: product() }, step.epilogue);
  const panels = site.width === LANES ? panelsOf(r) : undefined;
  if (panels) printPanels(site, r, panels);
  else printReduction(site, r);
}

export const printReduce = (site: Site, step: ReduceStep): void =>
  printReduction(site, reductionOf(step, step.epilogue));

function printReduction(site: Site, r: Reduction): void {
  const { loops, reduced } = r.axes;
  if (loops.includes(0)) return;
  if (site.width < LANES || reduced.includes(0)) printEach(site, r);
  else if (r.combine !== 'lanes') printTiles(site, r);
  else if (addsLanes(r)) printLanes(site, r);
  else printEach(site, r);
}

/** One result after the other. */
function printEach(site: Site, r: Reduction): void {
  const { loops, reduced } = r.axes;
  overAxes(site, loops, 0, () => {
    const result = reduced.includes(0) ? atom('0.0f') : RESULTS[r.combine](site, r);
    finish(site, r, { point: wholePoint(r), along: undefined }, result);
  });
}

const RESULTS: { readonly [C in Combine]: (site: Site, r: Reduction) => Term } = {
  sequential: printSum,
  lanes: printLaneSum,
  max: (site, r) => printExtreme(site, r, 'f32_max'),
  min: (site, r) => printExtreme(site, r, 'f32_min'),
};

/** A sum begins with -0, which changes no first term. */
function printSum(site: Site, r: Reduction): Term {
  const sum = site.fresh('sum');
  site.out.line(`float ${sum} = -0.0f;`);
  overAxes(site, r.axes.reduced, r.axes.loops.length, () =>
    site.out.line(`${sum} += ${termText(site, r, { point: wholePoint(r), along: undefined })};`),
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
    out.line(`${lane}[${at}] += ${termText(site, r, { point: wholePoint(r), along: undefined })};`);
  if (reduced.length < 2) {
    const at = reduced.length === 0 ? '0' : `${must(wholePoint(r)[loops.length])} % 16`;
    overAxes(site, reduced, loops.length, () => add(at));
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
  const first = moved(wholePoint(r), new Map(reduced.map((_, d) => [loops.length + d, '0'])));
  site.needs.add(join);
  site.out.line(`float ${best} = ${termText(site, r, { point: first, along: undefined })};`);
  const turn = (): void =>
    site.out.line(`${best} = ${join}(${best}, ${termText(site, r, { point: wholePoint(r), along: undefined })});`);
  if (reduced.length === 1) overAxis(site, loops.length, { from: 1, to: must(reduced[0]) }, turn);
  else if (reduced.length > 1) overAxes(site, reduced, loops.length, turn);
  return atom(best);
}
