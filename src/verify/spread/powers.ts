/**
 * Products whose factors are one value: x·x·x as a power, x·(c ± x) as c·x ± x². A product of two varying factors forgets that they are one,
 * and loses a quarter of the square of the width. (x·x itself is bounded as a square where it stands: `rules.ts`.)
 */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { TINY32 } from '../rounding.ts';
import { madeBy, numbersOf, off, operand, type Power, type Site } from './rewrite.ts';

/** The bounded form of a product that ends in this node; undefined for every other node. */
export const powerForm = (s: Site, node: Node): ValueId | undefined =>
  node.op === 'mul' ? (wholePower(s, node) ?? quadratic(s, node)) : undefined;

/** Higher ones are left as they are: the rule of `pow` takes exponents up to here. */
const MOST = 64;

/**
 * x^k: k - 1 products round once each, so the run is within k - 1 roundings of the power. What falls among the subnormal numbers is off by
 * 2^-150 each and then multiplied by powers of an x below 1. Powers on the way overflow only where the last one does.
 */
function wholePower(s: Site, node: NodeOf<'mul'>): ValueId | undefined {
  const [p, q] = node.inputs.map((v) => s.powers.get(v) ?? { base: v, exponent: 1 }) as [Power, Power];
  const [base, exponent] = [p.base, p.exponent + q.exponent];
  if (q.base !== base || exponent > MOST) return undefined;
  s.powers.set(must(node.results[0]), { base, exponent });
  if (exponent < 3) return undefined;
  const { b } = s;
  const x = s.now(base);
  const power = b.op('pow', [x, b.full(b.shapeOf(x), exponent)], {});
  return off(s, power, { roundings: exponent, absolute: exponent * TINY32 });
}

/** x·(c ± x), either factor first, or k·x for x. */
function quadratic(s: Site, node: NodeOf<'mul'>): ValueId | undefined {
  const [x, y] = [operand(node), operand(node, 1)];
  return withSum(s, x, y) ?? withSum(s, y, x) ?? scaledWithSum(s, x, y) ?? scaledWithSum(s, y, x);
}

/** The sum and the product round once each. */
function withSum(s: Site, x: ValueId, sum: ValueId): ValueId | undefined {
  const form = formOf(s, x, sum);
  return form && off(s, form.value, { roundings: 2, absolute: TINY32 });
}

/** Neither so small that k·x falls among the subnormal numbers for an x of any size, nor so large that this would matter. */
const isModerate = (numbers: Float32Array | undefined): boolean =>
  numbers?.every((c) => Math.abs(c) >= 2 ** -60 && Math.abs(c) <= 2 ** 60) === true;

/** (k·x)·(c ± x): three roundings; where k·x is subnormal, |x| < 2^-66, and the 2^-150 that it is off is multiplied by less than 2^61. */
function scaledWithSum(s: Site, scaled: ValueId, sum: ValueId): ValueId | undefined {
  const product = madeBy(s, scaled, 'mul');
  if (!product) return undefined;
  for (const [k, x] of [
    [operand(product), operand(product, 1)],
    [operand(product, 1), operand(product)],
  ] as const) {
    const form = isModerate(numbersOf(s, k)) ? formOf(s, x, sum) : undefined;
    if (!form || !isModerate(numbersOf(s, form.constant))) continue;
    return off(s, s.b.mul(s.now(k), form.value), { roundings: 3, absolute: 2 ** 62 * TINY32 });
  }
  return undefined;
}

interface Form {
  readonly value: ValueId;
  /** Of the old graph. */
  readonly constant: ValueId;
}

/** c·x ± x² for a sum c ± x, and x² - c·x for x - c. */
function formOf(s: Site, x: ValueId, sum: ValueId): Form | undefined {
  const node = madeBy(s, sum, 'add') ?? madeBy(s, sum, 'sub');
  if (!node) return undefined;
  const [p, q] = [operand(node), operand(node, 1)];
  const constant = p === x ? q : p;
  if ((p !== x && q !== x) || s.varies(constant)) return undefined;
  const { b } = s;
  const now = s.now(x);
  const [linear, square] = [b.mul(now, s.now(constant)), b.mul(now, now)];
  if (node.op === 'add') return { value: b.add(square, linear), constant };
  return { value: p === x ? b.sub(square, linear) : b.sub(linear, square), constant };
}
