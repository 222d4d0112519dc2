/**
 * Plans give the bits of the reference: random graphs over the whole vocabulary, random programs with their gradients, all
 * examples. And their memory is close to what is alive at once.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/index.ts';
import { reference } from '../../src/backends/reference.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Step } from '../../src/kernel/nest.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { DEFAULT_PIPELINE, ready, runPasses, TRAIN_PIPELINE } from '../../src/passes/index.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { fuseStep } from '../../src/train/fuse.ts';
import { gradientGraph, scoreGraph, stepGraph } from '../../src/train/graphs.ts';
import { openParameters } from '../../src/train/parameters.ts';
import { randomProgram } from '../fuzz/program.ts';
import { random } from '../fuzz/random.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { planFaults } from './plan-check.ts';
import { sharedMemory } from './plan-lives.ts';
import { runnerOf } from './schedule-run.ts';
import { threeSteps } from './steps.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 300);
const PROGRAMS = Number(process.env.PROGRAMS ?? 60);

/** What was compared and how much memory it took, for the figures in the notes. */
const seen = { plans: 0, numbers: 0, worst: 1, arena: 0, peak: 0 };

/** Where plan and reference differ on a few inputs, or nothing. Runs share one arena, so what is left over from one shows in the next. */
function difference(graph: Graph, seed: number, rounds: readonly boolean[] = [false, true, false]): string | undefined {
  const r = random(seed);
  const plan = schedulePlan(graph);
  const run = runnerOf(plan, graph);
  const shared = sharedMemory(plan);
  if (shared.length > 0) return `shared memory: ${shared[0]}`;
  seen.plans++;
  seen.arena += plan.arena;
  seen.peak += plan.peak;
  if (plan.peak > 0) seen.worst = Math.max(seen.worst, plan.arena / plan.peak);
  for (const specials of rounds) {
    const inputs = anyInputs(r, graph, specials);
    const params = anyParams(r, graph, specials);
    const wanted = evaluate(graph, inputs, params);
    const found = run(inputs, params);
    const differs = differingBit(wanted.outputs, found.outputs);
    if (differs) return differs;
    if (wanted.alarms.join() !== found.alarms.join()) return `alarms ${found.alarms}, not ${wanted.alarms}`;
    seen.numbers += found.outputs.reduce((n, o) => n + o.length, 0);
  }
  return undefined;
}

describe('a plan gives the bits of the reference on random graphs', () => {
  it('as they are, and is sound', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = randomGraph(seed);
      expect({ seed, difference: difference(graph, seed) }).toEqual({ seed, difference: undefined });
      if (seed % 4 === 0) expect({ seed, faults: planFaults(schedulePlan(graph)) }).toEqual({ seed, faults: [] });
    }
  });

  it('after the default pipeline', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = runPasses(DEFAULT_PIPELINE, randomGraph(seed));
      expect({ seed, difference: difference(graph, seed) }).toEqual({ seed, difference: undefined });
    }
  });

  it('with large loops in loops', () => {
    for (let seed = 0; seed < GRAPHS / 6; seed++) {
      const graph = randomGraph(seed + 10_000, { nodes: 40, depth: 3 });
      expect({ seed, difference: difference(graph, seed) }).toEqual({ seed, difference: undefined });
    }
  });
});

/** The gradient of the sum of all results by the params that are used, or nothing. */
function gradientOf(graph: Graph): Graph | undefined {
  const wrt = graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));
  if (wrt.length === 0) return undefined;
  const b = graphBuilder();
  const inputs = graph.nodes.flatMap((n) => (n.op === 'input' ? [b.input(n.attrs.name, n.attrs.shape)] : []));
  const sums = b.inline(graph, inputs).map((v) => {
    const axes = b.shapeOf(v).map((_, i) => i);
    return b.sum(v, axes, 'lanes');
  });
  const loss = sums.reduce((x, y) => b.add(x, y));
  return runPasses(TRAIN_PIPELINE, gradient(b.finish([{ name: 'loss', value: loss }]), { of: 'loss', wrt }).graph);
}

describe('a plan gives the bits of the reference on random programs', () => {
  it('forward after the default pipeline, gradients after the training pipeline', () => {
    let gradients = 0;
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const result = compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined });
      if (!result.ok) throw new Error(`seed ${seed} does not compile`);
      for (const entry of result.value.program.entries) {
        const back = gradientOf(entry.graph);
        if (back) gradients++;
        for (const graph of [entry.graph, ready(entry.graph), ...(back ? [back] : [])])
          expect({ seed, entry: entry.name, difference: difference(graph, seed) }).toEqual({
            seed,
            entry: entry.name,
            difference: undefined,
          });
      }
    }
    expect(gradients).toBeGreaterThan(PROGRAMS / 4);
  });
});

/** All graphs that running and training a program evaluates, for a batch of `rows`. */
function graphsOf(path: string, rows: number): (readonly [string, Graph])[] {
  const { compiled } = openProgram(join(EXAMPLES, path));
  const { program, entries } = compiled;
  const forward = entries.map((e) => [e.name, e.ready] as const);
  const { train } = program;
  if (!train) return forward;
  const learned = program.params.filter((p) => !p.frozen).map(({ name, shape }) => ({ name, shape }));
  return [
    ...forward,
    ['gradient', gradientGraph(train.loss, rows, learned, false)],
    ['weighted gradient', gradientGraph(train.loss, rows, learned, true)],
    ['scores', scoreGraph(train.loss, rows)],
    ...(train.optimizer.step ? [['step', stepGraph(train.optimizer.step, 37)] as const] : []),
  ];
}

describe('a plan gives the bits of the reference on the examples', () => {
  for (const path of EXAMPLE_GRAPHS)
    it(path, () => {
      for (const [name, graph] of graphsOf(path, 5)) {
        expect({ name, difference: difference(graph, 1, [false, true]) }).toEqual({ name, difference: undefined });
        expect({ name, faults: planFaults(schedulePlan(graph)).slice(0, 3) }).toEqual({ name, faults: [] });
      }
    });
});

describe('the whole training step of an example, with its states in place', () => {
  for (const path of EXAMPLE_GRAPHS)
    it(path, () => {
      const { program } = openProgram(join(EXAMPLES, path)).compiled;
      const { train } = program;
      if (!train?.optimizer.step) return;
      const { optimizer, loss } = train;
      const { slots } = openParameters(program.params);
      const task = { loss, slots, weighted: false, step: must(optimizer.step), stateNames: optimizer.state };
      for (const rows of [1, 5]) {
        const { graph, updates } = fuseStep(task, rows);
        const plan = schedulePlan(graph, updates);
        expect(planFaults(plan).slice(0, 3)).toEqual([]);
        expect(sharedMemory(plan)).toEqual([]);
        expect(threeSteps(wasm, { graph, updates })).toEqual(threeSteps(reference, { graph, updates }));
      }
    });
});

const countSteps = (steps: readonly Step[], kind: Step['kind']): number => steps.filter((s) => s.kind === kind).length;

describe('fusion', () => {
  it('makes one map of an elementwise chain with several results', () => {
    const b = graphBuilder();
    const x = b.input('x', [4, 8]);
    const y = b.op('tanh', [b.mul(x, b.full([], 2))], {});
    const z = b.add(b.transpose(b.input('z', [8, 4]), [1, 0]), y);
    const plan = schedulePlan(
      b.finish([
        { name: 'y', value: y },
        { name: 'z', value: b.reshape(z, [32]) },
      ]),
    );
    expect(plan.steps).toMatchObject([{ kind: 'map', loops: [4, 8] }]);
    expect(plan.buffers.filter((buffer) => buffer.role === 'temporary')).toEqual([]);
  });

  it('puts a chain in front of a reduction into its terms, and what follows a product into its stores', () => {
    const b = graphBuilder();
    const x = b.input('x', [3, 8]);
    const sum = b.sum(b.op('exp', [b.mul(x, x)], {}), [1], 'lanes');
    const product = b.einsum(x, b.param('w', [8, 5]), { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
    const layer = b.op('tanh', [b.add(product, b.broadcast(b.param('b', [5]), [3, 5], [1]))], {});
    const plan = schedulePlan(
      b.finish([
        { name: 's', value: b.div(sum, b.full([], 8)) },
        { name: 'l', value: layer },
      ]),
    );
    expect(plan.steps.map((s) => s.kind)).toEqual(['reduce', 'contract']);
    expect(plan.buffers.filter((buffer) => buffer.role === 'temporary')).toEqual([]);
  });

  it('keeps a state in place where nothing reads the old one any more', () => {
    const body = graphBuilder();
    const [s, x] = [body.input('s', [6]), body.input('x', [6])];
    const next = body.finish([{ name: 's', value: body.add(body.mul(s, body.full([], 0.5)), x) }]);
    const b = graphBuilder();
    const attrs = { body: next, carries: 1, mapped: 1, length: 9, reverse: false };
    const [last] = b.node('scan', [b.input('s', [6]), b.input('x', [9, 6])], attrs);
    const plan = schedulePlan(b.finish([{ name: 'last', value: last ?? b.full([6], 0) }]));
    const [, loop] = plan.steps;
    expect(loop?.kind === 'loop' && countSteps(loop.body, 'map')).toBe(1);
    expect(loop?.kind === 'loop' && loop.body.length).toBe(1);
  });
});

describe('memory', () => {
  it('is at most 1.3 times what is alive at once, in every plan above', () => {
    expect(seen.plans).toBeGreaterThan(2 * GRAPHS);
    expect(seen.worst).toBeLessThanOrEqual(1.3);
    if (process.env.FIGURES) console.log(seen);
  });
});
