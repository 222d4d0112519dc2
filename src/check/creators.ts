/** Random starts and loaded tensors belong to params: nothing that runs may reach them. */
import { problem } from '../text/problem.ts';
import type { Span } from '../text/span.ts';
import type { Definition } from './context.ts';
import type { World } from './world.ts';

/** Reports reads of functions that make random starts, from a place that is not a param's value. */
export function reportCreators(world: World, reads: ReadonlyMap<Definition, Span>): void {
  for (const [decl, at] of reads) {
    const made = decl.kind === 'fn' && creates(world, decl, new Set());
    if (!made) continue;
    const hint =
      'It makes random numbers or loads a file, so it stands in the value of a `param` only; name the result: `param w = ...;`.';
    world.problems.push(
      problem('misplaced-initialiser', at, { name: decl.name, hint }, { also: [{ at: made, text: 'here' }] }),
    );
  }
}

function creates(world: World, decl: Definition, seen: Set<Definition>): Span | undefined {
  if (decl.kind === 'param' || seen.has(decl)) return undefined;
  seen.add(decl);
  const here = world.creators.get(decl);
  if (here) return here;
  for (const read of world.reads.get(decl)?.keys() ?? []) {
    const found = creates(world, read, seen);
    if (found) return found;
  }
  return undefined;
}
