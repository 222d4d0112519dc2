/**
 * Many assignments at once: the loss graph of a batch with the crisp params as inputs, batched over assignments. Each lane has
 * the bits of the program with that assignment, for batching promises them.
 */
import { batchGraph } from '../../autodiff/index.ts';
import type { Backend, Executable } from '../../backends/backend.ts';
import type { Graph } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/build.ts';
import { inputNames } from '../../passes/copy.ts';
import { ready } from '../../passes/index.ts';
import { must } from '../../text/result.ts';
import type { Batch } from '../dataset.ts';
import { lossAlone, scoreGraph } from '../graphs.ts';
import { putCase } from './space.ts';
import type { Assignment, Space, Values } from './strategy.ts';

export interface Lanes {
  /** How many assignments at a time, with so many examples. */
  sizeFor(rows: number): number;
  /** The loss of each example, assignment by assignment; a view that the next call changes. */
  losses(batch: Batch, assignments: readonly Assignment[], from: Values): Float32Array;
}

/** Examples times assignments that are evaluated at once. */
const WIDTH = 8192;
const MOST_LANES = 256;
/** Numbers of the loss graph that are held at once, about: a large table counts in each lane and each example. */
const MOST_NUMBERS = 2 ** 25;

export function openLanes(loss: Graph, space: Space, backend: Backend): Lanes {
  const most = Math.min(MOST_LANES, Math.ceil(2 ** Math.min(space.bits, 10)));
  const numbers = loss.types.reduce((n, { shape }) => n + sizeOf(shape), 0);
  const width = Math.min(WIDTH, MOST_NUMBERS / Math.max(1, numbers));
  const sizeFor = (rows: number): number => Math.max(1, Math.min(most, Math.floor(width / rows)));
  const compiled = new Map<number, Executable>();
  const forRows = (n: number): Executable => {
    const known = compiled.get(n) ?? backend.compile(lanesGraph(loss, space, n, sizeFor(n)));
    compiled.set(n, known);
    return known;
  };
  return {
    sizeFor,
    losses(batch, assignments, from) {
      const { resident } = forRows(batch.rows);
      for (const [i, leaf] of batch.leaves.entries()) must(resident.inputs[i]).set(leaf);
      for (const [name, view] of resident.params) view.set(must(from.get(name), () => `there is no value for ${name}`));
      const params = resident.inputs.slice(batch.leaves.length);
      for (const [lane, assignment] of assignments.entries()) putLane(space, assignment, params, lane);
      resident.step();
      return must(resident.outputs[0]).subarray(0, assignments.length * batch.rows);
    },
  };
}

/** The params of the space in order. */
export const spaceParams = ({ choices }: Space) => [...new Set(choices.map((c) => c.spec))];

function putLane(space: Space, assignment: Assignment, params: readonly Float32Array[], lane: number): void {
  let at = -1;
  for (const [i, choice] of space.choices.entries()) {
    if (choice.cell === 0) at++;
    putCase(choice, must(assignment[i]), must(params[at]), lane * sizeOf(choice.spec.shape));
  }
}

/** Inputs: the leaves of `rows` examples, then the params of the space with the lanes in front. Output: the losses, [lanes, rows]. */
function lanesGraph(loss: Graph, space: Space, rows: number, size: number): Graph {
  const batched = scoreGraph(lossAlone(loss), rows);
  const b = graphBuilder();
  const names = inputNames(batched);
  const inputs = batched.inputs.map((v, i) => b.input(must(names[i]), must(batched.types[v]).shape));
  const params = new Map(spaceParams(space).map((p) => [p.name, b.input(`param ${p.name}`, p.shape)]));
  const [value] = b.inline(batched, inputs, params);
  const one = b.finish([{ name: 'loss', value: must(value) }]);
  return ready(batchGraph(one, size, { shared: names }));
}
