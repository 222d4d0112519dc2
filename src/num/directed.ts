/**
 * Outward steps for float64: what a bound needs so that the rounding of its own arithmetic can never make it false.
 * `up(a + b)` is at least the real a + b, `down` at most; the same for a product or quotient. A multiply-add each, no loops and no
 * bits (Rump, Zimmermann, Boldo, Melquiond, "Computing predecessor and successor in rounding to nearest", BIT 2009). Steps along
 * the float32 grid are `nextUpF32` and `nextDownF32` of `bits.ts`.
 */

/** u(1 + 2u) for u = 2^-53. */
const PHI = 2 ** -53 + 2 ** -105;
const ETA = 2 ** -1074;

/** At least the next double above x (one or two further); NaN for an infinity of the other sign. */
export const up = (x: number): number => x + (Math.abs(x) * PHI + ETA);

/** At most the next double below x. */
export const down = (x: number): number => x - (Math.abs(x) * PHI + ETA);

/** At least value - slope · x over the reals. */
export const restAbove = (value: number, slope: number, x: number): number => up(value - down(slope * x));

/** At most value - slope · x over the reals. */
export const restBelow = (value: number, slope: number, x: number): number => down(value - up(slope * x));
