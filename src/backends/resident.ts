/** Running in place and running on copies: what every backend offers, made from the memory that its machine works in. */
import type { Plan } from '../kernel/nest.ts';
import { Bug, invariant, must } from '../text/result.ts';
import type { Executable, Resident } from './backend.ts';

/** A compiled plan over its arena, constants and tables laid in. */
export interface Machine {
  /** The whole arena as floats. */
  readonly floats: Float32Array;
  /** Runs the steps once. */
  readonly run: () => void;
}

/** The executable of a plan: views into the arena of its machine. */
export function planExecutable(plan: Plan, { floats, run }: Machine): Executable {
  const view = (id: number): Float32Array => {
    const { offset, length } = must(plan.buffers[id]);
    return floats.subarray(offset, offset + length);
  };
  return executableOf({
    inputs: plan.inputs.map(view),
    params: new Map(plan.params.map(({ name, buffer }) => [name, view(buffer)])),
    outputs: plan.outputs.map(view),
    alarms: plan.alarms.map(view),
    step: run,
  });
}

const NO_ALARMS: readonly number[] = [];

/** The copying face of something that runs in place. */
export function executableOf(resident: Resident): Executable {
  const { inputs, params, outputs, alarms, step } = resident;
  const named = [...params].map(([name, view]) => ({ name, view, what: `the param ${name}` }));
  return {
    resident,
    run(values, at) {
      invariant(
        values.length === inputs.length,
        () => `the graph takes ${inputs.length} inputs and is given ${values.length}`,
      );
      for (let i = 0; i < inputs.length; i++) copyInto(inputs[i] as Float32Array, values[i], `input ${i}`);
      for (const { name, view, what } of named) copyInto(view, at.get(name), what);
      step();
      return {
        outputs: outputs.map(copyOf),
        alarms: alarms.length === 0 ? NO_ALARMS : firedAmong(alarms),
      };
    },
  };
}

/** The indices of alarms that fired. */
export const firedAmong = (alarms: readonly Float32Array[]): readonly number[] =>
  alarms.flatMap((view, i) => (view.some((x) => x > 0) ? [i] : []));

/** Up to this many numbers a loop is quicker than a call of the host. */
const FEW = 16;

function copyInto(view: Float32Array, value: Float32Array | undefined, what: string): void {
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
