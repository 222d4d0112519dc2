/** The same work for a page and for Node: a few graphs that are worth two threads, their numbers filled in. */
import type { Backend, Resident } from '../../src/backends/backend.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { normals } from '../../src/num/random.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { graphBuilder } from '../../src/ops/build.ts';

const product = (rows: number): Graph => {
  const b = graphBuilder();
  const [x, w] = [b.input('x', [rows, 128]), b.param('w', [128, 192])];
  const made = b.einsum(x, w, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  const squashed = b.op('tanh', [made], {});
  return b.finish([
    { name: 'y', value: squashed },
    { name: 'sums', value: b.sum(squashed, [0], 'sequential') },
  ]);
};

export function threadWork(backend: Backend): Resident[] {
  return [96, 160].map((rows) => {
    const { resident } = backend.compile(product(rows));
    for (const [i, view] of [...resident.inputs, ...resident.params.values()].entries())
      view.set(normals(view.length, 3, i).map((x) => x / 4));
    return resident;
  });
}

export const hashOf = (outputs: readonly Float32Array[]): string =>
  outputs.map((out) => sha256(new Uint8Array(out.slice().buffer))).join();
