/**
 * Broken provers: one edit of the sources of `src/verify` each. The judge is bundled with the edited text, so it judges just what would have
 * been shipped. `seen` are mistakes that it must find; `unseen` are those that no judge of this kind can, with the reason.
 */
export interface Broken {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Nets on which it shows. */
  readonly on: string;
}

const CARRY = 'carry.ts';
const CASES = 'cases.ts';
const LINEAR = 'linear-ends.ts';
const OPS = 'linear-ops.ts';
const PAIRS = 'pairs.ts';
const RELAX = 'relax.ts';
const ROUNDING = 'rounding.ts';
const KLEENE = 'spread/kleene.ts';
const POWERS = 'spread/powers.ts';
const SOFTMAX = 'spread/softmax.ts';

export const SEEN: Readonly<Record<string, Broken>> = {
  'no error of runs': { file: ROUNDING, from: 'if (roundings === 0) return 0;', to: 'return 0;', on: 'dense' },
  'half the error of runs': {
    file: ROUNDING,
    from: '(m * gamma + terms',
    to: '(0.5 * m * gamma + terms',
    on: 'product',
  },
  'half a unit for a unit of float32': { file: ROUNDING, from: 'U32 = 2 ** -24', to: 'U32 = 2 ** -25', on: 'product' },
  'nothing for subnormal products': { file: ROUNDING, from: 'terms * TINY32', to: '0 * TINY32', on: 'swamp' },
  'a sum of two without rounding': {
    file: OPS,
    from: '...(constant && { constant }), roundings: 1 }',
    to: '...(constant && { constant }), roundings: 0 }',
    on: 'sumOfTwo',
  },
  'a product without rounding': {
    file: OPS,
    from: 'matrixOf(weights.length, rows) }], roundings: 1 }',
    to: 'matrixOf(weights.length, rows) }], roundings: 0 }',
    on: 'product',
  },
  'sums of one rounding less': {
    file: OPS,
    from: 'summedSize(shape(x), node.attrs.axes) - 1)',
    to: 'summedSize(shape(x), node.attrs.axes) - 2)',
    on: 'sums',
  },
  'a put without rounding': { file: OPS, from: 'roundings: most - 1', to: 'roundings: 0', on: 'put' },
  'a subtraction that adds': {
    file: OPS,
    from: "sumOfTwo(node.op === 'sub' ? -1 : 1",
    to: 'sumOfTwo(1',
    on: 'shifted',
  },
  'a constant of the wrong sign': { file: OPS, from: '(v) => sign * v', to: '(v) => v', on: 'subtracted' },
  'joined without the inner roundings': {
    file: OPS,
    from: 'outer.roundings + inner.roundings',
    to: 'outer.roundings',
    on: 'joined',
  },
  'joined without the sign': {
    file: OPS,
    from: 'row[1] * (m.weight[from + i] as number)',
    to: '(m.weight[from + i] as number)',
    on: 'joined',
  },
  'no constants of concat': { file: OPS, from: 'constant[k] = must(numbers[s])', to: 'constant[k] = 0', on: 'copies' },
  'slacks forgotten at linear layers': {
    file: CARRY,
    from: 'lost += Math.abs(a) * (off[k] as number)',
    to: 'lost += 0 * (off[k] as number)',
    on: 'dense',
  },
  'slacks with their sign': {
    file: CARRY,
    from: 'lost += Math.abs(a) * (off[k] as number)',
    to: 'lost += a * (off[k] as number)',
    on: 'dense',
  },
  'constants forgotten at linear layers': {
    file: CARRY,
    from: 'if (constant) sum += a * (constant[k] as number)',
    to: 'if (constant) sum += 0',
    on: 'joined',
  },
  'planes changed over': {
    file: CARRY,
    from: 'a > 0 ? lower[k] : upper[k]',
    to: 'a > 0 ? upper[k] : lower[k]',
    on: 'relus',
  },
  'constants of planes changed over': {
    file: CARRY,
    from: 'sum += a * (lowerAt[k] as number)',
    to: 'sum += a * (upperAt[k] as number)',
    on: 'relus',
  },
  'no constant above': { file: CARRY, from: 'sum += a * (upperAt[k] as number)', to: 'sum += 0 * a', on: 'relus' },
  'ends changed over': { file: CARRY, from: '(a > 0 ? lo[j] : hi[j])', to: '(a > 0 ? hi[j] : lo[j])', on: 'product' },
  'slack added': { file: CARRY, from: 'sum - (slack', to: 'sum + (slack', on: 'dense' },
  'no slack for the last sum': {
    file: CARRY,
    from: 'magnitude * (terms + 4) * U64',
    to: '0 * magnitude * (terms + 4) * U64',
    on: 'givenAsIs',
  },
  'the start of rows forgotten': {
    file: CARRY,
    from: 'at ? at.slice()',
    to: 'at ? new Float64Array(count)',
    on: 'copies',
  },
  'rows kept from before': {
    file: CARRY,
    from: '.subarray(0, length).fill(0)',
    to: '.subarray(0, length)',
    on: 'relus',
  },
  'fixed outputs forgotten': {
    file: CARRY,
    from: 'if (numbers) ground.push',
    to: 'if (false) ground.push',
    on: 'givenAsIs',
  },
  'no slack where coefficients meet': {
    file: LINEAR,
    from: 'off + magnitude * p.meets * U64',
    to: 'off',
    on: 'copies',
  },
  'fixed operands without their slope': {
    file: RELAX,
    from: 'low += down === 0 ? 0 : down * lo',
    to: 'low += 0',
    on: 'crossings',
  },
  'ends without the error of runs': {
    file: LINEAR,
    from: 'lo[k] = centre - radius - (off + mine) * SLACK',
    to: 'lo[k] = centre - radius - mine * SLACK',
    on: 'dense',
  },
  'half the radius': {
    file: LINEAR,
    from: 'sums[1] = (sums[1] as number) + radius',
    to: 'sums[1] = (sums[1] as number) + 0.5 * radius',
    on: 'dense',
  },
  'radii from below': {
    file: LINEAR,
    from: 'Math.max((hi[j] as number) - m, m - l)',
    to: 'Math.min((hi[j] as number) - m, m - l) * (1 - 2 ** -20)',
    on: 'dense',
  },
  'moved without the sign': {
    file: LINEAR,
    from: 'const turned = (matrix.weight[e] as number) < 0',
    to: 'const turned = false',
    on: 'copies',
  },
  'no overflow': { file: LINEAR, from: 'if (!(magnitude + off < most)) return undefined;', to: '', on: 'tooLarge' },
  'upper ends too low': {
    file: 'ends.ts',
    from: 'if (sign === -1 && -found < high) hi[k] = Math.max(-found, low)',
    to: 'if (sign === -1 && found < high) hi[k] = Math.max(found, low)',
    on: 'relus',
  },
  'ends rounded inward': {
    file: 'ends.ts',
    from: 'into.lo = floorF32(lo[k] as number);',
    to: 'into.lo = ceilF32(lo[k] as number);',
    on: 'crossings',
  },
  'ends not widened': { file: 'rules.ts', from: 'if (EXACT.has(op)) return;', to: 'return;', on: 'curves' },
  'intervals of a parent in the place of ours': {
    file: 'ends.ts',
    from: 'const lo = Math.max(own.lo[k] as number, other.lo[k] as number);',
    to: 'const lo = Math.max(own.lo[k] as number, other.hi[k] as number);',
    on: 'relus',
  },
  'one row in four lost': { file: 'matrix.ts', from: 'a3 * (weight[e3 + j] as number)', to: '0 * a3', on: 'relus' },
  'moves by one': { file: OPS, from: '(i) => i - 1)', to: '(i) => (i === 2 ? 0 : i - 1))', on: 'joined' },
  'the last largest': { file: 'spread.ts', from: "j < i ? 'lt' : 'le'", to: "j > i ? 'lt' : 'le'", on: 'ties' },
  'comparisons of fixed numbers': {
    file: 'spread.ts',
    from: 'varies ? marksOfLargest',
    to: 'varies || true ? marksOfLargest',
    on: 'lookupByNaN',
  },
  'a multiplier of the wrong sign': {
    file: CARRY,
    from: 'to[e] = (to[e] as number) - m * weight',
    to: 'to[e] = (to[e] as number) + m * weight',
    on: 'relus',
  },
  'a multiplier without its number': {
    file: CARRY,
    from: 'bounds[r] = (bounds[r] as number) - m * at',
    to: 'bounds[r] = (bounds[r] as number)',
    on: 'relus',
  },
  'multipliers below zero': { file: CARRY, from: 'm > 0 && m < Infinity', to: 'm < Infinity', on: 'relus' },
  'multipliers of another row': { file: CARRY, from: 'const e = r * net', to: 'const e = 0 * net', on: 'relus' },
  'pieces changed over': {
    file: CASES,
    from: 'max: { operands: [0, 1], below: as(1), above: as(0) }',
    to: 'max: { operands: [0, 1], below: as(0), above: as(1) }',
    on: 'crossings',
  },
  'a piece without its sign': { file: CASES, from: 'below: as(0, -1)', to: 'below: as(0)', on: 'crossings' },
  'comparisons changed over': {
    file: CASES,
    from: 'lt: { operands: [0, 1], below: { number: 1 }, above: { number: -1 } }',
    to: 'lt: { operands: [0, 1], below: { number: -1 }, above: { number: 1 } }',
    on: 'largest',
  },
  'choices changed over': {
    file: CASES,
    from: 'below: as(2), above: as(1)',
    to: 'below: as(1), above: as(2)',
    on: 'choices',
  },
  'cases that cut the other side': {
    file: CASES,
    from: 'term.weight > 0 ? [-others, Infinity] : [-Infinity, others]',
    to: 'term.weight < 0 ? [-others, Infinity] : [-Infinity, others]',
    on: 'crossings',
  },
  'the least of the other operand': {
    file: CASES,
    from: 'other.weight > 0 ? must(hi[other.element]) : -must(lo[other.element])',
    to: 'other.weight > 0 ? must(lo[other.element]) : -must(hi[other.element])',
    on: 'crossings',
  },
  'a case without its number': { file: CASES, from: 'at: -side * one.cut', to: 'at: 0 * one.cut', on: 'relus' },
  'a fixed operand forgotten': { file: CASES, from: 'else at += weight * number', to: 'else at += 0', on: 'crossings' },
  'cases that meet are none': {
    file: CASES,
    from: 'if (!(l <= h)) return false',
    to: 'if (!(l < h)) return false',
    on: 'relus',
  },
  'sources without their sign': {
    file: 'bounds.ts',
    from: 'from && from.weight < 0 ? [-hi, -lo]',
    to: 'from && from.weight < 0 ? [lo, hi]',
    on: 'copies',
  },
  'sources of what was shifted': {
    file: CASES,
    from: 'if (!isMove(op)) return undefined;',
    to: '',
    on: 'shifted',
  },
  'ends of another piece': {
    file: 'bounds.ts',
    from: 'isTurned ? narrowEnds',
    to: '!isTurned ? narrowEnds',
    on: 'crossings',
  },
  'lookups by products': {
    file: 'spread.ts',
    from: '[oneHot(b, node, l, varies[0] === true), r]',
    to: '[l, r]',
    on: 'lookup',
  },
  'the table of errors ignored': {
    file: 'net.ts',
    from: '{ ...linear, ...error }',
    to: 'linear',
    on: 'equalScores',
  },
  'no error of softmax': {
    file: SOFTMAX,
    from: 'roundings: n + levels(n) + 15, absolute: 2 ** -38',
    to: 'roundings: 0, absolute: 0',
    on: 'equalScores',
  },
  'no error of the logarithm of a sum': {
    file: SOFTMAX,
    from: '(n + 3 * levels(n) + 4) * U32',
    to: '0 * n * U32',
    on: 'softmax',
  },
  'errors lost where layers are joined': {
    file: OPS,
    from: '(outer.absolute ?? 0) + (inner.absolute ?? 0)',
    to: '0',
    on: 'equalScores',
  },
  'absolute errors forgotten': {
    file: LINEAR,
    from: 'runError(magnitude, roundings, terms) + absolute',
    to: 'runError(magnitude, roundings, terms)',
    on: 'equalScores',
  },
  'a score left out of the sum': {
    file: SOFTMAX,
    from: 'joined(b, pairs, right), joined(b, pairs, left)',
    to: 'pairs, joined(b, pairs, left)',
    on: 'softmax',
  },
  'a score beside itself': { file: SOFTMAX, from: 'indices: [1, 0]', to: 'indices: [0, 1]', on: 'softmax' },
  'rows of softmax in another order': {
    file: SOFTMAX,
    from: 'const back = shape.map((_, i) => order.indexOf(i))',
    to: 'const back = shape.map((_, i) => order.indexOf(i)).reverse()',
    on: 'softmax',
  },
  'a sum along any axes': {
    file: SOFTMAX,
    from: '!same(sum.attrs.axes, scores.axes)',
    to: 'false',
    on: 'almostSoftmax',
  },
  'a sum spread anyhow': { file: SOFTMAX, from: ' || !same(total.kept, kept)', to: '', on: 'almostSoftmax' },
  'a largest one spread anyhow': {
    file: SOFTMAX,
    from: 'return spread && operand(max) === scores.z',
    to: 'return operand(max) === scores.z',
    on: 'almostSoftmax',
  },
  'the largest of others': {
    file: SOFTMAX,
    from: 'return spread && operand(max) === scores.z',
    to: 'return spread',
    on: 'almostSoftmax',
  },
  'another power above the sum': {
    file: SOFTMAX,
    from: 'power === undefined || power === operand(sum)',
    to: 'true',
    on: 'almostSoftmax',
  },
  'another difference before the logarithm': {
    file: SOFTMAX,
    from: '(from !== undefined && operand(exp) !== from)',
    to: 'false',
    on: 'almostSoftmax',
  },
  'anything before the logarithm': {
    file: SOFTMAX,
    from: 'if (!scores || !isTop(s, top, scores)) continue;',
    to: 'if (!scores) continue;',
    on: 'almostSoftmax',
  },
  'every product a square': {
    file: 'rules.ts',
    from: "node.op === 'mul' && node.inputs[0] === node.inputs[1]",
    to: "node.op === 'mul'",
    on: 'powers',
  },
  'no roundings of powers': {
    file: POWERS,
    from: 'roundings: exponent, absolute: exponent * TINY32',
    to: 'roundings: 0, absolute: 0',
    on: 'powers',
  },
  'a power of two bases': { file: POWERS, from: 'q.base !== base || ', to: '', on: 'powers' },
  'a difference the other way round': {
    file: POWERS,
    from: 'p === x ? b.sub(square, linear) : b.sub(linear, square)',
    to: 'b.sub(square, linear)',
    on: 'powers',
  },
  'a sum of others': { file: POWERS, from: '(p !== x && q !== x) || ', to: '', on: 'powers' },
  'no roundings of a conjunction': {
    file: KLEENE,
    from: 'roundings: 5, absolute: 8 * TINY32',
    to: 'roundings: 0, absolute: 0',
    on: 'kleene',
  },
  'any factor for a half': { file: KLEENE, from: '(x) => x === 0.5', to: '(x) => x > 0', on: 'kleene' },
  'another square of a truth': {
    file: KLEENE,
    from: "isOf(s, operand(outer, 1), 'mul', [y, y])",
    to: 'true',
    on: 'kleene',
  },
  'another sum of truths': { file: KLEENE, from: "isOf(s, sum, 'add', [x, y])", to: 'true', on: 'kleene' },
  'another product of truths': { file: KLEENE, from: 'p === product &&', to: '', on: 'kleene' },
};

/** Mistakes about two copies of a program, found by rows that set one against the other. */
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

/** Why they cannot be seen stands beside each. */
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
