/**
 * The training examples as words of a machine: the symbol of a step is what the loop reads there of the inputs, its output is what the label says
 * of it; where the label is one value, that is the output of the last step and the others are not known.
 */
import type { Backend } from '../../backends/backend.ts';
import { type Graph, sizeOf, type ValueId } from '../../ir/graph.ts';
import { prune } from '../../ir/prune.ts';
import { Known } from '../../machines/explore.ts';
import { UNKNOWN, type Words } from '../../machines/words.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch, Dataset } from '../dataset.ts';
import { scoreGraph } from '../graphs.ts';
import type { Loop } from './loops.ts';
import type { Values } from './strategy.ts';

export interface Sequences {
  readonly words: Words;
  readonly steps: number;
  readonly isPerStep: boolean;
  /** The leaves of the inputs of a row, and those of its label. */
  inputsOf(row: number): readonly Float32Array[];
  labelsOf(row: number): readonly Float32Array[];
  /** The numbers of an output: of each leaf of the label its part. */
  outputAt(output: number): readonly Float32Array[];
}

export interface Examples {
  readonly graph: Graph;
  readonly loop: Loop;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly params: Values;
}

/** Examples beyond these are not read: what is inferred is checked on all. */
const MOST_ROWS = 20_000;
const BLOCK = 1000;

export async function sequencesOf(e: Examples, isPerStep: boolean): Promise<Result<Sequences>> {
  const batches: Batch[] = [];
  for await (const batch of e.dataset.batches({ part: 'train', size: BLOCK })) {
    if (!batch.ok) return batch;
    batches.push(batch.value);
    if (batches.length * BLOCK >= MOST_ROWS) break;
  }
  const rows = batches.reduce((n, b) => n + b.rows, 0);
  const { length: steps, reverse } = e.loop.node.attrs;
  const [inputs, outputs] = [new Int32Array(rows * steps), new Int32Array(rows * steps).fill(UNKNOWN)];
  const symbols = symbolReader(e);
  const labels = labelReader(e, isPerStep ? steps : 1);
  let row = 0;
  for (const batch of batches) {
    const read = symbols.read(batch);
    for (let k = 0; k < batch.rows; k++, row++)
      for (let i = 0; i < steps; i++) {
        const at = reverse ? steps - 1 - i : i;
        inputs[row * steps + i] = read(k, at);
        if (isPerStep || i === steps - 1) outputs[row * steps + i] = labels.read(batch, k, isPerStep ? at : 0);
      }
  }
  const starts = Int32Array.from({ length: rows + 1 }, (_, r) => r * steps);
  const inputLeaves = e.graph.inputs.length;
  const leavesAt = (r: number): readonly Float32Array[] => {
    const batch = must(batches[Math.floor(r / BLOCK)]);
    return e.dataset.leaves.map((l, i) => part(must(batch.leaves[i]), r % BLOCK, sizeOf(l.shape)));
  };
  return ok({
    words: { symbols: symbols.known.count, starts, inputs, outputs },
    steps,
    isPerStep,
    inputsOf: (r) => leavesAt(r).slice(0, inputLeaves),
    labelsOf: (r) => leavesAt(r).slice(inputLeaves),
    outputAt: labels.outputAt,
  });
}

const part = (data: Float32Array, at: number, size: number): Float32Array => data.subarray(at * size, (at + 1) * size);

/** Per example the values that tell symbols, computed as the program does. */
function symbolReader({ graph, loop, backend, params }: Examples) {
  const values: readonly ValueId[] = [...loop.slices, ...loop.whole];
  const alone = prune({ ...graph, alarms: [], outputs: values.map((value, i) => ({ name: `symbol.${i}`, value })) });
  const sizes = values.map(
    (v, i) => sizeOf(must(graph.types[v]).shape) / (i < loop.slices.length ? loop.node.attrs.length : 1),
  );
  const row = new Float32Array(sizes.reduce((a, b) => a + b, 0));
  const known = new Known(row.length);
  const compiled = new Map<number, ReturnType<Backend['compile']>>();
  const read = (batch: Batch): ((k: number, at: number) => number) => {
    const run = compiled.get(batch.rows) ?? backend.compile(scoreGraph(alone, batch.rows));
    compiled.set(batch.rows, run);
    const outputs = run.run(batch.leaves.slice(0, graph.inputs.length), params).outputs;
    const { length } = loop.node.attrs;
    return (k, at) => {
      let from = 0;
      for (const [i, size] of sizes.entries()) {
        const place = i < loop.slices.length ? k * length + at : k;
        row.set(part(must(outputs[i]), place, size), from);
        from += size;
      }
      return known.add(row).state;
    };
  };
  return { known, read };
}

/** What the label says of a step, or of the whole where `pieces` is 1. */
function labelReader({ graph, dataset }: Examples, pieces: number) {
  const first = graph.inputs.length;
  const sizes = dataset.leaves.slice(first).map((l) => sizeOf(l.shape) / pieces);
  const row = new Float32Array(sizes.reduce((a, b) => a + b, 0));
  const known = new Known(row.length);
  const read = (batch: Batch, k: number, at: number): number => {
    let from = 0;
    for (const [i, size] of sizes.entries()) {
      row.set(part(must(batch.leaves[first + i]), k * pieces + at, size), from);
      from += size;
    }
    return known.add(row).state;
  };
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
  const outputAt = (output: number): readonly Float32Array[] =>
    sizes.map((size, i) => known.at(output).slice(must(ends[i]) - size, ends[i]));
  return { known, read, outputAt };
}
