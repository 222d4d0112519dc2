/**
 * The WebAssembly backend: a graph becomes a plan of nests, the plan one straight line of WebAssembly over one arena. The bits
 * are those of the reference. A graph whose arena would not fit into the memory that WebAssembly can address runs on the
 * reference instead.
 */
import type { Plan } from '../../kernel/nest.ts';
import type { Backend, Executable } from '../backend.ts';
import { reference } from '../reference.ts';
import { planExecutable } from '../resident.ts';
import { schedulePlan } from '../schedule/index.ts';
import { planModule } from './nests.ts';
import { MEMORY_LIMIT, openMachine } from './run.ts';

/** How a backend turns a graph into something that runs, where `first` may know a better way for a plan. */
export const compileWith =
  (first: (plan: Plan) => Executable | undefined): Backend['compile'] =>
  (graph, updates) => {
    const plan = schedulePlan(graph, updates);
    const better = first(plan);
    if (better) return better;
    const module = planModule(plan);
    return module.memory <= MEMORY_LIMIT
      ? planExecutable(plan, openMachine(plan, module))
      : reference.compile(graph, updates);
  };

export const wasm: Backend = { name: 'wasm', compile: compileWith(() => undefined) };
