/**
 * Connectives. Bools: classical, as min, max and negation of ±1. Truths in [-1, 1] by the module's logic:
 *
 *   godel        min, max; a ^^ b = max(min(a, -b), min(-a, b))
 *   kleene       a && b = (a + b + ab - a² - b² + a²b²) / 2; a ^^ b = -ab
 *   product      with p = (1 + a)/2: a && b is p·q, a || b is p + q - pq, a ^^ b is p + q - 2pq (= -ab on [-1, 1])
 *   lukasiewicz  a && b = max(-1, a + b - 1), a || b = min(1, a + b + 1), a ^^ b = |a - b| - 1
 *
 * In each, `!a` is -a and `a ==> b` is `!a || b`; in kleene `a || b` is `!(!a && !b)`.
 */
import type { Logic } from '../../check/core.ts';
import { scalar, type Tensor } from '../bodies.ts';
import type { Env } from '../environment.ts';
import { add, max, min, mul, neg, scale, shift, sub, unary } from '../tensors.ts';

export type Connective = 'not' | 'and' | 'or' | 'xor' | 'implies';

const CONNECTIVES: readonly string[] = ['not', 'and', 'or', 'xor', 'implies'];
export const isConnective = (prim: string): prim is Connective => CONNECTIVES.includes(prim);

type Binary = (env: Env, a: Tensor, b: Tensor) => Tensor;

interface Rules {
  readonly and: Binary;
  readonly or: Binary;
  readonly xor: Binary;
}

const minusProduct: Binary = (env, a, b) => neg(env, mul(env, a, b));

function kleeneAnd(env: Env, a: Tensor, b: Tensor): Tensor {
  const ab = mul(env, a, b);
  const linear = add(env, add(env, a, b), ab);
  const squares = sub(env, sub(env, linear, mul(env, a, a)), mul(env, b, b));
  return scale(env, add(env, squares, mul(env, ab, ab)), 0.5);
}

const dual =
  (and: Binary): Binary =>
  (env, a, b) =>
    neg(env, and(env, neg(env, a), neg(env, b)));

/** 2pq - 1 with p = (1 + a)/2, q = (1 + b)/2: (1 + a)(1 + b)/2 - 1. */
const productAnd: Binary = (env, a, b) => shift(env, scale(env, mul(env, shift(env, a, 1), shift(env, b, 1)), 0.5), -1);

const RULES: { readonly [L in Logic]: Rules } = {
  godel: {
    and: min,
    or: max,
    xor: (env, a, b) => max(env, min(env, a, neg(env, b)), min(env, neg(env, a), b)),
  },
  kleene: { and: kleeneAnd, or: dual(kleeneAnd), xor: minusProduct },
  product: { and: productAnd, or: dual(productAnd), xor: minusProduct },
  lukasiewicz: {
    and: (env, a, b) => max(env, shift(env, add(env, a, b), -1), scalar(-1)),
    or: (env, a, b) => min(env, shift(env, add(env, a, b), 1), scalar(1)),
    xor: (env, a, b) => shift(env, unary(env, 'abs', sub(env, a, b)), -1),
  },
};

const CLASSICAL: Rules = { and: min, or: max, xor: minusProduct };

/** A connective on truths by `logic`, on bools when it is undefined. */
export function connect(
  env: Env,
  prim: Connective,
  logic: Logic | undefined,
  args: readonly [Tensor, Tensor?],
): Tensor {
  const rules = logic ? RULES[logic] : CLASSICAL;
  const [a, b = scalar(0)] = args;
  if (prim === 'not') return neg(env, a);
  return prim === 'implies' ? rules.or(env, neg(env, a), b) : rules[prim](env, a, b);
}

/** The same on bools that are known, 1 and 0. */
export function connectKnown(prim: Connective, a: number, b: number): number {
  switch (prim) {
    case 'not':
      return 1 - a;
    case 'and':
      return a * b;
    case 'or':
      return Math.max(a, b);
    case 'xor':
      return a === b ? 0 : 1;
    case 'implies':
      return a === 1 && b === 0 ? 0 : 1;
    default:
      return prim satisfies never;
  }
}
