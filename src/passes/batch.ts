/**
 * Batching: runs a graph for many lanes at once, bit for bit what a loop over the lanes would give. Ops follow the table's
 * batching rules; what no lane changes is computed once; loops get batched bodies. Used by `vectorise`, `hoist` and `autodiff/`.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import type { BatchContext, BatchOperand } from '../ops/def.ts';
import { OPS } from '../ops/index.ts';
import { must } from '../text/result.ts';
import { copyNode } from './copy.ts';
import { dependentOutputs, dependentStates } from './dependence.ts';

/** A value with the lanes in front, repeated when no lane changes it. */
export const inEveryLane = (c: BatchContext, { value, batched }: BatchOperand): ValueId =>
  batched ? value : c.b.repeat(value, c.size);

const alike = (value: ValueId): BatchOperand => ({ value, batched: false });
const perLane = (value: ValueId): BatchOperand => ({ value, batched: true });

/**
 * Copies a graph into the builder of `c` with the given inputs, batched ones with the lanes in front; gives its outputs.
 * Alarms are not copied: see `batchedAlarm`.
 */
export function batchInto(c: BatchContext, graph: Graph, inputs: readonly BatchOperand[]): readonly BatchOperand[] {
  const at = batchValues(c, graph, inputs);
  return graph.outputs.map((o) => at(o.value));
}

/** The same, giving every value of the graph. */
export function batchValues(
  c: BatchContext,
  graph: Graph,
  inputs: readonly BatchOperand[],
): (v: ValueId) => BatchOperand {
  const here = new Map<ValueId, BatchOperand>(graph.inputs.map((v, i) => [v, must(inputs[i])]));
  const at = (v: ValueId): BatchOperand => must(here.get(v), () => `value ${v} is not batched`);
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    const results = c.b.within(node.origin, () => batchNode(c, node, node.inputs.map(at)));
    for (const [i, v] of node.results.entries()) here.set(v, must(results[i]));
  }
  return at;
}

function batchNode(c: BatchContext, node: Node, operands: readonly BatchOperand[]): readonly BatchOperand[] {
  if (!operands.some((o) => o.batched))
    return copyNode(
      c.b,
      node,
      operands.map((o) => o.value),
    ).map(alike);
  if (node.op === 'scan') return batchScan(c, node, operands);
  if (node.op === 'iterate') return batchIterate(c, node, operands);
  return batchByRule(c, node.op, node.attrs, operands).map(perLane);
}

function batchByRule<K extends OpName>(
  c: BatchContext,
  op: K,
  attrs: OpAttrs[K],
  operands: readonly BatchOperand[],
): readonly ValueId[] {
  const { batch } = OPS[op];
  if (typeof batch === 'function') return batch(c, attrs, operands);
  return c.b.node(
    op,
    operands.map((o) => inEveryLane(c, o)),
    attrs,
  );
}

/** A body with some inputs batched; `finish` gives its outputs from the batched ones. */
function batchBody(
  size: number,
  body: Graph,
  batched: readonly boolean[],
  finish: (c: BatchContext, inputs: readonly BatchOperand[], outputs: readonly BatchOperand[]) => readonly ValueId[],
): Graph {
  const b = graphBuilder();
  const inputs = body.inputs.map((v, i): BatchOperand => {
    const { shape } = must(body.types[v]);
    const isBatched = batched[i] === true;
    return { value: b.input(`v${i}`, isBatched ? [size, ...shape] : shape), batched: isBatched };
  });
  const c = { b, size };
  const outputs = finish(c, inputs, batchInto(c, body, inputs));
  return b.finish(outputs.map((value, i) => ({ name: `r${i}`, value })));
}

/** Exchanges the lanes in front and the steps behind them, or back. */
const swapFront = (b: GraphBuilder, v: ValueId): ValueId => {
  const rest = b
    .shapeOf(v)
    .map((_, i) => i)
    .slice(2);
  return b.transpose(v, [1, 0, ...rest]);
};

/** A scan whose states, slices and captured values carry the lanes. */
function batchScan(c: BatchContext, node: NodeOf<'scan'>, operands: readonly BatchOperand[]): readonly BatchOperand[] {
  const { body, carries, mapped } = node.attrs;
  const given = operands.map((o) => o.batched);
  const states = dependentStates(node, given);
  const batched = [...states, ...given.slice(carries)];
  const differs = dependentOutputs(body, batched).map((d, i) => d || states[i] === true);
  const batchedBody = batchBody(c.size, body, batched, (inner, _, outputs) =>
    outputs.map((o, i) => (differs[i] ? inEveryLane(inner, o) : o.value)),
  );
  const inputs = operands.map((o, i) => {
    if (i < carries) return states[i] ? inEveryLane(c, o) : o.value;
    return o.batched && i < carries + mapped ? swapFront(c.b, o.value) : o.value;
  });
  const results = c.b.node('scan', inputs, { ...node.attrs, body: batchedBody });
  return results.map((v, i) => {
    if (!differs[i]) return alike(v);
    return perLane(i < carries ? v : swapFront(c.b, v));
  });
}

/** 1 where a truth holds (> 0), else -1: safe to compare even when it was NaN. */
const plainTruth = (b: GraphBuilder, v: ValueId): ValueId => b.select(v, b.full([], 1), b.full([], -1));

/**
 * When lanes stop at different steps, the loop runs while any lane does and a lane that has stopped keeps its states:
 * its test is a function of its states, so it stays false. Otherwise only the body is batched.
 */
function batchIterate(
  c: BatchContext,
  node: NodeOf<'iterate'>,
  operands: readonly BatchOperand[],
): readonly BatchOperand[] {
  const { body, cond, carries } = node.attrs;
  const given = operands.map((o) => o.batched);
  const states = dependentStates(node, given);
  const batched = [...states, ...given.slice(carries)];
  const stops = dependentOutputs(cond, batched).includes(true);
  const batchedCond = batchBody(c.size, cond, batched, ({ b }, _, [test]) => {
    const { value } = must(test);
    return [stops ? b.op('reduceMax', [plainTruth(b, value)], { axes: [0] }) : value];
  });
  const batchedBody = batchBody(c.size, body, batched, (inner, inputs, outputs) => {
    const test = stops ? must(batchInto(inner, cond, inputs)[0]).value : undefined;
    return outputs.map((o, i) => {
      if (!states[i]) return o.value;
      const next = inEveryLane(inner, o);
      return test === undefined ? next : keepWhere(inner.b, test, next, must(inputs[i]).value);
    });
  });
  const inputs = operands.map((o, i) => (i < carries && states[i] ? inEveryLane(c, o) : o.value));
  const results = c.b.node('iterate', inputs, { ...node.attrs, body: batchedBody, cond: batchedCond });
  return results.map((v, i) => (states[i] ? perLane(v) : alike(v)));
}

/** The next state in lanes whose test holds, the old one in the others. */
function keepWhere(b: GraphBuilder, test: ValueId, next: ValueId, old: ValueId): ValueId {
  return b.select(b.broadcast(test, b.shapeOf(next), [0]), next, old);
}

/** One alarm for all lanes: > 0 where any lane's is. */
export function batchedAlarm(c: BatchContext, alarm: BatchOperand): ValueId {
  if (!alarm.batched) return alarm.value;
  return c.b.op('reduceMax', [plainTruth(c.b, alarm.value)], { axes: [0] });
}
