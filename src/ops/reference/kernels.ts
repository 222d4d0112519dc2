/** Scalar kernels of the records: as expressions, as loops over float32 tensors, and as functions of doubles for the tests of gradients. */
import { ARITY, type OpAttrs, type OpName } from '../../ir/vocabulary.ts';
import { kernelBuilder } from '../../kernel/build.ts';
import { compileKernel, type Kernel } from '../../kernel/evaluate.ts';
import type { Expr, Primitive } from '../../kernel/expr.ts';
import { maxF32, minF32, nearestEven } from '../../num/arith.ts';
import { must } from '../../text/result.ts';
import { OPS } from '../index.ts';

/** The kernel of an elementwise op as an expression over its operands. */
export function scalarExpr<K extends OpName>(op: K, attrs: OpAttrs[K]): Expr {
  const k = kernelBuilder();
  const args = Array.from({ length: ARITY[op] ?? 0 }, (_, i) => k.arg('f32', i));
  return must(OPS[op].scalar, () => `${op} has no kernel`)(k, args, attrs);
}

const kernels = new Map<OpName, Kernel>();

/** The kernel of an op, planned once: no attribute of an elementwise op changes its value. */
export function kernelOf<K extends OpName>(op: K, attrs: OpAttrs[K]): Kernel {
  const known = kernels.get(op);
  if (known) return known;
  const made = compileKernel(scalarExpr(op, attrs), ARITY[op] ?? 0);
  kernels.set(op, made);
  return made;
}

const mask = (condition: boolean): number => (condition ? -1 : 0);

/** The steps that mean the same in doubles. */
const IN_DOUBLES: Readonly<Partial<Record<Primitive, (x: number, y: number) => number>>> = {
  'f32.add': (x, y) => x + y,
  'f32.sub': (x, y) => x - y,
  'f32.mul': (x, y) => x * y,
  'f32.div': (x, y) => x / y,
  'f32.min': minF32,
  'f32.max': maxF32,
  'f32.neg': (x) => -x,
  'f32.abs': Math.abs,
  'f32.sqrt': Math.sqrt,
  'f32.floor': Math.floor,
  'f32.nearest': nearestEven,
  'f32.lt': (x, y) => mask(x < y),
  'f32.le': (x, y) => mask(x <= y),
  'f32.eq': (x, y) => mask(x === y),
};

/** A kernel of plain float steps as a function of doubles. A Bug when it works on bits. */
export function inDoubles(expr: Expr): (args: readonly number[]) => number {
  switch (expr.kind) {
    case 'arg':
      return (args) => args[expr.index] as number;
    case 'const':
      return () => expr.value;
    case 'select': {
      const [test, then, otherwise] = [inDoubles(expr.mask), inDoubles(expr.then), inDoubles(expr.else)];
      return (args) => (test(args) !== 0 ? then(args) : otherwise(args));
    }
    case 'step': {
      const step = must(IN_DOUBLES[expr.step], () => `${expr.step} has no meaning in doubles`);
      const [x, y] = expr.args.map(inDoubles);
      return (args) => step(x ? x(args) : 0, y ? y(args) : 0);
    }
    default:
      return expr satisfies never;
  }
}
