/** Factors that stay the same in all turns of a loop are copied before it where they lie the wrong way, and only then. */
import { describe, expect, it } from 'vitest';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { type Graph, sizeOf, type ValueId } from '../../src/ir/graph.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, differingBit } from '../random-graph.ts';
import { planFaults } from './plan-check.ts';
import { sharedMemory } from './plan-lives.ts';
import { runnerOf } from './schedule-run.ts';

const N = 6;

const along = (b: GraphBuilder, s: ValueId, w: ValueId): ValueId =>
  b.einsum(s, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });
/** Of w: neighbouring terms are neighbours in memory, neighbouring results are not. */
const against = (b: GraphBuilder, s: ValueId, w: ValueId): ValueId =>
  b.einsum(s, w, { lhs: [1], rhs: [0, 1], out: [0], order: 'sequential' });

type Body = (b: GraphBuilder, state: ValueId, captured: ValueId, slice: ValueId) => ValueId;

/** A loop over the matrices `ws` that captures `w`. */
function loop(b: GraphBuilder, start: ValueId, w: ValueId, ws: ValueId, next: Body): ValueId {
  const inner = graphBuilder();
  const [s, slice, captured] = [
    inner.input('s', b.shapeOf(start)),
    inner.input('x', [N, N]),
    inner.input('w', b.shapeOf(w)),
  ];
  const body = inner.finish([{ name: 's', value: next(inner, s, captured, slice) }]);
  const attrs = { body, carries: 1, mapped: 1, length: must(b.shapeOf(ws)[0]), reverse: false };
  return must(b.node('scan', [start, ws, w], attrs)[0]);
}

function graphOf(make: (b: GraphBuilder, s: ValueId, w: ValueId, ws: ValueId) => ValueId): Graph {
  const b = graphBuilder();
  const result = make(b, b.input('s', [N]), b.input('w', [N, N]), b.input('ws', [3, N, N]));
  return b.finish([{ name: 'r', value: result }]);
}

function bitsHold(graph: Graph): Plan {
  const plan = schedulePlan(graph);
  expect(planFaults(plan)).toEqual([]);
  expect(sharedMemory(plan)).toEqual([]);
  const [run, compiled] = [runnerOf(plan, graph), wasm.compile(graph)];
  for (let seed = 0; seed < 3; seed++) {
    const inputs = anyInputs(random(seed), graph, seed === 1);
    const { outputs } = evaluate(graph, inputs, new Map());
    expect(differingBit(run(inputs, new Map()).outputs, outputs)).toBeUndefined();
    expect(differingBit(compiled.run(inputs, new Map()).outputs, outputs)).toBeUndefined();
  }
  return plan;
}

/** Maps over as many points as a matrix has, outside of all loops. */
const copiesIn = ({ steps }: Pick<Plan, 'steps'>): number =>
  steps.filter((s) => s.kind === 'map' && sizeOf(s.loops) === N * N).length;

describe('a captured factor', () => {
  it('is copied once for all its products, if it lies the wrong way', () => {
    const twice: Body = (b, s, w) => against(b, against(b, s, w), w);
    expect(copiesIn(bitsHold(graphOf((b, s, w, ws) => loop(b, s, w, ws, twice))))).toBe(1);
    const right: Body = (b, s, w) => along(b, s, w);
    expect(copiesIn(bitsHold(graphOf((b, s, w, ws) => loop(b, s, w, ws, right))))).toBe(0);
  });

  it('is copied in the loop around, when that changes it', () => {
    const plan = bitsHold(
      graphOf((b, s, w, ws) =>
        loop(b, w, s, ws, (c, matrix, vector, slice) => {
          const inner = loop(c, vector, matrix, c.reshape(slice, [1, N, N]), (d, state, m, x) =>
            d.add(against(d, state, m), along(d, state, x)),
          );
          return c.mul(matrix, c.broadcast(inner, [N, N], [1]));
        }),
      ),
    );
    const outer = must(plan.steps.find((s) => s.kind === 'loop'));
    expect([copiesIn(plan), outer.kind === 'loop' && copiesIn({ steps: outer.body })]).toEqual([1, 2]);
  });

  it('is not copied where it changes from turn to turn', () => {
    const all = (b: GraphBuilder, v: ValueId): ValueId =>
      b.broadcast(
        b.sum(
          v,
          b.shapeOf(v).map((_, i) => i),
          'lanes',
        ),
        [N],
        [],
      );
    const mapped: Body = (b, s, w, slice) => b.add(against(b, s, slice), all(b, w));
    expect(copiesIn(bitsHold(graphOf((b, s, _, ws) => loop(b, s, ws, ws, mapped))))).toBe(0);
  });
});
