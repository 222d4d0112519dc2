/**
 * The forward half of differentiation: a graph is copied into a builder and a tape remembers each node with its values
 * there. A scan that matters is copied so that it also stacks the states before each step; an iterate that matters
 * becomes a scan of `max` steps that keeps its states once the test fails (see `iterateAsScan`). Both compute the same bits.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { copyNode } from '../passes/copy.ts';
import { dependentResults } from '../passes/dependence.ts';
import { must } from '../text/result.ts';

/** A node as it was copied; its operands and results are values of the builder. */
export interface Step {
  readonly node: Node;
  /** Which operands depend on what is differentiated for. */
  readonly active: readonly boolean[];
  /** Of a scan: its states before each step, stacked. */
  readonly saved: readonly ValueId[];
}

export interface Tape {
  readonly b: GraphBuilder;
  /** Only the nodes that matter: with an active operand. */
  readonly steps: readonly Step[];
  readonly outputs: readonly ValueId[];
  readonly alarms: readonly ValueId[];
}

export interface Given {
  readonly value: ValueId;
  readonly active: boolean;
}

/** Copies `graph` with these inputs; `isActiveParam` says which params are differentiated for. */
export function forward(
  b: GraphBuilder,
  graph: Graph,
  inputs: readonly Given[],
  isActiveParam: (name: string) => boolean,
): Tape {
  const here = new Map<ValueId, Given>(graph.inputs.map((v, i) => [v, must(inputs[i])]));
  const at = (v: ValueId): Given => must(here.get(v), () => `value ${v} is not copied`);
  const steps: Step[] = [];
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    const operands = node.inputs.map(at);
    const copied = b.within(node.origin, () => copyStep(b, node, operands));
    const active = operands.map((o) => o.active);
    const isActive =
      node.op === 'param'
        ? [isActiveParam(node.attrs.name)]
        : active.includes(true)
          ? dependentResults(node, active)
          : [];
    for (const [i, v] of node.results.entries())
      here.set(v, { value: must(copied.node.results[i]), active: isActive[i] === true });
    if (active.includes(true)) steps.push(copied);
  }
  const value = (o: { readonly value: ValueId }): ValueId => at(o.value).value;
  return { b, steps, outputs: graph.outputs.map(value), alarms: graph.alarms.map(value) };
}

function copyStep(b: GraphBuilder, node: Node, operands: readonly Given[]): Step {
  const inputs = operands.map((o) => o.value);
  const active = operands.map((o) => o.active);
  if (active.includes(true) && node.op === 'scan') return copyScan(b, node, inputs, active);
  if (active.includes(true) && node.op === 'iterate') return copyIterate(b, node, inputs, active);
  const results = copyNode(b, node, inputs);
  return { node: { ...node, inputs, results } as Node, active, saved: [] };
}

/** The scan with its states before each step stacked as further results; the step shows only the scan's own results. */
function copyScan(b: GraphBuilder, node: NodeOf<'scan'>, inputs: readonly ValueId[], active: readonly boolean[]): Step {
  const { body, carries } = node.attrs;
  const states = body.inputs.slice(0, carries).map((value, i) => ({ name: `before${i}`, value }));
  const stacking: Graph = { ...body, outputs: [...body.outputs, ...states] };
  const all = b.node('scan', inputs, { ...node.attrs, body: stacking }, node.origin);
  const own = all.slice(0, body.outputs.length);
  return { node: { ...node, inputs, results: own }, active, saved: all.slice(own.length) };
}

function copyIterate(
  b: GraphBuilder,
  node: NodeOf<'iterate'>,
  inputs: readonly ValueId[],
  active: readonly boolean[],
): Step {
  const { carries } = node.attrs;
  const running = b.full([], 1);
  const put = <T>(list: readonly T[], item: T): T[] => [...list.slice(0, carries), item, ...list.slice(carries)];
  return copyScan(b, { ...node, op: 'scan', attrs: iterateAsScan(node) }, put(inputs, running), put(active, true));
}

/**
 * An iterate as a scan of `max` steps with one more state, `running`: 1 until the test has failed, then -1. A step is
 * `select(running, select(test, next, old), old)`, so bits are those of the loop. Differentiating these selections as
 * the blends they stand for gives the gradient through the steps taken and through every test made, and none through
 * the steps after the first failed test.
 */
export function iterateAsScan({ attrs: { body, cond, carries, max } }: NodeOf<'iterate'>): NodeOf<'scan'>['attrs'] {
  const b = graphBuilder();
  const input = (v: ValueId, i: number): ValueId => b.input(`v${i}`, must(body.types[v]).shape);
  const states = body.inputs.slice(0, carries).map(input);
  const running = b.input('running', []);
  const given = [...states, ...body.inputs.slice(carries).map(input)];
  const test = must(b.inline(cond, given)[0]);
  const next = b.inline(body, given);
  const wide = (c: ValueId, like: ValueId): ValueId => b.broadcast(c, b.shapeOf(like), []);
  const kept = states.map((old, i) => {
    const tried = b.select(wide(test, old), must(next[i]), old);
    return b.select(wide(running, old), tried, old);
  });
  const still = b.select(running, b.select(test, b.full([], 1), b.full([], -1)), b.full([], -1));
  const outputs = [...kept, still].map((value, i) => ({ name: `s${i}`, value }));
  return { body: b.finish(outputs), carries: carries + 1, mapped: 0, length: max, reverse: false };
}
