/** The error function: |x| bounded by 4 (erf rounds to 1 from 3.92 on), then x·P(x²)/Q(x²) in double; all coefficients are positive. */
import type { Expr, KernelBuilder } from '../expr.ts';
import { horner } from './parts.ts';

/** erf x / x in x² on [0, 16], relative error 4e-11. */
const P = [
  1.128379167134042, 0.1991325889608142, 0.0595450787557484, 0.005173826705588585, 0.0005893670861106679,
  2.7267263920828366e-5, 1.3815790513261703e-6, 1.4886037035298133e-8,
];
const Q = [
  1, 0.5098099965251817, 0.12270711090179576, 0.01831609607921035, 0.0018656460949720093, 0.00013340296660094712,
  6.502957147080905e-6, 1.923158815410884e-7, 4.883830770448192e-10,
];

export function erf(k: KernelBuilder, x: Expr): Expr {
  const bounded = k.step('f64.fromF32', k.step('f32.max', k.step('f32.min', x, k.f32(4)), k.f32(-4)));
  const square = k.step('f64.mul', bounded, bounded);
  const numerator = k.step('f64.mul', bounded, horner(k, square, P));
  return k.step('f32.fromF64', k.step('f64.div', numerator, horner(k, square, Q)));
}
