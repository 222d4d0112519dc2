/** Broken provers that no judge of samples can find out, each with the reason. As in `broken.ts`, which has those that are found. */
import type { Broken } from './bundle.ts';

const CARRY = 'carry.ts';
const LINEAR = 'linear-ends.ts';
const PAIRS = 'pairs.ts';
const RELAX = 'relax.ts';
const ROUNDING = 'rounding.ts';
const KLEENE = 'spread/kleene.ts';
const POWERS = 'spread/powers.ts';
const SOFTMAX = 'spread/softmax.ts';

export const UNSEEN: Readonly<Record<string, Broken & { readonly because: string }>> = {
  'no slack of multipliers': {
    file: CARRY,
    from: 'lost += m * Math.max(',
    to: 'lost += 0 * Math.max(',
    on: 'copies',
    because:
      'the terms of the layers leave room for as many multipliers as there may be, and few meet in one coefficient',
  },
  'no slack of their numbers': {
    file: CARRY,
    from: 'let lost = m * Math.abs(at) * adds;',
    to: 'let lost = 0;',
    on: 'copies',
    because: 'as for multipliers',
  },
  'no slack of differences': {
    file: PAIRS,
    from: 'Math.abs(common) * (side.slack[k] as number)',
    to: '0',
    on: 'two bends',
    because: 'a few units of 2^-53 of operands whose ends are wider than that by the rounding of the rules',
  },
  'no slack where coefficients of both are added': {
    file: PAIRS,
    from: 'Math.abs(a + b) * (sumSlack[k] as number)',
    to: '0',
    on: 'two bends',
    because: 'the last sum has room for one rounding',
  },
  'slack of slacks': {
    file: ROUNDING,
    from: 'SLACK = 1 + 2 ** -20',
    to: 'SLACK = 1',
    on: 'dense',
    because: 'it covers roundings of 2^-53 in sums whose terms are worst cases that no run attains',
  },
  'products among the subnormal doubles': {
    file: CARRY,
    from: ' + ready.lost',
    to: '',
    on: 'swamp',
    because:
      '1e-280 is far below every other slack, except for rows of tiny coefficients over layers that round nothing',
  },
  'no slack where coefficients meet in planes': {
    file: RELAX,
    from: 'out.lowerSlack[k] = below * p.meets * U64 +',
    to: 'out.lowerSlack[k] =',
    on: 'crossings',
    because:
      'the intercepts of the rules and the last sum have room for one product; only coefficients that cancel within one layer would show it',
  },
  'no slack where coefficients meet in planes above': {
    file: RELAX,
    from: 'out.upperSlack[k] = above * p.meets * U64 +',
    to: 'out.upperSlack[k] =',
    on: 'crossings',
    because: 'as for the planes below',
  },
  'no slack of constants of planes': {
    file: RELAX,
    from: 'out.lowerSlack[k] = below * p.meets * U64 + lowSum * constants',
    to: 'out.lowerSlack[k] = below * p.meets * U64',
    on: 'crossings',
    because: 'the rules move their intercepts outward by more than the one rounding that is made here',
  },
  'no slack where constants meet': {
    file: LINEAR,
    from: ' + Math.abs(own) * adds * U64',
    to: '',
    on: 'copies',
    because: 'constants are in the magnitude of their row too, whose slack covers the roundings of a few hundred',
  },
  'ends of what overflows not widened': {
    file: 'rules.ts',
    from: 'out.lo === Infinity ? LARGEST32 :',
    to: 'out.lo === Infinity ? Infinity :',
    on: 'overflow',
    because: 'a layer that may be infinite has no planes, so the box is refused',
  },
  'slack of constants of planes above': {
    file: RELAX,
    from: 'above * p.meets * U64 + highSum * constants',
    to: 'above * p.meets * U64',
    on: 'crossings',
    because: 'the rules move their intercepts outward by more than the one rounding that is made here',
  },
  'partial sums of the forward step': {
    file: LINEAR,
    from: 'const mine = magnitude * (2 * terms + 8) * U64',
    to: 'const mine = 0 * magnitude * (2 * terms + 8) * U64',
    on: 'dense',
    because: 'layers of several terms also round in float32, and that error is 2^29 times as large',
  },
  'no absolute error of softmax': {
    file: SOFTMAX,
    from: 'absolute: 2 ** -38',
    to: 'absolute: 0',
    on: 'softmax',
    because:
      'it is for the rounding of score less largest score, and the form that is analysed has room for one of the same size: that of score less log-sum',
  },
  'no roundings of a product with a sum': {
    file: POWERS,
    from: 'roundings: 2, absolute: TINY32',
    to: 'roundings: 0, absolute: 0',
    on: 'powers',
    because: 'the form that is analysed multiplies and adds as often as the run',
  },
  'no roundings of a scaled product with a sum': {
    file: POWERS,
    from: 'roundings: 3, absolute: 2 ** 62 * TINY32',
    to: 'roundings: 0, absolute: 0',
    on: 'powers',
    because:
      'the form that is analysed multiplies and adds as often, and its own roundings have room for those of the run',
  },
  'what cancels forgotten': {
    file: KLEENE,
    from: '[1, -0.5, 0.5, 1.5, -1.5, 1.5, -1.5]',
    to: '[0.5, 0, 0.5, 0, 0, 0, 0]',
    on: 'kleene',
    because: 'where it counts, 1 - a² or 1 - b² is large, and the roundings of the layers before have room',
  },
};
