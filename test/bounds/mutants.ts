/**
 * Broken rules, each unsound in one way that a person might get wrong. The judge that accepts the rules must find a contradiction in every one of
 * these. Some are made of a rule's own parts (an error term left out, a bend mistaken), some bend its results.
 */
import { mulF32, nearestEven } from '../../src/num/arith.ts';
import { nextDownF32, nextUpF32, ulpF32 } from '../../src/num/bits.ts';
import { compareRule, JUMPS, stepRule, VERDICTS } from '../../src/ops/bounds/crisp.ts';
import type { Curve } from '../../src/ops/bounds/curve.ts';
import { extremeRule, signedRule, sumRule } from '../../src/ops/bounds/linear.ts';
import { powRule } from '../../src/ops/bounds/power.ts';
import { SURFACES, surfaceRule } from '../../src/ops/bounds/product.ts';
import { RISING, risingRule } from '../../src/ops/bounds/smooth.ts';
import { WAVES, type Wave, waveRule } from '../../src/ops/bounds/trig.ts';
import type { ElementRule, Interval, Planes } from '../../src/ops/bounds.ts';
import { type Op, ruleOf, runOp } from './harness.ts';

export type Mutants = Readonly<Record<string, ElementRule>>;

type Warp = (planes: Planes, x: readonly Interval[]) => void;

/** The rule with its planes bent afterwards. */
const warped = (rule: ElementRule, warp: Warp): ElementRule => ({
  ...rule,
  planes: (x, attrs, alpha, out) => {
    const known = rule.planes(x, attrs, alpha, out);
    if (known) warp(out, x);
    return known;
  },
});

/** The rule asked about a box that lacks the last tenth of one operand. */
const forgetful = (rule: ElementRule, operand: number): ElementRule => {
  const cut = (x: readonly Interval[]): Interval[] =>
    x.map(({ lo, hi }, j) => {
      const shorter = Math.fround(lo + (hi - lo) * 0.9);
      return { lo, hi: j === operand && Number.isFinite(shorter) && shorter >= lo ? shorter : hi };
    });
  return {
    ...rule,
    interval: (x, attrs, out) => rule.interval(cut(x), attrs, out),
    planes: (x, attrs, alpha, out) => rule.planes(cut(x), attrs, alpha, out),
  };
};

const shrunk = (rule: ElementRule, floats: number): ElementRule => ({
  ...rule,
  interval: (x, attrs, out) => {
    const known = rule.interval(x, attrs, out);
    if (out.lo === out.hi) return known;
    for (let k = 0; k < floats; k++) out.hi = nextDownF32(out.hi);
    return known;
  },
});

const shrunkBelow = (rule: ElementRule, floats: number): ElementRule => ({
  ...rule,
  interval: (x, attrs, out) => {
    const known = rule.interval(x, attrs, out);
    if (out.lo === out.hi) return known;
    for (let k = 0; k < floats; k++) out.lo = nextUpF32(out.lo);
    return known;
  },
});

/** Three ulps of what the upper plane reaches at the low corner: less than any error term, but more than none. */
const pinch = (planes: Planes, x: readonly Interval[]): number => {
  const reach = x.reduce(
    (sum, { lo }, j) => sum + Math.abs((planes.upper[j] as number) * lo),
    Math.abs(planes.upperAt),
  );
  return 3 * ulpF32(reach);
};

function swapSlopes({ lower, upper }: Planes): void {
  const kept = lower.slice();
  lower.set(upper);
  upper.set(kept);
}

/** Ops with the same slopes below and above. */
const ONE_SLOPE: ReadonlySet<Op> = new Set(['neg', 'stopGradient', 'add', 'sub']);
/** Ops whose intervals are a few floats wider than the results. */
const COARSE: ReadonlySet<Op> = new Set(['sin', 'cos', 'pow']);

/** What can be done to any rule. */
function general(op: Op, arity: number): Mutants {
  const rule = ruleOf(op);
  const forgotten = Object.fromEntries(
    Array.from({ length: arity }, (_, j) => [`forgets an end of operand ${j}`, forgetful(rule, j)]),
  );
  return {
    ...forgotten,
    'upper end of the interval too low': shrunk(rule, COARSE.has(op) ? 4 : 1),
    'lower end of the interval too high': shrunkBelow(rule, COARSE.has(op) ? 4 : 1),
    'lower plane too high': warped(rule, (p, x) => {
      p.lowerAt += pinch(p, x);
    }),
    'upper plane too low': warped(rule, (p, x) => {
      p.upperAt -= pinch(p, x);
    }),
    ...(ONE_SLOPE.has(op) ? {} : { 'slopes of the wrong side': warped(rule, swapSlopes) }),
    'a slope too steep': warped(rule, (p) => {
      for (let j = 0; j < p.lower.length; j++) {
        p.lower[j] = 1.001 * (p.lower[j] as number);
        p.upper[j] = 1.001 * (p.upper[j] as number);
      }
    }),
  };
}

const flipped = (curve: Curve): Curve => ({
  ...curve,
  pieces: (x) => curve.pieces(x).map((piece) => ({ ...piece, bend: piece.bend > 0 ? -1 : 1 })),
});

function curves(op: keyof typeof RISING): Mutants {
  const parts = RISING[op];
  const curve: Curve = parts.curve;
  return {
    'no error of the kernel': risingRule({ ...parts, curve: { ...curve, ulps: 0 } }),
    'half the error of the kernel': risingRule({ ...parts, curve: { ...curve, ulps: curve.ulps / 2 } }),
    'tangent for chord': risingRule({ ...parts, curve: flipped(curve) }),
    'a touching point believed': risingRule({ ...parts, curve: trusting(curve) }),
    'one piece for all': risingRule({
      ...parts,
      curve: {
        ...curve,
        pieces: ({ lo, hi }) => [{ low: lo, high: hi, bend: op === 'exp' || op === 'softplus' ? -1 : 1 }],
      },
    }),
    'a value a little off': risingRule({ ...parts, curve: { ...curve, value: (x) => curve.value(x) * (1 + 2e-7) } }),
  };
}

function waves(op: keyof typeof WAVES): Mutants {
  const wave: Wave = WAVES[op];
  return {
    'no error of the kernel': waveRule({ ...wave, curve: { ...wave.curve, ulps: 0 } }),
    'tangent for chord': waveRule({ ...wave, curve: flipped(wave.curve) }),
    'extrema in the wrong places': waveRule({ ...wave, quarters: wave.quarters === 0 ? 1 : 0 }),
    'one piece for all': waveRule({
      ...wave,
      curve: {
        ...wave.curve,
        pieces: ({ lo, hi }) => [{ low: lo, high: hi, bend: wave.curve.value(lo) > 0 ? -1 : 1 }],
      },
    }),
    'extrema forgotten in the error': waveRule({ ...wave, curve: { ...wave.curve, most: () => 1e-6 } }),
  };
}

/** A curve whose rule takes it that the touching point it is given has the slope it asked for. */
function trusting(curve: Curve): Curve {
  let trusted: number | undefined;
  return {
    ...curve,
    touch: (k, piece) => {
      trusted = k;
      return 0.9 * Math.min(Math.max(curve.touch(k, piece), piece.low), piece.high) + 0.1 * piece.low;
    },
    slope: (x) => {
      const k = trusted ?? curve.slope(x);
      trusted = undefined;
      return k;
    },
  };
}

/** A surface that never looks at the corners (lo, hi) and (hi, lo), or at the others: what one plane needs. */
function surfaces(op: keyof typeof SURFACES): Mutants {
  const { enclose, surface } = SURFACES[op];
  const point = (at: number): Interval => ({ lo: at, hi: at });
  const missing = (level: boolean): typeof surface => ({
    ...surface,
    rest: ([x, y], side, slopes) => {
      const at = (a: number, b: number): number => surface.rest([point(a), point(b)], side, slopes);
      const pick = side > 0 ? Math.min : Math.max;
      return level ? pick(at(x.lo, y.lo), at(x.hi, y.hi)) : pick(at(x.lo, y.hi), at(x.hi, y.lo));
    },
  });
  return {
    'no error of rounding': surfaceRule(enclose, surface, 0),
    'two corners of four': surfaceRule(enclose, missing(true), 0.5),
    'the other two corners': surfaceRule(enclose, missing(false), 0.5),
    'a missing corner of the interval': surfaceRule(
      ([x, y], out) => enclose([x, { lo: y.lo, hi: y.lo }], out),
      surface,
      0.5,
    ),
  };
}

const own: Partial<Record<Op, Mutants>> = {
  neg: { 'the wrong sign': signedRule(1) },
  stopGradient: { 'the wrong sign': signedRule(-1) },
  abs: {
    'a slope beyond 1': warped(ruleOf('abs'), (p) => {
      p.lower[0] = 1.01 * Math.sign(p.lower[0] as number);
    }),
  },
  add: {
    'no error of rounding': sumRule(1, 0),
    'the wrong sign': sumRule(-1, 0.5),
    'half the error': sumRule(1, 0.25),
  },
  sub: {
    'no error of rounding': sumRule(-1, 0),
    'the wrong sign': sumRule(1, 0.5),
    'half the error': sumRule(-1, 0.25),
  },
  mul: { ...surfaces('mul'), 'gate for product': surfaceRule(SURFACES.gate.enclose, SURFACES.mul.surface, 0.5) },
  gate: surfaces('gate'),
  div: {
    ...surfaces('div'),
    'zero of one sign': {
      ...ruleOf('div'),
      interval: ([x, y], _, out) => {
        const ends = [x?.lo, x?.hi].flatMap((a) => [y?.lo, y?.hi].map((b) => Math.fround((a ?? 0) / (b ?? 1))));
        out.lo = Math.min(...ends);
        out.hi = Math.max(...ends);
        return out.lo <= out.hi;
      },
    },
  },
  pow: {
    'no error of the kernel': powRule((x, y) => runOp('pow', [x, y]), 0),
    'a square for all': powRule((x) => mulF32(x, x), 0.51),
  },
  max: { 'the smaller': extremeRule(-1) },
  min: { 'the larger': extremeRule(1) },
  floor: {
    'steps half a step early': stepRule({ step: Math.floor, before: 0.5 }),
    rounded: stepRule({ step: nearestEven, before: 0.5 }),
  },
  round: {
    'steps half a step late': stepRule({ step: nearestEven, before: 0 }),
    floored: stepRule({ step: Math.floor, before: 0 }),
  },
  lt: {
    'equal counts': compareRule(VERDICTS.lessOrEqual, JUMPS.rise),
    'the shape of eq': compareRule(VERDICTS.less, JUMPS.spike),
  },
  le: {
    'equal does not count': compareRule(VERDICTS.less, JUMPS.rise),
    'the shape of eq': compareRule(VERDICTS.lessOrEqual, JUMPS.spike),
  },
  eq: {
    'the shape of lt': compareRule(VERDICTS.equal, JUMPS.rise),
    'points that meet are equal': compareRule((x, y) => (x.lo === y.lo ? 1 : VERDICTS.equal(x, y)), JUMPS.spike),
  },
  select: {
    'zero takes the first': {
      ...ruleOf('select'),
      interval: ([c, x, y], attrs, out) =>
        ruleOf('select').interval(
          [
            { lo: c?.lo === 0 ? 1 : (c?.lo ?? 0), hi: c?.lo === 0 ? 1 : (c?.hi ?? 0) },
            x ?? { lo: 0, hi: 0 },
            y ?? { lo: 0, hi: 0 },
          ],
          attrs,
          out,
        ),
    },
  },
  sin: waves('sin'),
  cos: waves('cos'),
  sqrt: curves('sqrt'),
  exp: curves('exp'),
  log: curves('log'),
  softplus: curves('softplus'),
  tanh: curves('tanh'),
  sigmoid: curves('sigmoid'),
  erf: curves('erf'),
};

export const mutantsOf = (op: Op, arity: number): Mutants => ({ ...general(op, arity), ...own[op] });
