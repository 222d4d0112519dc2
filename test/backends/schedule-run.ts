/** Runs graphs as plans with the plain evaluator, in memory that is poisoned with nan wherever nothing was laid. */
import type { Graph } from '../../src/ir/graph.ts';
import { openArena, planRunner } from '../../src/kernel/evaluate-nest.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';

export interface PlanResult {
  readonly outputs: readonly Float32Array[];
  readonly alarms: readonly number[];
}

export type PlanRun = (
  inputs: readonly ArrayLike<number>[],
  params: ReadonlyMap<string, ArrayLike<number>>,
) => PlanResult;

/** A plan made ready; called again and again in the same arena. */
export function runnerOf(plan: Plan, graph: Pick<Graph, 'alarms'>): PlanRun {
  const arena = openArena(plan, Number.NaN);
  const run = planRunner(plan);
  const part = (id: number): Float32Array => {
    const { offset, length } = must(plan.buffers[id]);
    return arena.f32.subarray(offset, offset + length);
  };
  return (inputs, params) => {
    for (const [i, id] of plan.inputs.entries()) part(id).set(must(inputs[i]));
    for (const { name, buffer } of plan.params) part(buffer).set(must(params.get(name)));
    run(arena);
    const alarms = graph.alarms.flatMap((_, i) => (part(must(plan.alarms[i])).some((x) => x > 0) ? [i] : []));
    return { outputs: plan.outputs.map((id) => part(id).slice()), alarms };
  };
}
