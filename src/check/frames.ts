/** Frames: what may stand in the definition being checked, and what was found in it. */
import type { Definition, Frame } from './context.ts';
import type { World } from './world.ts';

export const newFrame = (name: string, creates: Frame['creates'], holes: Frame['holes'] = 'forbidden'): Frame => ({
  name,
  holes,
  creates,
  found: [],
  reads: new Map(),
});

/** Keeps what a definition reads and makes, for the questions about the whole program. */
export function keepFrame(world: World, decl: Definition, frame: Frame): void {
  const before = world.reads.get(decl);
  world.reads.set(decl, new Map([...(before ?? []), ...frame.reads]));
  if (frame.createdAt && !world.creators.has(decl)) world.creators.set(decl, frame.createdAt);
}
