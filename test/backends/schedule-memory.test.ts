/** The memory plan on random lives, and plans that were broken on purpose: the comparisons of the other tests notice. */
import { describe, expect, it } from 'vitest';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { alignmentOf, type Life, place } from '../../src/backends/schedule/memory.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Plan, Step } from '../../src/kernel/nest.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { sharedMemory } from './plan-lives.ts';
import { runnerOf } from './schedule-run.ts';

describe('places in the arena', () => {
  it('never overlap while both are alive, on random lives', () => {
    const r = random(5);
    let [arenas, peaks] = [0, 0];
    for (let round = 0; round < 200; round++) {
      const lives = Array.from({ length: 1 + r.below(60) }, (): Life => {
        const first = r.below(40);
        return { length: r.below(r.pick([5, 100, 5000])), first, last: first + r.below(r.pick([3, 12])) };
      });
      const { offsets, arena, peak } = place(lives);
      arenas += arena;
      peaks += peak;
      lives.forEach((a, i) => {
        const at = must(offsets[i]);
        expect(at % alignmentOf(a.length)).toBe(0);
        expect(at + a.length).toBeLessThanOrEqual(arena);
        lives.slice(0, i).forEach((b, j) => {
          const together = a.first <= b.last && b.first <= a.last && a.length > 0 && b.length > 0;
          if (together) expect(at >= must(offsets[j]) + b.length || must(offsets[j]) >= at + a.length).toBe(true);
        });
      });
    }
    expect(arenas / peaks).toBeLessThan(1.15);
  });
});

/** Whether some of the graphs shows that a change to plans changes results. */
function noticed(change: (plan: Plan) => Plan | undefined): { readonly changed: number; readonly noticed: number } {
  const count = { changed: 0, noticed: 0 };
  for (let seed = 0; seed < 150; seed++) {
    const graph = randomGraph(seed);
    const broken = change(schedulePlan(graph));
    if (!broken) continue;
    count.changed++;
    if (differs(graph, broken, seed)) count.noticed++;
  }
  return count;
}

function differs(graph: Graph, plan: Plan, seed: number): boolean {
  const r = random(seed);
  const [inputs, params] = [anyInputs(r, graph, false), anyParams(r, graph, false)];
  const found = runnerOf(plan, graph)(inputs, params);
  return differingBit(evaluate(graph, inputs, params).outputs, found.outputs) !== undefined;
}

const everyStep = (steps: readonly Step[], f: (step: Step) => Step): Step[] =>
  steps.map((step) => {
    if (step.kind === 'loop') return f({ ...step, body: everyStep(step.body, f) });
    return step.kind === 'while'
      ? f({ ...step, cond: everyStep(step.cond, f), body: everyStep(step.body, f) })
      : f(step);
  });

describe('a plan broken on purpose is noticed', () => {
  it('by its lives alone, without running it', () => {
    let changed = 0;
    for (let seed = 0; seed < 100; seed++) {
      const plan = schedulePlan(randomGraph(seed));
      const [a, b] = plan.buffers.filter((x) => x.role === 'output' && x.length > 0);
      if (!a || !b) continue;
      changed++;
      const buffers = plan.buffers.map((x) => (x === b ? { ...b, offset: a.offset } : x));
      expect(sharedMemory(plan)).toEqual([]);
      expect(sharedMemory({ ...plan, buffers })).toContain(`${b.name} and ${a.name}`);
    }
    expect(changed).toBeGreaterThan(30);
  });

  it('when two results share memory that are alive together', () => {
    const { changed, noticed: found } = noticed((plan) => {
      const outputs = plan.buffers.filter((b) => b.role === 'output' && b.length > 1);
      const [a, b] = outputs;
      if (!a || !b) return undefined;
      const arena = plan.arena + b.length;
      return { ...plan, arena, buffers: plan.buffers.map((x) => (x === b ? { ...b, offset: a.offset } : x)) };
    });
    expect(changed).toBeGreaterThan(30);
    expect(found).toBeGreaterThan(changed * 0.8);
  });

  it('when a temporary dies one step too early', () => {
    // All temporaries at one place: the extreme of lives that were taken too short.
    const { changed, noticed: found } = noticed((plan) => {
      const temporaries = plan.buffers.filter((b) => b.role === 'temporary');
      const most = temporaries.reduce((n, b) => Math.max(n, b.length), 0);
      if (temporaries.length < 3) return undefined;
      const buffers = plan.buffers.map((b) => (b.role === 'temporary' ? { ...b, offset: plan.arena } : b));
      return { ...plan, arena: plan.arena + most, buffers };
    });
    expect(changed).toBeGreaterThan(20);
    expect(found).toBeGreaterThan(changed * 0.3);
  });

  it('when a loop runs the other way', () => {
    const turned = (plan: Plan): Plan | undefined => {
      let loops = 0;
      const steps = everyStep(plan.steps, (step) => {
        if (step.kind !== 'loop' || step.count < 2 || step.carried.length === 0) return step;
        loops++;
        return { ...step, reverse: !step.reverse };
      });
      return loops > 0 ? { ...plan, steps } : undefined;
    };
    const { changed, noticed: found } = noticed(turned);
    expect(changed).toBeGreaterThan(5);
    expect(found).toBeGreaterThan(0);
  });

  it('when a sum is ordered otherwise', () => {
    const b = graphBuilder();
    const x = b.input('x', [5, 40]);
    const sums = (['lanes', 'sequential'] as const).flatMap((order) => [
      b.sum(b.mul(x, x), [1], order),
      b.einsum(x, b.neg(x), { lhs: [0, 1], rhs: [2, 1], out: [0, 2], order }),
    ]);
    const graph = b.finish(sums.map((value, i) => ({ name: `s${i}`, value })));
    const plan = schedulePlan(graph);
    expect(differs(graph, plan, 3)).toBe(false);
    plan.steps.forEach((_, at) => {
      const steps = plan.steps.map((step, i): Step => {
        if (i !== at || (step.kind !== 'reduce' && step.kind !== 'contract')) return step;
        return { ...step, combine: step.combine === 'lanes' ? 'sequential' : 'lanes' };
      });
      const isSum = ['reduce', 'contract'].includes(must(plan.steps[at]).kind);
      expect(differs(graph, { ...plan, steps }, 3)).toBe(isSum);
    });
  });
});
