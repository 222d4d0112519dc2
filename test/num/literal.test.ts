import { describe, expect, it } from 'vitest';
import { bitsOfF32, f32OfBits, nextDownF32, nextUpF32, sameF32 } from '../../src/num/bits.ts';
import { isF32Text, printF32, readF32 } from '../../src/num/literal.ts';
import { randomStream } from '../../src/num/random.ts';

describe('printing float32', () => {
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [2, '2.0'],
    [-2.5, '-2.5'],
    [0.1, '0.1'],
    [1 / 3, '0.33333334'],
    [16777216, '16777216.0'],
    [1e9, '1e9'],
    [123456789, '123456790.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-5'],
    [1.5e-7, '1.5e-7'],
    [1e-30, '1e-30'],
    [1e-45, '1e-45'],
    [3.4028234663852886e38, '3.4028235e38'],
    [2 ** -126, '1.1754944e-38'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('%d is %s', (x, text) => {
    expect(printF32(x)).toBe(text);
  });

  it('reads back to the same bits, with a point or an exponent, for a million numbers', () => {
    for (const x of specimens()) {
      const text = printF32(x);
      if (!sameF32(readF32(text), x)) expect.fail(`${text} does not read back as ${x}`);
      if (!/[.e]|inf|nan/.test(text)) expect.fail(`${text} looks like an integer`);
    }
  });

  it('uses the fewest digits that any decimal needs', () => {
    const random = randomStream(1, 0);
    for (let i = 0; i < 3000; i++) {
      // every second one a power of two, where the grid is lopsided
      const x = f32OfBits(i % 2 === 0 ? (1 + (i % 254)) << 23 : random.next() & 0x7f7fffff);
      if (x === 0) continue;
      const digits = digitsOf(printF32(x));
      if (digits > 1) expect(someDecimalHits(x, digits - 1), `${printF32(x)} is not the shortest`).toBe(false);
    }
  });
});

describe('reading float32', () => {
  it('rounds once, where going through a double would round twice', () => {
    // Just above the middle of 1 and the next float32: the double nearest to it is the middle itself, which ties to 1.
    const text = '1.00000005960464477539062500000000000000001';
    expect(Math.fround(Number(text))).toBe(1);
    expect(readF32(text)).toBe(nextUpF32(1));
    expect(readF32('1.000000059604644775390625')).toBe(1);
    expect(readF32('1.00000005960464477539062499999999999999999')).toBe(1);
    expect(readF32('1.000000178813934326171875')).toBe(f32OfBits(bitsOfF32(1) + 2));
    expect(readF32('1.00000017881393432617187499999999999999999')).toBe(nextUpF32(1));
  });

  it('agrees with exact midpoints everywhere', () => {
    const random = randomStream(2, 0);
    for (let i = 0; i < 5000; i++) {
      const low = f32OfBits(random.next() % 0x7f7fffff);
      const high = nextUpF32(low);
      const middle = exactDecimal((low + high) / 2);
      const even = bitsOfF32(low) % 2 === 0 ? low : high;
      expect(readF32(middle)).toBe(even);
      expect(readF32(above(middle))).toBe(high);
      expect(readF32(`-${above(middle)}`)).toBe(-high);
    }
  });

  it('overflows at 2^128 - 2^103 and underflows at 2^-150', () => {
    expect(readF32('340282356779733661637539395458142568447')).toBe(nextDownF32(Infinity));
    expect(readF32('340282356779733661637539395458142568448')).toBe(Infinity);
    expect(readF32('7.006492321624085354618e-46')).toBe(0);
    expect(readF32('7.006492321624085354619e-46')).toBe(f32OfBits(1));
    expect(readF32('1e-400000')).toBe(0);
    expect(Object.is(readF32('-1e-400'), -0)).toBe(true);
    expect(readF32('-1e400')).toBe(-Infinity);
  });

  it('knows what is a number', () => {
    for (const text of ['1', '-1', '+1.5', '.5', '5.', '1e5', '1E-5', 'inf', '-inf', 'nan'])
      expect(isF32Text(text), text).toBe(true);
    for (const text of ['', '.', 'e5', '1e', '1.2.3', '0x10', '1_0', ' 1', 'Infinity', 'NaN', '--1']) {
      expect(isF32Text(text), text).toBe(false);
      expect(readF32(text)).toBeNaN();
    }
  });
});

/** A decimal a little larger: its digits, a long row of zeros, a one. */
function above(text: string): string {
  const [digits, exponent] = text.split('e') as [string, string];
  return `${digits}${'0'.repeat(20)}1e${exponent}`;
}

/** All digits of a double, as an integer times a power of ten. */
function exactDecimal(x: number): string {
  const numerator = BigInt(x * 2 ** 150);
  return `${numerator * 5n ** 150n}.e-150`;
}

const digitsOf = (text: string): number =>
  text
    .replace(/e.*$/, '')
    .replace(/\.0$|[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '').length;

/** Whether any decimal of so many digits reads back as x: the two around it decide. */
function someDecimalHits(x: number, digits: number): boolean {
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e') as [string, string];
  const whole = BigInt(mantissa.replace('.', ''));
  return [-1n, 0n, 1n].some((d) => readF32(`${whole + d}e${Number(exponent) - digits + 1}`) === x);
}

/** All special patterns, the ends of binades, and random ones. */
function* specimens(): Generator<number> {
  for (let exponent = 0; exponent < 256; exponent++) {
    for (const mantissa of [0, 1, 2, 0x400000, 0x7ffffe, 0x7fffff]) {
      yield f32OfBits((exponent << 23) | mantissa);
      yield f32OfBits(0x80000000 | (exponent << 23) | mantissa);
    }
  }
  for (let bits = 0; bits < 300; bits++) yield f32OfBits(bits);
  for (let i = -200; i <= 200; i++) yield i / 100;
  const random = randomStream(3, 0);
  for (let i = 0; i < 1_000_000; i++) yield f32OfBits(random.next());
}
