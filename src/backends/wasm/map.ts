/** Prints `map` steps: four points at a time along the axis where that is cheapest, loops over the others outside. */
import type { MapStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf, layoutAlong, type Place, vectorAxis } from '../nests/axes.ts';
import type { Local } from './code.ts';
import { argsOf, type PlacedStore, type PushArg, pieces, storeCell, weightOf } from './tile.ts';
import { type Site, type Walk, walk } from './walk.ts';

/** Up to this many steps a kernel is printed four times per turn of its loop. */
const LIGHT = 12;

export function printMap(site: Site, step: MapStep): void {
  const { loops, places } = axesOf(step.loops, [], [...step.loads, ...step.stores.map((s) => s.to)]);
  if (loops.includes(0)) return;
  const loads = places.slice(0, step.loads.length);
  const stores = step.stores.map(({ value }, i): PlacedStore => ({ place: must(places[loads.length + i]), value }));
  const w = walk(site, places);
  const four = vectorAxis([...loops.entries()], places);
  const inner = four ?? loops.length - 1;
  const outside = loops.map((_, axis) => axis).filter((axis) => axis !== inner);
  const values = stores.map((s) => s.value);
  const light = weightOf(values) <= LIGHT;
  const widths = four === undefined ? [1] : light ? [16, 4, 1] : [4, 1];

  const along = (axis: number, extent: number): void => {
    for (const { width, times } of pieces(extent, widths)) {
      const wide = width >= 4 ? axis : undefined;
      const still = heldStill(site, w, { loads, args: argsOf(values), axis, wide, times });
      w.repeat(axis, times, width, () => {
        for (let points = 0; points < width; points += 4) {
          const ahead = [[axis, points]] as const;
          const pushArg: PushArg = (n) => {
            const local = still.get(n);
            if (local === undefined) w.load(must(loads[n]), ahead, wide);
            else site.code.get(local);
          };
          storeCell(site.code, w, stores, { ahead, four: wide, pushArg });
        }
      });
      for (const local of still.values()) site.code.free(local);
    }
    w.back(axis, extent);
  };
  const nest = (depth: number): void => {
    const axis = outside[depth];
    if (axis !== undefined) {
      w.repeat(axis, must(loops[axis]), 1, () => nest(depth + 1));
      w.back(axis, must(loops[axis]));
    } else if (loops.length > 0) along(inner, must(loops[inner]));
    else storeCell(site.code, w, stores, { ahead: [], four: undefined, pushArg: (n) => w.load(must(loads[n]), []) });
  };
  nest(0);
  w.end();
}

interface Reading {
  readonly loads: readonly Place[];
  readonly args: readonly number[];
  readonly axis: number;
  readonly wide: number | undefined;
  readonly times: number;
}

/** Numbers that stay the same along the inner axis are loaded before its loop (the first eight). */
function heldStill({ code }: Site, w: Walk, { loads, args, axis, wide, times }: Reading): Map<number, Local> {
  const still = new Map<number, Local>();
  if (times < 2) return still;
  for (const n of args) {
    const place = must(loads[n]);
    if (layoutAlong(place, axis) !== 'same' || still.size >= 8) continue;
    const local = code.local(wide === undefined ? 'f32' : 'v128');
    w.load(place, [], wide);
    code.set(local);
    still.set(n, local);
  }
  return still;
}
