/** Prints `map` steps: one point after the other, or 16 at a time along the axis where that is cheapest, and single ones for the rest. */
import type { MapStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import { type Cell, laneAxis, loadText, overAxes, overAxis, type PlacedStore, storeCell } from './loops.ts';
import { loadsLanes, pointOf, storesLanes } from './places.ts';
import type { Site } from './site.ts';

export function printMap(site: Site, step: MapStep): void {
  const { loops, places } = axesOf(step.loops, [], [...step.loads, ...step.stores.map((s) => s.to)]);
  if (loops.includes(0)) return;
  const loads = places.slice(0, step.loads.length);
  const stores = step.stores.map(({ value }, n): PlacedStore => ({ place: must(places[loads.length + n]), value }));
  const cell = (along: number | undefined): void => {
    const at: Cell = { point: pointOf(loops.length), along };
    storeCell(site, stores, at, (n) => loadText(site, must(loads[n]), at));
  };
  const may = (axis: number): boolean =>
    loads.every((p) => loadsLanes(p, axis)) && stores.every((s) => storesLanes(s.place, axis));
  const along = site.width === 16 ? laneAxis([...loops.entries()], places, may) : undefined;
  if (along === undefined) {
    overAxes(site, loops, 0, () => cell(undefined));
    return;
  }
  const extent = must(loops[along]);
  const whole = extent - (extent % 16);
  const nest = (axis: number): void => {
    if (axis === along) nest(axis + 1);
    else if (axis < loops.length) overAxis(site, axis, { to: must(loops[axis]) }, () => nest(axis + 1));
    else {
      overAxis(site, along, { to: whole, by: 16 }, () => cell(along));
      overAxis(site, along, { from: whole, to: extent }, () => cell(undefined));
    }
  };
  nest(0);
}
