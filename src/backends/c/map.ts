/** Prints `map` steps: one point after the other, or 16 at a time along the axis where that is cheapest. */
import type { MapStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import {
  type Cell,
  laneAxis,
  loadText,
  mayOverreach,
  overAxes,
  overAxis,
  type PlacedStore,
  storeCell,
} from './loops.ts';
import { LANES, moved, pointOf } from './places.ts';
import type { Site } from './site.ts';

export function printMap(site: Site, step: MapStep): void {
  const { loops, places } = axesOf(step.loops, [], [...step.loads, ...step.stores.map((s) => s.to)]);
  if (loops.includes(0)) return;
  const loads = places.slice(0, step.loads.length);
  const stores = step.stores.map(({ value }, n): PlacedStore => ({ place: must(places[loads.length + n]), value }));
  const all = pointOf(loops.length);
  const cell = (at: Cell): void => storeCell(site, stores, at, (n) => loadText(site, must(loads[n]), at));
  const along = site.width === LANES ? laneAxis([...loops.entries()], loads, stores) : undefined;
  if (along === undefined) {
    overAxes(site, loops, 0, () => cell({ point: all, along }));
    return;
  }
  const extent = must(loops[along]);
  const valid = extent % LANES;
  const whole = extent - valid;
  const ends = (): void => {
    if (valid < 2 || !mayOverreach(along, loads, stores))
      overAxis(site, along, { from: whole, to: extent }, () => cell({ point: all, along: undefined }));
    else cell({ point: moved(all, new Map([[along, String(whole)]])), along, valid });
  };
  const nest = (axis: number): void => {
    if (axis === along) nest(axis + 1);
    else if (axis < loops.length) overAxis(site, axis, { to: must(loops[axis]) }, () => nest(axis + 1));
    else {
      overAxis(site, along, { to: whole, by: LANES }, () => cell({ point: all, along }));
      ends();
    }
  };
  nest(0);
}
