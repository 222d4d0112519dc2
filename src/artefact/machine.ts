/** `model.wasm`: a model as a module that needs nothing from its host. One row per call, and where it pays a block of rows. */
import { batchGraph } from '../autodiff/index.ts';
import { schedulePlan } from '../backends/schedule/index.ts';
import { MEMORY_LIMIT } from '../backends/wasm/run.ts';
import { type NamedPlan, standaloneModule } from '../backends/wasm/standalone.ts';
import { leavesOf } from '../ir/layout.ts';
import type { BufferId, Plan } from '../kernel/nest.ts';
import { utf8Encode } from '../num/bytes.ts';
import { ready } from '../passes/index.ts';
import type { About, Place } from '../runtime/index.ts';
import { problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { Subject } from './subject.ts';

export interface MachineFile {
  readonly bytes: Uint8Array;
  /** Bytes of memory that it works in. */
  readonly memory: number;
}

/** Rows of the second entry. */
const BLOCK = 64;
/** A block that needs more words than this is left out: its rows would not stay in the cache. */
const LARGEST_BLOCK = 2 ** 20;

export function wasmFile(subject: Subject): Result<MachineFile> {
  const named = plansOf(subject);
  const rows = named.map(({ rows }) => rows);
  const about = (plans: readonly Plan[]): Uint8Array => utf8Encode(JSON.stringify(aboutOf(subject, plans, rows)));
  const { bytes, memory } = standaloneModule(named, 'sutra', about);
  if (memory > MEMORY_LIMIT)
    return fail([problem('too-large-to-build', undefined, { function: subject.function, bytes: memory })]);
  return ok({ bytes, memory });
}

function plansOf(subject: Subject): readonly (NamedPlan & { readonly rows: number })[] {
  const one = { name: 'run', plan: schedulePlan(subject.graph), rows: 1 };
  const wide = schedulePlan(ready(batchGraph(subject.graph, BLOCK)));
  return wide.arena > LARGEST_BLOCK ? [one] : [one, { name: 'block', plan: wide, rows: BLOCK }];
}

function aboutOf(subject: Subject, plans: readonly Plan[], rows: readonly number[]): About {
  const inputs = subject.inputs.flatMap((i) => leavesOf(i.layout, i.name));
  const outputs = leavesOf(subject.output, 'result');
  const entries = plans.map((plan, i) => {
    const count = must(rows[i]);
    const place = (leaf: { readonly path: string; readonly shape: readonly number[] }, id: BufferId): Place => {
      const { offset, length } = must(plan.buffers[id]);
      return { path: leaf.path, shape: count === 1 ? leaf.shape : [count, ...leaf.shape], at: offset, length };
    };
    return {
      name: count === 1 ? 'run' : 'block',
      rows: count,
      inputs: inputs.map((leaf, n) => place(leaf, must(plan.inputs[n]))),
      outputs: outputs.map((leaf, n) => place(leaf, must(plan.outputs[n]))),
      alarms: subject.graph.alarms.map(({ message }, n) => {
        const { offset, length } = must(plan.buffers[must(plan.alarms[n])]);
        return { path: '', shape: [length], at: offset, length, message };
      }),
    };
  });
  return { v: 1, id: subject.hashes.id, function: subject.function, entries };
}
