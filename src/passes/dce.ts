/**
 * Dead code elimination. A loop is cut down too: a state that nothing reads and that no other state needs, a stacked
 * output, a mapped array or captured value that nothing uses go away. Inputs of the whole graph stay.
 */
import type { Graph, Node, NodeOf, Output, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';
import { copyNode, inputsFirst, places } from './copy.ts';
import type { Pass } from './pass.ts';

/** What is left of a loop: indices of its inputs (states, mapped, captured alike) and of its results. */
interface Cut {
  readonly inputs: readonly number[];
  readonly results: readonly number[];
}

interface Liveness {
  readonly live: readonly boolean[];
  readonly cuts: ReadonlyMap<Node, Cut>;
}

const indices = (n: number, keep: (i: number) => boolean): number[] =>
  Array.from({ length: n }, (_, i) => i).filter(keep);

/** Which values are needed for `roots`. */
function liveness(graph: Graph, roots: readonly ValueId[]): Liveness {
  const live = graph.types.map(() => false);
  const cuts = new Map<Node, Cut>();
  const need = (v: ValueId | undefined): void => {
    if (v !== undefined) live[v] = true;
  };
  roots.forEach(need);
  for (const node of [...graph.nodes].reverse()) {
    const wanted = node.results.map((v) => live[v] === true);
    if (!wanted.includes(true)) continue;
    const isLoop = node.op === 'scan' || node.op === 'iterate';
    if (!isLoop) node.inputs.forEach(need);
    else {
      const cut = cutLoop(node, wanted);
      cuts.set(node, cut);
      for (const i of cut.inputs) need(node.inputs[i]);
    }
  }
  return { live, cuts };
}

/** The least cut that gives the wanted results: a state is kept when it is wanted, tested, or needed by what is kept. */
function cutLoop(node: NodeOf<'scan'> | NodeOf<'iterate'>, wanted: readonly boolean[]): Cut {
  const { body, carries } = node.attrs;
  const kept = [...wanted];
  const used = node.inputs.map(() => false);
  const tested: readonly Graph[] = node.op === 'iterate' ? [node.attrs.cond] : [];
  const use = (graph: Graph, roots: readonly ValueId[]): void => {
    const { live } = liveness(graph, roots);
    graph.inputs.forEach((v, i) => {
      used[i] ||= live[v] === true;
    });
  };
  for (const cond of tested)
    use(
      cond,
      cond.outputs.map((o) => o.value),
    );
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    for (let i = 0; i < carries; i++) kept[i] ||= used[i] === true;
    use(
      body,
      body.outputs.filter((_, i) => kept[i]).map((o) => o.value),
    );
    now = used.filter(Boolean).length + kept.filter(Boolean).length;
  }
  return {
    inputs: indices(node.inputs.length, (i) => (i < carries ? kept[i] === true : used[i] === true)),
    results: indices(kept.length, (i) => kept[i] === true),
  };
}

/** A loop with only what its cut keeps; gives its results by their old index. */
function copyLoop(b: GraphBuilder, node: Node, cut: Cut, inputs: ReadonlyMap<number, ValueId>): Map<number, ValueId> {
  const given = cut.inputs.map((i) => must(inputs.get(i)));
  const below = (n: number): number => cut.inputs.filter((i) => i < n).length;
  const results = ((): readonly ValueId[] => {
    if (node.op === 'scan') {
      const { body, carries, mapped } = node.attrs;
      const attrs = {
        ...node.attrs,
        body: cutBody(body, cut),
        carries: below(carries),
        mapped: below(carries + mapped) - below(carries),
      };
      return b.node('scan', given, attrs, node.origin);
    }
    if (node.op !== 'iterate') return [];
    const { body, cond, carries } = node.attrs;
    const tested = cutBody(cond, { ...cut, results: [0] });
    return b.node(
      'iterate',
      given,
      { ...node.attrs, body: cutBody(body, cut), cond: tested, carries: below(carries) },
      node.origin,
    );
  })();
  return new Map(cut.results.map((old, i) => [old, must(results[i])]));
}

const cutBody = (body: Graph, { inputs, results }: Cut): Graph =>
  cutGraph(
    body,
    inputs,
    results.map((i) => must(body.outputs[i])),
  );

/** The graph with some of its inputs and the given outputs; everything else only if these need it. */
function cutGraph(graph: Graph, keptInputs: readonly number[], outputs: readonly Output[]): Graph {
  const { live, cuts } = liveness(
    graph,
    [...outputs, ...graph.alarms].map((o) => o.value),
  );
  const b = graphBuilder();
  const to = places();
  const kept = new Set(keptInputs.map((i) => graph.inputs[i]));
  for (const node of inputsFirst(graph)) {
    const [first] = node.results;
    if (node.op === 'input' ? !kept.has(must(first)) : !node.results.some((v) => live[v])) continue;
    const cut = cuts.get(node);
    if (!cut) to.put(node.results, copyNode(b, node, to.all(node.inputs)));
    else {
      const given = new Map(cut.inputs.map((i) => [i, to.at(must(node.inputs[i]))]));
      for (const [i, v] of copyLoop(b, node, cut, given)) to.put([must(node.results[i])], [v]);
    }
  }
  for (const alarm of graph.alarms) b.alarm({ ...alarm, value: to.at(alarm.value) });
  return b.finish(outputs.map((o) => ({ ...o, value: to.at(o.value) })));
}

/** Removes everything that no output and no alarm needs. */
export const removeDead = (graph: Graph): Graph =>
  cutGraph(
    graph,
    graph.inputs.map((_, i) => i),
    graph.outputs,
  );

export const dce: Pass = { name: 'dce', promise: 'bits', run: removeDead };
