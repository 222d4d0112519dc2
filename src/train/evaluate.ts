/**
 * Measures a part of the data at given parameters: the mean of the loss and of each metric over its examples. Sums are
 * double, in the table's order, so the result does not depend on how the rows are cut into batches.
 */
import { must, ok, type Result } from '../text/result.ts';
import type { Batch, Dataset, Part } from './dataset.ts';
import type { Machine } from './machine.ts';
import type { Weigh } from './weights.ts';

export interface Measured {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Measuring {
  readonly machine: Machine;
  readonly dataset: Dataset;
  readonly metrics: readonly string[];
  readonly weigh: Weigh;
  readonly batch: number;
}

export async function measure(
  m: Measuring,
  part: Part,
  at: ReadonlyMap<string, Float32Array>,
): Promise<Result<Measured>> {
  const sums = new Float64Array(m.metrics.length);
  let [loss, weight, rows] = [0, 0, 0];
  for await (const batch of m.dataset.batches({ part, size: m.batch })) {
    if (!batch.ok) return batch;
    const scores = m.machine.scores(batch.value, at);
    const weights = m.weigh(batch.value);
    for (let k = 0; k < batch.value.rows; k++) {
      const w = weights?.[k] ?? 1;
      loss += w * must(scores.loss[k]);
      weight += w;
      for (let i = 0; i < sums.length; i++) sums[i] = must(sums[i]) + must(must(scores.metrics[i])[k]);
    }
    rows += batch.value.rows;
  }
  return ok({
    loss: loss / weight,
    metrics: Object.fromEntries(m.metrics.map((name, i) => [name, must(sums[i]) / rows])),
  });
}

/** Measures of both parts by name: those of the held-out examples begin with `holdout_`. */
export function finalOf(train: Measured, holdout: Measured | undefined): Record<string, number> {
  const held = holdout ? { ...holdout.metrics, loss: holdout.loss } : {};
  return {
    loss: train.loss,
    ...train.metrics,
    ...Object.fromEntries(Object.entries(held).map(([name, value]) => [`holdout_${name}`, value])),
  };
}

/** Batches in the table's order that are built once, when the table is in memory. */
export function keepBatches(dataset: Dataset): Dataset {
  if (dataset.streamed) return dataset;
  const known = new Map<string, Result<Batch>[]>();
  return {
    ...dataset,
    async *batches(request) {
      if (request.epoch !== undefined) {
        yield* dataset.batches(request);
        return;
      }
      const key = `${request.part} ${request.size}`;
      let kept = known.get(key);
      if (!kept) {
        kept = [];
        for await (const batch of dataset.batches(request)) kept.push(batch);
        known.set(key, kept);
      }
      yield* kept;
    },
  };
}
