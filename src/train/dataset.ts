/**
 * A table ready to train from: validated once, split by seed, given out in batches of float32 leaves. Small tables stay in
 * memory; larger ones are read again each epoch through a shuffle buffer. Both hold out the same rows.
 */

import type { Leaf } from '../ir/layout.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { type Batch, type BatchRequest, emptyBatch, type Part, putRow } from './batch.ts';
import { planRow, type RowPlan, type Wanted } from './columns.ts';
import { encodeRow, isBlank } from './encode.ts';
import { epochOrder, type Split, splitRows } from './order.ts';
import type { RowSource } from './rows.ts';
import { fromStream, type Streaming } from './stream.ts';

export type { Batch, BatchRequest, Part } from './batch.ts';

export interface Dataset {
  readonly file: string;
  /** Inputs, then label. */
  readonly leaves: readonly Leaf[];
  readonly rows: number;
  readonly split: Split;
  readonly streamed: boolean;
  /** Where a row begins in its file, from 1; absent where it has no lines. */
  readonly lineOf?: (row: number) => number;
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
  readonly lineOf?: (row: number) => number;
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
  const lines = lineBook();
  for await (const row of source.rows()) {
    if (isBlank(plan, row)) continue;
    const at = rows % blockRows;
    if (at === 0 && rows > 0 && blocks) {
      blocks.push(block);
      if ((blocks.length + 1) * block.byteLength > memoryBytes) blocks = undefined;
      else block = new Float32Array(blockRows * plan.floats);
    }
    lines.add(rows, row.line);
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
  return problems.length > 0 ? fail(problems) : ok({ rows, blockRows, blocks, lineOf: lines.of });
}

/** Lines of rows that follow each other, kept where a row does not follow on the one before: blank lines, cells of several lines. */
function lineBook(): { add(row: number, line: number): void; of(row: number): number } {
  const jumps: { readonly row: number; readonly ahead: number }[] = [];
  return {
    add(row, line) {
      if (jumps.at(-1)?.ahead !== line - row) jumps.push({ row, ahead: line - row });
    },
    of: (row) => row + (jumps.filter((jump) => jump.row <= row).at(-1)?.ahead ?? 1),
  };
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
  const { rows, blocks, blockRows, lineOf } = encoded;
  const split = splitRows(rows, options.holdout, options.seed);
  if (split.trainRows < 1) {
    return fail([problem('too-few-rows', wanted.at, { file: wanted.file, holdout: split.holdoutRows })]);
  }
  const common = { file: wanted.file, leaves: plan.leaves, rows, split, ...(lineOf && { lineOf }) };
  const parts = blocks && partsOf(rows, split);
  if (blocks && parts)
    return ok({
      ...common,
      streamed: false,
      batches: (request) => fromMemory({ blocks, blockRows, parts, plan, seed: options.seed }, request),
    });
  const { seed, memoryBytes } = options;
  const streaming: Streaming = { source: must(source), plan, wanted, split, rows, seed, memoryBytes };
  return ok({ ...common, streamed: true, batches: (request) => fromStream(streaming, request) });
}

// --- in memory -------------------------------------------------------------------------------------

interface InMemory {
  readonly blocks: readonly Float32Array[];
  readonly blockRows: number;
  /** The rows of each part, ascending. */
  readonly parts: { readonly [P in Part]: readonly number[] };
  readonly plan: RowPlan;
  readonly seed: number;
}

function partsOf(rows: number, split: Split): InMemory['parts'] {
  const parts = { train: [] as number[], holdout: [] as number[] };
  for (let r = 0; r < rows; r++) parts[split.isHeldOut(r) ? 'holdout' : 'train'].push(r);
  return parts;
}

async function* fromMemory(table: InMemory, request: BatchRequest): AsyncGenerator<Result<Batch>> {
  const { blocks, blockRows, plan, seed } = table;
  const part = table.parts[request.part];
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
