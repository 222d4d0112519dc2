/** Broken provers of two copies: as in `broken.ts`, found by rows that set one copy against the other. */
import type { Broken } from './bundle.ts';

const CARRY = 'carry.ts';
const PAIRS = 'pairs.ts';

export const SEEN_IN_PAIRS: Readonly<Record<string, Broken>> = {
  'the same sign for both': {
    file: CARRY,
    from: 'coefficients.map((a) => -a)',
    to: 'coefficients.map((a) => a)',
    on: 'two layers',
  },
  'slopes over the box of one copy': {
    file: PAIRS,
    from: 'lo: x.lo.map((l, k) => Math.min(l, must(y.lo[k])))',
    to: 'lo: x.lo',
    on: 'two curves',
  },
  'slopes over the other box': {
    file: PAIRS,
    from: 'hi: x.hi.map((h, k) => Math.max(h, must(y.hi[k])))',
    to: 'hi: y.hi',
    on: 'two curves',
  },
  'planes of the wrong side': {
    file: PAIRS,
    from: 'b > 0 ? lower : upper',
    to: 'b > 0 ? upper : lower',
    on: 'two curves',
  },
  'slopes of the wrong side': {
    file: PAIRS,
    from: 'b > 0 ? part.lower[k] : part.upper[k]',
    to: 'b > 0 ? part.upper[k] : part.lower[k]',
    on: 'two sizes',
  },
  'the common part taken twice': { file: PAIRS, from: 'second[e] = b - common', to: 'second[e] = b', on: 'two layers' },
  'the common part kept by the first': {
    file: PAIRS,
    from: 'first[e] = a + common',
    to: 'first[e] = a',
    on: 'two layers',
  },
  'both operands with one sign': {
    file: PAIRS,
    from: '(x[e] as number) - change',
    to: '(x[e] as number) + change',
    on: 'two layers',
  },
  'a square for a product': {
    file: PAIRS,
    from: 'if (!twin || twin.rule !== p.rule)',
    to: 'if (!twin)',
    on: 'two squares',
  },
  'no constants of differences': {
    file: PAIRS,
    from: 'sum += common * (side.at[k] as number)',
    to: 'sum += 0',
    on: 'two curves',
  },
  'no error of both kernels': {
    file: PAIRS,
    from: 'rule?.slopes(box, layer.node.attrs, range) ? range',
    to: 'rule?.slopes(box, layer.node.attrs, range) ? { ...range, off: 0 }',
    on: 'two curves',
  },
  'differences that begin at lower ends': {
    file: PAIRS,
    from: 'apart(l, must(x.hi[k]), down)',
    to: 'apart(l, must(x.lo[k]), down)',
    on: 'two products',
  },
  'differences without their other half': {
    file: PAIRS,
    from: 'less: first, count',
    to: 'count',
    on: 'two layers',
  },
  'differences of the first less the second': {
    file: PAIRS,
    from: 'value: second, less: first',
    to: 'value: first, less: second',
    on: 'two layers',
  },
  'other numbers forgotten': {
    file: PAIRS,
    from: 'low = down(low + Math.min(down(under * step.lo), down(under * step.hi)))',
    to: 'low += 0',
    on: 'two bends',
  },
  'other numbers forgotten above': {
    file: PAIRS,
    from: 'high = up(high + Math.max(up(over * step.lo), up(over * step.hi)))',
    to: 'high += 0',
    on: 'two bends',
  },
};
