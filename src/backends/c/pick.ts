/** Prints exact lookups, marks of the largest and scattered sums: one point at a time. */
import type { ArgmaxStep, PickStep, ScatterStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import { atom } from './expr.ts';
import { type Cell, loadText, overAxes, overAxis, storeCell } from './loops.ts';
import { elementText, moved, type Point, pointOf } from './places.ts';
import type { Site } from './site.ts';

/** The point where all reduced axes stand at 0. */
const atFirst = (point: Point, loops: number): Point =>
  moved(point, new Map(point.flatMap((_, axis) => (axis < loops ? [] : [[axis, '0'] as const]))));

export function printPick(site: Site, step: PickStep): void {
  const { out } = site;
  const { loads, stores } = step.epilogue;
  const all = [step.lhs, step.rhs, ...loads, ...stores.map((s) => s.to)];
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, all);
  if (loops.includes(0)) return;
  const [lhs, rhs] = [must(places[0]), must(places[1])];
  const point = pointOf(loops.length + reduced.length);
  const first = atFirst(point, loops.length);
  overAxes(site, loops, 0, () => {
    const [best, found] = [site.fresh('best'), site.fresh('found')];
    out.line(`float ${best} = ${elementText(site, lhs, first)};`);
    out.line(`float ${found} = ${elementText(site, rhs, first)};`);
    overReduced(site, loops.length, reduced, () =>
      out.block(`if (${best} < ${elementText(site, lhs, point)})`, () => {
        out.line(`${best} = ${elementText(site, lhs, point)};`);
        out.line(`${found} = ${elementText(site, rhs, point)};`);
      }),
    );
    const cell: Cell = { point, along: undefined };
    storeCell(
      site,
      stores.map(({ value }, n) => ({ place: must(places[2 + loads.length + n]), value })),
      cell,
      (n) => (n === 0 ? atom(found) : loadText(site, must(places[1 + n]), cell)),
    );
  });
}

/** The points after the first; the first may come once more, for it is not larger than itself. */
function overReduced(site: Site, axis: number, reduced: readonly number[], body: () => void): void {
  if (reduced.length === 1) overAxis(site, axis, { from: 1, to: must(reduced[0]) }, body);
  else if (reduced.length > 1) overAxes(site, reduced, axis, body);
}

export function printArgmax(site: Site, step: ArgmaxStep): void {
  const { out } = site;
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, [step.from, step.to]);
  if (loops.includes(0) || reduced.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const point = pointOf(loops.length + reduced.length);
  overAxes(site, loops, 0, () => {
    const [best, where, at] = [site.fresh('best'), site.fresh('where'), site.fresh('at')];
    out.line(`float ${best} = ${elementText(site, from, atFirst(point, loops.length))};`);
    out.line(`long ${where} = 0, ${at} = 0;`);
    overAxes(site, reduced, loops.length, () => {
      out.block(`if (${best} < ${elementText(site, from, point)})`, () => {
        out.line(`${best} = ${elementText(site, from, point)};`);
        out.line(`${where} = ${at};`);
      });
      out.line(`${at}++;`);
    });
    out.line(`${at} = 0;`);
    overAxes(site, reduced, loops.length, () =>
      out.line(`${elementText(site, to, point)} = ${at}++ == ${where} ? 1.0f : 0.0f;`),
    );
  });
}

export function printScatter(site: Site, step: ScatterStep): void {
  const { loops, places } = axesOf(step.loops, [], [step.from, step.to]);
  if (loops.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const point = pointOf(loops.length);
  overAxes(site, loops, 0, () =>
    site.out.line(`${elementText(site, to, point)} += ${elementText(site, from, point)};`),
  );
}
