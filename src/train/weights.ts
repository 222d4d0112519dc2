/** Class weights: how much each example counts, by the class of its label. */
import type { Leaf } from '../ir/layout.ts';
import type { TrainTask } from '../lower/program.ts';
import { problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { Batch, Dataset } from './dataset.ts';

/** Weights of a batch's examples (not normalised), or undefined when all count alike. */
export type Weigh = (batch: Batch) => Float64Array | undefined;

/** Reads `class_weights`; `balanced` counts the training rows once: N / (K · n_c) for the class c with n_c of N rows. */
export async function openWeights(task: TrainTask, dataset: Dataset): Promise<Result<Weigh>> {
  const wanted = task.classWeights;
  if (wanted === undefined) return ok(() => undefined);
  const at = dataset.leaves.length - 1;
  const classes = classesOf(dataset.leaves, task);
  if (classes === undefined) {
    return fail([problem('class-weights', task.at, { why: 'The label must be one enum, Index or bool.' })]);
  }
  if (wanted !== 'balanced' && wanted.length !== classes) {
    const why = `It has ${wanted.length} weights, the label has ${classes} classes.`;
    return fail([problem('class-weights', task.at, { why })]);
  }
  const counted = wanted === 'balanced' ? await countClasses(dataset, at, classes) : ok(wanted);
  if (!counted.ok) return counted;
  const weights = counted.value;
  return ok((batch) =>
    Float64Array.from({ length: batch.rows }, (_, k) => must(weights[classAt(batch, at, k, classes)])),
  );
}

function classesOf(leaves: readonly Leaf[], task: TrainTask): number | undefined {
  const layout = task.label;
  if (layout.kind === 'bool') return 2;
  return layout.kind === 'cases' && leaves.length > 0 ? layout.size : undefined;
}

/** The class of example `k`. A bool is one number, its classes are false and true; a case is one-hot. */
function classAt(batch: Batch, at: number, k: number, classes: number): number {
  const label = must(batch.leaves[at]);
  if (label.length === batch.rows) return must(label[k]) > 0 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < classes; c++) if (must(label[k * classes + c]) > must(label[k * classes + best])) best = c;
  return best;
}

async function countClasses(dataset: Dataset, at: number, classes: number): Promise<Result<readonly number[]>> {
  const counts = new Array<number>(classes).fill(0);
  for await (const batch of dataset.batches({ part: 'train', size: 4096 })) {
    if (!batch.ok) return batch;
    for (let k = 0; k < batch.value.rows; k++) {
      const c = classAt(batch.value, at, k, classes);
      counts[c] = must(counts[c]) + 1;
    }
  }
  return ok(counts.map((n) => (n === 0 ? 1 : dataset.split.trainRows / (classes * n))));
}

/** float32 weights that sum to 1, as the batch loss takes them. */
export function normalised(weights: Float64Array | undefined): Float32Array | undefined {
  if (!weights) return undefined;
  const total = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (w) => (total > 0 ? w / total : 0));
}
