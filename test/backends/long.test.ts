/** Graphs of many thousand ops in a row: no kernel grows with them, and no recursion runs out of stack. */
import { expect, it } from 'vitest';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';

/** x · 1.0001 + 0.5, again and again; its elements, or their sum. */
function chain(length: number, summed: boolean): Graph {
  const b = graphBuilder();
  let x = b.input('x', [5]);
  for (let i = 0; i < length; i++) x = b.add(b.mul(x, b.full([], 1.0001)), b.full([], 0.5));
  return b.finish([{ name: 'y', value: summed ? b.sum(x, [0], 'lanes') : x }]);
}

it.each([false, true])('a chain of 20,000 elementwise ops runs (summed: %s)', (summed) => {
  const graph = chain(10_000, summed);
  const inputs = [Float32Array.of(1, -2, 3.5, 1e-20, -0)];
  const [expected] = evaluate(graph, inputs, new Map()).outputs;
  const [y] = wasm.compile(graph).run(inputs, new Map()).outputs;
  expect(expected && y && sameF32s(y, expected)).toBe(true);
});
