/** Many points in one run: a graph of one point as a compiled graph of many, bit for bit what each would give by itself. */
import type { Backend, Resident } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import { inputNames } from '../passes/copy.ts';
import { ready, withNumbers } from '../passes/index.ts';
import { must } from '../text/result.ts';

export interface Rows extends Pick<Resident, 'inputs' | 'outputs' | 'step'> {
  /** How many points; every input and output has them in front. */
  readonly rows: number;
}

/** So many numbers of one run stay in the cache of a processor, about. */
const NUMBERS = 2 ** 17;
const MOST_ROWS = 1024;

/** `params` have the numbers that are given. Not more rows than `most`. */
export function inRows(
  graph: Graph,
  params: ReadonlyMap<string, Float32Array>,
  backend: Backend,
  most = MOST_ROWS,
): Rows {
  const own = withNumbers(
    graph,
    params,
    graph.inputs.map(() => undefined),
  );
  const numbers = own.types.reduce((n, { shape }) => n + sizeOf(shape), 1);
  const rows = Math.max(1, Math.min(most, MOST_ROWS, Math.floor(NUMBERS / numbers)));
  const { inputs, outputs, step } = backend.compile(ready(repeated(own, rows))).resident;
  return { rows, inputs, outputs, step };
}

/** A comprehension over the points: `vectorise` makes it ops over all of them. */
function repeated(body: Graph, length: number): Graph {
  const b = graphBuilder();
  const names = inputNames(body);
  const inputs = body.inputs.map((v, i) => b.input(must(names[i]), [length, ...must(body.types[v]).shape]));
  const results = b.node('scan', inputs, { body, carries: 0, mapped: inputs.length, length, reverse: false });
  return b.finish(body.outputs.map(({ name }, i) => ({ name, value: must(results[i]) })));
}

/** The numbers of one row. */
export const rowAt = ({ rows }: Rows, data: Float32Array, row: number): Float32Array => {
  const size = data.length / rows;
  return data.subarray(row * size, (row + 1) * size);
};
