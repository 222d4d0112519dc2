/** Hyperbolic tangent: with d = 1 - e^-2|x| (small d keeps its relative error), d / (2 - d) in double, and the sign of x. */
import type { Expr, KernelBuilder } from '../expr.ts';
import { decayingExp, flipSign, signBit } from './parts.ts';

export function tanh(k: KernelBuilder, x: Expr): Expr {
  const { s, scale } = decayingExp(k, k.step('f32.add', x, x), 22);
  const d = k.step('f64.sub', k.step('f64.sub', k.f64(1), scale), k.step('f64.mul', s, scale));
  const magnitude = k.step('f64.div', d, k.step('f64.sub', k.f64(2), d));
  return flipSign(k, k.step('f32.fromF64', magnitude), signBit(k, x));
}
