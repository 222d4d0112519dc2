/** Which values of kernels are masks: 0 or -1, so that they select by bits. Folding and printers with lanes ask. */
import type { Expr, Primitive } from './expr.ts';

/** Steps that give a mask. */
export const COMPARES: ReadonlySet<Primitive> = new Set(
  (['f32', 'f64', 'i32'] as const).flatMap((t) => [`${t}.lt`, `${t}.le`, `${t}.eq`] as Primitive[]),
);

export const BITWISE: ReadonlySet<Primitive> = new Set<Primitive>(['i32.and', 'i32.or', 'i32.xor']);

/** Whether every bit of the value is known to be the same. */
export function isMask(e: Expr): boolean {
  if (e.kind === 'const') return e.value === 0 || e.value === -1;
  if (e.kind === 'select') return isMask(e.then) && isMask(e.else);
  return e.kind === 'step' && (COMPARES.has(e.step) || (BITWISE.has(e.step) && e.args.every(isMask)));
}
