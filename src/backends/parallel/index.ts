/**
 * One plan for several threads: each gets a plan of its own over the same arena, with its share of every step that is worth
 * sharing, and barriers. What is computed, and in which order each result is joined, stays that of the whole plan, so the bits do
 * too. Printers know nothing of it but the step `barrier`.
 */
import type { Plan, Step } from '../../kernel/nest.ts';
import { barriersIn, withBarriers } from './barriers.ts';
import { CALL_NS } from './cost.ts';
import type { Cut } from './cut.ts';
import { chosen, isShared, partsNs, partsOf, planNs, threadSteps, type Wish, worksIn } from './parts.ts';

export interface Split {
  /** One per thread, the same buffers in all. Every one ends with a barrier. */
  readonly plans: readonly Plan[];
  /** The steps that are shared, with the loop of theirs that is cut. */
  readonly shared: readonly { readonly step: Step; readonly cut: Cut }[];
  /** Barriers as they stand in the text of a plan. */
  readonly barriers: number;
  /** Rough times in nanoseconds. */
  readonly aloneNs: number;
  readonly togetherNs: number;
}

/** Sharing must win a fifth, and this many nanoseconds: a worker that sleeps takes some time to come. */
const LEAST_PART = 0.8;
const LEAST_NS = 15_000;

/** The plans of `threads` threads; nothing where one thread alone is about as quick. */
export function splitPlan(
  plan: Plan,
  { threads, always = false }: { readonly threads: number; readonly always?: boolean },
): Split | undefined {
  const wish: Wish = { threads, always };
  const aloneNs = planNs(plan);
  if (threads < 2 || (!always && aloneNs < LEAST_NS)) return undefined;
  const cut = partsOf(plan.steps, wish);
  if (!isShared(cut)) return undefined;
  const parts = withBarriers(plan, cut, threads);
  const togetherNs = partsNs(parts) + CALL_NS;
  if (!always && togetherNs > Math.min(LEAST_PART * aloneNs, aloneNs - LEAST_NS)) return undefined;
  return {
    plans: Array.from({ length: threads }, (_, t) => ({ ...plan, steps: threadSteps(parts, t) })),
    shared: worksIn(parts).flatMap((part) => {
      const { cut } = chosen(part);
      return cut ? [{ step: part.step, cut }] : [];
    }),
    barriers: barriersIn(parts),
    aloneNs,
    togetherNs,
  };
}
