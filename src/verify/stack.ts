/** Parts that are open, depth first, and a tally of the others. A search has one; so has everyone who works at a part of it. */
import { must } from '../text/result.ts';
import type { Point } from './attack.ts';
import type { Part } from './divide.ts';
import type { Examine } from './examine.ts';
import type { Place } from './tree.ts';

export interface Tally {
  boxes: number;
  /** Of the whole, the part that is proved. */
  proved: number;
  /** The worst bound of parts that cannot be divided; Infinity without such. */
  best: number;
}

export interface Stack {
  /** Open parts; the last is the next. */
  readonly parts: Part[];
  /** Places of parts that cannot be divided further. */
  readonly stuck: Place[];
  readonly tally: Tally;
  /** Examines the last part; a point is one at which the run is unsafe. */
  step(goOn: () => boolean): Point | undefined;
}

export function stackOf(examine: Examine, root: Part): Stack {
  const parts = [root];
  const stuck: Place[] = [];
  const tally: Tally = { boxes: 0, proved: 0, best: Infinity };
  return {
    parts,
    stuck,
    tally,
    step(goOn) {
      const part = must(parts.pop());
      const found = examine(part, tally.boxes++, goOn);
      if (found.kind === 'proved') {
        tally.proved += part.part;
        part.place.fill(found.proof);
        return undefined;
      }
      const next = found.parts();
      parts.push(...next);
      if (next.length > 0) return found.unsafe;
      stuck.push(part.place);
      tally.best = Math.min(tally.best, found.worst);
      return found.unsafe;
    },
  };
}
