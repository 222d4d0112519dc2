/**
 * The states that a step reaches, breadth first and in batches: whoever runs the step says what it gives, and sees each result once, in the order of
 * the shortest words. What a state is, is its bits; nans are one.
 */
import { must } from '../text/result.ts';
import { type Trail, wordTo } from './compare.ts';

/** Steps of many rows at once. `run` fills `next` and what it gives from the first `count` rows of `states` and `symbols`. */
export interface Runner {
  /** Rows at most. */
  readonly most: number;
  readonly symbols: number;
  /** Numbers of a state. */
  readonly width: number;
  readonly states: Float32Array;
  readonly symbol: Int32Array;
  readonly next: Float32Array;
  run(count: number): void;
}

export interface Visit {
  /** Transitions at most. */
  readonly limit: number;
  /** Asked once a batch, with what is done and what is known to be left. */
  goOn(done: number, open: number): boolean;
  /** Sees a transition; true ends the search there. */
  ends(row: number, from: number, symbol: number, to: number): boolean;
}

export interface Explored {
  /** `closed`: every state that is reached has been left by every symbol. */
  readonly end: 'closed' | 'stopped' | 'limit' | 'time';
  readonly states: number;
  readonly transitions: number;
  /** The bits of a state. */
  stateAt(state: number): Float32Array;
  /** The start and the word by which a state was reached first; after `stopped`, `last` is the transition that ended it. */
  reachedBy(state: number): { readonly start: number; readonly word: readonly number[] };
  readonly last?: { readonly from: number; readonly symbol: number };
}

/** From states at the start, which are the first states. Equal ones are one. */
export function explore(runner: Runner, starts: readonly Float32Array[], visit: Visit): Explored {
  const known = new Known(runner.width);
  const origin = new Map<number, number>();
  for (const [i, start] of starts.entries()) {
    const { state, isNew } = known.add(start);
    if (isNew) origin.set(state, i);
  }
  const trail: Trail = { from: Array(known.count).fill(-1), by: Array(known.count).fill(-1) };
  const { symbols, most, width } = runner;
  let done = 0;
  const result = (end: Explored['end'], last?: Explored['last']): Explored => ({
    end,
    states: known.count,
    transitions: done,
    stateAt: (state) => known.at(state),
    reachedBy: (state) => ({ start: must(origin.get(rootOf(trail, state))), word: wordTo(trail, state) }),
    ...(last && { last }),
  });
  while (done < known.count * symbols) {
    if (done >= visit.limit) return result('limit');
    if (!visit.goOn(done, known.count * symbols - done)) return result('time');
    const count = Math.min(most, known.count * symbols - done);
    for (let r = 0; r < count; r++) {
      runner.states.set(known.at(Math.floor((done + r) / symbols)), r * width);
      runner.symbol[r] = (done + r) % symbols;
    }
    runner.run(count);
    for (let r = 0; r < count; r++, done++) {
      const [from, symbol] = [Math.floor(done / symbols), done % symbols];
      const { state: to, isNew } = known.add(runner.next.subarray(r * width, (r + 1) * width));
      if (isNew) {
        trail.from.push(from);
        trail.by.push(symbol);
      }
      if (visit.ends(r, from, symbol, to)) return result('stopped', { from, symbol });
    }
  }
  return result('closed');
}

/** The first state on the way to a state. */
function rootOf({ from }: Trail, state: number): number {
  let at = state;
  while (must(from[at]) >= 0) at = must(from[at]);
  return at;
}

/** Rows of numbers by their bits, numbered as they come. */
export class Known {
  count = 0;
  readonly #width: number;
  #rows: Float32Array;
  readonly #numbers = new Map<string, number>();
  readonly #own: Float32Array;
  readonly #codes: Uint16Array;

  constructor(width: number) {
    this.#width = width;
    this.#rows = new Float32Array(64 * width);
    this.#own = new Float32Array(width);
    this.#codes = new Uint16Array(this.#own.buffer);
  }

  add(row: Float32Array): { readonly state: number; readonly isNew: boolean } {
    for (let k = 0; k < this.#width; k++) this.#own[k] = Number.isNaN(row[k]) ? Number.NaN : (row[k] as number);
    const key = keyOf(this.#codes);
    const found = this.#numbers.get(key);
    if (found !== undefined) return { state: found, isNew: false };
    const state = this.count++;
    this.#numbers.set(key, state);
    if (this.count * this.#width > this.#rows.length) {
      const more = new Float32Array(2 * this.#rows.length);
      more.set(this.#rows);
      this.#rows = more;
    }
    this.#rows.set(this.#own, state * this.#width);
    return { state, isNew: true };
  }

  at(state: number): Float32Array {
    return this.#rows.subarray(state * this.#width, (state + 1) * this.#width);
  }
}

/** Characters at once: calls take only so many arguments. */
const PIECE = 4096;

function keyOf(codes: Uint16Array): string {
  let key = '';
  for (let i = 0; i < codes.length; i += PIECE) key += String.fromCharCode(...codes.subarray(i, i + PIECE));
  return key;
}
