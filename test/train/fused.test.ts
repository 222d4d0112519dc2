/**
 * Steps that are one plan: the same bits as the gradient and the optimiser one after the other, in place, without a copy; and what
 * happens when a number is no longer finite.
 */
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { reference } from '../../src/backends/reference.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { Plan, Step as PlanStep } from '../../src/kernel/nest.ts';
import type { TrainTask } from '../../src/lower/program.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { normals } from '../../src/num/random.ts';
import type { Compiled } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { type FusedTask, fuseStep } from '../../src/train/fuse.ts';
import { fusedStepper } from '../../src/train/fused.ts';
import { openMachine, openOptimizer } from '../../src/train/machine.ts';
import { openParameters, type Parameters } from '../../src/train/parameters.ts';
import { firstOrder, type Stepper } from '../../src/train/stepper.ts';
import { messageOf, problemsOf, program, table, trainOn, unwrap } from './programs.ts';

/** Small params beside a large one, a range, a frozen param, several examples that branch. */
const TEXT = (optimizer: string): string => `
import { squared_error } from "std/loss";
param slope: f32 in [0.25, 0.5] = 0.5;
frozen param shift: f32 = 0.125;
param wide: f32[9, 8] = normal(scale = 0.2);
param few: f32[3] in [-0.1, 0.1] = zeros();
fn predict(x: f32[8]) -> f32 {
  let h = tanh(wide @ x + shift);
  let bent = if h[0] > slope { h[1] * few[2] } else { slope * h[2] };
  bent + sum(h) * few[0] - few[1]
}
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: ${optimizer}, epochs: 3 }
`;

const taskOf = (c: Compiled): TrainTask => must(c.program.train);

function fusedTask(c: Compiled, params: Parameters): FusedTask {
  const { loss, optimizer } = taskOf(c);
  return { loss, slots: params.slots, weighted: false, step: must(optimizer.step), stateNames: optimizer.state };
}

/** Params and states after steps over batches of these sizes. */
function trainedOn(c: Compiled, sizes: readonly number[], open: (params: Parameters) => Stepper): Float32Array[] {
  const params = openParameters(c.program.params);
  const stepper = open(params);
  const losses = sizes.map((rows, i) => {
    const batch = { rows, leaves: [normals(8 * rows, 5, i), normals(rows, 6, i)] };
    return stepper.step(batch, undefined, i + 1, 0.05).loss;
  });
  stepper.collect?.();
  return [Float32Array.from(losses), params.flat, ...stepper.save().values()];
}

const fusedOn = (c: Compiled, backend: Backend) => (params: Parameters) =>
  fusedStepper(fusedTask(c, params), params, backend);
const carefulOn = (c: Compiled) => (params: Parameters) => {
  const { step, state } = taskOf(c).optimizer;
  const optimizer = openOptimizer(must(step), state, params.flat.length, reference);
  return firstOrder(openMachine(taskOf(c), params, false, reference), params, optimizer, undefined);
};

const OPTIMIZERS = [
  'adam(rate = 0.05)',
  'adamw(rate = 0.05)',
  'sgd(rate = 0.05, momentum = 0.9, nesterov = 1.0)',
  'rmsprop(rate = 0.05)',
];

describe('the bits of gradient and optimiser one after the other', () => {
  for (const optimizer of OPTIMIZERS)
    test(optimizer, () => {
      const c = program(TEXT(optimizer));
      const sizes = [5, 5, 1, 5, 3, 1, 1, 5];
      const expected = trainedOn(c, sizes, carefulOn(c));
      for (const backend of [wasm, reference]) {
        const found = trainedOn(c, sizes, fusedOn(c, backend));
        expect(found.map((xs, i) => sameF32s(xs, must(expected[i])))).toEqual(expected.map(() => true));
      }
    });
});

const flatSteps = (steps: readonly PlanStep[]): PlanStep[] =>
  steps.flatMap((s) => (s.kind === 'loop' || s.kind === 'while' ? [s, ...flatSteps(s.body)] : [s]));

/** Buffers that a step stores to. */
const storedBy = (step: PlanStep): number[] =>
  'stores' in step
    ? step.stores.map((s) => s.to.buffer)
    : 'epilogue' in step
      ? step.epilogue.stores.map((s) => s.to.buffer)
      : [];

function fusedPlan(c: Compiled, rows: number): Plan {
  const { graph, updates } = fuseStep(fusedTask(c, openParameters(c.program.params)), rows);
  return schedulePlan(graph, updates);
}

describe('the plan of a step', () => {
  const LAYERS = `
import { squared_error } from "std/loss";
param w: f32[16, 20] = glorot();
param v: f32[4, 16] = glorot();
fn predict(x: f32[20]) -> f32 { sum(tanh(v @ tanh(w @ x))) }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: adam(), epochs: 1 }
`;
  for (const rows of [1, 6])
    test(`stores params and states where they lie, gradients nowhere (batch ${rows})`, () => {
      const plan = fusedPlan(program(LAYERS), rows);
      const states = plan.buffers.flatMap((b, i) => (b.role === 'state' && b.length === 320 ? [i] : []));
      expect(states.length).toBe(3);
      const storing = flatSteps(plan.steps).filter((s) => storedBy(s).some((id) => states.includes(id)));
      expect(storing.length).toBe(1);
      expect(storedBy(must(storing[0])).sort()).toEqual(states.sort());
      expect(plan.buffers.filter((b) => b.role === 'temporary' && b.length >= 320)).toEqual([]);
    });
});

describe('a number that is no longer finite', () => {
  const rows = table(`x,y\n${Array.from({ length: 12 }, (_, i) => `${i},${i % 3}`).join('\n')}`);
  const HEAD = 'import { squared_error } from "std/loss";\n';
  const settings = 'optimizer: sgd(rate = 1e-35), epochs: 4, batch: 4, seed: 2';

  test('in the middle of an epoch is told with the step and the op, though the steps before were not looked at', async () => {
    const text = `${HEAD}param w = 9.0;
fn predict(x: f32) -> f32 { exp(w * x) }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, ${settings} }`;
    const told = messageOf(problemsOf(await trainOn(program(text), rows, { backend: wasm }))[0]);
    expect(told).toMatch(/SU0601 the (loss|gradient of `w`) became (inf|NaN) in epoch 1, step [123]/);
    expect(told).toContain('came out of `');
    expect(told).toBe(
      messageOf(problemsOf(await trainOn(program(text.replace('seed: 2', 'seed: 2, clip: 1e30')), rows))[0]),
    );
  });

  test('hidden by a range is noticed when the epoch ends', async () => {
    const text = `${HEAD}param w: f32 in [-1, 1] = 0.0;
fn predict(x: f32) -> f32 { if x > 5.0 { w } else { sqrt(w) } }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, ${settings} }`;
    const told = messageOf(problemsOf(await trainOn(program(text), rows, { backend: wasm }))[0]);
    expect(told).toContain('gradient of `w` became');
  });

  test('a state alone: training goes on, with the bits of the careful steps', async () => {
    // The squared gradient overflows, and Adam then divides by infinity: finite params, an infinite state.
    const text = `${HEAD}param w = 1.0;
fn predict(x: f32) -> f32 { w * x * 1e12 }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, optimizer: adam(), epochs: 3, batch: 4 }`;
    const fused = unwrap(await trainOn(program(text), rows, { backend: wasm }));
    const careful = unwrap(await trainOn(program(text.replace('batch: 4', 'batch: 4, clip: 1e38')), rows));
    expect(fused.params.map((p) => [...p.after])).toEqual(careful.params.map((p) => [...p.after]));
  });
});
