/**
 * What the plans of threads mean together: between two barriers the threads may run in any order. This runs them one after the
 * other in an order that the caller gives for each stretch; a split is right when every order gives the bits of the whole plan.
 */
import { Bug, must } from '../text/result.ts';
import { type Arena, testOf, type Work, type World, workOf } from './evaluate-nest.ts';
import type { LoopStep, Plan, Step, WhileStep } from './nest.ts';

/** A thread: runs up to its next barrier each time it is resumed. */
type Thread = Generator<'barrier', void>;
type Steps = (world: World) => Thread;

/** Gives the threads' numbers in the order in which they run a stretch. */
export type Order = (stretch: number) => readonly number[];

export function threadsRunner(plans: readonly Plan[]): (arena: Arena, order: Order) => void {
  const all = plans.map((plan) => stepsOf(plan, plan.steps));
  return ({ f32 }, order) => {
    const threads = all.map((steps) => steps({ memory: f32, variables: [] }));
    for (let stretch = 0; ; stretch++) {
      const ended = order(stretch).filter((thread) => must(threads[thread]).next().done);
      if (ended.length === plans.length) return;
      if (ended.length > 0) throw new Bug('some threads ended where others wait');
    }
  };
}

function stepsOf(plan: Plan, steps: readonly Step[]): Steps {
  const runs = steps.map((step): Steps => {
    switch (step.kind) {
      case 'barrier':
        return barrier;
      case 'loop':
        return turnsOf(plan, step);
      case 'while':
        return whileOf(plan, step);
      default:
        return leafOf(workOf(plan, step));
    }
  });
  return function* (world) {
    for (const run of runs) yield* run(world);
  };
}

function* barrier(): Thread {
  yield 'barrier';
}

const leafOf = (work: Work): Steps =>
  // biome-ignore lint/correctness/useYield: a step without barriers
  function* (world) {
    work(world);
  };

function turnsOf(plan: Plan, { body, count, reverse, variable }: LoopStep): Steps {
  const turn = stepsOf(plan, body);
  return function* (world) {
    for (let i = 0; i < count; i++) {
      world.variables[variable] = reverse ? count - 1 - i : i;
      yield* turn(world);
    }
  };
}

function whileOf(plan: Plan, step: WhileStep): Steps {
  const [cond, body] = [stepsOf(plan, step.cond), stepsOf(plan, step.body)];
  const test = testOf(plan, step.test);
  return function* (world) {
    for (let i = 0; i < step.max; i++) {
      yield* cond(world);
      if (!test(world)) return;
      yield* body(world);
    }
  };
}
