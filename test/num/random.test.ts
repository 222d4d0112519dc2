import { describe, expect, it } from 'vitest';
import { cosTurn, ln, sinTurn } from '../../src/num/elementary64.ts';
import { normals, permutation, philox, randomStream, uniforms } from '../../src/num/random.ts';
import { sha256 } from '../../src/num/sha256.ts';

const ALL_ONES = 0xffffffff;

describe('Philox 4x32-10', () => {
  it('gives the published answers', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([ALL_ONES, ALL_ONES, ALL_ONES, ALL_ONES], [ALL_ONES, ALL_ONES])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });
});

describe('random tensors', () => {
  it('keep their bits for ever', () => {
    expect(sha256(new Uint8Array(normals(1000, 42, 3).buffer))).toMatchInlineSnapshot(
      `"cd32d300fdf4aba4dd384d45c25d47ee1c2f4ff9cf1a77bc7adc5848e744177b"`,
    );
    expect(sha256(new Uint8Array(uniforms(1000, 42, 3).buffer))).toMatchInlineSnapshot(
      `"6117418ae04120f5dcb0c08b7cec1d1ba66807c868b1879d38e7d49b25a95a2f"`,
    );
  });

  it('of more numbers begin with those of fewer', () => {
    for (const make of [normals, uniforms]) {
      const long = make(101, 5, 2 ** 40 + 1);
      for (let n = 0; n < 12; n++) expect(make(n, 5, 2 ** 40 + 1)).toEqual(long.slice(0, n));
    }
  });

  it('differ by seed and by stream, also in their high words', () => {
    const seen = new Set(
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [2 ** 32, 0],
        [0, 2 ** 32],
      ].map(([s, t]) => uniforms(4, s as number, t as number).join()),
    );
    expect(seen.size).toBe(5);
  });

  it('have the moments of their distributions', () => {
    const n = 200_000;
    const u = uniforms(n, 9, 0);
    expect(Math.min(...u.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(u.every((x) => x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true);
    expect(mean(u)).toBeCloseTo(0.5, 2);
    const z = normals(n, 9, 0);
    expect(mean(z)).toBeCloseTo(0, 1);
    expect(mean(z.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(z.map((x) => x ** 4))).toBeCloseTo(3, 0);
    const within = z.filter((x) => Math.abs(x) < 1).length / n;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.005);
  });
});

describe('draws', () => {
  it('below n are even-handed', () => {
    const random = randomStream(4, 4);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const drawn = random.below(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const c of counts) expect(Math.abs(c - 10_000)).toBeLessThan(700);
    expect(random.below(1)).toBe(0);
    expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('permutations hold every number once, and all orders come up', () => {
    expect([...permutation(1000, 1, 2)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(permutation(0, 1, 1)).toEqual([]);
    const orders = new Set(Array.from({ length: 200 }, (_, stream) => permutation(3, 1, stream).join('')));
    expect(orders.size).toBe(6);
    expect(permutation(10, 1, 2)).toEqual(permutation(10, 1, 2));
    expect(permutation(10, 1, 2)).not.toEqual(permutation(10, 1, 3));
  });
});

describe('double-precision functions of our own', () => {
  it('agree with the host to a few last places', () => {
    for (let i = 1; i <= 20_000; i++) {
      const t = i / 20_001;
      expect(Math.abs(cosTurn(t) - Math.cos(2 * Math.PI * t))).toBeLessThan(2e-15);
      expect(Math.abs(sinTurn(t) - Math.sin(2 * Math.PI * t))).toBeLessThan(2e-15);
      expect(Math.abs(ln(t) - Math.log(t))).toBeLessThan(1e-15 * Math.abs(Math.log(t)) + 1e-17);
      expect(Math.abs(ln(1 / t ** 9) - Math.log(1 / t ** 9))).toBeLessThan(2e-15 * Math.abs(Math.log(t ** 9)) + 1e-15);
    }
    expect(ln(1)).toBe(0);
    expect(cosTurn(0)).toBe(1);
    expect(sinTurn(0)).toBe(0);
    expect(cosTurn(0.25)).toBe(0);
  });
});

const mean = (xs: Float32Array): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
