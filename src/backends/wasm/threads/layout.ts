/** The memory of a plan that several threads run: its arena, the words of their barrier, and what each of them works in alone. */
import type { Plan } from '../../../kernel/nest.ts';
import type { Split } from '../../parallel/index.ts';
import { CONTROL_BYTES, type Meeting } from '../barrier.ts';
import { type PlanModule, planModule } from '../nests.ts';

export interface Layout {
  /** Bytes of all. */
  readonly memory: number;
  /** Where the words of the barrier are, in bytes. */
  readonly control: number;
  /** The whole plan, for the calling thread alone. It never runs together with the others. */
  readonly alone: Uint8Array;
  /** The code of each thread, the calling one first. */
  readonly codes: readonly Uint8Array[];
}

const lineUp = (words: number): number => Math.ceil(words / 16) * 16;

export function layoutOf(plan: Plan, { plans }: Pick<Split, 'plans'>, meeting: Meeting): Layout {
  const arena = lineUp(plan.arena);
  const control = 4 * arena;
  const workspace = arena + CONTROL_BYTES / 4;
  const alone = planModule(plan, { control, workspace, meeting });
  let end = workspace;
  const codes = plans.map((own, thread): Uint8Array => {
    const mayWait = thread > 0 || meeting.mayWait;
    const made: PlanModule = planModule(own, { control, workspace: end, meeting: { ...meeting, mayWait } });
    end = lineUp(Math.max(made.memory, thread === 0 ? alone.memory : 0) / 4);
    return made.bytes;
  });
  return { memory: 4 * end, control, alone: alone.bytes, codes };
}
