/** Every primitive as a kernel of float32 arguments, for printers to be compared on. */
import { SIGNATURES } from '../../src/kernel/build.ts';
import type { Expr, KernelBuilder, KernelType, Primitive } from '../../src/kernel/expr.ts';

/** Conversions that are defined in range only. */
const PARTIAL: ReadonlySet<Primitive> = new Set(['f32.toI32', 'f64.toI32', 'f64.exp2i']);
export const STEPS = (Object.keys(SIGNATURES) as Primitive[]).filter((p) => !PARTIAL.has(p));

export const asF32 = (k: KernelBuilder, e: Expr): Expr => {
  if (e.type === 'f32') return e;
  return e.type === 'f64' ? k.step('f32.fromF64', e) : k.step('f32.fromI32', e);
};

export function operand(k: KernelBuilder, type: KernelType, from: Expr): Expr {
  if (type === 'f32') return from;
  if (type === 'f64') return k.step('f64.fromF32', from);
  // The bits of a NaN are not defined, so they are not read.
  return k.step('f32.bits', k.select(k.step('f32.eq', from, from), from, k.f32(1)));
}
