/** e^x in float32 steps: x = n·ln 2 + r, (1 + (r + tail))·2^n. Two factors of 2^n, so that subnormal results round once. */
import type { Expr, KernelBuilder } from '../expr.ts';
import { powerOfTwo, reducedExp } from './parts.ts';

/** Beyond these the result is 0 or infinite. */
const LEAST = -104;
const GREATEST = 89;

export function exp(k: KernelBuilder, x: Expr): Expr {
  const bounded = k.step('f32.max', k.step('f32.min', x, k.f32(GREATEST)), k.f32(LEAST));
  const { r, tail, n } = reducedExp(k, bounded);
  const half = k.step('i32.shrS', n, k.i32(1));
  const rest = k.step('i32.sub', n, half);
  const scaled = k.step('f32.mul', k.step('f32.add', k.f32(1), k.step('f32.add', r, tail)), powerOfTwo(k, half));
  return k.step('f32.mul', scaled, powerOfTwo(k, rest));
}
