/**
 * Sums in the order `lanes` over neighbours: the 16 partial sums are one vector, terms are loaded 16 at a time, and those left at the end
 * go to the first lanes. Several results run side by side.
 */
import { must } from '../../text/result.ts';
import { atom, type Term } from './expr.ts';
import { mayOverreach, overAxes, overAxis, pieces } from './loops.ts';
import { LANES, loadsLanes, moved, type Point, variable } from './places.ts';
import { finish, type Reduction, termText, termTexts, weightOf, wholePoint } from './reduction.ts';
import type { Site } from './site.ts';

/** Up to so many steps in a term, four results run side by side. */
const LIGHT = 6;

/** Whether the terms lie along one axis, or in whole vectors along the last one. */
export function addsLanes(r: Reduction): boolean {
  const { loops, reduced } = r.axes;
  const last = reduced.at(-1) ?? 0;
  const axis = loops.length + reduced.length - 1;
  if (reduced.length === 1) return last >= LANES ? r.loads.every((p) => loadsLanes(p, axis)) : last > 2 && reaches(r);
  return last > 0 && last % LANES === 0 && r.loads.every((p) => loadsLanes(p, axis));
}

/** Whether the last terms may be loaded with what lies behind them. */
const reaches = ({ axes: { loops, reduced }, loads }: Reduction): boolean =>
  mayOverreach(loops.length + reduced.length - 1, loads, []);

export function printLanes(site: Site, r: Reduction): void {
  const { loops } = r.axes;
  const rows = loops.length - 1;
  const heights = weightOf(r.term) <= LIGHT ? [4, 1] : [1];
  if (rows < 0) printResults(site, r, [wholePoint(r)]);
  else
    overAxes(site, loops.slice(0, -1), 0, () => {
      for (const piece of pieces(must(loops[rows]), heights))
        overAxis(site, rows, piece, () => printResults(site, r, rowsOf(r, rows, piece.by)));
    });
}

const rowsOf = (r: Reduction, axis: number, count: number): Point[] =>
  Array.from({ length: count }, (_, row) =>
    moved(wholePoint(r), new Map([[axis, row === 0 ? variable(axis) : `${variable(axis)} + ${row}`]])),
  );

/** The results at these points. */
function printResults(site: Site, r: Reduction, points: readonly Point[]): void {
  const { out } = site;
  const { loops, reduced } = r.axes;
  const axis = loops.length + reduced.length - 1;
  const extent = must(reduced.at(-1));
  const rest = extent % LANES;
  for (const name of ['splat16', 'f32x16_sum']) site.needs.add(name);
  const sums = points.map(() => site.fresh('sum'));
  /** A statement per result, from its sum and its term. */
  const each = (along: number, at: readonly Point[], statement: (sum: string, term: string) => string): void => {
    const cells = at.map((point) => ({ point, along }));
    for (const [n, term] of termTexts(site, r, cells).entries()) out.line(statement(must(sums[n]), term));
  };
  for (const sum of sums) out.line(`f32x16 ${sum} = splat16(0.0f);`);
  overAxes(site, reduced.slice(0, -1), loops.length, () =>
    overAxis(site, axis, { to: extent - rest, by: LANES }, () =>
      each(axis, points, (sum, term) => `${sum} += ${term};`),
    ),
  );
  const apart = rest > 0 && !reaches(r);
  if (rest > 0 && !apart) {
    site.needs.add('first_lanes');
    const end = points.map((point) => moved(point, new Map([[axis, String(extent - rest)]])));
    each(axis, end, (sum, term) => `${sum} += first_lanes(${term}, ${rest});`);
  }
  for (const [n, point] of points.entries()) {
    const sum = must(sums[n]);
    finish(site, r, { point, along: undefined }, apart ? restApart(sum, point) : atom(`f32x16_sum(${sum})`));
  }

  /** The last terms one by one. */
  function restApart(sum: string, point: Point): Term {
    for (const name of ['store16', 'sum16']) site.needs.add(name);
    const lane = site.fresh('lane');
    out.line(`float ${lane}[16];`);
    out.line(`store16(${lane}, ${sum});`);
    overAxis(site, axis, { from: extent - rest, to: extent }, () =>
      out.line(`${lane}[${variable(axis)} % 16] += ${termText(site, r, { point, along: undefined })};`),
    );
    return atom(`sum16(${lane})`);
  }
}
