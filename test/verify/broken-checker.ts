/** Broken checkers: one edit of the sources of the checker each. The judge must find every one, on nets on which it shows. */
import type { Broken } from './bundle.ts';

const CHECKER = 'verify/checker.ts';
const BOUNDS = 'verify/checker-bounds.ts';
const RULES = 'verify/checker-rules.ts';
const STEPS = 'verify/checker-steps.ts';
const CASES = 'verify/checker-cases.ts';
const RUNS = 'verify/checker-runs.ts';
const TWINS = 'verify/checker-twins.ts';

export const BROKEN_CHECKERS: Readonly<Record<string, Broken>> = {
  'the upper half is not checked': {
    file: CHECKER,
    from: '() => walk(halves[0], proof.below), () => walk(halves[1], proof.above)',
    to: '() => walk(halves[0], proof.below)',
    on: 'relus',
  },
  'the lower half is not checked': {
    file: CHECKER,
    from: '() => walk(halves[0], proof.below), () => walk(halves[1], proof.above)',
    to: '() => walk(halves[1], proof.above)',
    on: 'relus',
  },
  'the first half twice': {
    file: CHECKER,
    from: '() => walk(halves[1], proof.above)',
    to: '() => walk(halves[0], proof.above)',
    on: 'relus',
  },
  'a bound that is no number': { file: CHECKER, from: '!(least > 0)', to: 'least <= 0', on: 'relus' },
  'a bound a little below': { file: CHECKER, from: '!(least > 0)', to: '!(least > -1e-9)', on: 'dense' },
  'an upper half that begins too late': {
    file: CHECKER,
    from: 'Math.max(cut, l)',
    to: 'must(hi[k])',
    on: 'relus',
  },
  'a lower half that ends too early': {
    file: CHECKER,
    from: 'Math.min(cut, h)',
    to: 'must(lo[k])',
    on: 'relus',
  },
  'cases of values changed over': { file: CHECKER, from: 'at: -a * cut', to: 'at: a * cut', on: 'relus' },
  'half of a case': { file: CHECKER, from: 'a: -m * t.a', to: 'a: m * t.a', on: 'relus' },
  'a case without its number': {
    file: CHECKER,
    from: '...taken.map((t) => -t.m * t.at)',
    to: '...taken.map(() => 0)',
    on: 'relus',
  },
  'runs for all tiers': {
    file: CHECKER,
    from: `{ ok: true, tiers: ['S1'], leaves: 1 }`,
    to: '{ ok: true, tiers: ALL, leaves: 1 }',
    on: 'sums',
  },
  'parts left out': {
    file: CHECKER,
    from: 'parts.length !== claim.unsafe.length',
    to: 'parts.length > claim.unsafe.length',
    on: 'relus',
  },
  'each part about the first conjunction': {
    file: CHECKER,
    from: '[must(claim.unsafe[i])]',
    to: '[must(claim.unsafe[0])]',
    on: 'relus',
  },
  'negative multipliers': { file: CHECKER, from: 'x >= 0 && x < Infinity', to: 'x < Infinity', on: 'relus' },
  'empty by saying so': {
    file: CHECKER,
    from: `if (proof.kind === 'empty') return refused(place, 'cases that do not contradict each other');`,
    to: `if (proof.kind === 'empty') return { ok: true, tiers: ALL, leaves: 1 };`,
    on: 'relus',
  },
  'one conjunction is enough': {
    file: CHECKER,
    from: 'for (const [c, row] of rows.entries()) {',
    to: 'for (const [c, row] of [...rows.entries()].slice(0, 1)) {',
    on: 'dense',
  },
  'bounds of the other half': {
    file: CHECKER,
    from: '{ ...place, known: found.ends }',
    to: '{ ...place, known: new Map([...found.ends].map(([v, e]) => [v, o.graph.inputs.includes(v) ? e : { lo: e.lo, hi: e.lo }])) }',
    on: 'relus',
  },
  'the larger of two upper ends in refining': {
    file: BOUNDS,
    from: '-least < must(hi[k])) hi[k] = -least',
    to: 'least < must(hi[k])) hi[k] = least',
    on: 'relus',
  },
  'known ends changed over': {
    file: BOUNDS,
    from: 'Math.max(lo[k] as number, known.lo[k] as number)',
    to: 'Math.max(lo[k] as number, known.hi[k] as number)',
    on: 'relus',
  },
  'ends changed over': { file: BOUNDS, from: '(a > 0 ? lo[j] : hi[j])', to: '(a > 0 ? hi[j] : lo[j])', on: 'product' },
  'slack forgotten': {
    file: BOUNDS,
    from: '(way.slack + way.off * magnitude)',
    to: '(0 * way.slack + way.off * magnitude)',
    on: 'dense',
  },
  'slack added': { file: BOUNDS, from: 'least - (way.slack', to: 'least + (way.slack', on: 'dense' },
  'sides changed over': { file: BOUNDS, from: 'a > 0 ? lower : upper', to: 'a > 0 ? upper : lower', on: 'relus' },
  'no constants of sides': {
    file: RULES,
    from: 'way.sum += a * (at[k] as number)',
    to: 'way.sum += 0 * (at[k] as number)',
    on: 'relus',
  },
  'what results are off is forgotten': {
    file: RULES,
    from: 'slack += Math.abs(a) * (off[k] as number)',
    to: 'slack += 0 * (off[k] as number)',
    on: 'dense',
  },
  'what results are off with its sign': {
    file: RULES,
    from: 'slack += Math.abs(a) * (off[k] as number)',
    to: 'slack += a * (off[k] as number)',
    on: 'dense',
  },
  'rows kept from before': { file: BOUNDS, from: 'own[k] = 0;', to: '', on: 'relus' },
  'rows of inputs kept from before': { file: BOUNDS, from: 'own[j] = 0;', to: '', on: 'relus' },
  'numbers of cases forgotten': {
    file: BOUNDS,
    from: 'way.sum += a * must(own.lo[element])',
    to: 'way.sum += 0',
    on: 'crossings',
  },
  'the start of rows forgotten': { file: BOUNDS, from: 'way.sum += c;', to: '', on: 'product' },
  'a matrix by columns': {
    file: RULES,
    from: 'to[j] = (to[j] as number) + a * (weight[e] as number)',
    to: 'to[j] = a * (weight[e] as number)',
    on: 'dense',
  },
  'no error of runs': { file: RULES, from: '1.1 * h * 2 ** -24 * magnitude', to: '0 * h * magnitude', on: 'dense' },
  'less than half the error of runs': {
    file: RULES,
    from: '1.1 * h * 2 ** -24',
    to: '0.4 * h * 2 ** -24',
    on: 'product',
  },
  'nothing for subnormal products': { file: RULES, from: 'terms * 2 ** -148', to: '0', on: 'swamp' },
  'ends without the error of runs': {
    file: RULES,
    from: 'lo[k] = h + absolute === 0 ? low : low - (run + mine)',
    to: 'lo[k] = low',
    on: 'jump',
  },
  'no overflow': { file: RULES, from: 'magnitude + run < 3.4e38', to: 'true', on: 'tooLarge' },
  'pieces without their sign': {
    file: RULES,
    from: 'slopes[is.operand] = sign',
    to: 'slopes[is.operand] = 1',
    on: 'crossings',
  },
  'numbers among operands forgotten': {
    file: RULES,
    from: 'constant += slope * lo',
    to: 'constant += 0',
    on: 'crossings',
  },
  'our own rounding forgotten': {
    file: RULES,
    from: '(terms + MOST_DEPTH + 100) * 2 ** -53',
    to: '0 * (terms + MOST_DEPTH)',
    on: 'copies',
  },
  'lower planes for both sides': {
    file: RULES,
    from: 'put(upper, k, x, { slopes: planes.upper, at: planes.upperAt',
    to: 'put(upper, k, x, { slopes: planes.lower, at: planes.lowerAt',
    on: 'relus',
  },
  'products that round nothing': {
    file: STEPS,
    from: 'factors ? entries : entries - 1',
    to: 'entries - 1',
    on: 'product',
  },
  'sums of one rounding less': {
    file: STEPS,
    from: 'factors ? entries : entries - 1',
    to: 'factors ? entries : entries - 2',
    on: 'sums',
  },
  'unit vectors that add up': { file: STEPS, from: 'x[j] = 0;', to: '', on: 'dense' },
  'the smaller one': {
    file: CASES,
    from: 'max: { operands: [0, 1], pieces: [as(1), as(0)] }',
    to: 'max: { operands: [0, 1], pieces: [as(0), as(1)] }',
    on: 'relus',
  },
  'ends not widened': {
    file: RULES,
    from: 'const isExact = EXACT.has(node.op)',
    to: 'const isExact = true',
    on: 'curves',
  },
  'the same order twice': { file: CASES, from: 'a: i === 0 ? side : -side', to: 'a: side', on: 'crossings' },
  'ends cut on the wrong side': {
    file: CASES,
    from: '[a > 0 ? -most : -Infinity, a < 0 ? most : Infinity]',
    to: '[a > 0 ? most : -Infinity, a < 0 ? -most : Infinity]',
    on: 'crossings',
  },
  'without the last point': { file: RUNS, from: 'x <= hi', to: 'x < hi', on: 'curves' },
  'the nearest corner': {
    file: RUNS,
    from: 'must(a > 0 ? lo[k] : hi[k])',
    to: 'must(a > 0 ? hi[k] : lo[k])',
    on: 'sums',
  },
  'one conjunction of exact intervals': {
    file: RUNS,
    from: 'unsafe.every((all) => all.some((one) => holdsNowhere(one, ends)))',
    to: 'unsafe.some((all) => all.some((one) => holdsNowhere(one, ends)))',
    on: 'dense',
  },
  'strict and not strict': { file: RUNS, from: 'strict ? order < 0 : order <= 0', to: 'order < 0', on: 'relus' },
  'a point that is unsafe': { file: RUNS, from: '&& !unsafe.some(', to: '&& unsafe.some(', on: 'dense' },
  'slopes over the box of one copy': {
    file: TWINS,
    from: 'lo: Math.min(own.lo, other.lo)',
    to: 'lo: own.lo',
    on: 'two curves',
  },
  'slopes over the other box': {
    file: TWINS,
    from: 'hi: Math.max(own.hi, other.hi)',
    to: 'hi: other.hi',
    on: 'two curves',
  },
  'differences of the wrong side': {
    file: TWINS,
    from: 'q > 0 ? lower : upper',
    to: 'q > 0 ? upper : lower',
    on: 'two curves',
  },
  'slopes of the wrong side': {
    file: TWINS,
    from: '[pair.lower, planes.lower, planes.lowerAt]',
    to: '[pair.lower, planes.upper, planes.lowerAt]',
    on: 'two sizes',
  },
  'no error of both kernels': {
    file: TWINS,
    from: 'differencePlanes(range, d, planes)',
    to: 'differencePlanes({ ...range, off: 0 }, d, planes)',
    on: 'two curves',
  },
  'the common part left to the second': { file: TWINS, from: 'b[k] = q - t;', to: '', on: 'two layers' },
  'the common part left to the first': { file: TWINS, from: 'a[k] = p + t;', to: '', on: 'two layers' },
  'both copies with one sign': {
    file: TWINS,
    from: '...slopes.map((s) => -s)',
    to: '...slopes',
    on: 'two curves',
  },
  'differences without their other half': {
    file: TWINS,
    from: '{ value: v, element: k, a: -a }',
    to: '{ value: v, element: k, a: 0 }',
    on: 'apart',
  },
  'differences of the first less the second': {
    file: TWINS,
    from: '{ value: w, element: k, a }, { value: v, element: k, a: -a }',
    to: '{ value: v, element: k, a }, { value: w, element: k, a: -a }',
    on: 'apart',
  },
  'differences that begin at lower ends': {
    file: TWINS,
    from: 'down(own.lo - other.hi)',
    to: 'down(own.lo - other.lo)',
    on: 'apart',
  },
  'differences that end at upper ends': {
    file: TWINS,
    from: 'up(own.hi - other.lo)',
    to: 'up(own.hi - other.hi)',
    on: 'apart',
  },
  'a square for a product': { file: TWINS, from: 'first.rule === second.rule', to: 'true', on: 'apart' },
};

/** Why no sample finds them stands beside each; `broken.ts` has the like in the prover, whose ends are judged one by one. */
export const UNSEEN_CHECKERS: Readonly<Record<string, Broken & { readonly because: string }>> = {
  'no slack for the last sum': {
    file: BOUNDS,
    from: '(way.slack + way.off * magnitude)',
    to: '(way.slack + 0 * magnitude)',
    on: 'givenAsIs',
    because: 'what each term pays when it is made has room for two sums',
  },
  'ends rounded inward': {
    file: RULES,
    from: 'to.lo = floorF32(lo[k] as number)',
    to: 'to.lo = ceilF32(lo[k] as number)',
    on: 'crossings',
    because: 'float32 values lie within all the same; only ideal values between two floats would show it',
  },
  'forms that are as they run': {
    file: STEPS,
    from: 'error ? { ...step, error } : step',
    to: 'step',
    on: 'softmax',
    because: 'the steps of the form have errors of their own, larger than what is left out',
  },
};
