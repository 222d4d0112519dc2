/** Plans give the bits of the reference: on random graphs over the whole vocabulary, plain and after the pipelines. */
import { describe, expect, it } from 'vitest';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { DEFAULT_PIPELINE, runPasses } from '../../src/passes/index.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { runnerOf } from './schedule-run.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 300);

function difference(graph: Graph, seed: number): string | undefined {
  const r = random(seed);
  const run = runnerOf(schedulePlan(graph), graph);
  for (const specials of [false, true, false]) {
    const inputs = anyInputs(r, graph, specials);
    const params = anyParams(r, graph, specials);
    const found = differingBit(evaluate(graph, inputs, params).outputs, run(inputs, params).outputs);
    if (found) return found;
  }
  return undefined;
}

describe('a plan gives the bits of the reference on random graphs', () => {
  it('as they are', () => {
    for (let seed = 0; seed < GRAPHS; seed++)
      expect({ seed, difference: difference(randomGraph(seed), seed) }).toEqual({ seed, difference: undefined });
  });

  it('after the default pipeline', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = runPasses(DEFAULT_PIPELINE, randomGraph(seed));
      expect({ seed, difference: difference(graph, seed) }).toEqual({ seed, difference: undefined });
    }
  });
});
