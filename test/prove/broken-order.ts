/**
 * Broken ways to follow comparisons to operands: one edit of the sources of `src/prove` each, and the op on which it shows. A wrong
 * direction of a threshold is not among them: what never comes to stay has no threshold, and nothing is said.
 */
import type { Broken } from '../verify/bundle.ts';
import type { Rule } from './judge-order.ts';

const ORDER = 'order.ts';
const THRESHOLDS = 'thresholds.ts';

export const BROKEN_ORDER: Readonly<Record<string, Broken & { readonly on: Rule }>> = {
  'a threshold one float too low': {
    file: THRESHOLDS,
    from: 'return floatAt(from); }',
    to: 'return floatAt(from - 1); }',
    on: 'add',
  },
  'a threshold at the other end of a step': {
    file: THRESHOLDS,
    from: 'if (holds(floatAt(middle))) from = middle;',
    to: 'if (!holds(floatAt(middle))) from = middle;',
    on: 'floor',
  },
  'no threshold of the ideal function above': { file: ORDER, from: 'Math.max(run, surely)', to: 'run', on: 'exp' },
  'no threshold of the ideal function below': {
    file: ORDER,
    from: 'run <= unreached ? under(run, true)',
    to: 'run ? under(run, true)',
    on: 'mul',
  },
  'no threshold of the run above': { file: ORDER, from: 'Math.max(run, surely)', to: 'surely', on: 'add' },
  'no threshold of the run below': {
    file: ORDER,
    from: 'run <= unreached ? under(run, true) :',
    to: '',
    on: 'add',
  },
  'an ideal threshold that is a float': {
    file: ORDER,
    from: ': under(unreached, false)',
    to: ': under(perhaps, true)',
    on: 'add',
  },
  'a limit that is hit where it is not': {
    file: THRESHOLDS,
    from: 'comparedExactly(curve, u, limit) === 0',
    to: 'true',
    on: 'add',
  },
  'a limit that is hit where the run is still below': {
    file: ORDER,
    from: 'run <= surely && isHit',
    to: 'isHit',
    on: 'add',
  },
  'limits that are reached too soon': {
    file: ORDER,
    from: 'strict ? y >= limit : y > limit',
    to: 'y >= limit',
    on: 'add',
  },
  'limits that are reached too late': {
    file: ORDER,
    from: 'strict ? y >= limit : y > limit',
    to: 'y > limit',
    on: 'add',
  },
  'a root for its square': { file: THRESHOLDS, from: 'u - limit * limit', to: 'u - limit', on: 'sqrt' },
  'a comparison that is not turned': {
    file: ORDER,
    from: 'f.below(-bound || 0, of, isBelow)',
    to: 'f.below(bound, of, isBelow)',
    on: 'sub',
  },
  'what falls and rises taken as rising': { file: ORDER, from: "'floor',", to: "'floor', 'abs',", on: 'abs' },
  'a negative in the order of its operand': {
    file: ORDER,
    from: "case 'neg': return below(v, u);",
    to: "case 'neg': return below(u, v);",
    on: 'neg',
  },
  'sums of which both terms rise': {
    file: ORDER,
    from: 'any([below(u, v), below(w, z)])',
    to: 'all([below(u, v), below(w, z)])',
    on: 'add',
  },
  'what is subtracted in its own order': {
    file: ORDER,
    from: 'any([below(u, v), below(z, w)])',
    to: 'any([below(u, v), below(w, z)])',
    on: 'sub',
  },
  'products without signs': {
    file: ORDER,
    from: 'by > 0 ? below(u, v) : below(v, u)',
    to: 'below(u, v)',
    on: 'mul',
  },
  'a difference beside its term taken as a sum': {
    file: ORDER,
    from: "(order === 'sum below term') === (node.op === 'add')",
    to: "(order === 'sum below term')",
    on: 'sub',
  },
  'what is subtracted taken as the term': {
    file: ORDER,
    from: "node.op === 'add' && same(b, term)",
    to: 'same(b, term)',
    on: 'sub',
  },
  'a threshold turned round': {
    file: ORDER,
    from: 'direction > 0 ? f.below(of',
    to: 'direction < 0 ? f.below(of',
    on: 'exp',
  },
  'operands that only look alike': {
    file: ORDER,
    from: 'textOf(a) === textOf(b)',
    to: 'typeof a === typeof b',
    on: 'min',
  },
  'a strict order for one that is not': {
    file: ORDER,
    from: 'strictly(f, y, x);',
    to: 'strictly(f, x, y);',
    on: 'add',
  },
};
