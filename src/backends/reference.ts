/** The reference backend: the interpreter of `ops/reference` behind the interface that all backends share. */
import { type Graph, sizeOf, type ValueId } from '../ir/graph.ts';
import { evaluator } from '../ops/reference.ts';
import { invariant, must } from '../text/result.ts';
import { type Backend, type Executable, NO_UPDATES, type Resident, type RunResult, type Updates } from './backend.ts';

const float32 = (values: Float32Array | Float64Array): Float32Array => {
  invariant(values instanceof Float32Array, 'the reference backend computes in float32');
  return values;
};

export const reference: Backend = {
  name: 'reference',
  compile(graph, updates = NO_UPDATES) {
    const evaluate = evaluator(graph);
    const run: Executable['run'] = (inputs, params) => {
      const { outputs, alarms } = evaluate(inputs, params);
      return { outputs: outputs.map(float32), alarms };
    };
    let resident: Resident | undefined;
    return {
      run,
      get resident() {
        resident ??= residentOf(graph, updates, run);
        return resident;
      },
    };
  },
};

/** Arrays that stand in for an arena: each step evaluates and copies the results to their places. */
function residentOf(graph: Graph, updates: Updates, run: Executable['run']): Resident {
  const fresh = (v: ValueId): Float32Array => new Float32Array(sizeOf(must(graph.types[v]).shape));
  const inputs = graph.inputs.map(fresh);
  const named = graph.nodes.flatMap((n) => (n.op === 'param' ? [[n.attrs.name, must(n.results[0])] as const] : []));
  const params = new Map(named.map(([name, v]) => [name, fresh(v)]));
  const leaves = new Map(graph.inputs.map((v, i) => [v, must(inputs[i])]));
  for (const [name, v] of named) leaves.set(v, must(params.get(name)));
  const outputs = graph.outputs.map(({ value }, i) => {
    const over = updates.get(i);
    return over === undefined ? fresh(value) : must(leaves.get(over), 'an update goes to an input or a param');
  });
  const alarms = graph.alarms.map(({ value }) => fresh(value));
  return {
    inputs,
    params,
    outputs,
    alarms,
    step() {
      const found: RunResult = run(inputs, params);
      for (const [i, out] of outputs.entries()) out.set(must(found.outputs[i]));
      for (const [i, alarm] of alarms.entries()) alarm.fill(found.alarms.includes(i) ? 1 : 0);
    },
  };
}
