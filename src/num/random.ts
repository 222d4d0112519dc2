/**
 * Counter-based random numbers: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 * Everything is a function of (seed, stream, position), so no order of evaluation and no host can change a bit.
 * Normal numbers use our own double arithmetic (`+ - * / sqrt` only), never the host's `Math.log` or `Math.cos`.
 */
import { cosTurn, ln, sinTurn } from './elementary64.ts';

/** One block: encrypts the 128-bit counter (four words) under a 64-bit key (two words). Words are unsigned. */
export function philox(counter: readonly number[], key: readonly number[]): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter as [number, number, number, number];
  let [k0, k1] = key as [number, number];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** High 32 bits of the product of two unsigned words. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b + Math.floor(low / 0x10000);
  return Math.floor(high / 0x10000);
}

/** The four words of block `index` of a stream; seed, stream and index are integers in [0, 2^53). */
const block = (seed: number, stream: number, index: number): [number, number, number, number] =>
  philox([index >>> 0, high(index), stream >>> 0, high(stream)], [seed >>> 0, high(seed)]);
const high = (x: number): number => Math.floor(x / 0x100000000);

/** `count` numbers uniform on [0, 1), multiples of 2^-24. A longer run begins with the shorter one. */
export function uniforms(count: number, seed: number, stream: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    const words = block(seed, stream, i / 4);
    for (let k = 0; k < 4 && i + k < count; k++) out[i + k] = ((words[k] as number) >>> 8) * 2 ** -24;
  }
  return out;
}

/** `count` standard normal numbers (Box and Muller, two from each pair of words), |x| < 6.67. A longer run begins with the shorter one. */
export function normals(count: number, seed: number, stream: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const words = block(seed, stream, Math.floor(i / 4));
    const pair = i % 4;
    const radius = Math.sqrt(-2 * ln(((words[pair] as number) + 1) * 2 ** -32));
    const turn = (words[pair + 1] as number) * 2 ** -32;
    out[i] = radius * cosTurn(turn);
    if (i + 1 < count) out[i + 1] = radius * sinTurn(turn);
  }
  return out;
}

/** Draws words and integers one after the other from a stream. */
export interface RandomStream {
  /** The next word, uniform on [0, 2^32). */
  next(): number;
  /** An integer uniform on [0, n), 1 <= n <= 2^32, without bias (words beyond the last multiple of n are thrown away). */
  below(n: number): number;
  /** Uniform on [0, 1), a multiple of 2^-24. */
  uniform(): number;
}

export function randomStream(seed: number, stream: number): RandomStream {
  let index = 0;
  let words: readonly number[] = [];
  const next = (): number => {
    if (index % 4 === 0) words = block(seed, stream, index / 4);
    return words[index++ % 4] as number;
  };
  const below = (n: number): number => {
    const limit = 0x100000000 - (0x100000000 % n);
    for (;;) {
      const word = next();
      if (word < limit) return word % n;
    }
  };
  return { next, below, uniform: () => (next() >>> 8) * 2 ** -24 };
}

/** A uniform permutation of 0 .. n-1 (Fisher and Yates). */
export function permutation(n: number, seed: number, stream: number): number[] {
  const random = randomStream(seed, stream);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
