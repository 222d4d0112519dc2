/** A step that threads began and did not end. Thrown, for a step has no other way to say that there is no result. */
import { type Problem, problem } from '../../../text/problem.ts';

export class ThreadLost extends Error {
  override name = 'ThreadLost';
  readonly problem: Problem = problem('thread-lost', undefined, {});
  constructor() {
    super('a thread did not finish its part of a step; go on with one thread');
  }
}
