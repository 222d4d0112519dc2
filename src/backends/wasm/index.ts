/**
 * The WebAssembly backend: a graph becomes a plan of nests, the plan one straight line of WebAssembly over one arena. The bits
 * are those of the reference. A graph whose arena would not fit into the memory that WebAssembly can address runs on the
 * reference instead.
 */
import type { Plan } from '../../kernel/nest.ts';
import { invariant, must } from '../../text/result.ts';
import type { Backend, Executable } from '../backend.ts';
import { reference } from '../reference.ts';
import { schedulePlan } from '../schedule/index.ts';
import { type PlanModule, planModule } from './nests.ts';
import { MEMORY_LIMIT, openMachine } from './run.ts';

export const wasm: Backend = {
  name: 'wasm',
  compile(graph) {
    const plan = schedulePlan(graph);
    const module = planModule(plan);
    return module.memory <= MEMORY_LIMIT ? executable(plan, module) : reference.compile(graph);
  },
};

function executable(plan: Plan, module: PlanModule): Executable {
  const machine = openMachine(plan, module);
  const inputs = plan.inputs.map(machine.view);
  const params = plan.params.map(({ name, buffer }) => ({ name, view: machine.view(buffer) }));
  const outputs = plan.outputs.map(machine.view);
  const alarms = plan.alarms.map(machine.view);
  return {
    run(values, at) {
      invariant(
        values.length === inputs.length,
        `the graph takes ${inputs.length} inputs and is given ${values.length}`,
      );
      for (const [i, view] of inputs.entries()) copyInto(view, must(values[i]), `input ${i}`);
      for (const { name, view } of params)
        copyInto(view, must(at.get(name), `no value for the param ${name}`), `the param ${name}`);
      machine.run();
      return {
        outputs: outputs.map((view) => view.slice()),
        alarms: alarms.flatMap((view, i) => (view.some((x) => x > 0) ? [i] : [])),
      };
    },
  };
}

function copyInto(view: Float32Array, value: Float32Array, what: string): void {
  invariant(value.length === view.length, `${what} holds ${value.length} numbers, not ${view.length}`);
  view.set(value);
}
