/** The progress line of a search, and its time limit. */
import type { CaseProgress } from '../../prove/index.ts';
import { brief, duration } from '../print.ts';
import type { Session } from '../session.ts';

/** Milliseconds between two drawings of the line. */
const DRAW_MS = 100;

export interface Clock {
  /** When the search began. */
  start: number;
  readonly limitMs: number;
}

/** Whether there is time left; draws where the search stands. */
export function progressOf(session: Session, clock: Clock): (progress: CaseProgress, title?: string) => boolean {
  let drawn = Number.NEGATIVE_INFINITY;
  let search = { title: '', number: 0, boxes: 0, start: clock.start };
  return (progress, title = '') => {
    const now = session.now();
    const { number, boxes } = progress;
    const isSame = title === search.title && number === search.number && boxes >= search.boxes;
    search = { title, number, boxes, start: isSame ? search.start : now };
    if (now - drawn > DRAW_MS) {
      drawn = now;
      const which = title === '' ? '' : `${JSON.stringify(title)}  `;
      session.terminal.progress(`${which}${progressText(progress, (now - search.start) / 1000)}`);
    }
    return now < clock.start + clock.limitMs;
  };
}

/** `seconds` are those of the search that is under way. `case 2/6  1234 boxes, 56 open, 43 % proved, best bound -0.01, about 12 s left`. */
export function progressText(progress: CaseProgress, seconds: number): string {
  const { stage, number, cases, boxes, open, proved, best, left } = progress;
  const which = cases > 1 ? `case ${number}/${cases}  ` : '';
  if (stage === 'attack') return `${which}looking for counterexamples`;
  const bound = Number.isFinite(best) ? `, best bound ${brief(best)}` : '';
  const rest = left === undefined || boxes === 0 ? '' : `, about ${duration((left * seconds) / boxes)} left`;
  return `${which}${boxes} boxes, ${open} open, ${brief(100 * proved)} % proved${bound}${rest}`;
}
