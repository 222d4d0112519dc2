/** Steps in place: what is stored over inputs and params, run several times. */
import type { Backend, Updates } from '../../src/backends/backend.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { normals } from '../../src/num/random.ts';

export interface Stepped {
  readonly graph: Graph;
  readonly updates: Updates;
}

/** Three steps in place; every output after each of them. */
export function threeSteps(backend: Backend, { graph, updates }: Stepped): Float32Array[] {
  const { resident } = backend.compile(graph, updates);
  const leaves = [...resident.inputs, ...resident.params.values()];
  for (const [i, view] of leaves.entries()) view.set(normals(view.length, 7, i));
  return [1, 2, 3].flatMap(() => {
    resident.step();
    return resident.outputs.map((out) => out.slice());
  });
}
