/**
 * A proof that grows elsewhere, as plain data: what was done at its places, in order. Replayed at a place of another tree it gives the same
 * proof there, and the places that are still open.
 */
import { invariant } from '../text/result.ts';
import type { Proof } from './question.ts';
import type { Cut, Place } from './tree.ts';

/** The root is place 0; places that an entry opens have the next numbers. */
export type Entry =
  | { readonly at: number; readonly proof: Proof }
  | { readonly at: number; readonly cut: Cut }
  | { readonly at: number; readonly parts: number };

export interface Journal {
  readonly root: Place;
  readonly entries: readonly Entry[];
  numberOf(place: Place): number | undefined;
}

export function journal(): Journal {
  const entries: Entry[] = [];
  const numbers = new Map<Place, number>();
  const opened = (): Place => {
    const at = numbers.size;
    const place: Place = {
      fill: (proof) => void entries.push({ at, proof }),
      split(cut) {
        entries.push({ at, cut });
        return [opened(), opened()];
      },
      parts(count) {
        entries.push({ at, parts: count });
        return Array.from({ length: count }, opened);
      },
    };
    numbers.set(place, at);
    return place;
  };
  return { root: opened(), entries, numberOf: (place) => numbers.get(place) };
}

/** The places that are open after all entries, by their numbers. */
export function replayed(entries: readonly Entry[], root: Place, own = (proof: Proof): Proof => proof) {
  const open = new Map([[0, root]]);
  let next = 1;
  for (const entry of entries) {
    const place = open.get(entry.at);
    invariant(place !== undefined, 'a journal speaks of places that are open');
    open.delete(entry.at);
    if ('proof' in entry) place.fill(own(entry.proof));
    else for (const one of 'cut' in entry ? place.split(entry.cut) : place.parts(entry.parts)) open.set(next++, one);
  }
  return open;
}
