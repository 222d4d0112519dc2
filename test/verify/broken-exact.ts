/** Broken bit-exact intervals: one edit of the sources of `src/ops/bounds/exact` (or of what they ask) each. The judge must find all of them. */
import type { Broken } from './bundle.ts';

const PRODUCTS = 'ops/bounds/exact/products.ts';
const ELEMENTS = 'ops/bounds/exact/elementwise.ts';
const INDEX = 'ops/bounds/exact/index.ts';
const LOOPS = 'ops/bounds/exact/loops.ts';

export const BROKEN_EXACT: Readonly<Record<string, Broken>> = {
  'the lower end for negative weights too': {
    file: PRODUCTS,
    from: 'term[0] = (c >= 0 ? a : b) * c',
    to: 'term[0] = a * c',
    on: 'dense',
  },
  'the upper end for negative weights too': {
    file: PRODUCTS,
    from: 'term[1] = (c >= 0 ? b : a) * c',
    to: 'term[1] = b * c',
    on: 'dense',
  },
  'the ends of the other factor changed over': {
    file: PRODUCTS,
    from: 'term[1] = (a >= 0 ? d : c) * a',
    to: 'term[1] = (a >= 0 ? c : d) * a',
    on: 'relus',
  },
  'two varying factors at two corners': {
    file: PRODUCTS,
    from: 'term[0] = Math.min(p, q, r, s)',
    to: 'term[0] = Math.min(p, s)',
    on: 'contraction',
  },
  'sums in doubles': {
    file: PRODUCTS,
    from: 'lo = k === 0 ? (term[0] as number) : Math.fround(lo + (term[0] as number))',
    to: 'lo = k === 0 ? (term[0] as number) : lo + (term[0] as number)',
    on: 'dense',
  },
  'products in doubles': {
    file: PRODUCTS,
    from: 'const scratch = new Float32Array(2)',
    to: 'const scratch = new Float64Array(2) as never',
    on: 'dense',
  },
  'lanes in sequence': {
    file: PRODUCTS,
    from: 'lanes: inLanes',
    to: 'lanes: inSequence',
    on: 'dense',
  },
  'sequence in lanes': {
    file: PRODUCTS,
    from: 'sequential: inSequence',
    to: 'sequential: inLanes',
    on: 'dense',
  },
  'eight lanes': {
    file: PRODUCTS,
    from: 'lo[k % LANES] = (lo[k % LANES] as number)',
    to: 'lo[k % 8] = (lo[k % 8] as number)',
    on: 'dense',
  },
  'only the first largest of the lower ends': {
    file: PRODUCTS,
    from: 'if (at === first || top > bar',
    to: 'if (at === first',
    on: 'largest',
  },
  'ties go to the last': {
    file: PRODUCTS,
    from: '(before && top === bar)',
    to: '(!before && top === bar)',
    on: 'ties',
  },
  'ties are nobody': {
    file: PRODUCTS,
    from: ' || (before && top === bar)',
    to: '',
    on: 'ties',
  },
  'marks that are certain too soon': {
    file: PRODUCTS,
    from: 'if (count === 1) out.lo[last] = 1',
    to: 'if (count >= 1) out.lo[last] = 1',
    on: 'largest',
  },
  'picks of the last contender': {
    file: PRODUCTS,
    from: 'lo = Math.min(lo, rhs.lo[j] as number)',
    to: 'lo = rhs.lo[j] as number',
    on: 'lookup',
  },
  'upper ends from the lower slots': { file: INDEX, from: 'upper(at.hi)', to: 'lower(at.hi)', on: 'sums' },
  'NaN has ends': { file: INDEX, from: 'outputs.every(areOrdered) ?', to: 'true ?', on: 'fixedNaN' },
  'sums that overflow have ends': {
    file: INDEX,
    from: 'ADDS.has(kind) ? areFinite : areOrdered',
    to: 'areOrdered',
    on: 'infinities',
  },
  'points by one end': {
    file: ELEMENTS,
    from: 'arePoints &&= Object.is(into.lo, into.hi)',
    to: 'arePoints &&= into.lo <= into.hi',
    on: 'curves',
  },
  'infinite points by the kernel': {
    file: ELEMENTS,
    from: 'setOperands(x, operands, k) && Number.isFinite(point)',
    to: 'setOperands(x, operands, k)',
    on: 'quotients',
  },
  'a difference of any two is 0': {
    file: ELEMENTS,
    from: 'first === second ? TWINS[op]',
    to: 'first !== second ? TWINS[op]',
    on: 'twins',
  },
  'states that the next turn overwrites': {
    file: LOOPS,
    from: 'states = results.slice(0, carries).map(copyOf)',
    to: 'states = results.slice(0, carries)',
    on: 'loops',
  },
  'scans the other way': {
    file: LOOPS,
    from: 'reverse ? length - 1 - turn : turn',
    to: 'reverse ? turn : length - 1 - turn',
    on: 'loops',
  },
  'loops that never stop early': {
    file: LOOPS,
    from: 'if (!(least > 0)) stopped = hulls(stopped, states)',
    to: 'if (!(most > 0)) stopped = hulls(stopped, states)',
    on: 'turns',
  },
  'loops that stop as soon as they may': {
    file: LOOPS,
    from: 'if (!(most > 0)) return',
    to: 'if (!(least > 0)) return',
    on: 'turns',
  },
  'the hull without its upper ends': {
    file: LOOPS,
    from: 'hi: joined(hi, must(others[i]).hi, Math.max)',
    to: 'hi',
    on: 'turns',
  },
};
