/**
 * Kleene's `a && b = (a + b + ab - a² - b² + a²b²) / 2` as ((1 - a²)(1 - b²) + (1 + a)(1 + b)) / 2 - 1, the same over the reals: on truths both
 * products are of factors that are not negative, so bounds see that the result is not below -1. Found by the very ops of `lower/prims/logic.ts`;
 * `||`, `==>` are made of it. How far the float32 run may be stands in Note [Kleene] at the foot.
 */
import type { Node, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { TINY32 } from '../rounding.ts';
import { madeBy, numbersOf, operand, type Site } from './rewrite.ts';

/** The bounded form of a conjunction that ends in this node; undefined for every other node. */
export function kleeneForm(s: Site, node: Node): ValueId | undefined {
  if (node.op !== 'mul') return undefined;
  const found = eitherWay(node, (whole, half) => (isHalf(s, half) ? truthsOf(s, whole) : undefined));
  return found && conjunction(s, found);
}

type Pair = readonly [ValueId, ValueId];

/** What a reader makes of the operands of a node whose order does not matter. */
const eitherWay = <T>(node: Node, read: (x: ValueId, y: ValueId) => T | undefined): T | undefined =>
  read(operand(node), operand(node, 1)) ?? read(operand(node, 1), operand(node));

const isHalf = (s: Site, v: ValueId): boolean => numbersOf(s, v)?.every((x) => x === 0.5) === true;

/** Whether a value is this op of these two, in any order. */
function isOf(s: Site, v: ValueId, op: Extract<OpName, 'add' | 'mul'>, [x, y]: Pair): boolean {
  const node = madeBy(s, v, op);
  return node !== undefined && eitherWay(node, (p, q) => (p === x && q === y) || undefined) === true;
}

/** a and b of a + b + ab - a² - b² + a²b². */
function truthsOf(s: Site, whole: ValueId): Pair | undefined {
  const sum = madeBy(s, whole, 'add');
  return (
    sum &&
    eitherWay(sum, (rest, square) => {
      const last = madeBy(s, square, 'mul');
      const product = last && operand(last) === operand(last, 1) ? madeBy(s, operand(last), 'mul') : undefined;
      return (
        product &&
        eitherWay(product, (x, y) => (isRest(s, rest, [x, y], operand(must(last))) ? ([x, y] as const) : undefined))
      );
    })
  );
}

/** ((a + b) + ab) - a² - b². */
function isRest(s: Site, v: ValueId, [x, y]: Pair, product: ValueId): boolean {
  const outer = madeBy(s, v, 'sub');
  const inner = outer && madeBy(s, operand(outer), 'sub');
  const linear = inner && madeBy(s, operand(inner), 'add');
  if (!outer || !inner || !linear) return false;
  const starts = eitherWay(linear, (sum, p) => (p === product && isOf(s, sum, 'add', [x, y])) || undefined);
  return starts === true && isOf(s, operand(inner, 1), 'mul', [x, x]) && isOf(s, operand(outer, 1), 'mul', [y, y]);
}

/** The weights of the two products and of the squares. What cancels counts in the magnitude: see the note. */
const WEIGHTS = [1, -0.5, 0.5, 1.5, -1.5, 1.5, -1.5];

function conjunction(s: Site, [x, y]: Pair): ValueId {
  const { b } = s;
  const [p, q] = [s.now(x), s.now(y)];
  const shape = b.shapeOf(p);
  const one = b.full(shape, 1);
  const [pp, qq] = [b.mul(p, p), b.mul(q, q)];
  const high = b.mul(b.sub(one, pp), b.sub(one, qq));
  const low = b.mul(b.add(one, p), b.add(one, q));
  const n = sizeOf(shape);
  const rows = [high, high, low, pp, pp, qq, qq].map((v) => b.reshape(v, [1, n]));
  const weights = b.constant([rows.length], WEIGHTS);
  const sum = b.einsum(weights, b.op('concat', rows, { axis: 0 }), {
    lhs: [0],
    rhs: [0, 1],
    out: [1],
    order: 'sequential',
  });
  s.mark(sum, { roundings: 5, absolute: 8 * TINY32 });
  return b.sub(b.reshape(sum, shape), one);
}

/*
Note [Kleene]

The run rounds a, b and ab 4 times at most (ab 5 with its product), a² and b² 4 times with theirs, a²b² 4 times with the 2 of ab twice: 8
roundings have room for all, of terms of magnitude M/2 in all, M = |a| + |b| + |ab| + a² + b² + a²b²; what the products lose among the subnormal
numbers is below 2^-147. Halving is exact. With H = (1 - a²)(1 - b²), 2|a| <= 1 + a², 2|ab| <= a² + b², a²b² = H - 1 + a² + b²: M is at most
3(a² + b²) + |H| + 1 - 1, which the magnitude of the row, 3|H|/2 + |L|/2 + 3(a² + b²), is not below. So γ_8/2 of that is enough, and γ_5 more;
and where the row stays below the largest float32, so does every step of the run.
*/
