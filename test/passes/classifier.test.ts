/** The rule classifier written naively: each of five scores asks for all five similarities. The graph has them once. */
import { describe, expect, it } from 'vitest';
import { lossGradient } from '../../src/autodiff/index.ts';
import type { Graph, Node, ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { bodiesOf } from '../../src/passes/bodies.ts';
import { DEFAULT_PIPELINE, runPasses } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';

const [CLASSES, SIZE] = [5, 768];

const norm = (b: GraphBuilder, v: ValueId): ValueId => b.op('sqrt', [b.sum(b.mul(v, v), [0], 'lanes')], {});

/** Cosine of two vectors as a library function would write it. */
const similarity = (b: GraphBuilder, x: ValueId, p: ValueId): ValueId =>
  b.div(b.sum(b.mul(x, p), [0], 'lanes'), b.mul(norm(b, x), norm(b, p)));

/** For each class i: sim(i) and the others not: a fold of min over all prototypes, in loops as lowering writes them. */
function classifier(): Graph {
  const b = graphBuilder();
  const x = b.input('x', [SIZE]);
  const label = b.input('label', [CLASSES]);
  const prototypes = b.param('prototypes', [CLASSES, SIZE]);
  const eye = b.constant(
    [CLASSES, CLASSES],
    Array.from({ length: CLASSES * CLASSES }, (_, i) => (i % (CLASSES + 1) === 0 ? 1 : -1)),
  );
  const inner = graphBuilder();
  const [p, same, q] = [inner.input('p', [SIZE]), inner.input('same', []), inner.input('x', [SIZE])];
  const sim = similarity(inner, q, p);
  const term = inner.select(same, sim, inner.neg(sim));
  const outer = graphBuilder();
  const [row, all, y] = [outer.input('row', [CLASSES]), outer.input('all', [CLASSES, SIZE]), outer.input('x', [SIZE])];
  const body = inner.finish([{ name: 'term', value: term }]);
  const [terms] = outer.node('scan', [all, row, y], { body, carries: 0, mapped: 2, length: CLASSES, reverse: false });
  const score = outer.op('reduceMin', [must(terms)], { axes: [0] });
  const outerBody = outer.finish([{ name: 'score', value: score }]);
  const [scores] = b.node('scan', [eye, prototypes, x], {
    body: outerBody,
    carries: 0,
    mapped: 1,
    length: CLASSES,
    reverse: false,
  });
  const loss = b.neg(b.sum(b.mul(must(scores), label), [0], 'lanes'));
  return b.finish([
    { name: 'loss', value: loss },
    { name: 'scores', value: must(scores) },
  ]);
}

const allNodes = (graph: Graph): Node[] => graph.nodes.flatMap((n) => [n, ...bodiesOf(n).flatMap(allNodes)]);

const products = (graph: Graph): Node[] =>
  graph.nodes.filter((n) => n.op === 'einsum' && n.inputs.some((v) => must(graph.types[v]).shape.at(-1) === SIZE));

describe('a rule classifier with five prototypes', () => {
  it('has one product for its similarities and one for the norms of the prototypes', () => {
    const ready = runPasses(DEFAULT_PIPELINE, classifier());
    const shapes = products(ready).map((n) => ready.types[must(n.results[0])]?.shape);
    expect(shapes).toEqual([[CLASSES], [], [CLASSES]]);
    expect(allNodes(ready).filter((n) => bodiesOf(n).length > 0)).toEqual([]);
  });

  it('has one of them forward in a training step of 50 examples', () => {
    const { graph } = lossGradient(classifier(), 50, { of: 'loss', wrt: ['prototypes'] });
    const forward = products(graph).filter((n) => graph.types[must(n.results[0])]?.shape.join() === `50,${CLASSES}`);
    expect(forward).toHaveLength(1);
    expect(graph.nodes.length).toBeLessThan(100);
  });
});
