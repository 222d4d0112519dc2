/** Ways to run one kernel, for tests that hold them against each other. */
import { compileKernel } from '../../src/kernel/evaluate.ts';
import type { Expr } from '../../src/kernel/expr.ts';
import { JS_PRELUDE, printJs } from '../../src/kernel/print-js.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { randomStream } from '../../src/num/random.ts';

export function runBlocks(root: Expr, args: readonly Float32Array[], length: number): Float32Array {
  const out = new Float32Array(length);
  compileKernel(root, args.length).run(args, [out]);
  return out;
}

/** The kernel as printed JavaScript. */
export function printedFunction(root: Expr): (...args: number[]) => number {
  const { statements, result } = printJs(root);
  return new Function(`${JS_PRELUDE}\nreturn (a0, a1, a2) => {\n${statements}\nreturn ${result};\n};`)() as (
    ...args: number[]
  ) => number;
}

/** Special values first, then random bit patterns. */
export function patterns(length: number, stream: number): Float32Array {
  const special = [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    1e-45,
    -1e-45,
    1e-39,
    2 ** -126,
    3.4e38,
    -3.4e38,
    1e9,
    -1e9,
    Infinity,
    -Infinity,
    NaN,
  ];
  const random = randomStream(77, stream);
  return Float32Array.from({ length }, (_, i) => special[i] ?? f32OfBits(random.next()));
}
