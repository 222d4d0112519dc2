/** A gradient to test backends with: of the sum of all results of a graph, by all its params. */
import { gradient } from '../../src/autodiff/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { runPasses, TRAIN_PIPELINE } from '../../src/passes/index.ts';

/** Nothing for a graph without params. */
export function gradientOf(graph: Graph): Graph | undefined {
  const names = graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : []));
  if (names.length === 0) return undefined;
  const b = graphBuilder();
  const inputs = graph.nodes.flatMap((n) => (n.op === 'input' ? [b.input(n.attrs.name, n.attrs.shape)] : []));
  const all = (v: (typeof inputs)[number]): number[] => b.shapeOf(v).map((_, i) => i);
  const total = b
    .inline(graph, inputs)
    .map((v) => b.sum(v, all(v), 'lanes'))
    .reduce((x, y) => b.add(x, y));
  const made = gradient(b.finish([{ name: 'loss', value: total }]), { of: 'loss', wrt: [...new Set(names)] });
  return runPasses(TRAIN_PIPELINE, made.graph);
}
