/** Broken ways from properties to questions: one edit of the sources of `src/prove` each, and the kind of formulas on which it shows. */
import type { Broken } from '../verify/bundle.ts';
import type { Kind } from './judge-formulas.ts';

type Mistake = Broken & { readonly on: Kind };

const FORMULA = 'formula.ts';
const DISJUNCTION = 'disjunction.ts';
const TRUTHS = 'truths.ts';
const STEPS = 'steps.ts';
const STEPS_OF = 'steps-of.ts';
const CHOICES = 'choices.ts';
const MARKS = 'marks.ts';
const NARROWED = 'narrowed.ts';
const QUESTIONS = 'questions.ts';

export const BROKEN: Readonly<Record<string, Mistake>> = {
  'a negation that stays as strict': { file: FORMULA, from: 'strict: !strict', to: 'strict', on: 'logic' },
  'a negation that keeps its constant': { file: FORMULA, from: 'at: -at || 0', to: 'at', on: 'numbers' },
  'an all that is denied as an all': {
    file: FORMULA,
    from: "formula.kind === 'all' ? 'any' : 'all'",
    to: "formula.kind === 'all' ? 'all' : 'any'",
    on: 'logic',
  },
  'a pair that is not exchanged': {
    file: FORMULA,
    from: 'holds: formula.fails, fails: formula.holds }',
    to: 'holds: formula.holds, fails: formula.fails }',
    on: 'numbers',
  },
  'a choice without its guards': {
    file: FORMULA,
    from: 'all([g, change(of[i] as Formula)])',
    to: 'all([g, change(of[0] as Formula)])',
    on: 'numbers',
  },
  'ties that contradict': { file: DISJUNCTION, from: 'a.at + b.at > 0', to: 'a.at + b.at >= 0', on: 'logic' },
  'less or equal for less': { file: TRUTHS, from: 'known(strict ? x < y : x <= y)', to: 'known(x < y)', on: 'numbers' },
  'a maximum that is a minimum': {
    file: TRUTHS,
    from: 'largest: all, smallest: any',
    to: 'largest: any, smallest: all',
    on: 'numbers',
  },
  'an absolute value without its negative': {
    file: TRUTHS,
    from: 'largest([says(x), saysOfNegative(x)])',
    to: 'says(x)',
    on: 'numbers',
  },
  'a difference turned round': {
    file: TRUTHS,
    from: 'x === 0 ? f.below(b, a, strict) : f.below(a, b, strict)',
    to: 'f.below(a, b, strict)',
    on: 'numbers',
  },
  'above for at least': {
    file: STEPS,
    from: 'levels.findIndex((l) => l >= x)',
    to: 'levels.findIndex((l) => l > x)',
    on: 'counts',
  },
  'sums that stop early': {
    file: STEPS,
    from: 'a + must(y.levels[0]) >= l',
    to: 'a + must(y.levels[0]) >= l - 1',
    on: 'counts',
  },
  'products without signs': {
    file: STEPS,
    from: 'reached: [...reached].reverse().map(not)',
    to: 'reached: [...reached].reverse()',
    on: 'logic',
  },
  'equal where only one side is': {
    file: STEPS_OF,
    from: 'all([f.below(x, y, false), f.below(y, x, false)])',
    to: 'f.below(x, y, false)',
    on: 'logic',
  },
  'a minimum for a maximum of bools': {
    file: STEPS_OF,
    from: "node.op === 'min' || node.op === 'reduceMin' ? smaller : larger",
    to: "node.op === 'min' ? smaller : larger",
    on: 'logic',
  },
  'a pick of what need not be marked': { file: CHOICES, from: ': firstOf(guards)', to: ': guards', on: 'marks' },
  'the last of equals': {
    file: MARKS,
    from: 'f.below(x, me, true)), ...after.map((x) => f.below(x, me, false))])',
    to: 'f.below(x, me, false)), ...after.map((x) => f.below(x, me, true))])',
    on: 'marks',
  },
  'no margin for a mark': {
    file: MARKS,
    from: '...after.map((x) => f.below(x, me, false, MARGIN))',
    to: '...after.map((x) => f.below(x, me, false))',
    on: 'weights',
  },
  'no margin for no mark': {
    file: MARKS,
    from: '...before.map((x) => f.below(me, x, false, MARGIN))',
    to: '...before.map((x) => f.below(me, x, false))',
    on: 'weights',
  },
  'a margin of a rounding': { file: MARKS, from: 'MARGIN = 2 ** -20', to: 'MARGIN = 2 ** -25', on: 'weights' },
  'boxes that leave out their ends': { file: NARROWED, from: ': low <= high', to: ': low < high', on: 'logic' },
  'the wrong end': {
    file: NARROWED,
    from: 'Math.max(must(lo[at]), -most)',
    to: 'Math.max(must(lo[at]), most)',
    on: 'logic',
  },
  'nearness from one side': {
    file: 'opened.ts',
    from: '[f.below(l, r, false, within), f.below(r, l, false, within)]',
    to: '[f.below(l, r, false, within)]',
    on: 'nearness',
  },
  'sums that are stricter than their rows': {
    file: NARROWED,
    from: 'at, strict: a.strict || b.strict }',
    to: 'at, strict: true }',
    on: 'marks',
  },
  'sums that forget a term': { file: NARROWED, from: '(terms.get(key) ?? 0) + c', to: 'c', on: 'rising' },
  'numbers that are compared and not read': {
    file: QUESTIONS,
    from: '[...compared, ...more.compared]',
    to: '[...more.compared]',
    on: 'none',
  },
  'what is compared on the way that is not read': {
    file: STEPS_OF,
    from: 'f.compares([x, y]);',
    to: '',
    on: 'none',
  },
  'what may be equal taken as less': {
    file: QUESTIONS,
    from: 'x && y && at === 0 && strict',
    to: 'x && y && at === 0',
    on: 'rising',
  },
  'a sum of inequalities turned round': {
    file: QUESTIONS,
    from: 'below(sourceOfKey(x[0]), sourceOfKey(y[0]), true)',
    to: 'below(sourceOfKey(y[0]), sourceOfKey(x[0]), true)',
    on: 'rising',
  },
  'extremes that leave out what is no number': {
    file: 'order.ts',
    from: 'f.compares([...us, ...vs]);',
    to: ';',
    on: 'none',
  },
};
