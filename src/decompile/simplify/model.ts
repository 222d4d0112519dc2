/**
 * Numbers that are fixed one after the other, each at 0 or at a short value, while the others move so that the outputs stay where they are:
 * Optimal Brain Surgeon (Hassibi and Stork, NIPS 1992), in blocks. With A = Σ slope·slopeᵀ and C its inverse over what still moves, fixing
 * number i at y costs (x_i - y)²/C_ii and moves the others by -(x_i - y)/C_ii · C_i.
 */
import { must } from '../../text/result.ts';
import type { Flat } from './flat.ts';
import type { Row, Slopes } from './slopes.ts';

export interface Model {
  readonly numbers: Float64Array;
  /** What fixing number i a unit away costs at its root; 0 for what is fixed. */
  looseness(i: number): number;
  isFixed(i: number): boolean;
  fix(i: number, value: number): void;
  /** Moves what is not fixed so that all blocks together make up for what is. */
  settle(): void;
  /** A copy that goes its own way. */
  copy(): Model;
}

/** Of the mean diagonal: keeps what the rows say nothing about from moving far. */
const DAMPING = 1e-6;

interface State {
  readonly first: Float64Array;
  readonly rows: readonly Row[];
  readonly damping: number;
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
export function modelOf(flat: Flat, { blocks, rows }: Slopes): Model {
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
  const state = {
    first: flat.values,
    rows,
    damping,
    numbers: flat.values.slice(),
    fixed: new Uint8Array(flat.size),
    inverses,
  };
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
    settle: () => settle(state),
    copy: () =>
      modelFrom({
        ...state,
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

/** More steps change little. */
const TURNS = 40;

/**
 * Conjugate gradients (Hestenes and Stiefel 1952), conditioned by the inverses of the blocks, for the least (x - x₀)ᵀ(A + damping)(x - x₀),
 * x₀ the numbers of the program, over what is not fixed.
 */
function settle(state: State): void {
  const { first, rows, damping, numbers, fixed } = state;
  if (rows.length === 0) return;
  const times = (v: Float64Array): Float64Array => {
    const out = timesSquares(rows, damping, v);
    return out.map((x, i) => (fixed[i] === 1 ? 0 : x));
  };
  let rest = times(numbers.map((x, i) => (first[i] as number) - x));
  let eased = timesInverses(state, rest);
  let way = eased;
  let size = dot(rest, eased);
  const small = size * 1e-9;
  for (let turn = 0; turn < TURNS && size > small; turn++) {
    const turned = times(way);
    const step = size / dot(way, turned);
    if (!Number.isFinite(step)) return;
    for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) + step * (way[i] as number);
    rest = rest.map((x, i) => x - step * (turned[i] as number));
    eased = timesInverses(state, rest);
    const next = dot(rest, eased);
    way = way.map((x, i) => (eased[i] as number) + (next / size) * x);
    size = next;
  }
}

/** Rows of what is fixed are zeros. */
function timesInverses({ inverses }: State, v: Float64Array): Float64Array {
  const out = new Float64Array(v.length);
  for (const { from, size, at } of inverses)
    for (let r = 0; r < size; r++) {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += (at[r * size + c] as number) * (v[from + c] as number);
      out[from + r] = sum;
    }
  return out;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

function timesSquares(rows: readonly Row[], damping: number, v: Float64Array): Float64Array {
  const out = v.map((x) => x * damping);
  for (const { index, slope } of rows) {
    let sum = 0;
    for (let e = 0; e < index.length; e++) sum += (slope[e] as number) * (v[index[e] as number] as number);
    for (let e = 0; e < index.length; e++) {
      const i = index[e] as number;
      out[i] = (out[i] as number) + sum * (slope[e] as number);
    }
  }
  return out;
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
