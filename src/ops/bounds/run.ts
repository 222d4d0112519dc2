/**
 * Scalar kernels on single numbers: how an interval rule runs the program itself on an end point. A kernel is planned when it is first
 * asked. Not re-entrant, like the kernels it runs.
 */
import { kernelBuilder } from '../../kernel/build.ts';
import { compileKernel, type Kernel } from '../../kernel/evaluate.ts';
import type { Expr, KernelBuilder } from '../../kernel/expr.ts';

export type Run1 = (x: number) => number;
export type Run2 = (x: number, y: number) => number;

export function run1(build: (k: KernelBuilder, x: Expr) => Expr): Run1 {
  const [arg, out] = [new Float32Array(1), new Float32Array(1)];
  const [args, outs] = [[arg], [out]];
  let kernel: Kernel | undefined;
  return (x) => {
    if (!kernel) {
      const k = kernelBuilder();
      kernel = compileKernel(build(k, k.arg('f32', 0)), 1);
    }
    arg[0] = x;
    kernel.run(args, outs);
    return out[0] as number;
  };
}

export function run2(build: (k: KernelBuilder, x: Expr, y: Expr) => Expr): Run2 {
  const [left, right, out] = [new Float32Array(1), new Float32Array(1), new Float32Array(1)];
  const [args, outs] = [[left, right], [out]];
  let kernel: Kernel | undefined;
  return (x, y) => {
    if (!kernel) {
      const k = kernelBuilder();
      kernel = compileKernel(build(k, k.arg('f32', 0), k.arg('f32', 1)), 2);
    }
    left[0] = x;
    right[0] = y;
    kernel.run(args, outs);
    return out[0] as number;
  };
}
