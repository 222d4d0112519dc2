/**
 * The WebAssembly backend: a graph becomes a plan of nests, the plan one straight line of WebAssembly over one arena. The bits
 * are those of the reference. A graph whose arena would not fit into the memory that WebAssembly can address runs on the
 * reference instead.
 */
import type { Plan } from '../../kernel/nest.ts';
import { Bug, invariant } from '../../text/result.ts';
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

/** A stretch of the arena, and what to call it when a caller gives something that does not fit. */
interface Slot {
  readonly view: Float32Array;
  readonly what: string;
}

const NO_ALARMS: readonly number[] = [];

function executable(plan: Plan, module: PlanModule): Executable {
  const machine = openMachine(plan, module);
  const inputs = plan.inputs.map((id, i): Slot => ({ view: machine.view(id), what: `input ${i}` }));
  const params = plan.params.map(({ name, buffer }) => ({
    name,
    view: machine.view(buffer),
    what: `the param ${name}`,
  }));
  const outputs = plan.outputs.map(machine.view);
  const alarms = plan.alarms.map(machine.view);
  return {
    run(values, at) {
      invariant(
        values.length === inputs.length,
        `the graph takes ${inputs.length} inputs and is given ${values.length}`,
      );
      for (let i = 0; i < inputs.length; i++) copyInto(inputs[i] as Slot, values[i]);
      for (const slot of params) copyInto(slot, at.get(slot.name));
      machine.run();
      return {
        outputs: outputs.map(copyOf),
        alarms: alarms.length === 0 ? NO_ALARMS : alarms.flatMap((view, i) => (view.some((x) => x > 0) ? [i] : [])),
      };
    },
  };
}

/** Up to this many numbers a loop is quicker than a call of the host. */
const FEW = 16;

function copyInto({ view, what }: Slot, value: Float32Array | undefined): void {
  if (!value) throw new Bug(`there is no value for ${what}`);
  if (value.length !== view.length) throw new Bug(`${what} holds ${value.length} numbers, not ${view.length}`);
  if (view.length > FEW) view.set(value);
  else for (let i = 0; i < view.length; i++) view[i] = value[i] as number;
}

function copyOf(view: Float32Array): Float32Array {
  if (view.length > FEW) return view.slice();
  const copy = new Float32Array(view.length);
  for (let i = 0; i < copy.length; i++) copy[i] = view[i] as number;
  return copy;
}
