/**
 * The ideal functions, enclosed in whole multiples of 2^-SCALE: series in fixed point with WORK bits after the point, cut and rounded errors
 * far below the slack that is added. An oracle for the tests, slow and plain; it shares nothing with the sources.
 */
import { exact, ONE, SCALE } from './exact.ts';

export type Enclosure = readonly [bigint, bigint];

const WORK = 560n;
const UNIT = 1n << WORK;
/** What every function below may be wrong by, absolutely; results are enlarged by it. */
const SLACK = 1n << (WORK - 220n);

const fixed = (x: number): bigint => exact(x) >> (SCALE - WORK);
const times = (a: bigint, b: bigint): bigint => (a * b) >> WORK;
const over = (a: bigint, b: bigint): bigint => (a << WORK) / b;
const size = (a: bigint): bigint => (a < 0n ? -a : a);

/** A fixed-point value with its slack (relative where it is large) as an enclosure. */
function enclosed(v: bigint): Enclosure {
  const slack = SLACK + (size(v) >> 220n);
  return [(v - slack) << (SCALE - WORK), (v + slack) << (SCALE - WORK)];
}

function expFixed(x: bigint): bigint {
  if (x < -(400n << WORK)) return 0n;
  const r = x >> 12n;
  let [sum, term] = [UNIT, UNIT];
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, r) / n;
    sum += term;
  }
  for (let k = 0; k < 12; k++) sum = times(sum, sum);
  return sum;
}

/** 2 artanh(w) for |w| < 0.4. */
function twiceArtanh(w: bigint): bigint {
  const square = times(w, w);
  let [sum, power] = [0n, w];
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = times(power, square);
  }
  return 2n * sum;
}

const LN2 = twiceArtanh(UNIT / 3n);

function lnFixed(x: bigint): bigint {
  let [m, e] = [x, 0n];
  const bits = BigInt(x.toString(2).length) - WORK;
  e = bits;
  m = e >= 0n ? x >> e : x << -e;
  return e * LN2 + twiceArtanh(over(m - UNIT, m + UNIT));
}

function artanInverse(n: bigint): bigint {
  let [sum, power, sign] = [0n, UNIT / n, 1n];
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (sign * power) / k;
    power /= n * n;
    sign = -sign;
  }
  return sum;
}

/** Machin. */
const PI = 4n * (4n * artanInverse(5n) - artanInverse(239n));

function sinFixed(x: bigint): bigint {
  const turns = (x + (x < 0n ? -PI : PI)) / (2n * PI);
  const r = x - turns * 2n * PI;
  const square = times(r, r);
  let [sum, term] = [0n, r];
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term;
    term = -times(term, square) / ((n + 1n) * (n + 2n));
  }
  return sum;
}

function root(x: bigint): bigint {
  if (x < 2n) return x;
  let r = 1n << (BigInt(x.toString(2).length) / 2n + 1n);
  for (;;) {
    const next = (r + x / r) >> 1n;
    if (next >= r) return r;
    r = next;
  }
}

function erfFixed(x: bigint): bigint {
  if (x > 12n * UNIT) return UNIT;
  if (x < -12n * UNIT) return -UNIT;
  const square = times(x, x);
  let [sum, term] = [0n, x];
  for (let n = 0n; term !== 0n && term !== -1n; n++) {
    sum += term / (2n * n + 1n);
    term = -times(term, square) / (n + 1n);
  }
  return over(2n * sum, root(PI << WORK));
}

const decay = (x: bigint): bigint => expFixed(-size(x));

function powIdeal(x: number, y: number): Enclosure | undefined {
  if (y === 0 || x === 1) return [ONE, ONE];
  if (x === 0) return y > 0 ? [0n, 0n] : undefined;
  if (x < 0 && !Number.isInteger(y)) return undefined;
  const exponent = (exact(y) * lnFixed(fixed(Math.abs(x)))) >> SCALE;
  if (exponent > 100n << WORK) return undefined;
  const [low, high] = enclosed(expFixed(exponent));
  return x < 0 && Math.abs(y % 2) === 1 ? [-high, -low] : [low, high];
}

const same = (v: bigint): Enclosure => [v, v];

function quotient(x: number, y: number): Enclosure | undefined {
  if (y === 0) return undefined;
  const [n, d] = y < 0 ? [-exact(x), -exact(y)] : [exact(x), exact(y)];
  const low = (n << SCALE) / d;
  return [low - 1n, low + 1n];
}

const floorOf = (v: bigint): bigint => (v >> SCALE) << SCALE;

/** Ties to even. */
function roundOf(v: bigint): bigint {
  const below = floorOf(v);
  const twice = 2n * (v - below);
  const isEven = ((below >> SCALE) & 1n) === 0n;
  return twice < ONE || (twice === ONE && isEven) ? below : below + ONE;
}

const ordered = (yes: boolean): Enclosure => same(yes ? ONE : -ONE);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

type Ideal = (x: number, y: number, z: number) => Enclosure | undefined;

/** f over the reals at doubles; nothing where it is not defined or far beyond float32. */
export const IDEAL = {
  neg: (x) => same(-exact(x)),
  abs: (x) => same(size(exact(x))),
  stopGradient: (x) => same(exact(x)),
  sqrt: (x) => (x < 0 ? undefined : [root(exact(x) << SCALE), root(exact(x) << SCALE) + 1n]),
  exp: (x) => (x > 100 ? undefined : enclosed(expFixed(fixed(x)))),
  log: (x) => (x > 0 ? enclosed(lnFixed(fixed(x))) : undefined),
  tanh: (x) => {
    const e = decay(2n * fixed(x));
    const v = over(UNIT - e, UNIT + e);
    return enclosed(x < 0 ? -v : v);
  },
  sigmoid: (x) => {
    const e = decay(fixed(x));
    return enclosed(over(x < 0 ? e : UNIT, UNIT + e));
  },
  softplus: (x) => enclosed(fixed(Math.max(x, 0)) + lnFixed(UNIT + decay(fixed(x)))),
  sin: (x) => enclosed(sinFixed(fixed(x))),
  cos: (x) => enclosed(sinFixed(fixed(x) + PI / 2n)),
  erf: (x) => enclosed(erfFixed(fixed(x))),
  floor: (x) => same(floorOf(exact(x))),
  round: (x) => same(roundOf(exact(x))),
  sign: (x) => same(x > 0 ? ONE : x < 0 ? -ONE : 0n),
  add: (x, y) => same(exact(x) + exact(y)),
  sub: (x, y) => same(exact(x) - exact(y)),
  mul: (x, y) => [(exact(x) * exact(y)) >> SCALE, ((exact(x) * exact(y)) >> SCALE) + 1n],
  gate: (x, y) => [(exact(x) * exact(y)) >> SCALE, ((exact(x) * exact(y)) >> SCALE) + 1n],
  div: quotient,
  pow: powIdeal,
  min: (x, y) => same(min(exact(x), exact(y))),
  max: (x, y) => same(max(exact(x), exact(y))),
  lt: (x, y) => ordered(x < y),
  le: (x, y) => ordered(x <= y),
  eq: (x, y) => ordered(x === y),
  select: (c, x, y) => same(exact(c > 0 ? x : y)),
} as const satisfies Readonly<Record<string, Ideal>>;
