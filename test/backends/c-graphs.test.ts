/**
 * Whole graphs as C give the bits of the reference: random graphs, the examples and random programs, alone, in a batch and as gradients.
 * The long run: `GRAPHS=1000 PROGRAMS=2000 npx vitest run test/backends/c-graphs.test.ts --test-timeout 3600000`.
 */
import { describe, expect, it } from 'vitest';
import { batchGraph, gradient } from '../../src/autodiff/index.ts';
import type { RunResult } from '../../src/backends/backend.ts';
import { reference } from '../../src/backends/reference.ts';
import { planExecutable } from '../../src/backends/resident.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { ready, runPasses, TRAIN_PIPELINE } from '../../src/passes/index.ts';
import { compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { fuseStep } from '../../src/train/fuse.ts';
import { openParameters } from '../../src/train/parameters.ts';
import { randomProgram } from '../fuzz/program.ts';
import { random } from '../fuzz/random.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { loadMany, roadsHere } from './c-library.ts';
import { type Stepped, threeSteps } from './steps.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 40);
const PROGRAMS = Number(process.env.PROGRAMS ?? 8);

interface Run {
  readonly inputs: readonly Float32Array[];
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly expected: RunResult;
}

interface Case {
  readonly plan: Plan;
  readonly what: string;
  /** Two, for a buffer that is not stored before it is loaded shows in the second. */
  readonly runs: readonly Run[];
}

function caseOf(graph: Graph, seed: number, what: string): Case {
  const one = reference.compile(graph);
  const r = random(seed);
  const runs = [true, false].map((specials): Run => {
    const [inputs, params] = [anyInputs(r, graph, specials), anyParams(r, graph, specials)];
    return { inputs, params, expected: one.run(inputs, params) };
  });
  return { plan: schedulePlan(graph), what, runs };
}

/** The gradient of the sum of all results by all parameters. */
function gradientOf(graph: Graph): Graph[] {
  const names = graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));
  if (names.length === 0) return [];
  const b = graphBuilder();
  const inputs = graph.nodes.flatMap((n) => (n.op === 'input' ? [b.input(n.attrs.name, n.attrs.shape)] : []));
  const all = (v: (typeof inputs)[number]): number[] => b.shapeOf(v).map((_, i) => i);
  const total = b
    .inline(graph, inputs)
    .map((v) => b.sum(v, all(v), 'lanes'))
    .reduce((x, y) => b.add(x, y));
  const made = gradient(b.finish([{ name: 'loss', value: total }]), { of: 'loss', wrt: [...new Set(names)] });
  return [runPasses(TRAIN_PIPELINE, made.graph)];
}

/** A function alone, in a batch, and its gradient. */
const meanings = (graph: Graph, batch: number, what: string): Case[] => [
  caseOf(graph, 1, what),
  caseOf(ready(batchGraph(graph, batch)), 2, `${what}, in a batch`),
  ...gradientOf(graph).map((made) => caseOf(made, 3, `${what}, its gradient`)),
];

const graphs = Array.from({ length: GRAPHS }, (_, seed) => {
  const options = seed % 4 === 3 ? { nodes: 40, depth: 1 } : {};
  return caseOf(seed % 2 === 0 ? randomGraph(seed, options) : ready(randomGraph(seed, options)), seed, `graph ${seed}`);
});

const examples = (): Case[] =>
  EXAMPLE_GRAPHS.flatMap((path) =>
    openProgram(EXAMPLES + path).compiled.program.entries.flatMap(({ name, graph }) =>
      meanings(graph, 9, `${path}: ${name}`),
    ),
  );

/** Whole steps of training, in place: gradient, optimiser and constraints of each example that learns. */
const trainings = (): (Stepped & { readonly what: string })[] =>
  EXAMPLE_GRAPHS.flatMap((path) => {
    const { program } = openProgram(EXAMPLES + path).compiled;
    if (!program.train) return [];
    const { loss, optimizer } = program.train;
    if (!optimizer.step) return [];
    const { slots } = openParameters(program.params);
    const task = { loss, slots, weighted: false, step: optimizer.step, stateNames: optimizer.state };
    return [{ what: `${path}, a step`, ...fuseStep(task, 7) }];
  });

const programs = (first: number, count: number): Case[] =>
  Array.from({ length: count }, (_, i) => first + i).flatMap((seed) => {
    const result = compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined });
    if (!result.ok) throw new Error(`seed ${seed} does not compile`);
    return result.value.program.entries.flatMap(({ name, graph }) => meanings(graph, 5, `program ${seed}: ${name}`));
  });

/** So many programs at a time, for their plans and results stand in memory. */
const AT_ONCE = 100;

/** A short run leaves clang to the tests of kernels and of plans. */
const isLong = process.env.PROGRAMS !== undefined;
const roads = roadsHere().filter((road) => isLong || road.compiler === 'gcc');

/** Holds the cases against each road; gives the numbers that were compared. */
function agree(cases: readonly Case[]): number {
  let numbers = 0;
  for (const road of roads) {
    const opens = loadMany(
      cases.map((c) => c.plan),
      road,
    );
    for (const [n, { plan, what, runs }] of cases.entries()) {
      const executable = planExecutable(plan, must(opens[n])());
      for (const { inputs, params, expected } of runs) {
        const got = executable.run(inputs, params);
        const difference = differingBit(got.outputs, expected.outputs);
        if (difference) expect.fail(`${road.name}: ${what}: ${difference}`);
        expect(got.alarms).toEqual(expected.alarms);
        numbers += expected.outputs.reduce((sum, out) => sum + out.length, 0);
      }
    }
  }
  return numbers;
}

describe.skipIf(roads.length === 0)('C gives the bits of the reference', () => {
  it('random graphs', () => expect(agree(graphs)).toBeGreaterThan(GRAPHS));
  it('the examples, in a batch and with their gradients', () => expect(agree(examples())).toBeGreaterThan(1000));
  it('steps of training in place', () => {
    const all = trainings();
    expect(all.length).toBeGreaterThan(4);
    const expected = all.map((stepped) => threeSteps(reference, stepped));
    const plans = all.map(({ graph, updates }) => schedulePlan(graph, updates));
    for (const road of roads) {
      const opens = loadMany(plans, road);
      for (const [n, stepped] of all.entries()) {
        const compiled = planExecutable(must(plans[n]), must(opens[n])());
        const got = threeSteps({ name: road.name, compile: () => compiled }, stepped);
        const difference = differingBit(got, must(expected[n]));
        if (difference) expect.fail(`${road.name}: ${stepped.what}: ${difference}`);
      }
    }
  });
  it('random programs, in a batch and with their gradients', () => {
    let [plans, numbers] = [0, 0];
    for (let first = 0; first < PROGRAMS; first += AT_ONCE) {
      const cases = programs(first, Math.min(AT_ONCE, PROGRAMS - first));
      plans += cases.length;
      numbers += agree(cases);
    }
    if (process.env.PROGRAMS)
      console.info(`${PROGRAMS} programs: ${plans} plans, ${numbers} numbers on ${roads.length} roads`);
    expect(numbers).toBeGreaterThan(PROGRAMS);
  });
});
