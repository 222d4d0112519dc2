/**
 * Values into the memory of a model, checked: what the printed code of `model.js` calls where it cannot do with one line. `f` is the
 * memory, `at` the word where the value begins. Nothing is allocated where nothing is wrong.
 */
import { ModelError, outOfRange, refuse } from './error.ts';

/** A truth that is no plain number in range: true, false, 'unknown'. */
export function truthOf(x: unknown, path: string): number {
  if (x === true) return 1;
  if (x === false) return -1;
  if (x === 'unknown') return 0;
  if (typeof x === 'number') outOfRange(path, -1, 1, x);
  return refuse(path, 'a truth: a number from -1 to 1, true, false or "unknown"', x);
}

/** What the checks have to know of a place; one for each is made when the model is loaded. */
export interface Spot {
  readonly path: string;
  /** How many elements there are, or cases. */
  readonly size: number;
  readonly cases?: readonly string[];
  readonly low?: number;
  readonly high?: number;
}

/** One of the cases: by name where they have names, else by number. */
export function putCase(f: Float32Array, at: number, x: unknown, { path, size, cases }: Spot): void {
  const index = cases ? cases.indexOf(x as string) : Number.isInteger(x) ? (x as number) : -1;
  if (index < 0 || index >= size)
    refuse(path, cases ? `one of ${cases.join(', ')}` : `a whole number from 0 to ${size - 1}`, x);
  for (let i = 0; i < size; i++) f[at + i] = i === index ? 1 : 0;
}

/** A weight that is no number: none is 0. */
export const noWeight = (x: unknown, path: string): number => (x === undefined ? 0 : refuse(path, 'a number', x));

/** Whether the weights that stand there make a distribution. Softmax's own sum to 1 within a few roundings. */
export function checkWeights(f: Float32Array, at: number, { path, size }: Spot): void {
  let sum = 0;
  let isPositive = true;
  for (let i = at; i < at + size; i++) {
    const weight = f[i] as number;
    sum += weight;
    if (!(weight >= 0)) isPositive = false;
  }
  if (!isPositive || !(sum > 0.999 && sum < 1.001))
    throw new ModelError(
      'out-of-range',
      path,
      `the weights of ${path} are not negative and sum to 1; these sum to ${sum}`,
    );
}

/** A list or typed array of so many. */
export function checkLength(x: unknown, { path, size }: Spot): void {
  const length = typeof x === 'object' && x !== null ? (x as { readonly length?: unknown }).length : undefined;
  if (length === undefined) refuse(path, `a list of ${size}`, x);
  if (length !== size)
    throw new ModelError(
      'wrong-length',
      path,
      `the input ${path} has ${size} elements, and ${String(length)} are given`,
    );
}

/** Up to this many numbers a loop is quicker than a call of the host. */
const FEW = 16;

/** Numbers from a typed array or a list, row-major. */
export function putNumbers(f: Float32Array, at: number, x: unknown, spot: Spot): void {
  checkLength(x, spot);
  if (x instanceof Float32Array && x.length > FEW) f.set(x, at);
  else {
    const list = x as ArrayLike<unknown>;
    for (let i = 0; i < spot.size; i++) {
      const item = list[i];
      if (typeof item !== 'number') refuse(`${spot.path}[${i}]`, 'a number', item);
      f[at + i] = item;
    }
  }
}

/** Truths from a typed array or a list, row-major. */
export function putTruths(f: Float32Array, at: number, x: unknown, spot: Spot): void {
  checkLength(x, spot);
  const list = x as ArrayLike<unknown>;
  for (let i = 0; i < spot.size; i++) {
    const item = list[i];
    f[at + i] = typeof item === 'number' && item >= -1 && item <= 1 ? item : truthOf(item, `${spot.path}[${i}]`);
  }
}

/** Whether the numbers that stand there keep what the program promises. */
export function checkRange(f: Float32Array, at: number, spot: Spot): void {
  const { low = -Infinity, high = Infinity } = spot;
  for (let i = at; i < at + spot.size; i++) {
    const x = f[i] as number;
    if (!(x >= low && x <= high)) outOfRange(spot.path, low, high, x);
  }
}
