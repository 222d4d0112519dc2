/** A plan in memory, ready to run: the module instantiated over its own arena, constants and tables laid in. */
import type { Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { outOfMemory } from '../halt.ts';
import type { Machine } from '../resident.ts';
import { instantiate, newMemory } from './host.ts';
import type { PlanModule } from './nests.ts';

/** The bytes that WebAssembly can address. */
export const MEMORY_LIMIT = 2 ** 32;

export function openMachine(plan: Plan, { bytes, memory: size }: PlanModule): Machine {
  const memory = newMemory(size);
  if (!memory) throw outOfMemory(size);
  const floats = layOut(plan, memory.buffer);
  const run: () => void = must(instantiate(bytes, { host: { memory } }).run);
  return { floats, run };
}

/** Lays the constants and tables of a plan into its memory, and gives that as floats. */
export function layOut(plan: Plan, buffer: ArrayBufferLike): Float32Array {
  const floats = new Float32Array(buffer);
  const words = new Int32Array(buffer);
  for (const { data, offset } of plan.buffers) {
    if (data instanceof Float32Array) floats.set(data, offset);
    else if (data) words.set(data, offset);
  }
  return floats;
}
