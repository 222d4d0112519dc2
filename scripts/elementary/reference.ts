/**
 * Double-precision references: relative error below 1e-14, which is nothing against half an ulp of float32 (3e-8).
 * `Math` is used here, where no result enters a program; for erf a series of positive terms.
 */

export const FUNCTIONS = ['exp', 'log', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'erf'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Those that must never fall where their argument rises. */
export const RISING: ReadonlySet<FunctionName> = new Set(['exp', 'log', 'tanh', 'sigmoid', 'softplus', 'erf']);

function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** erf x = 2/√π · e^(-x²) · Σ x (2x²)^n / (1·3·5···(2n+1)): every term has the sign of x. */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}

export const REFERENCE: { readonly [F in FunctionName]: (x: number) => number } = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid,
  softplus,
  sin: Math.sin,
  cos: Math.cos,
  erf,
};

/** x^y with the cases in which IEEE 754 and JavaScript differ. */
export function powReference(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && Math.abs(y) === Infinity) return 1;
  return x ** y;
}
