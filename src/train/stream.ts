/**
 * Batches of a table that is larger than memory: the rows are read and encoded again for each epoch and shuffled through a
 * buffer of bounded size. Which rows are held out is the same as in memory; the order is not.
 */
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { type Batch, type BatchRequest, emptyBatch, putRow } from './batch.ts';
import type { RowPlan, Wanted } from './columns.ts';
import { encodeRow, isBlank } from './encode.ts';
import { bufferPlaces, type Split } from './order.ts';
import type { RowSource } from './rows.ts';

export interface Streaming {
  readonly source: RowSource;
  readonly plan: RowPlan;
  readonly wanted: Wanted;
  readonly split: Split;
  /** Good rows that the first reading found. */
  readonly rows: number;
  readonly seed: number;
  /** What the buffer may take. */
  readonly memoryBytes: number;
}

export async function* fromStream(s: Streaming, request: BatchRequest): AsyncGenerator<Result<Batch>> {
  const isHoldout = request.part === 'holdout';
  const mixer = request.epoch === undefined ? STRAIGHT : shuffler(s, request.epoch);
  const filler = batchFiller(s, request);
  let at = 0;
  const changed = (): Result<never> =>
    fail([problem('table-changed', s.wanted.at, { file: s.wanted.file, before: s.rows, row: at + 1 })]);
  for await (const row of s.source.rows()) {
    if (isBlank(s.plan, row)) continue;
    if (at >= s.rows) break;
    if (s.split.isHeldOut(at) === isHoldout) {
      const encoded = new Float32Array(s.plan.floats);
      if (encodeRow(s.plan, row, encoded, 0, s.wanted).length > 0) {
        yield changed();
        return;
      }
      const out = mixer.push(encoded);
      const full = out && filler(out);
      if (full) yield ok(full);
    }
    at++;
  }
  if (at < s.rows) {
    yield changed();
    return;
  }
  for (let out = mixer.pop(); out; out = mixer.pop()) {
    const full = filler(out);
    if (full) yield ok(full);
  }
}

/** Puts rows into batches and gives each when it is full; the last one is as large as what is left. */
function batchFiller(s: Streaming, { part, size }: BatchRequest): (row: Float32Array) => Batch | undefined {
  let left = part === 'train' ? s.split.trainRows : s.split.holdoutRows;
  let batch = emptyBatch(s.plan, Math.min(size, left));
  let filled = 0;
  return (row) => {
    putRow(s.plan, row, 0, batch, filled++);
    if (filled < batch.rows) return undefined;
    const full = batch;
    left -= filled;
    filled = 0;
    batch = emptyBatch(s.plan, Math.min(size, left));
    return full;
  };
}

/** Takes rows and gives them back in another order; `pop` empties it at the end. */
interface Mixer {
  push(row: Float32Array): Float32Array | undefined;
  pop(): Float32Array | undefined;
}

const STRAIGHT: Mixer = { push: (row) => row, pop: () => undefined };

/** A full buffer gives a random row away for each that arrives; at the end what is left comes in random order. */
function shuffler({ plan: { floats }, memoryBytes, seed }: Streaming, epoch: number): Mixer {
  const limit = Math.max(1, Math.floor(memoryBytes / (4 * floats)));
  const places = bufferPlaces(seed, epoch);
  // One array: rows of their own would take several times as much memory.
  const buffer = new Float32Array(limit * floats);
  let held = 0;
  const rowAt = (place: number): Float32Array => buffer.slice(place * floats, (place + 1) * floats);
  const exchange = (place: number, row: Float32Array): Float32Array => {
    const given = rowAt(place);
    buffer.set(row, place * floats);
    return given;
  };
  return {
    push(row) {
      if (held === limit) return exchange(places.below(limit), row);
      buffer.set(row, held++ * floats);
      return undefined;
    },
    pop() {
      if (held === 0) return undefined;
      const last = rowAt(--held);
      const place = places.below(held + 1);
      return place === held ? last : exchange(place, last);
    },
  };
}
