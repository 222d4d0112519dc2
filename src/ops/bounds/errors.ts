/**
 * How far the float32 kernels may be from the ideal functions, in ulps of the ideal value's binade: the figures measured over all
 * inputs (docs/notes/elementary.json), rounded up. `pow` has too many inputs to run: its figure follows from the errors of its
 * polynomials (docs/notes/bounds.md). Correctly rounded steps are off by half an ulp.
 */
export const KERNEL_ULPS = {
  exp: 0.952,
  log: 0.8245,
  tanh: 0.7605,
  sigmoid: 0.7565,
  softplus: 0.7565,
  sin: 0.7058,
  cos: 0.7088,
  erf: 0.5007,
  pow: 0.51,
} as const;

export const ROUNDED = 0.5;
