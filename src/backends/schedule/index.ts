/** From a graph to a plan: elementwise chains fused, moves folded into addresses, loops scheduled, and a place in one arena for every buffer. */
import type { Graph, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Plan } from '../../kernel/nest.ts';
import { invariant, must } from '../../text/result.ts';
import { NO_UPDATES, type Updates } from '../backend.ts';
import { Context, Names } from './context.ts';
import { Emitter } from './emit.ts';
import { numbersFirst, updatesLast } from './late.ts';
import { advance, type Next } from './loops.ts';
import { scheduleNodes } from './nodes.ts';
import { isWhole, type Tensor, type View, whole } from './view.ts';

/** Compiles a graph of any kind; its passes have run before, if they should. */
export function schedulePlan(graph: Graph, updates = NO_UPDATES): Plan {
  const names = new Names();
  const c = new Context(names, names.root, { ...graph, nodes: numbersFirst(updatesLast(graph, updates), graph) });
  const replaced = new Set(updates.values());
  const leaf = (role: 'input' | 'param', v: ValueId): Tensor => {
    const tensor = names.tensor(replaced.has(v) ? 'state' : role, sizeOf(c.shapeOf(v)), names.root);
    c.values[v] = whole(tensor, c.shapeOf(v));
    return tensor;
  };
  const inputs = graph.inputs.map((v) => leaf('input', v));
  const params = graph.nodes.flatMap((node) =>
    node.op === 'param' ? [{ name: node.attrs.name, tensor: leaf('param', must(node.results[0])) }] : [],
  );
  scheduleNodes(c);
  const results = resultsOf(c, updates);
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

/** Where outputs, then alarms, are after a run. Updates come last, so that all results are those of the states before. */
function resultsOf(c: Context, updates: Updates): Tensor[] {
  const { outputs, alarms } = c.graph;
  const kept = [...outputs, ...alarms].map(({ value }, i) => (updates.has(i) ? undefined : resultOf(c, value)));
  const nexts = [...updates].map(([i, v]): Next => ({ state: stateOf(c, v), value: must(outputs[i]).value }));
  advance(c, nexts);
  return kept.map((tensor, i) => tensor ?? stateOf(c, must(updates.get(i))).tensor);
}

function stateOf(c: Context, v: ValueId): View {
  const view = c.readValue(v);
  invariant(view.tensor.role === 'state' && isWhole(view), 'an update goes to an input or a param');
  return view;
}

/** A tensor that holds a result and nothing else. */
function resultOf(c: Context, v: ValueId): Tensor {
  const view = c.readValue(v);
  const { tensor } = isWhole(view) && view.tensor.role !== 'state' ? view : c.copied(view, c.shapeOf(v));
  if (tensor.role === 'temporary') tensor.role = 'output';
  return tensor;
}
