/**
 * pow has 2^64 inputs, so it is sampled: every pair of special values, then pairs drawn at random in three ways. The figure
 * is named as sampled wherever it is quoted.
 */
import { createHash } from 'node:crypto';
import { compileKernel } from '../../src/kernel/evaluate.ts';
import { printJs } from '../../src/kernel/print-js.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { randomStream } from '../../src/num/random.ts';
import { ulpError } from './error.ts';
import { powReference } from './reference.ts';
import { canonical, kernelOf } from './subset.ts';
import type { Finding } from './sweep.ts';

const SPECIAL = [
  0,
  1e-45,
  2 ** -149,
  1.1754942e-38,
  2 ** -126,
  1e-20,
  0.1,
  0.25,
  1 / 3,
  0.5,
  0.99999994,
  1,
  1.0000001,
  1.5,
  2,
  2.5,
  3,
  4,
  5,
  7,
  10,
  16777215,
  16777216,
  33554432,
  1e10,
  1e20,
  1e38,
  3.4028234663852886e38,
  Infinity,
  NaN,
].flatMap((v) => [Math.fround(v), Math.fround(-v)]);

const BATCH = 1 << 16;

export function samplePow(batches: number, report: (done: number) => void): Finding & { sampled: true } {
  const kernel = compileKernel(kernelOf('pow'), 2);
  const hash = createHash('sha256');
  const out = new Float32Array(BATCH);
  let [inputs, maxUlp, misrounded] = [0, 0, 0];
  let worst = '';
  const measure = (x: Float32Array, y: Float32Array): void => {
    const results = out.subarray(0, x.length);
    kernel.run([x, y], [results]);
    results.forEach((got, i) => {
      const truth = powReference(x[i] as number, y[i] as number);
      if (!Object.is(got, Math.fround(truth))) misrounded++;
      const error = ulpError(got, truth);
      if (error > maxUlp) [maxUlp, worst] = [error, `${x[i]} ** ${y[i]}`];
    });
    hash.update(canonical(results));
    inputs += x.length;
  };
  const pairs = SPECIAL.flatMap((x) => SPECIAL.map((y) => [x, y] as const));
  measure(
    Float32Array.from(pairs, ([x]) => x),
    Float32Array.from(pairs, ([, y]) => y),
  );
  const random = randomStream(7, 0);
  for (let batch = 0; batch < batches; batch++) {
    const x = new Float32Array(BATCH);
    const y = new Float32Array(BATCH);
    for (let i = 0; i < BATCH; i++) [x[i], y[i]] = pair(batch % 3, random.next(), random.next());
    measure(x, y);
    report((batch + 1) / batches);
  }
  return {
    inputs,
    steps: printJs(kernelOf('pow')).statements.split('\n').length,
    maxUlp: Number(maxUlp.toFixed(4)),
    worst,
    misrounded,
    falls: null,
    sha256: hash.digest('hex'),
    sampled: true,
  };
}

/** Any two patterns; a positive base with an exponent that keeps the result in range; a base near 1 with a large exponent. */
function pair(kind: number, a: number, b: number): [number, number] {
  const unit = (b >>> 8) * 2 ** -24 * 2 - 1;
  if (kind === 0) return [f32OfBits(a), f32OfBits(b)];
  if (kind === 1) {
    const x = f32OfBits(a & 0x7fffffff);
    return [x, (unit * 150) / Math.max(Math.abs(Math.log2(x)), 1e-7)];
  }
  const x = f32OfBits(0x3f800000 + (a % 0x10000) - 0x8000);
  return [x, (unit * 128) / Math.max(Math.abs(Math.log2(x)), 1e-7)];
}
