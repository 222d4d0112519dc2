/**
 * Numberings of states under which a machine is arithmetic. If the next state is `(a * s + b_1 * x_1 + ... + c) % n`, then so it is under every
 * numbering shifted by a constant, so the start can be 0. Then c is the number of the state that symbol 0 leads to, and the numbers of all states follow
 * from those of the start along the words that reach them: each choice of a, b and c is tried, and refuted at the first state that gets two numbers.
 */
import { must } from '../../../text/result.ts';

/** Next states by state and by symbol; symbols are rows of the other arguments. */
export interface Steps {
  readonly states: number;
  readonly symbols: number;
  readonly next: Int32Array;
  /** Per argument of the symbol that is a number, its value per symbol; undefined where an argument is none. */
  readonly columns: readonly Int32Array[] | undefined;
}

/** More are not tried. */
const MOST_TRIES = 2 ** 16;
const MOST_FOUND = 24;

/** The numberings (a number per state) under which the machine is a sum modulo its states. State 0 starts and has number 0. */
export function affineNumberings(steps: Steps): Int32Array[] {
  const { states: n, columns } = steps;
  const found: Int32Array[] = [];
  if (!columns || n < 2 || n ** (columns.length + 2) > MOST_TRIES) return found;
  const factors = columns.length + 2;
  const digits = new Int32Array(factors);
  for (let code = 0; code < n ** factors && found.length < MOST_FOUND; code++) {
    for (let i = 0, rest = code; i < factors; i++, rest = Math.floor(rest / n)) digits[i] = rest % n;
    const numbers = numbered(steps, columns, digits);
    if (numbers && !found.some((f) => f.every((v, s) => v === numbers[s]))) found.push(numbers);
  }
  return found;
}

/** `factors` are c, a, b_1, ... */
function numbered(
  { states: n, symbols, next }: Steps,
  columns: readonly Int32Array[],
  factors: Int32Array,
): Int32Array | undefined {
  const [c = 0, a = 0, ...by] = factors;
  const numbers = new Int32Array(n).fill(-1);
  const taken = new Uint8Array(n);
  numbers[0] = 0;
  taken[0] = 1;
  const open = [0];
  for (let s = open.pop(); s !== undefined; s = open.pop())
    for (let x = 0; x < symbols; x++) {
      const sum = columns.reduce((m, column, i) => m + must(by[i]) * must(column[x]), a * must(numbers[s]) + c);
      const [to, number] = [must(next[s * symbols + x]), sum % n];
      if (numbers[to] === number) continue;
      if (numbers[to] !== -1 || taken[number]) return undefined;
      numbers[to] = number;
      taken[number] = 1;
      open.push(to);
    }
  return numbers.includes(-1) ? undefined : numbers;
}

/** All orders of up to four states. */
export function permutations(n: number): Int32Array[] {
  if (n > 4) return [];
  let lists: number[][] = [[]];
  for (let i = 0; i < n; i++)
    lists = lists.flatMap((list) =>
      Array.from({ length: i + 1 }, (_, at) => [...list.slice(0, at), i, ...list.slice(at)]),
    );
  return lists.map((list) => Int32Array.from(list));
}
