/**
 * A table ready to train from: validated once, split by seed, given out in batches of float32 leaves. Small tables stay in
 * memory; larger ones are read again each epoch through a shuffle buffer. Both hold out the same rows.
 */

import { sizeOf } from '../ir/graph.ts';
import type { Leaf } from '../ir/layout.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { planRow, type RowPlan, type Wanted } from './columns.ts';
import { encodeRow, isBlank } from './encode.ts';
import { bufferPlaces, epochOrder, type Split, splitRows } from './order.ts';
import type { RowSource } from './rows.ts';

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

export interface Dataset {
  readonly file: string;
  /** Inputs, then label. */
  readonly leaves: readonly Leaf[];
  readonly rows: number;
  readonly split: Split;
  readonly streamed: boolean;
  /** Every row of the part once; the last batch may be smaller. A table that changed underneath ends it with a Problem. */
  batches(request: BatchRequest): AsyncIterable<Result<Batch>>;
}

export interface DatasetOptions {
  readonly holdout: number;
  readonly seed: number;
  /** Encoded rows beyond this are streamed. */
  readonly memoryBytes: number;
}

export const DEFAULT_MEMORY_BYTES = 2 ** 30;

const SHOWN_PROBLEMS = 20;
const BLOCK_ROWS = 1024;

/** Reads a table once, from the first to the last row: all its mistakes, or a dataset. */
export async function openDataset(
  source: RowSource,
  wanted: Wanted,
  options: DatasetOptions,
): Promise<Result<Dataset>> {
  if (source.header.length === 0) return fail([emptyTable(source.header, wanted)]);
  const planned = planRow(source.header, wanted);
  if (!planned.ok) return planned;
  const read = await readAll(source, planned.value, wanted, options.memoryBytes);
  if (!read.ok) return read;
  return splitDataset(read.value, source, planned.value, wanted, options);
}

/** A dataset over rows that are encoded already (tensors of a file). */
export function datasetOf(encoded: Encoded, plan: RowPlan, wanted: Wanted, options: DatasetOptions): Result<Dataset> {
  return splitDataset(encoded, undefined, plan, wanted, options);
}

/** Rows in blocks of `blockRows`; `blocks` is undefined when they did not fit. */
export interface Encoded {
  readonly rows: number;
  readonly blockRows: number;
  readonly blocks: readonly Float32Array[] | undefined;
}

async function readAll(
  source: RowSource,
  plan: RowPlan,
  wanted: Wanted,
  memoryBytes: number,
): Promise<Result<Encoded>> {
  const problems: Problem[] = [];
  let wrong = 0;
  let rows = 0;
  const blockRows = Math.max(1, Math.min(BLOCK_ROWS, Math.floor(memoryBytes / (4 * plan.floats))));
  let block = new Float32Array(blockRows * plan.floats);
  let blocks: Float32Array[] | undefined = block.byteLength > memoryBytes ? undefined : [];
  for await (const row of source.rows()) {
    if (isBlank(plan, row)) continue;
    const at = rows % blockRows;
    if (at === 0 && rows > 0 && blocks) {
      blocks.push(block);
      if ((blocks.length + 1) * block.byteLength > memoryBytes) blocks = undefined;
      else block = new Float32Array(blockRows * plan.floats);
    }
    const found = encodeRow(plan, row, block, at * plan.floats, wanted);
    wrong += found.length;
    problems.push(...found.slice(0, SHOWN_PROBLEMS - problems.length));
    rows++;
  }
  if (rows === 0) return fail([emptyTable(source.header, wanted)]);
  if (wrong > problems.length) {
    problems.push(
      problem('more-bad-rows', wanted.at, {
        file: wanted.file,
        count: wrong - problems.length,
        shown: problems.length,
      }),
    );
  }
  blocks?.push(block);
  return problems.length > 0 ? fail(problems) : ok({ rows, blockRows, blocks });
}

function emptyTable(header: readonly string[], wanted: Wanted): Problem {
  const hint =
    header.length === 0 ? 'The file is empty.' : 'It has a header and nothing below it. Is it the right file?';
  return problem('empty-table', wanted.at, { file: wanted.file, hint });
}

function splitDataset(
  encoded: Encoded,
  source: RowSource | undefined,
  plan: RowPlan,
  wanted: Wanted,
  options: DatasetOptions,
): Result<Dataset> {
  const { rows, blocks, blockRows } = encoded;
  const split = splitRows(rows, options.holdout, options.seed);
  if (split.trainRows < 1) {
    return fail([problem('too-few-rows', wanted.at, { file: wanted.file, rows, holdout: split.holdoutRows })]);
  }
  const common = { file: wanted.file, leaves: plan.leaves, rows, split };
  if (blocks)
    return ok({
      ...common,
      streamed: false,
      batches: (request) => fromMemory({ blocks, blockRows, rows, plan, split, seed: options.seed }, request),
    });
  const streaming: Streaming = { source: must(source), plan, wanted, split, rows, options };
  return ok({ ...common, streamed: true, batches: (request) => fromStream(streaming, request) });
}

// --- in memory -------------------------------------------------------------------------------------

interface InMemory {
  readonly blocks: readonly Float32Array[];
  readonly blockRows: number;
  readonly rows: number;
  readonly plan: RowPlan;
  readonly split: Split;
  readonly seed: number;
}

async function* fromMemory(table: InMemory, request: BatchRequest): AsyncGenerator<Result<Batch>> {
  const { blocks, blockRows, rows, plan, split, seed } = table;
  const part: number[] = [];
  for (let r = 0; r < rows; r++) if (split.isHeldOut(r) === (request.part === 'holdout')) part.push(r);
  const order = request.epoch === undefined ? undefined : epochOrder(part.length, seed, request.epoch);
  for (let from = 0; from < part.length; from += request.size) {
    const count = Math.min(request.size, part.length - from);
    const batch = emptyBatch(plan, count);
    for (let k = 0; k < count; k++) {
      const row = must(part[order ? must(order[from + k]) : from + k]);
      const block = must(blocks[Math.floor(row / blockRows)]);
      putRow(plan, block, (row % blockRows) * plan.floats, batch, k);
    }
    yield ok(batch);
  }
}

function emptyBatch(plan: RowPlan, rows: number): Batch {
  return { rows, leaves: plan.leaves.map((leaf) => new Float32Array(rows * sizeOf(leaf.shape))) };
}

/** Copies one encoded row to place `k` of a batch. */
function putRow(plan: RowPlan, from: Float32Array, start: number, batch: Batch, k: number): void {
  for (const [i, leaf] of plan.leaves.entries()) {
    const size = sizeOf(leaf.shape);
    const at = start + must(plan.offsets[i]);
    must(batch.leaves[i]).set(from.subarray(at, at + size), k * size);
  }
}

// --- streamed --------------------------------------------------------------------------------------

interface Streaming {
  readonly source: RowSource;
  readonly plan: RowPlan;
  readonly wanted: Wanted;
  readonly split: Split;
  readonly rows: number;
  readonly options: DatasetOptions;
}

async function* fromStream(s: Streaming, request: BatchRequest): AsyncGenerator<Result<Batch>> {
  const total = request.part === 'train' ? s.split.trainRows : s.split.holdoutRows;
  let given = 0;
  let filled = 0;
  let batch = emptyBatch(s.plan, Math.min(request.size, total));
  for await (const row of request.epoch === undefined
    ? encodedRows(s, request.part)
    : shuffledRows(s, request.part, request.epoch)) {
    if (!row.ok) {
      yield row;
      return;
    }
    putRow(s.plan, row.value, 0, batch, filled++);
    if (filled < batch.rows) continue;
    yield ok(batch);
    given += filled;
    filled = 0;
    batch = emptyBatch(s.plan, Math.min(request.size, total - given));
  }
}

/** The part's rows one by one; each is a fresh array. */
async function* encodedRows(s: Streaming, part: Part): AsyncGenerator<Result<Float32Array>> {
  let at = 0;
  const changed = (): Result<never> =>
    fail([problem('table-changed', s.wanted.at, { file: s.wanted.file, before: s.rows, row: at + 1 })]);
  for await (const row of s.source.rows()) {
    if (isBlank(s.plan, row)) continue;
    if (at >= s.rows) break;
    if (s.split.isHeldOut(at) === (part === 'holdout')) {
      const encoded = new Float32Array(s.plan.floats);
      if (encodeRow(s.plan, row, encoded, 0, s.wanted).length > 0) {
        yield changed();
        return;
      }
      yield ok(encoded);
    }
    at++;
  }
  if (at < s.rows) yield changed();
}

/** A buffer of rows: each that arrives takes the place of a random one, which is given out. */
async function* shuffledRows(s: Streaming, part: Part, epoch: number): AsyncGenerator<Result<Float32Array>> {
  const limit = Math.max(1, Math.floor(s.options.memoryBytes / (4 * s.plan.floats)));
  const places = bufferPlaces(s.options.seed, epoch);
  const buffer: Float32Array[] = [];
  for await (const row of encodedRows(s, part)) {
    if (!row.ok) {
      yield row;
      return;
    }
    if (buffer.length < limit) buffer.push(row.value);
    else yield ok(exchange(buffer, places.below(limit), row.value));
  }
  while (buffer.length > 0) {
    const last = must(buffer.pop());
    if (buffer.length === 0) yield ok(last);
    else {
      const place = places.below(buffer.length + 1);
      yield ok(place === buffer.length ? last : exchange(buffer, place, last));
    }
  }
}

function exchange(buffer: Float32Array[], place: number, row: Float32Array): Float32Array {
  const given = must(buffer[place]);
  buffer[place] = row;
  return given;
}
