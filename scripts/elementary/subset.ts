/**
 * A fixed subset of inputs and the hash of the results on it: what the tests compare, so that a change of a single bit of
 * an elementary function is seen without the hours of the whole sweep.
 */

import { kernelBuilder } from '../../src/kernel/build.ts';
import { cos, erf, exp, log, pow, sigmoid, sin, softplus, tanh } from '../../src/kernel/elementary/index.ts';
import { compileKernel } from '../../src/kernel/evaluate.ts';
import type { Expr, KernelBuilder } from '../../src/kernel/expr.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { sha256 } from '../../src/num/sha256.ts';
import type { FunctionName } from './reference.ts';

const COUNT = 1 << 16;

/** 65,536 bit patterns spread evenly by a multiplier, so that all exponents and signs take part. */
export const subset = (): Float32Array =>
  Float32Array.from({ length: COUNT }, (_, i) => f32OfBits(Math.imul(i, 0x9e3779b1)));

const UNARY: { readonly [F in FunctionName]: (k: KernelBuilder, x: Expr) => Expr } = {
  exp,
  log,
  tanh,
  sigmoid,
  softplus,
  sin,
  cos,
  erf,
};

/** The kernel of a function of one argument (`a0`), or of pow (`a0`, `a1`). */
export function kernelOf(name: FunctionName | 'pow'): Expr {
  const k = kernelBuilder();
  const x = k.arg('f32', 0);
  return name === 'pow' ? pow(k, x, k.arg('f32', 1)) : UNARY[name](k, x);
}

/** SHA-256 of results as little-endian float32, every NaN written as 0x7fc00000. */
export function hashOf(results: Float32Array): string {
  return sha256(canonical(results));
}

export function canonical(results: Float32Array): Uint8Array {
  const words = new Uint32Array(results.length);
  words.set(new Uint32Array(results.buffer, results.byteOffset, results.length));
  for (let i = 0; i < words.length; i++) if (Number.isNaN(results[i])) words[i] = 0x7fc00000;
  return new Uint8Array(words.buffer);
}

/** For pow the second argument is the subset read from the other end, shifted so that many results stay in range. */
export function subsetHash(name: FunctionName | 'pow'): string {
  const x = subset();
  const y = x.map((_, i) => ((i % 4001) - 2000) / 64);
  const out = new Float32Array(COUNT);
  compileKernel(kernelOf(name), 2).run([x, y], [out]);
  return hashOf(out);
}
