/** The progress line of a search, and its time limit. */
import type { CaseProgress } from '../../prove/index.ts';
import { brief } from '../print.ts';
import type { Session } from '../session.ts';

/** Milliseconds between two drawings of the line. */
const DRAW_MS = 100;

/** Whether there is time left; draws where the search stands. */
export function progressOf(session: Session, end: () => number): (progress: CaseProgress) => boolean {
  let drawn = Number.NEGATIVE_INFINITY;
  return ({ number, cases, boxes, open, proved }) => {
    const now = session.now();
    if (now - drawn > DRAW_MS) {
      drawn = now;
      const which = cases > 1 ? `case ${number}/${cases}  ` : '';
      session.terminal.progress(`${which}${boxes} boxes, ${open} open, ${brief(100 * proved)} % proved`);
    }
    return now < end();
  };
}
