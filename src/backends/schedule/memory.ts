/**
 * The arena: every buffer gets a place for good, and buffers whose lives do not meet may share one. Lives are ranges of steps,
 * both ends included, so no step stores over what it reads.
 */
import { must } from '../../text/result.ts';

export interface Life {
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

const SMALL = 4;
const VECTOR = 16;

/** Words that a buffer starts on a multiple of: 16 bytes, with 16 words or more 64. */
export const alignmentOf = (length: number): number => (length >= VECTOR ? VECTOR : SMALL);

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
const room = ({ length }: Life): number => roundUp(length, alignmentOf(length));

export interface Placement {
  readonly offsets: readonly number[];
  /** Words. */
  readonly arena: number;
  readonly peak: number;
}

/** Largest first, each at the lowest place that is free during its life. */
export function place(lives: readonly Life[]): Placement {
  const order = lives.map((_, i) => i).sort((a, b) => room(must(lives[b])) - room(must(lives[a])) || a - b);
  const offsets = lives.map(() => 0);
  const placed: number[] = [];
  for (const i of order) {
    const life = must(lives[i]);
    if (life.length === 0) continue;
    const at = lowest(life, lives, offsets, placed);
    offsets[i] = at;
    insert(placed, offsets, i);
  }
  const arena = lives.reduce((most, life, i) => Math.max(most, must(offsets[i]) + room(life)), 0);
  return { offsets, arena, peak: peakOf(lives) };
}

/** The first gap among the placed (ascending) that are alive at the same time. */
function lowest(life: Life, lives: readonly Life[], offsets: readonly number[], placed: readonly number[]): number {
  const need = room(life);
  const alignment = alignmentOf(life.length);
  let at = 0;
  for (const j of placed) {
    const other = must(lives[j]);
    if (other.last < life.first || life.last < other.first) continue;
    const start = must(offsets[j]);
    if (at + need <= start) break;
    at = Math.max(at, roundUp(start + room(other), alignment));
  }
  return at;
}

function insert(placed: number[], offsets: readonly number[], i: number): void {
  let at = placed.length;
  while (at > 0 && must(offsets[must(placed[at - 1])]) > must(offsets[i])) at--;
  placed.splice(at, 0, i);
}

/** The most room that is needed at any step. */
function peakOf(lives: readonly Life[]): number {
  const events = lives.flatMap((life) =>
    life.length === 0
      ? []
      : [
          { at: life.first, change: room(life) },
          { at: life.last + 0.5, change: -room(life) },
        ],
  );
  events.sort((a, b) => a.at - b.at);
  let [now, most] = [0, 0];
  for (const { change } of events) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
