/**
 * Scores of many assignments: block by block of the training examples, in an order of its own, so that most assignments can be
 * given up after the first block. A loss is the mean over the examples that `measure` gives, up to the order of its sum.
 */
import { sizeOf } from '../../ir/graph.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch, Dataset } from '../dataset.ts';
import type { TrainJob } from '../loop.ts';
import type { Weigh } from '../weights.ts';
import { type Lanes, openLanes } from './lanes.ts';
import type { Assignment, Space, Values } from './strategy.ts';

export interface Scored {
  readonly scores: Float64Array;
  /** Examples that were evaluated, over the training examples. */
  readonly evaluations: number;
}

export interface ScoringRequest {
  readonly assignments: readonly Assignment[];
  readonly from: Values;
  readonly prices: readonly number[];
  readonly above?: number;
}

export interface Scoring {
  run(request: ScoringRequest): Promise<Result<Scored>>;
  readonly lanes: Lanes;
  /** The training examples. */
  blocks(): Promise<Iterable<Result<Batch>> | AsyncIterable<Result<Batch>>>;
  /** False from the first example on whose loss is below 0: nothing is given up then. */
  isPositive: boolean;
}

/** The first block of a large space is small: most assignments show there that they are no good. */
const FIRST = 32;
const BLOCK = 256;
const LARGE_BITS = 10;

export function openScoring(job: TrainJob, space: Space, weigh: Weigh): Scoring {
  const { dataset, task, backend } = job;
  const lanes = openLanes(task.loss, space, backend);
  const first = space.bits > LARGE_BITS ? FIRST : 0;
  let kept: readonly Result<Batch>[] | undefined;
  let whole: number | undefined;
  const scoring: Scoring = {
    isPositive: true,
    lanes,
    async blocks() {
      if (!dataset.streamed) kept ??= await blocksInMemory(dataset, first);
      return kept ?? dataset.batches({ part: 'train', size: BLOCK });
    },
    async run(request) {
      const parts = await scoring.blocks();
      whole ??= kept ? wholeOf(kept, weigh) : Number.POSITIVE_INFINITY;
      const sums = sumsOf(request, whole);
      for await (const batch of parts) {
        if (!batch.ok) return batch;
        await addBlock(sums, { batch: batch.value, weights: weigh(batch.value), lanes, request, job });
        if (job.signal?.aborted) return ok(unknown(request));
        if (sums.lowest < 0) scoring.isPositive = false;
        if (request.above !== undefined && scoring.isPositive) giveUp(sums, request, request.above);
        if (sums.alive.length === 0) break;
      }
      return ok(scoredOf(sums, request, dataset.split.trainRows));
    },
  };
  return scoring;
}

/** Of a search that the user ended, whose scores count no more. */
const unknown = ({ assignments }: ScoringRequest): Scored => ({
  scores: new Float64Array(assignments.length).fill(Number.POSITIVE_INFINITY),
  evaluations: 0,
});

const wholeOf = (blocks: readonly Result<Batch>[], weigh: Weigh): number =>
  blocks.reduce((sum, b) => sum + (b.ok ? weightOf(b.value, weigh(b.value)) : 0), 0);

/** All training examples, shuffled as those of the first epoch, in blocks. */
async function blocksInMemory(dataset: Dataset, first: number): Promise<readonly Result<Batch>[]> {
  const rows = dataset.split.trainRows;
  const blocks: Result<Batch>[] = [];
  for await (const all of dataset.batches({ part: 'train', size: rows, epoch: 1 })) {
    if (!all.ok) return [all];
    let from = 0;
    for (const size of blockSizes(rows, first)) {
      blocks.push(ok(slice(all.value, from, size, dataset)));
      from += size;
    }
  }
  return blocks;
}

/** The rows seen double with each block up to a whole one; then blocks of about the same size: few sizes, for each is compiled. */
function blockSizes(rows: number, first: number): number[] {
  const head: number[] = [];
  let left = rows;
  for (let size = first; size > 0 && size < BLOCK && left > 2 * size; size = rows - left) {
    head.push(size);
    left -= size;
  }
  const count = Math.ceil(left / BLOCK);
  const cut = (i: number): number => Math.floor((left * i) / count);
  return [...head, ...Array.from({ length: count }, (_, i) => cut(i + 1) - cut(i))];
}

const slice = (batch: Batch, from: number, rows: number, { leaves }: Dataset): Batch => ({
  rows,
  leaves: batch.leaves.map((data, i) => {
    const size = sizeOf(must(leaves[i]).shape);
    return data.subarray(from * size, (from + rows) * size);
  }),
});

/** Sums over the blocks so far. */
interface Sums {
  readonly loss: Float64Array;
  /** Places in the request that are not given up. */
  alive: number[];
  weight: number;
  evaluated: number;
  lowest: number;
  /** The weight of all examples; infinite where it is not known before they are read, so that nothing is given up. */
  readonly whole: number;
}

const sumsOf = ({ assignments }: ScoringRequest, whole: number): Sums => ({
  loss: new Float64Array(assignments.length),
  alive: assignments.map((_, i) => i),
  weight: 0,
  evaluated: 0,
  lowest: 0,
  whole,
});

interface Block {
  readonly batch: Batch;
  readonly weights: Float64Array | undefined;
  readonly lanes: Lanes;
  readonly request: ScoringRequest;
  readonly job: TrainJob;
}

async function addBlock(sums: Sums, { batch, weights, lanes, request, job }: Block): Promise<void> {
  const size = lanes.sizeFor(batch.rows);
  for (let at = 0; at < sums.alive.length; at += size) {
    const places = sums.alive.slice(at, at + size);
    const chosen = places.map((i) => must(request.assignments[i]));
    const losses = lanes.losses(batch, chosen, request.from);
    for (const [lane, i] of places.entries()) {
      const own = losses.subarray(lane * batch.rows, (lane + 1) * batch.rows);
      sums.loss[i] = must(sums.loss[i]) + weightedSum(own, weights, sums);
    }
    await job.breathe?.();
    if (job.signal?.aborted) return;
  }
  sums.evaluated += sums.alive.length * batch.rows;
  sums.weight += weightOf(batch, weights);
}

const weightOf = (batch: Batch, weights: Float64Array | undefined): number =>
  weights ? weights.reduce((a, b) => a + b, 0) : batch.rows;

function weightedSum(losses: Float32Array, weights: Float64Array | undefined, sums: Sums): number {
  let sum = 0;
  for (let k = 0; k < losses.length; k++) {
    const loss = losses[k] as number;
    if (loss < sums.lowest) sums.lowest = loss;
    sum += weights ? (weights[k] as number) * loss : loss;
  }
  return sum;
}

/** Those go whose score is higher already, were all other examples without loss. */
function giveUp(sums: Sums, { prices }: ScoringRequest, above: number): void {
  sums.alive = sums.alive.filter((i) => {
    const stays = !(must(sums.loss[i]) / sums.whole + must(prices[i]) > above);
    if (!stays) sums.loss[i] = Number.POSITIVE_INFINITY;
    return stays;
  });
}

function scoredOf(sums: Sums, { prices }: ScoringRequest, rows: number): Scored {
  const scores = sums.loss.map((loss, i) => {
    const score = loss / sums.weight + must(prices[i]);
    return Number.isNaN(score) ? Number.POSITIVE_INFINITY : score;
  });
  return { scores, evaluations: sums.evaluated / rows };
}
