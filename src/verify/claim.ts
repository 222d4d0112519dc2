/**
 * What is to be proved: over a box of inputs, the outputs of a net are never in the unsafe set. The unsafe set is a union of
 * conjunctions of linear inequalities over the outputs, which are exact numbers (float32 values of the run).
 */
import { compare, decimalOf, plus, times, ZERO } from '../num/decimal.ts';
import { LEAST, U64 } from './rounding.ts';

/** Σ coefficients·outputs + at <= 0, or < 0 where strict. */
export interface Inequality {
  /** Over the elements of the net's one output. */
  readonly coefficients: Float64Array;
  readonly at: number;
  readonly strict: boolean;
}

/** Unsafe where all of them hold. */
export type Conjunction = readonly Inequality[];

export interface Claim {
  /** One of them holding is unsafe. */
  readonly unsafe: readonly Conjunction[];
}

/** The value of an inequality's left side at computed outputs, in float64: what guides a search. `signAt` decides. */
export function leftSide({ coefficients, at }: Inequality, outputs: ArrayLike<number>): number {
  let sum = at;
  for (let i = 0; i < coefficients.length; i++)
    if (coefficients[i] !== 0) sum += (coefficients[i] as number) * (outputs[i] as number);
  return sum;
}

/**
 * The sign of the left side, exactly, where coefficients and outputs are finite; else what float64 makes of them. Rounding n products and
 * sums is off by less than (n + 2)·2^-53 of the magnitudes (Higham, Accuracy and Stability, 3.1); decimals decide where that is too much.
 */
export function signAt({ coefficients, at }: Inequality, outputs: ArrayLike<number>): number {
  let [sum, magnitude] = [at, Math.abs(at)];
  for (let i = 0; i < coefficients.length; i++) {
    if (coefficients[i] === 0) continue;
    const term = (coefficients[i] as number) * (outputs[i] as number);
    sum += term;
    magnitude += Math.abs(term);
  }
  const off = magnitude * (2 * coefficients.length + 8) * U64 + LEAST;
  if (!(magnitude < Infinity) || Math.abs(sum) > off) return Math.sign(sum);
  let exact = decimalOf(at);
  for (const [i, a] of coefficients.entries())
    if (a !== 0) exact = plus(exact, times(decimalOf(a), decimalOf(outputs[i] as number)));
  return compare(exact, ZERO);
}

/** Whether an inequality holds at outputs, exactly; none does of NaN. */
export const holdsAt = (one: Inequality, outputs: ArrayLike<number>): boolean => {
  const sign = signAt(one, outputs);
  return one.strict ? sign < 0 : sign <= 0;
};

/** Where between ends of the outputs the left side is least; 0 of what it does not read. */
export const leastCorner = ({ coefficients }: Inequality, lo: ArrayLike<number>, hi: ArrayLike<number>): Float64Array =>
  coefficients.map((a, k) => (a === 0 ? 0 : ((a > 0 ? lo[k] : hi[k]) as number)));

export const isUnsafe = ({ unsafe }: Claim, outputs: ArrayLike<number>): boolean =>
  unsafe.some((all) => all.every((one) => holdsAt(one, outputs)));
