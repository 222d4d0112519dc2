import { describe, expect, it } from 'vitest';
import { validate } from '../../src/backends/wasm/host.ts';
import { planModule } from '../../src/backends/wasm/nests.ts';
import { openMachine } from '../../src/backends/wasm/run.ts';
import { openArena, runPlan } from '../../src/kernel/evaluate-nest.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { printPlan } from '../../src/kernel/print-nest.ts';
import { must } from '../../src/text/result.ts';
import { differingBit } from '../random-graph.ts';
import { randomPlan } from './random-plan.ts';

function outputsOf(plan: Plan, floats: Float32Array): Float32Array[] {
  return plan.outputs.map((id) => {
    const { offset, length } = must(plan.buffers[id]);
    return floats.slice(offset, offset + length);
  });
}

describe('random plans', () => {
  it('give the bits of the evaluator', () => {
    for (let seed = 0; seed < 1500; seed++) {
      const { plan, inputs } = randomPlan(seed);
      const arena = openArena(plan);
      const machine = openMachine(plan, planModule(plan));
      plan.inputs.forEach((id, i) => {
        arena.f32.set(must(inputs[i]), must(plan.buffers[id]).offset);
        machine.floats.set(must(inputs[i]), must(plan.buffers[id]).offset);
      });
      runPlan(plan, arena);
      machine.run();
      const difference = differingBit(outputsOf(plan, machine.floats), outputsOf(plan, arena.f32));
      if (difference) expect.fail(`seed ${seed}: ${difference}\n${printPlan(plan)}`);
    }
  });

  it('are printed as the same bytes each time, and are valid', () => {
    for (let seed = 0; seed < 50; seed++) {
      const bytes = planModule(randomPlan(seed).plan).bytes;
      expect(validate(bytes)).toBe(true);
      expect(planModule(randomPlan(seed).plan).bytes).toEqual(bytes);
    }
  });
});
