/** Units of rounding error: of the float32 run that is bounded, and of our own float64 arithmetic. */

/** Half a unit in the last place of 1, in float32 and float64. */
export const U32 = 2 ** -24;
export const U64 = 2 ** -53;
/** Half the smallest subnormal of float32. */
export const TINY32 = 2 ** -150;
/** More than any rounding among subnormal doubles, and not subnormal itself: those are slow. */
export const LEAST = 2 ** -1000;
/** Half the smallest subnormal of float64 times any float32, and room. */
export const SUBNORMAL = 2 ** -940;
/** No float32 result of a magnitude below this overflows, whatever is rounded on the way. */
export const LARGEST32 = 3.4e38;

/** Covers all roundings that sums of non-negative slack terms make: fewer than 2^30 of them. */
export const SLACK = 1 + 2 ** -20;

/**
 * The most that a sum of `terms` products, each term rounded `roundings` times at most, is off from the real one when its terms have
 * magnitude `m` in all: γ_h·m with γ_h = h·u/(1 - h·u) (Higham, Accuracy and Stability, 3.1), and what subnormal products lose, rounded on.
 * Infinite where h·u is not small.
 */
export function runError(m: number, roundings: number, terms: number): number {
  if (roundings === 0) return 0;
  if (!(roundings * U32 < 0.5)) return Infinity;
  const gamma = (roundings * U32) / (1 - roundings * U32);
  return (m * gamma + terms * TINY32 * (1 + gamma)) * (1 + 8 * U64);
}
