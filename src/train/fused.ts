/**
 * Steps of training that run as one compiled plan: params and states stay in its arena. It does not look at every gradient;
 * a number that is not finite shows in the loss, or in params and states when the epoch ends, and the loop then takes the
 * epoch again with the stepper that looks (`firstOrder`), which has the same bits.
 */
import type { Backend, Resident } from '../backends/backend.ts';
import { firedAmong } from '../backends/resident.ts';
import { must } from '../text/result.ts';
import type { Batch } from './dataset.ts';
import { type Block, type FusedTask, fuseStep } from './fuse.ts';
import type { Parameters } from './parameters.ts';
import { isFiniteAll, type Stepper } from './stepper.ts';

/** The compiled step of one size of batch. */
interface Machine {
  readonly resident: Resident;
  readonly batch: readonly Float32Array[];
  readonly weights: Float32Array | undefined;
  readonly t: Float32Array;
  readonly rate: Float32Array;
  /** Params and states in place. */
  readonly blocks: readonly {
    readonly block: Block;
    readonly numbers: Float32Array;
    readonly states: readonly Float32Array[];
  }[];
  /** Params that no step changes, by name. */
  readonly frozen: readonly (readonly [name: string, view: Float32Array])[];
  /** What lies in `batch` now. */
  holds: Batch | undefined;
}

export function fusedStepper(task: FusedTask, params: Parameters, backend: Backend): Stepper {
  const { stateNames } = task;
  const machines = new Map<number, Machine>();
  /** By optimiser state, in the order of the flat params. */
  const states = stateNames.map(() => new Float32Array(params.flat.length));
  let current: Machine | undefined;

  const each = (m: Machine, visit: (inArena: Float32Array, outside: Float32Array) => void): void => {
    for (const { block, numbers, states: own } of m.blocks) {
      let at = 0;
      for (const { start, end } of block.slots) {
        const part = (whole: Float32Array): Float32Array => whole.subarray(at, at + end - start);
        visit(part(numbers), params.flat.subarray(start, end));
        for (const [k, state] of own.entries()) visit(part(state), must(states[k]).subarray(start, end));
        at += end - start;
      }
    }
  };
  const collect = (): void => {
    if (current) each(current, (inArena, outside) => outside.set(inArena));
  };
  const machineFor = (rows: number): Machine => {
    const known = machines.get(rows);
    if (known && known === current) return known;
    collect();
    const machine = known ?? openFused(task, rows, backend);
    machines.set(rows, machine);
    each(machine, (inArena, outside) => inArena.set(outside));
    for (const [name, view] of machine.frozen) view.set(must(params.byName.get(name)));
    current = machine;
    return machine;
  };
  return {
    step(batch, weights, t, rate) {
      const m = machineFor(batch.rows);
      if (m.holds !== batch) for (const [i, leaf] of batch.leaves.entries()) must(m.batch[i]).set(leaf);
      m.holds = batch;
      if (weights) must(m.weights).set(weights);
      m.t[0] = t;
      m.rate[0] = rate;
      for (const name of task.settings ?? []) m.resident.params.get(name)?.set(must(params.byName.get(name)));
      m.resident.step();
      const loss = must(must(m.resident.outputs[0])[0]);
      return { loss, alarms: firedAmong(m.resident.alarms), suspect: !Number.isFinite(loss) };
    },
    collect,
    isSound: () => isFiniteAll(params.flat) && states.every(isFiniteAll),
    save() {
      collect();
      return new Map(stateNames.map((name, i) => [name, must(states[i]).slice()]));
    },
    restore(saved) {
      for (const [i, name] of stateNames.entries()) {
        const state = saved.get(name);
        if (state) must(states[i]).set(state);
      }
      current = undefined;
    },
  };
}

function openFused(task: FusedTask, rows: number, backend: Backend): Machine {
  const { graph, updates, blocks } = fuseStep(task, rows);
  const { resident } = backend.compile(graph, updates);
  const stateCount = task.stateNames.length * blocks.length;
  const firstState = resident.inputs.length - stateCount;
  const given = resident.inputs.slice(0, firstState - 2);
  const states = resident.inputs.slice(firstState);
  return {
    resident,
    batch: task.weighted ? given.slice(0, -1) : given,
    weights: task.weighted ? given.at(-1) : undefined,
    t: must(resident.inputs[firstState - 2]),
    rate: must(resident.inputs[firstState - 1]),
    blocks: blocks.map((block) => ({
      block,
      numbers: must(resident.params.get(block.name)),
      states: states.splice(0, task.stateNames.length),
    })),
    frozen: [...resident.params].filter(([name]) => !blocks.some((b) => b.name === name)),
    holds: undefined,
  };
}
