/**
 * Plans that are split for threads mean what the whole plan means, in whatever order the threads run between barriers; and between
 * two barriers no thread touches a word that another one stores to.
 */
import { describe, expect, it } from 'vitest';
import { batchGraph } from '../../src/autodiff/index.ts';
import { splitPlan } from '../../src/backends/parallel/index.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { openArena, planRunner } from '../../src/kernel/evaluate-nest.ts';
import { type Order, threadsRunner } from '../../src/kernel/evaluate-threads.ts';
import type { Plan, Step } from '../../src/kernel/nest.ts';
import { printPlan } from '../../src/kernel/print-nest.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { ready } from '../../src/passes/index.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { type Random, random } from '../fuzz/random.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { anyData, differingBit, randomGraph } from '../random-graph.ts';
import { gradientOf } from './gradient-of.ts';
import { raceIn } from './plan-races.ts';
import { randomPlan } from './random-plan.ts';

/** More in a long run. */
const GRAPHS = Number(process.env.GRAPHS ?? 150);

const PROGRAMS = Number(process.env.PROGRAMS ?? 40);

const ORDERS: readonly ((threads: number, r: Random) => Order)[] = [
  (threads) => () => Array.from({ length: threads }, (_, t) => t),
  (threads) => () => Array.from({ length: threads }, (_, t) => threads - 1 - t),
  (threads, r) => () => Array.from({ length: threads }, (_, t) => t).sort(() => r.below(3) - 1),
];

/** The whole arena's results after two runs, in memory that is poisoned first. */
function resultsOf(plan: Plan, seed: number, runOn: (arena: ReturnType<typeof openArena>) => void): Float32Array[] {
  const arena = openArena(plan, Number.NaN);
  const r = random(seed);
  const part = (id: number): Float32Array => {
    const { offset, length } = must(plan.buffers[id]);
    return arena.f32.subarray(offset, offset + length);
  };
  return [1, 2].flatMap(() => {
    for (const id of [...plan.inputs, ...plan.params.map((p) => p.buffer)])
      part(id).set(anyData(r, part(id).length, true));
    runOn(arena);
    return [...plan.outputs, ...plan.alarms].map((id) => part(id).slice());
  });
}

/** How many steps were shared. */
function sameSplit(plan: Plan, seed: number, always: boolean): number {
  const whole = resultsOf(plan, seed, planRunner(plan));
  let shared = 0;
  for (const threads of [2, 3]) {
    const split = splitPlan(plan, { threads, always });
    if (!split) continue;
    shared += split.shared.length;
    for (const turns of [0, 2]) {
      const race = raceIn(split.plans, turns);
      if (race !== undefined)
        expect.fail(`seed ${seed}, ${threads} threads: ${race}\n${split.plans.map(printPlan).join('\n')}`);
    }
    for (const order of ORDERS) {
      const run = threadsRunner(split.plans);
      const difference = differingBit(
        resultsOf(plan, seed, (arena) => run(arena, order(threads, random(seed)))),
        whole,
      );
      if (difference)
        expect.fail(`seed ${seed}, ${threads} threads: ${difference}\n${split.plans.map(printPlan).join('\n')}`);
    }
  }
  return shared;
}

describe('split plans', () => {
  it('of random nests give the bits of the whole', () => {
    let shared = 0;
    for (let seed = 0; seed < 400; seed++) shared += sameSplit(randomPlan(seed).plan, seed, true);
    expect(shared).toBeGreaterThan(500);
  });

  it('of random graphs give them, with loops in loops', () => {
    let shared = 0;
    for (let seed = 0; seed < GRAPHS; seed++) shared += sameSplit(schedulePlan(randomGraph(seed)), seed, true);
    for (let seed = 0; seed < GRAPHS / 5; seed++)
      shared += sameSplit(schedulePlan(randomGraph(seed, { nodes: 40, depth: 1 })), seed, true);
    expect(shared).toBeGreaterThan(3 * GRAPHS);
  });
});

/** Splits what runs for a batch of a function, and its gradient; gives how many steps were shared. */
function functionSplit(graph: Graph, seed: number): number {
  const made = gradientOf(graph);
  const graphs: Graph[] = [ready(batchGraph(graph, 5)), ...(made ? [made] : [])];
  return graphs
    .map((each) => schedulePlan(each))
    .filter((plan) => plan.arena < 20_000)
    .reduce((shared, plan) => shared + sameSplit(plan, seed, true), 0);
}

describe('random programs', () => {
  it('their functions and gradients, split, give the bits of the whole', () => {
    let shared = 0;
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const result = compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined });
      if (!result.ok) throw new Error(`seed ${seed} does not compile`);
      for (const { graph } of result.value.program.entries) shared += functionSplit(graph, seed);
    }
    expect(shared).toBeGreaterThan(PROGRAMS);
  });
});

describe('the examples', () => {
  it.each(EXAMPLE_GRAPHS)('%s: split plans of its functions and gradients give the bits of the whole', (path) => {
    for (const { graph } of openProgram(EXAMPLES + path).compiled.program.entries) functionSplit(graph, 1);
  });
});

/** `relu(x · v) · w` for 48 rows: large enough to be worth two threads. */
function twoProducts(): Plan {
  const b = graphBuilder();
  const [x, v, w] = [b.input('x', [48, 64]), b.input('v', [64, 128]), b.input('w', [128, 64])];
  const hidden = b.max(b.einsum(x, v, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' }), b.full([], 0));
  const columns = b.sum(hidden, [0], 'sequential');
  const product = b.einsum(hidden, w, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  return schedulePlan(
    b.finish([
      { name: 'product', value: product },
      { name: 'columns', value: columns },
    ]),
  );
}

describe('what is worth it', () => {
  it('is shared, in whole vectors', () => {
    const plan = twoProducts();
    const split = must(splitPlan(plan, { threads: 2 }));
    expect(split.shared.length).toBeGreaterThanOrEqual(2);
    for (const { cut } of split.shared) expect(must(cut.bounds[1]) % 4).toBe(0);
    expect(sameSplit(plan, 1, false)).toBeGreaterThan(0);
  });

  it('does not include what takes a few microseconds', () => {
    const b = graphBuilder();
    const x = b.input('x', [1000]);
    expect(splitPlan(schedulePlan(b.finish([{ name: 'y', value: b.mul(x, x) }])), { threads: 2 })).toBe(undefined);
  });

  it('ends with a barrier on all threads', () => {
    const { plans } = must(splitPlan(twoProducts(), { threads: 3 }));
    expect(plans.map((p) => p.steps.at(-1)?.kind)).toEqual(['barrier', 'barrier', 'barrier']);
  });
});

/** The plans without their n-th barrier, counted through all loops; nothing if there is none. */
function withoutBarrier(plans: readonly Plan[], n: number): readonly Plan[] {
  return plans.map((plan) => {
    let seen = 0;
    const strip = (steps: readonly Step[]): Step[] =>
      steps.flatMap((step): Step[] => {
        if (step.kind === 'barrier') return seen++ === n ? [] : [step];
        if (step.kind === 'loop') return [{ ...step, body: strip(step.body) }];
        if (step.kind === 'while') return [{ ...step, cond: strip(step.cond), body: strip(step.body) }];
        return [step];
      });
    return { ...plan, steps: strip(plan.steps) };
  });
}

describe('a barrier that is missing', () => {
  it('is noticed', () => {
    const { plans, barriers } = must(splitPlan(twoProducts(), { threads: 2 }));
    expect(barriers).toBeGreaterThanOrEqual(2);
    for (let n = 0; n < barriers - 1; n++) expect(raceIn(withoutBarrier(plans, n), 2)).toMatch(/^stretch/);
    expect(raceIn(plans, 2)).toBe(undefined);
  });

  it('is noticed in most random graphs, in loops too', () => {
    let [noticed, all] = [0, 0];
    for (let seed = 0; seed < 150; seed++) {
      const split = splitPlan(schedulePlan(randomGraph(seed)), { threads: 2, always: true });
      if (!split) continue;
      for (let n = 0; n < split.barriers - 1; n++) {
        all++;
        if (raceIn(withoutBarrier(split.plans, n), 2) !== undefined) noticed++;
      }
    }
    expect(all).toBeGreaterThan(100);
    expect(noticed / all).toBeGreaterThan(0.6);
  });
});
