/**
 * Plain loops for the commonest elementwise ops. A store into a Float32Array rounds the double result of one + - * / on
 * floats to what float32 arithmetic gives (double rounding is harmless there: 53 >= 2 · 24 + 2), so the meaning is that of
 * the records' kernels; the tests of the table compare the two bit for bit.
 */
import type { OpName } from '../../ir/vocabulary.ts';
import { maxF32, minF32 } from '../../num/arith.ts';
import { must } from '../../text/result.ts';

/** Fills `out` from operands of the same length. */
export type PlainLoop = (out: Float32Array, operands: readonly Float32Array[]) => void;

const pair =
  (f: (out: Float32Array, x: Float32Array, y: Float32Array) => void): PlainLoop =>
  (out, [x, y]) =>
    f(out, must(x), must(y));

export const PLAIN: Readonly<Partial<Record<OpName, PlainLoop>>> = {
  neg: (out, operands) => {
    const x = must(operands[0]);
    for (let i = 0; i < out.length; i++) out[i] = -(x[i] as number);
  },
  add: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = (x[i] as number) + (y[i] as number);
  }),
  sub: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = (x[i] as number) - (y[i] as number);
  }),
  mul: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = (x[i] as number) * (y[i] as number);
  }),
  gate: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) {
      const a = x[i] as number;
      out[i] = a === 0 ? 0 : a * (y[i] as number);
    }
  }),
  div: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = (x[i] as number) / (y[i] as number);
  }),
  min: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = minF32(x[i] as number, y[i] as number);
  }),
  max: pair((out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = maxF32(x[i] as number, y[i] as number);
  }),
  select: (out, operands) => {
    const [c, x, y] = [must(operands[0]), must(operands[1]), must(operands[2])];
    for (let i = 0; i < out.length; i++) out[i] = (c[i] as number) > 0 ? (x[i] as number) : (y[i] as number);
  },
};
