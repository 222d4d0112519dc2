/**
 * What is to be proved: over a box of inputs, the outputs of a net are never in the unsafe set. The unsafe set is a union of
 * conjunctions of linear inequalities over the outputs, which are exact numbers (float32 values of the run).
 */

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

/** The value of an inequality's left side at computed outputs, exactly where the result says so: sums of products of float32 numbers in float64. */
export function leftSide({ coefficients, at }: Inequality, outputs: ArrayLike<number>): number {
  let sum = at;
  for (let i = 0; i < coefficients.length; i++)
    if (coefficients[i] !== 0) sum += (coefficients[i] as number) * (outputs[i] as number);
  return sum;
}

export const isUnsafe = ({ unsafe }: Claim, outputs: ArrayLike<number>): boolean =>
  unsafe.some((all) =>
    all.every((one) => {
      const left = leftSide(one, outputs);
      return one.strict ? left < 0 : left <= 0;
    }),
  );
