/** Ideal functions at rational numbers: exact where they are arithmetic, else in double precision, which is then said. */

import { REFERENCE } from '../../scripts/elementary/reference.ts';
import {
  compare,
  inverse,
  isZero,
  negative,
  plus,
  type Rational,
  rationalOf,
  times,
  ZERO,
} from '../../src/num/rational.ts';
import { must } from '../../src/text/result.ts';

export interface Ideal {
  readonly q: Rational;
  /** Otherwise it is off by less than one part in 2^40, or 2^-200. */
  readonly isExact: boolean;
}

export const exact = (q: Rational): Ideal => ({ q, isExact: true });

const near = (x: number): Ideal | undefined => (Number.isFinite(x) ? { q: rationalOf(x), isExact: false } : undefined);

const nearest = ({ over, under }: Rational): number => {
  const shift = BigInt(Math.max(0, under.toString(2).length - over.toString(2).length + 80));
  return (
    (Number((over << shift) / under) / 2 ** Math.min(Number(shift), 1000)) * 2 ** -Math.max(0, Number(shift) - 1000)
  );
};

/** Of one operand; undefined where there is no number, or it is too large. */
function ofOne(op: string, x: Rational): Ideal | undefined {
  switch (op) {
    case 'neg':
      return exact(negative(x));
    case 'abs':
      return exact(x.over < 0n ? negative(x) : x);
    case 'floor':
      return exact({ over: floorOf(x), under: 1n });
    case 'round':
      return exact({ over: evenOf(x), under: 1n });
    case 'sqrt': {
      const root = Math.sqrt(nearest(x));
      if (x.over < 0n) return undefined;
      const q = rationalOf(root);
      return { q, isExact: compare(times(q, q), x) === 0 };
    }
    default:
      return near(must(REFERENCE[op as keyof typeof REFERENCE])(nearest(x)));
  }
}

function floorOf({ over, under }: Rational): bigint {
  const whole = over / under;
  return over % under < 0n ? whole - 1n : whole;
}

/** The nearest whole number, of two the even one. */
function evenOf(x: Rational): bigint {
  const low = floorOf(x);
  const twice = compare(times(plus(x, { over: -low, under: 1n }), rationalOf(2)), rationalOf(1));
  return twice > 0 || (twice === 0 && low % 2n !== 0n) ? low + 1n : low;
}

/** What an op gives at rational numbers. */
export function idealOf(op: string, [x = ZERO, y]: readonly Rational[]): Ideal | undefined {
  if (y === undefined) return ofOne(op, x);
  switch (op) {
    case 'add':
      return exact(plus(x, y));
    case 'sub':
      return exact(plus(x, negative(y)));
    case 'mul':
      return exact(times(x, y));
    case 'div':
      return isZero(y) ? undefined : exact(times(x, inverse(y)));
    case 'min':
      return exact(compare(x, y) < 0 ? x : y);
    default:
      return exact(compare(x, y) > 0 ? x : y);
  }
}

const ROOM = rationalOf(2 ** -40);
const LEAST = rationalOf(2 ** -200);
const size = ({ over, under }: Rational): Rational => ({ over: over < 0n ? -over : over, under });

/** The sign of x - y; undefined where they are too near to tell. */
export function signOf(x: Ideal, y: Ideal): number | undefined {
  const gap = plus(x.q, negative(y.q));
  const room = plus(times(plus(size(x.q), size(y.q)), ROOM), LEAST);
  return (x.isExact && y.isExact) || compare(size(gap), room) > 0 ? compare(x.q, y.q) : undefined;
}
