/** What ends a run from outside the program: memory that is not there, a thread that is lost. Thrown, for a step has no other way to say that there is no result. */
import { type Problem, problem } from '../text/problem.ts';

export class Halt extends Error {
  override name = 'Halt';
  readonly problem: Problem;
  constructor(what: Problem) {
    super(`${what.title}. ${what.help}`);
    this.problem = what;
  }
}

/** A step that threads began and did not end. */
export const threadLost = (): Halt => new Halt(problem('thread-lost', undefined, {}));

/** The host has not so much memory. */
export const outOfMemory = (bytes: number): Halt =>
  new Halt(problem('out-of-memory', undefined, { size: sizeText(bytes) }));

const UNITS = ['bytes', 'kB', 'MB'] as const;

function sizeText(bytes: number): string {
  const power = UNITS.findIndex((_, i) => bytes < 2 * 1024 ** (i + 1));
  return power === 0
    ? `${bytes} bytes`
    : power < 0
      ? `${(bytes / 1024 ** 3).toPrecision(3)} GB`
      : `${(bytes / 1024 ** power).toPrecision(3)} ${UNITS[power]}`;
}
