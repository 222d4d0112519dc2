/**
 * Plans as one module that needs nothing from its host: it has a memory of its own, with constants and tables as data, and says
 * about itself what it is told to. The same plans give the same bytes. Called by the builder of artefacts.
 */
import type { Buffer, Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { moduleBuilder } from './encode.ts';
import { pagesOf, planFunction } from './nests.ts';

export interface Standalone {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that it works in. */
  readonly memory: number;
  /** The plans with the places that their buffers have in the module's memory. */
  readonly plans: readonly Plan[];
}

/** What one plan is called from outside. */
export interface NamedPlan {
  readonly name: string;
  readonly plan: Plan;
}

/** Exports `memory` and one function per plan. `about` makes the bytes of the section `section`, when all places are known. */
export function standaloneModule(
  named: readonly NamedPlan[],
  section: string,
  about: (plans: readonly Plan[]) => Uint8Array,
): Standalone {
  const m = moduleBuilder();
  const laid: Buffer[] = [];
  let memory = 0;
  const plans = named.map(({ name, plan }) => {
    const moved = movedTo(plan, wordsBefore(memory), laid);
    const made = planFunction(m, moved);
    m.exportFunction(name, made.index);
    memory = made.memory;
    laid.push(...moved.buffers.filter((b) => b.data && !laid.some((known) => known.offset === b.offset)));
    return moved;
  });
  m.exportMemory('memory', { least: pagesOf(memory) });
  for (const { offset, data } of laid) {
    const bytes = bytesOf(must(data));
    if (bytes.some((byte) => byte !== 0)) m.data(4 * offset, bytes);
  }
  m.custom(section, about(plans));
  return { bytes: m.finish(), memory, plans };
}

/** Words, a multiple of 16, so that alignments are kept. */
const wordsBefore = (bytes: number): number => 16 * Math.ceil(bytes / 64);

/** A plan behind others in one memory. What it holds for ever and others hold already, it shares. */
function movedTo(plan: Plan, start: number, laid: readonly Buffer[]): Plan {
  const buffers = plan.buffers.map((b): Buffer => {
    const same = b.data && laid.find((other) => other.length === b.length && equalData(b, other));
    return { ...b, offset: same ? same.offset : start + b.offset };
  });
  return { ...plan, arena: start + plan.arena, buffers };
}

function equalData(a: Buffer, b: Buffer): boolean {
  if (a.role !== b.role || !a.data || !b.data) return false;
  const [left, right] = [bytesOf(a.data), bytesOf(b.data)];
  return left.every((byte, i) => byte === right[i]);
}

/** Little-endian, as WebAssembly has it whatever the host. */
function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  const words = new Int32Array(data.buffer, data.byteOffset, data.length);
  for (const [i, word] of words.entries()) view.setInt32(4 * i, word, true);
  return bytes;
}
