/** Broken ends of a search: one edit of `finish.ts`, `points.ts` or `claim.ts` each. The judge must find all of them. */
import type { Broken } from './bundle.ts';

const FINISH = 'verify/finish.ts';
const POINTS = 'verify/points.ts';
const CLAIM = 'verify/claim.ts';

export const BROKEN_FINISH: Readonly<Record<string, Broken>> = {
  'claims in doubles': { file: CLAIM, from: '|| Math.abs(sum) > off', to: '|| true', on: 'dense' },
  'strict and not strict changed over': {
    file: CLAIM,
    from: 'one.strict ? sign < 0 : sign <= 0',
    to: 'one.strict ? sign <= 0 : sign < 0',
    on: 'dense',
  },
  'claims without their constant': {
    file: CLAIM,
    from: 'let exact = decimalOf(at)',
    to: 'let exact = ZERO',
    on: 'dense',
  },
  'the largest corner': {
    file: CLAIM,
    from: '(a > 0 ? lo[k] : hi[k]) as number',
    to: '(a > 0 ? hi[k] : lo[k]) as number',
    on: 'sums',
  },
  'one conjunction is enough': { file: FINISH, from: 'unsafe.every((all) =>', to: 'unsafe.some((all) =>', on: 'dense' },
  'all inequalities of a conjunction have to fail': {
    file: FINISH,
    from: 'unsafe.every((all) => all.some',
    to: 'unsafe.every((all) => all.length > 0 || all.some',
    on: 'dense',
  },
  'outputs that are no numbers': {
    file: FINISH,
    from: 'return outputs.every(Number.isFinite) ?',
    to: 'return true ?',
    on: 'roots',
  },
  'without the last point': { file: POINTS, from: 'at < range[1]', to: 'at + 1 < range[1]', on: 'curves' },
  'wheels that are not turned back': {
    file: POINTS,
    from: 'w < next ? wheel.range[0] : wheel.at + 1',
    to: 'w < next ? wheel.at : wheel.at + 1',
    on: 'curves',
  },
  'negative numbers in their own order': {
    file: POINTS,
    from: 'bits < 0x80000000 ? bits : 0x7fffffff - bits',
    to: 'bits',
    on: 'curves',
  },
  'points outside the box': {
    file: 'verify/exact.ts',
    from: 'Float32Array.from(lo, ceilF32)',
    to: 'Float32Array.from(lo, (x) => 2 * ceilF32(x))',
    on: 'curves',
  },
};
