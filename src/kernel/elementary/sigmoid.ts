/** 1 / (1 + e^-x): with e = e^-|x| (float32 polynomial, finished in double), e/(1+e) below zero and 1 - e/(1+e) above. */
import type { Expr, KernelBuilder } from '../expr.ts';
import { decayingExp } from './parts.ts';

export function sigmoid(k: KernelBuilder, x: Expr): Expr {
  const { s, scale } = decayingExp(k, x, 104);
  const e = k.step('f64.mul', k.step('f64.add', k.f64(1), s), scale);
  const lower = k.step('f64.div', e, k.step('f64.add', k.f64(1), e));
  const upper = k.step('f64.sub', k.f64(1), lower);
  return k.step('f32.fromF64', k.select(k.step('f32.lt', x, k.f32(0)), lower, upper));
}
