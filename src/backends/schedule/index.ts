/** From a graph to a plan: elementwise chains fused, moves folded into addresses, loops scheduled, and a place in one arena for every buffer. */
import type { Graph } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { Context, Names } from './context.ts';
import { Emitter } from './emit.ts';
import { scheduleNodes } from './nodes.ts';
import { isWhole, type Tensor, whole } from './view.ts';

/** Compiles a graph of any kind; its passes have run before, if they should. */
export function schedulePlan(graph: Graph): Plan {
  const names = new Names();
  const c = new Context(names, names.root, graph);
  const leaf = (role: 'input' | 'param', v: Graph['inputs'][number]): Tensor => {
    const tensor = names.tensor(role, sizeOf(c.shapeOf(v)), names.root);
    c.values[v] = whole(tensor, c.shapeOf(v));
    return tensor;
  };
  const inputs = graph.inputs.map((v) => leaf('input', v));
  const params = graph.nodes.flatMap((node) =>
    node.op === 'param' ? [{ name: node.attrs.name, tensor: leaf('param', must(node.results[0])) }] : [],
  );
  scheduleNodes(c);
  const results = [...graph.outputs, ...graph.alarms].map(({ value }) => resultOf(c, value));
  const emitter = new Emitter(names.root);
  const idOf = (tensor: Tensor): number => emitter.idOf(tensor);
  const head = { inputs: inputs.map(idOf), params: params.map(({ name, tensor }) => ({ name, buffer: idOf(tensor) })) };
  const steps = emitter.steps(names.root);
  const ids = results.map(idOf);
  return {
    ...emitter.buffers(),
    ...head,
    outputs: ids.slice(0, graph.outputs.length),
    alarms: ids.slice(graph.outputs.length),
    steps,
  };
}

/** A tensor that holds a result and nothing else. */
function resultOf(c: Context, v: Graph['inputs'][number]): Tensor {
  const view = c.readValue(v);
  const { tensor } = isWhole(view) ? view : c.copied(view, c.shapeOf(v));
  if (tensor.role === 'temporary') tensor.role = 'output';
  return tensor;
}
