/**
 * A plan taken apart for its threads: the same tree of steps, with the share of each thread at every leaf. Which steps are shared
 * is decided here; where threads must meet, in `barriers.ts`.
 */
import type { Leaf, LoopStep, Plan, Step, WhileStep } from '../../kernel/nest.ts';
import { BARRIER_NS, leafNs, stepNs, stepsNs, turnsOf } from './cost.ts';
import { bestCut, type Cut, sharesOf, slowestNs } from './cut.ts';

export type Part =
  /** What the step becomes on each thread; `cut` where it is shared, else the first thread does it alone. */
  | {
      readonly kind: 'work';
      readonly step: Step;
      readonly cut: Cut | undefined;
      readonly shares: readonly (Step | undefined)[];
    }
  | { readonly kind: 'loop'; readonly step: LoopStep; readonly body: readonly Part[] }
  | {
      readonly kind: 'while';
      readonly step: WhileStep;
      readonly cond: readonly Part[];
      readonly body: readonly Part[];
    }
  | { readonly kind: 'barrier' };

export interface Wish {
  readonly threads: number;
  /** Shares whatever can be shared, wherever it can be cut: for tests. */
  readonly always: boolean;
}

/** What a share must win before a step is worth a meeting. */
const LEAST_GAIN_NS = 1.5 * BARRIER_NS;

export const partsOf = (steps: readonly Step[], wish: Wish): Part[] =>
  steps.flatMap((step): Part[] => {
    switch (step.kind) {
      case 'loop':
        return step.count === 0 ? [] : [within(step, wish, { kind: 'loop', step, body: partsOf(step.body, wish) })];
      case 'while': {
        const [cond, body] = [partsOf(step.cond, wish), partsOf(step.body, wish)];
        return step.max === 0 ? [] : [within(step, wish, { kind: 'while', step, cond, body })];
      }
      case 'barrier':
        return [{ kind: 'barrier' }];
      default:
        return [leaf(step, wish)];
    }
  });

function leaf(step: Leaf, { threads, always }: Wish): Part {
  const cut = bestCut(step, threads, always);
  const isWorth = cut !== undefined && (always || leafNs(step) - slowestNs(step, cut) > LEAST_GAIN_NS);
  return isWorth ? { kind: 'work', step, cut, shares: sharesOf(step, cut) } : alone(step, threads);
}

const alone = (step: Step, threads: number): Part => ({
  kind: 'work',
  step,
  cut: undefined,
  shares: Array.from({ length: threads }, (_, t) => (t === 0 ? step : undefined)),
});

/** A loop in which nothing is shared is one thread's work as a whole, and so needs no meeting inside. */
const within = (step: LoopStep | WhileStep, { threads }: Wish, part: Part): Part =>
  sharedIn([part]) > 0 ? part : alone(step, threads);

/** How many steps are shared. */
export const sharedIn = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => {
    switch (part.kind) {
      case 'work':
        return sum + (part.cut ? 1 : 0);
      case 'loop':
        return sum + sharedIn(part.body);
      case 'while':
        return sum + sharedIn(part.cond) + sharedIn(part.body);
      case 'barrier':
        return sum;
      default:
        return part satisfies never;
    }
  }, 0);

/** The time until the last thread is through. */
export const partsNs = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => {
    switch (part.kind) {
      case 'work':
        return sum + part.shares.reduce((most, share) => Math.max(most, share ? stepNs(share) : 0), 0);
      case 'loop':
        return sum + part.step.count * partsNs(part.body);
      case 'while':
        return sum + turnsOf(part.step.max) * (partsNs(part.cond) + partsNs(part.body));
      case 'barrier':
        return sum + BARRIER_NS;
      default:
        return part satisfies never;
    }
  }, 0);

export const planNs = (plan: Plan): number => stepsNs(plan.steps);

/** The steps of one thread. */
export const threadSteps = (parts: readonly Part[], thread: number): Step[] =>
  parts.flatMap((part): Step[] => {
    switch (part.kind) {
      case 'work': {
        const share = part.shares[thread];
        return share ? [share] : [];
      }
      case 'loop':
        return [{ ...part.step, body: threadSteps(part.body, thread) }];
      case 'while':
        return [{ ...part.step, cond: threadSteps(part.cond, thread), body: threadSteps(part.body, thread) }];
      case 'barrier':
        return [part];
      default:
        return part satisfies never;
    }
  });
