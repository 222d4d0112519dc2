/**
 * Sine and cosine for every finite float32, exactly reduced (Note [Reduction]); polynomials in double on |r| <= π/4.
 */
import type { Expr, KernelBuilder } from '../expr.ts';
import { flipSign, horner, signBit } from './parts.ts';

/** sin r / r and cos r in r²; relative errors 4e-12 and 5e-11. */
const SIN = [
  0.9999999999956729, -0.16666666631589766, 0.00833332878232278, -0.0001983920217105345, 2.717345302709491e-6,
];
const COS = [0.999999999952487, -0.4999999961484225, 0.04166661669103914, -0.0013886617954456436, 2.437982706559334e-5];

export function sin(k: KernelBuilder, x: Expr): Expr {
  return flipSign(k, quarterTurned(k, x, 0), signBit(k, x));
}

export function cos(k: KernelBuilder, x: Expr): Expr {
  return quarterTurned(k, x, 1);
}

/** sin(|x| + turns·π/2). */
function quarterTurned(k: KernelBuilder, x: Expr, turns: number): Expr {
  const { r, quadrant } = reduce(k, k.step('f32.abs', x));
  const square = k.step('f64.mul', r, r);
  const sine = k.step('f64.mul', r, horner(k, square, SIN));
  const cosine = horner(k, square, COS);
  const q = k.step('i32.add', quadrant, k.i32(turns));
  const odd = k.step('i32.eq', k.step('i32.and', q, k.i32(1)), k.i32(1));
  const value = k.select(odd, k.step('f32.fromF64', cosine), k.step('f32.fromF64', sine));
  return flipSign(k, value, k.step('i32.shl', k.step('i32.and', q, k.i32(2)), k.i32(30)));
}

/** Where a window of 2/π ends: |x| below the limit uses its three pieces. See Note [Reduction]. */
// biome-ignore format: a table reads better in rows
const WINDOWS = [
  { below: 2 ** 51, pieces: [0.6366197690367699, 3.330811459978378e-9, 1.6153797880892852e-17] },
  { below: 2 ** 77, pieces: [1.0781392001391055e-8, 7.166494882838848e-17, 2.8376220177865265e-25] },
  { below: 2 ** 103, pieces: [7.166494800120787e-17, 1.110942804150016e-24, 1.018166438749971e-32] },
  { below: Infinity, pieces: [2.7653040292560713e-24, 1.0181664256805226e-32, 1.3069448323317805e-40] },
] as const;

/** x = (quadrant + 4j)·π/2 + r with |r| <= π/4 and a relative error of r below 2^-26; x >= 0. */
function reduce(k: KernelBuilder, x: Expr): { r: Expr; quadrant: Expr } {
  const wide = k.step('f64.fromF32', x);
  const products = [0, 1, 2].map((piece) => k.step('f64.mul', wide, chosenPiece(k, x, piece)));
  const [high, middle, low] = products as [Expr, Expr, Expr];
  const n1 = k.step('f64.nearest', high);
  const n2 = k.step('f64.nearest', middle);
  const fraction = k.step('f64.add', k.step('f64.sub', high, n1), k.step('f64.sub', middle, n2));
  const n3 = k.step('f64.nearest', fraction);
  const rest = k.step('f64.add', k.step('f64.sub', fraction, n3), low);
  const turns = k.step('f64.add', k.step('f64.add', n1, n2), n3);
  const whole = k.step('f64.floor', k.step('f64.mul', turns, k.f64(0.25)));
  const quadrant = k.step('f32.fromF64', k.step('f64.sub', turns, k.step('f64.mul', whole, k.f64(4))));
  // 0 .. 3 in the low bits of 2^23 + quadrant
  const bits = k.step('f32.bits', k.step('f32.add', quadrant, k.f32(8388608)));
  return { r: k.step('f64.mul', rest, k.f64(Math.PI / 2)), quadrant: bits };
}

function chosenPiece(k: KernelBuilder, x: Expr, piece: number): Expr {
  return WINDOWS.slice(0, -1).reduceRight<Expr>(
    (other, w) => k.select(k.step('f32.lt', x, k.f32(w.below)), k.f64(w.pieces[piece] as number), other),
    k.f64((WINDOWS[3] as (typeof WINDOWS)[3]).pieces[piece] as number),
  );
}

/*
 * Note [Reduction]
 * x·2/π is wanted modulo 4. Let 2^A <= x < 2^(A+26), A = 25, 51, 77, 103 (the first window starts at 0). x is a multiple of
 * 2^(A-23), so bits of 2/π that weigh 2^(25-A) or more contribute multiples of 4 and are left out: that is what makes a window.
 * The next 54 bits are two pieces of 27, so that their products with x (24 bits) are exact doubles, multiples of 2^-25 and
 * 2^-52; taking the nearest integers off is exact, and so is the sum of the two rests (54 bits below 1). The third piece holds the
 * next 53 bits; its product is below 2^-3 and wrong by less than 2^-56. No float32 lies nearer than about 2^-30 (relative to a
 * quarter turn) to a multiple of π/2, so r has a relative error below 2^-26.
 */
