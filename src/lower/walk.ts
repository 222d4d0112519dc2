/** A walk over all of a core term, and the learned numbers it finds. */
import type { Core, HoleDecl } from '../check/core.ts';
import { childrenOf } from '../check/walk.ts';

/** Visits a term and all terms in it, without recursion: let chains are long. */
export function visit(core: Core, f: (core: Core) => void): void {
  const rest: Core[] = [core];
  for (let c = rest.pop(); c; c = rest.pop()) {
    f(c);
    rest.push(...[...childrenOf(c)].reverse());
  }
}

/** The learned numbers in a term. */
export function holesIn(core: Core): HoleDecl[] {
  const holes: HoleDecl[] = [];
  visit(core, (c) => {
    if (c.kind === 'hole') holes.push(c.hole);
  });
  return holes;
}
