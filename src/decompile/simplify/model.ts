/**
 * Numbers that are fixed one after the other, each at 0 or at a short value, while the others move so that the outputs stay where they are:
 * Optimal Brain Surgeon (Hassibi and Stork, NIPS 1992), in blocks. With A = Σ slope·slopeᵀ and C its inverse over what still moves, fixing
 * number i at y costs (x_i - y)²/C_ii and moves the others by -(x_i - y)/C_ii · C_i.
 */
import { must } from '../../text/result.ts';
import type { Flat } from './flat.ts';
import type { Block } from './slopes.ts';

export interface Model {
  readonly numbers: Float64Array;
  /** What fixing number i a unit away costs at its root; 0 for what is fixed. */
  looseness(i: number): number;
  isFixed(i: number): boolean;
  fix(i: number, value: number): void;
  /** A copy that goes its own way. */
  copy(): Model;
}

/** Of the mean diagonal: keeps what the rows say nothing about from moving far. */
const DAMPING = 1e-6;

interface State {
  readonly numbers: Float64Array;
  readonly fixed: Uint8Array;
  readonly inverses: Inverse[];
}

interface Inverse {
  readonly from: number;
  readonly size: number;
  readonly at: Float64Array;
}

/** Zeros that stand already are fixed from the start. */
export function modelOf(flat: Flat, blocks: readonly Block[]): Model {
  const diagonal = blocks.reduce((sum, { from, to, squares }) => {
    const n = to - from;
    for (let i = 0; i < n; i++) sum += squares[i * n + i] as number;
    return sum;
  }, 0);
  const damping = DAMPING * Math.max(diagonal / Math.max(1, flat.size), 1e-30);
  const inverses = blocks.map(({ from, to, squares }) => ({
    from,
    size: to - from,
    at: inverseOf(squares, to - from, damping),
  }));
  const state = { numbers: flat.values.slice(), fixed: new Uint8Array(flat.size), inverses };
  for (const [i, x] of flat.values.entries()) if (x === 0) drop(state, i);
  return modelFrom(state);
}

function modelFrom(state: State): Model {
  const { numbers, fixed } = state;
  return {
    numbers,
    looseness(i) {
      const { from, size, at } = blockAt(state, i);
      return fixed[i] === 1 ? 0 : Math.sqrt(Math.max(0, at[(i - from) * (size + 1)] as number));
    },
    isFixed: (i) => fixed[i] === 1,
    fix(i, value) {
      shift(state, i, value);
      drop(state, i);
      numbers[i] = value;
    },
    copy: () =>
      modelFrom({
        numbers: numbers.slice(),
        fixed: fixed.slice(),
        inverses: state.inverses.map((b) => ({ ...b, at: b.at.slice() })),
      }),
  };
}

/** The last block that begins at or before i. */
function blockAt({ inverses }: State, i: number): Inverse {
  let [low, high] = [0, inverses.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (must(inverses[middle]).from <= i) low = middle;
    else high = middle - 1;
  }
  return must(inverses[low]);
}

/** Moves the others for number i going to a value. */
function shift(state: State, i: number, value: number): void {
  const { from, size, at } = blockAt(state, i);
  const row = (i - from) * size;
  const pivot = at[row + i - from] as number;
  if (!(pivot > 0)) return;
  const step = ((state.numbers[i] as number) - value) / pivot;
  for (let j = 0; j < size; j++)
    if (state.fixed[from + j] === 0)
      state.numbers[from + j] = (state.numbers[from + j] as number) - step * (at[row + j] as number);
}

/** Takes number i out of the inverse: C - C_i C_iᵀ / C_ii. */
function drop(state: State, i: number): void {
  const { from, size, at } = blockAt(state, i);
  const own = at.slice((i - from) * size, (i - from + 1) * size);
  const pivot = own[i - from] as number;
  for (let r = 0; r < size && pivot > 0; r++) {
    const a = (own[r] as number) / pivot;
    if (a === 0) continue;
    for (let c = 0; c < size; c++) at[r * size + c] = (at[r * size + c] as number) - a * (own[c] as number);
  }
  for (let k = 0; k < size; k++) at[(i - from) * size + k] = at[k * size + i - from] = 0;
  state.fixed[i] = 1;
}

/** The inverse of a positive definite matrix with something added to its diagonal: Gauss and Jordan without pivoting. */
function inverseOf(squares: Float64Array, n: number, damping: number): Float64Array {
  const a = squares.slice();
  for (let i = 0; i < n; i++) a[i * (n + 1)] = (a[i * (n + 1)] as number) + damping;
  for (let k = 0; k < n; k++) {
    const pivot = 1 / (a[k * (n + 1)] as number);
    a[k * (n + 1)] = 1;
    for (let c = 0; c < n; c++) a[k * n + c] = (a[k * n + c] as number) * pivot;
    for (let r = 0; r < n; r++) {
      const factor = a[r * n + k] as number;
      if (r === k || factor === 0) continue;
      a[r * n + k] = 0;
      for (let c = 0; c < n; c++) a[r * n + c] = (a[r * n + c] as number) - factor * (a[k * n + c] as number);
    }
  }
  return a;
}
