/**
 * What each primitive does to single numbers: the definition that the block evaluator and every printer are tested
 * against. f32 values are numbers that float32 holds; i32 values are signed.
 */
import { exp2i, nearestEven } from '../num/arith.ts';
import { bitsOfF32, f32OfBits } from '../num/bits.ts';
import { must } from '../text/result.ts';
import { inOrder } from './build.ts';
import type { Expr, Primitive } from './expr.ts';

const f = Math.fround;
const mask = (condition: boolean): number => (condition ? -1 : 0);

// biome-ignore format: a table reads better in rows
export const MEANING: { readonly [P in Primitive]: (a: number, b: number) => number } = {
  'f32.add': (a, b) => f(a + b), 'f32.sub': (a, b) => f(a - b), 'f32.mul': (a, b) => f(a * b), 'f32.div': (a, b) => f(a / b),
  // biome-ignore lint/complexity/useMathMinMax: differs on zeros and NaN
  'f32.min': (a, b) => (b < a ? b : a), 'f32.max': (a, b) => (a < b ? b : a),
  'f32.neg': (a) => -a, 'f32.abs': (a) => Math.abs(a), 'f32.sqrt': (a) => f(Math.sqrt(a)), 'f32.floor': (a) => Math.floor(a), 'f32.nearest': nearestEven,
  'f32.lt': (a, b) => mask(a < b), 'f32.le': (a, b) => mask(a <= b), 'f32.eq': (a, b) => mask(a === b),
  'f32.bits': (a) => bitsOfF32(a) | 0, 'f32.fromBits': (a) => f32OfBits(a), 'f32.toI32': (a) => a | 0, 'f32.fromI32': (a) => f(a),
  'f32.fromF64': (a) => f(a), 'f64.fromF32': (a) => a, 'f64.fromI32': (a) => a,
  'f64.add': (a, b) => a + b, 'f64.sub': (a, b) => a - b, 'f64.mul': (a, b) => a * b, 'f64.div': (a, b) => a / b,
  'f64.neg': (a) => -a, 'f64.floor': (a) => Math.floor(a), 'f64.nearest': nearestEven, 'f64.toI32': (a) => a | 0,
  'f64.lt': (a, b) => mask(a < b), 'f64.le': (a, b) => mask(a <= b), 'f64.exp2i': (a) => exp2i(a),
  'i32.add': (a, b) => (a + b) | 0, 'i32.sub': (a, b) => (a - b) | 0, 'i32.and': (a, b) => a & b, 'i32.or': (a, b) => a | b,
  'i32.xor': (a, b) => a ^ b, 'i32.shl': (a, b) => a << b, 'i32.shrS': (a, b) => a >> b, 'i32.shrU': (a, b) => (a >>> b) | 0,
  'i32.lt': (a, b) => mask(a < b), 'i32.eq': (a, b) => mask(a === b),
};

/** A kernel on single numbers, step by step. Slow and plain; `args` are rounded to float32 where the kernel takes f32. */
export function evaluateScalar(root: Expr, args: readonly number[]): number {
  const values = new Map<Expr, number>();
  const value = (e: Expr): number => must(values.get(e));
  for (const e of inOrder([root])) values.set(e, evaluateNode(e, args, value));
  return value(root);
}

function evaluateNode(e: Expr, args: readonly number[], value: (e: Expr) => number): number {
  switch (e.kind) {
    case 'arg':
      return e.type === 'f32' ? f(must(args[e.index])) : must(args[e.index]);
    case 'const':
      return e.value;
    case 'step':
      return MEANING[e.step](value(must(e.args[0])), e.args[1] ? value(e.args[1]) : 0);
    case 'select':
      return value(e.mask) !== 0 ? value(e.then) : value(e.else);
    default:
      return e satisfies never;
  }
}
