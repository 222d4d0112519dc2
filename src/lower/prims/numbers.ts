/** Primitives on numbers, element by element, and comparisons of numbers. */
import type { Prim } from '../../check/core.ts';
import { scalar, type Tensor } from '../bodies.ts';
import { type Env, emit } from '../environment.ts';
import { add, binary, compare, div, max, min, mul, neg, sub, unary } from '../tensors.ts';

type Rule = (env: Env, a: Tensor, b: Tensor, c: Tensor) => Tensor;

const one =
  (op: Parameters<typeof unary>[1]): Rule =>
  (env, a) =>
    unary(env, op, a);
const two =
  (op: Parameters<typeof binary>[1]): Rule =>
  (env, a, b) =>
    binary(env, op, a, b);

const RULES = {
  neg: (env, a) => neg(env, a),
  add: two('add'),
  sub: two('sub'),
  mul: two('mul'),
  div: two('div'),
  pow: two('pow'),
  min: two('min'),
  max: two('max'),
  abs: one('abs'),
  sign: (env, a) => emit(env, 'sign', [a], { width: env.build.world.surrogate }),
  floor: one('floor'),
  ceil: (env, a) => neg(env, unary(env, 'floor', neg(env, a))),
  round: one('round'),
  sqrt: one('sqrt'),
  exp: one('exp'),
  log: one('log'),
  tanh: one('tanh'),
  sigmoid: one('sigmoid'),
  softplus: one('softplus'),
  sin: one('sin'),
  cos: one('cos'),
  erf: one('erf'),
  clamp: (env, a, low, high) => min(env, max(env, a, low), high),
  lt: (env, a, b) => compare(env, 'lt', a, b),
  le: (env, a, b) => compare(env, 'le', a, b),
  gt: (env, a, b) => compare(env, 'lt', b, a),
  ge: (env, a, b) => compare(env, 'le', b, a),
  // tanh((b - a) / width)
  less: (env, a, b, width) => unary(env, 'tanh', div(env, sub(env, b, a), width)),
  stopGradient: one('stopGradient'),
} satisfies Partial<Record<Prim, Rule>>;

export type NumberPrim = keyof typeof RULES;

export const isNumberPrim = (prim: string): prim is NumberPrim => Object.hasOwn(RULES, prim);

/** A primitive of numbers on tensors of one shape and scalars. */
export function numberPrim(env: Env, prim: NumberPrim, args: readonly Tensor[]): Tensor {
  const absent = scalar(0);
  const rule: Rule = RULES[prim];
  return rule(env, args[0] ?? absent, args[1] ?? absent, args[2] ?? absent);
}

/** `(1+c)/2 · a + (1-c)/2 · b`: see Note [Blend]. */
export function blend(env: Env, c: Tensor, a: Tensor, b: Tensor): Tensor {
  const half = scalar(0.5);
  const yes = mul(env, add(env, c, scalar(1)), half);
  const no = mul(env, sub(env, scalar(1), c), half);
  return add(env, mul(env, yes, a), mul(env, no, b));
}

/*
 * Note [Blend]: at the corners the weights are exactly 1 and 0, so the blend of finite values is exactly the chosen side. A side
 * that is infinite or NaN is not hidden by a weight of 0 (0 · inf is NaN); only the crisp `if` selects without looking.
 */
