/**
 * A builder that leaves out steps whose outcome is known: steps of constants, choices between equals, and tests of what a test
 * has just chosen (a bool is 1 or -1, and the next op asks whether it is above 0); sums take in signs, and powers of two are not
 * divided by. Every kernel keeps its bits; the scheduler builds through this, the reference does not.
 */
import { bitsOfF32 } from '../num/bits.ts';
import { must } from '../text/result.ts';
import { type KernelFactory, kernelBuilder } from './build.ts';
import type { Expr, Primitive } from './expr.ts';
import { BITWISE, COMPARES, isMask } from './masks.ts';
import { MEANING } from './scalar.ts';

type Constant = Extract<Expr, { kind: 'const' }>;
type Select = Extract<Expr, { kind: 'select' }>;
type Step = Extract<Expr, { kind: 'step' }>;

const TRUNCATES: ReadonlySet<Primitive> = new Set<Primitive>(['f32.toI32', 'f64.toI32']);

const isConst = (e: Expr | undefined): e is Constant => e?.kind === 'const';

/** The mask that this one negates. */
const negated = (e: Expr): Expr | undefined =>
  e.kind === 'step' && e.step === 'i32.xor' && isConst(e.args[1]) && e.args[1].value === -1 ? e.args[0] : undefined;

/** A builder of kernels that folds as it builds. */
export function foldingBuilder(): KernelFactory {
  const k = kernelBuilder();
  const select: KernelFactory['select'] = (mask, then, otherwise) => {
    if (then === otherwise) return then;
    if (isConst(mask)) return mask.value !== 0 ? then : otherwise;
    const whole = negated(mask);
    if (whole && isMask(whole)) return select(whole, otherwise, then);
    if (then.kind === 'select' && then.mask === mask) return select(mask, then.then, otherwise);
    if (otherwise.kind === 'select' && otherwise.mask === mask) return select(mask, then, otherwise.else);
    return k.select(mask, then, otherwise);
  };
  const step: KernelFactory['step'] = (name, ...args) => {
    const plain = k.step(name, ...args) as Step;
    return (
      foldConstants(k, plain) ??
      foldTest(k, plain) ??
      foldBits(k, plain) ??
      foldSigns(k, plain) ??
      foldDivision(k, plain) ??
      plain
    );
  };
  return { ...k, step, select };
}

/** A step of constants; not where it gives a NaN (its bits are nobody's) or leaves the range where it is defined. */
function foldConstants(k: KernelFactory, { type, step, args }: Step): Expr | undefined {
  if (!args.every(isConst)) return undefined;
  const [a = 0, b = 0] = args.map((e) => (e as Constant).value);
  if (TRUNCATES.has(step) && !(Math.abs(a) < 2 ** 31)) return undefined;
  const value = MEANING[step](a, b);
  return Number.isNaN(value) ? undefined : k[type](value);
}

/** A comparison of a constant with a choice between two: the mask that chose, its negation, or what both say. */
function foldTest(k: KernelFactory, { step, args }: Step): Expr | undefined {
  if (!COMPARES.has(step)) return undefined;
  const [a, b] = args as readonly [Expr, Expr];
  const chosen = isConst(a) ? b : a;
  if (!isConst(a) && !isConst(b)) return undefined;
  if (!isChoice(chosen)) return undefined;
  const outcome = (value: number): number =>
    isConst(a) ? MEANING[step](a.value, value) : MEANING[step](value, (b as Constant).value);
  const [then, otherwise] = [outcome(chosen.then.value), outcome(chosen.else.value)];
  if (then === otherwise) return k.i32(then);
  if (!isMask(chosen.mask)) return undefined;
  return then === -1 ? chosen.mask : (negated(chosen.mask) ?? k.step('i32.xor', chosen.mask, k.i32(-1)));
}

const isChoice = (e: Expr): e is Select & { readonly then: Constant; readonly else: Constant } =>
  e.kind === 'select' && isConst(e.then) && isConst(e.else);

/** `x & -1`, `x & 0`, `x | 0`, `x | -1`, `x ^ 0`, and a negation negated. */
function foldBits(k: KernelFactory, { step, args }: Step): Expr | undefined {
  if (!BITWISE.has(step)) return undefined;
  const [a, b] = args as readonly [Expr, Expr];
  const fixed = isConst(a) ? a : isConst(b) ? b : undefined;
  if (!fixed) return undefined;
  const other = fixed === a ? b : a;
  if (fixed.value === 0) return step === 'i32.and' ? k.i32(0) : other;
  if (fixed.value !== -1) return undefined;
  if (step === 'i32.and') return other;
  return step === 'i32.or' ? k.i32(-1) : negated(other);
}

/** `-(-x)`, `a + -b`, `-a + b`, `a - -b`. */
function foldSigns(k: KernelFactory, { step, args }: Step): Expr | undefined {
  const [a, b] = args as readonly [Expr, Expr];
  if (step === 'f32.neg') return isStep(a, 'f32.neg') ? a.args[0] : undefined;
  if (step !== 'f32.add' && step !== 'f32.sub') return undefined;
  if (isStep(b, 'f32.neg')) return k.step(step === 'f32.add' ? 'f32.sub' : 'f32.add', a, must(b.args[0]));
  return step === 'f32.add' && isStep(a, 'f32.neg') ? k.step('f32.sub', b, must(a.args[0])) : undefined;
}

export const isStep = (e: Expr, name: Primitive): e is Step => e.kind === 'step' && e.step === name;

/** Division by a power of two is a product: both round the same number. */
function foldDivision(k: KernelFactory, { step, args }: Step): Expr | undefined {
  const [a, b] = args as readonly [Expr, Expr];
  if (step !== 'f32.div' || !isConst(b)) return undefined;
  const bits = bitsOfF32(b.value);
  const exponent = (bits >>> 23) & 0xff;
  const isPower = (bits & 0x7fffff) === 0 && exponent >= 1 && exponent <= 253;
  return isPower ? k.step('f32.mul', a, k.f32(1 / b.value)) : undefined;
}
