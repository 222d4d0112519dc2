/** A plan in memory, ready to run: the module instantiated over its own arena, constants and tables laid in. */
import type { Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { instantiate, newMemory } from './host.ts';
import type { PlanModule } from './nests.ts';

export interface Machine {
  /** The whole arena as floats. */
  readonly floats: Float32Array;
  /** Runs the steps once. */
  readonly run: () => void;
  /** The words of a buffer, in place. */
  view(buffer: number): Float32Array;
}

/** The bytes that WebAssembly can address. */
export const MEMORY_LIMIT = 2 ** 32;

export function openMachine(plan: Plan, { bytes, memory: size }: PlanModule): Machine {
  const memory = newMemory(size);
  const floats = new Float32Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  for (const { data, offset } of plan.buffers) {
    if (data instanceof Float32Array) floats.set(data, offset);
    else if (data) words.set(data, offset);
  }
  const run: () => void = must(instantiate(bytes, { host: { memory } }).run);
  return {
    floats,
    run,
    view(id) {
      const { offset, length } = must(plan.buffers[id]);
      return floats.subarray(offset, offset + length);
    },
  };
}
