/** Batches: examples as float32 leaves, and how encoded rows are put into them. */
import { sizeOf } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import type { RowPlan } from './columns.ts';

/** Some examples: one array per leaf, `rows` of them behind each other. */
export interface Batch {
  readonly rows: number;
  readonly leaves: readonly Float32Array[];
}

export type Part = 'train' | 'holdout';

export interface BatchRequest {
  readonly part: Part;
  readonly size: number;
  /** Shuffled for this epoch (from 1); in the table's order without it. */
  readonly epoch?: number;
}

export function emptyBatch(plan: RowPlan, rows: number): Batch {
  return { rows, leaves: plan.leaves.map((leaf) => new Float32Array(rows * sizeOf(leaf.shape))) };
}

/** Copies one encoded row to place `k` of a batch. */
export function putRow(plan: RowPlan, from: Float32Array, start: number, batch: Batch, k: number): void {
  for (const [i, leaf] of plan.leaves.entries()) {
    const size = sizeOf(leaf.shape);
    const at = start + must(plan.offsets[i]);
    must(batch.leaves[i]).set(from.subarray(at, at + size), k * size);
  }
}
