/**
 * A plan taken apart for its threads: the same tree of steps, with the share of each thread at every leaf. Which steps are shared
 * is decided here; where threads must meet, in `barriers.ts`.
 */
import type { Leaf, LoopStep, Plan, Step, WhileStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { BARRIER_NS, leafNs, stepNs, stepsNs, turnsOf } from './cost.ts';
import { bestCuts, type Cut, sharesOf } from './cut.ts';

/** What a step becomes on each thread; without a cut the first thread does it alone. */
export interface Choice {
  readonly cut: Cut | undefined;
  readonly shares: readonly (Step | undefined)[];
}

export type Part =
  /** `isWorth`: its shares win more than a barrier costs. The choices stand in the order in which they are liked. */
  | { readonly kind: 'work'; readonly step: Step; readonly isWorth: boolean; readonly choices: readonly Choice[] }
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

/** What its shares must win before a step is worth a meeting. */
const LEAST_GAIN_NS = 1.5 * BARRIER_NS;

/** Less is left to one thread; between the two a step is shared where that needs no barrier. */
const LITTLE_NS = 50;

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
  const cuts = bestCuts(step, threads, always);
  const gain = leafNs(step) - (cuts[0]?.ns ?? Number.POSITIVE_INFINITY);
  const isWorth = cuts.length > 0 && (always || gain > LEAST_GAIN_NS);
  const shared = cuts.map(({ cut }): Choice => ({ cut, shares: sharesOf(step, cut) }));
  if (isWorth) return { kind: 'work', step, isWorth, choices: shared };
  return { kind: 'work', step, isWorth, choices: [...(gain > LITTLE_NS ? shared : []), alone(step, threads)] };
}

const alone = (step: Step, threads: number): Choice => ({
  cut: undefined,
  shares: Array.from({ length: threads }, (_, t) => (t === 0 ? step : undefined)),
});

/** A loop in which nothing is worth it is one thread's work as a whole, and so needs no meeting inside. */
const within = (step: LoopStep | WhileStep, { threads }: Wish, part: Part): Part =>
  isShared([part]) ? part : { kind: 'work', step, isWorth: false, choices: [alone(step, threads)] };

/** Whether any step is worth it. */
export const isShared = (parts: readonly Part[]): boolean => worksIn(parts).some((work) => work.isWorth);

export const worksIn = (parts: readonly Part[]): Extract<Part, { kind: 'work' }>[] =>
  parts.flatMap((part) => {
    switch (part.kind) {
      case 'work':
        return [part];
      case 'loop':
        return worksIn(part.body);
      case 'while':
        return worksIn([...part.cond, ...part.body]);
      case 'barrier':
        return [];
      default:
        return part satisfies never;
    }
  });

export const chosen = (part: Extract<Part, { kind: 'work' }>): Choice => must(part.choices[0]);

/** The time until the last thread is through. */
export const partsNs = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => {
    switch (part.kind) {
      case 'work':
        return sum + chosen(part).shares.reduce((most, share) => Math.max(most, share ? stepNs(share) : 0), 0);
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
        const share = chosen(part).shares[thread];
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
