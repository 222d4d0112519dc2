/**
 * The native backend: a graph becomes a plan, the plan C with vectors of 16 lanes, and what compiles and loads it comes from the
 * host. The bits are those of the reference unless the compiler may fuse. What cannot be built runs on another backend.
 */
import { layData } from '../../kernel/evaluate-nest.ts';
import type { Backend } from '../backend.ts';
import { type Machine, planExecutable } from '../resident.ts';
import { schedulePlan } from '../schedule/index.ts';
import { printFile } from './nests.ts';

export { type COptions, type CText, type NamedPlan, printC, printFile } from './nests.ts';

/** The function that a library must have: `void sutra_plan(float *arena)`. */
export const ENTRY = 'sutra_plan';

/** Words after the arena that printed code may read, though never use: the last of 16 lanes may lie there. */
export const SLACK = 16;

/** 4 GiB: what indices of 32 bits reach on every system. */
const MOST_WORDS = 2 ** 30 - SLACK;

/** A compiled and loaded file. */
export interface Library {
  /** Zeroed memory of so many words, and the function over it. */
  open(words: number): Machine;
}

export interface NativeHost {
  /** Compiles and loads a file; undefined where that did not work, and then the host has said why. */
  build(source: string): Library | undefined;
  /** Runs what was not built. */
  readonly otherwise: Backend;
  /** Whether the compiler may fuse products and sums. */
  readonly mayFuse: boolean;
}

export function nativeBackend({ build, otherwise, mayFuse }: NativeHost): Backend {
  return {
    name: 'native',
    compile(graph, updates) {
      const plan = schedulePlan(graph, updates);
      if (plan.arena > MOST_WORDS) return otherwise.compile(graph, updates);
      const library = build(printFile([{ name: ENTRY, plan }], { width: 16, constants: 'arena', mayFuse }));
      if (!library) return otherwise.compile(graph, updates);
      const machine = library.open(plan.arena + SLACK);
      layData(plan, machine.floats);
      return planExecutable(plan, machine);
    },
  };
}
