/**
 * What must hold of computed numbers for a bool of a graph to be true: comparisons, followed through everything that is exact on the way from
 * them to the bool. What cannot be followed stays as it is: the bool itself, > 0. Note [Following truths] at the foot.
 */
import type { Node } from '../ir/graph.ts';
import { down, up } from '../num/directed.ts';
import { must } from '../text/result.ts';
import { choiceAt } from './choices.ts';
import { type Elements, type Key, keyOf, type Source, textOf } from './elements.ts';
import { all, any, chosen, compared, type Formula, known, NEVER, not, rowOf, shortened } from './formula.ts';
import { ordered } from './order.ts';
import { extremesAt, operandsAt } from './parts.ts';
import { isBelow, type Steps } from './steps.ts';
import { stepsOf } from './steps-of.ts';

/** x < y + more, or x <= y + more where not strict; `more` is 0 where it is not said. */
export type Below = (x: Source, y: Source, strict: boolean, more?: number) => Formula;

/** What is known so far of a graph that is followed. */
export interface Following {
  readonly elements: Elements;
  readonly below: Below;
  /** The node that computes a number, if there is one to look at. */
  nodeAt(e: Source): Node | undefined;
  /** The few numbers that one can be, where it is so. */
  stepsAt(e: Source): Steps | undefined;
  /** Computed numbers that a bool compares: a comparison with NaN is false, whatever the formula made of it says. */
  readonly compared: Set<Key>;
  /** Notes that these are compared. */
  compares(list: readonly Source[]): void;
  /** Lists of marks of which exactly one is 1. */
  readonly oneHot: Set<string>;
}

/** Deeper chains are not followed. */
const DEEPEST = 300;

/** Opens a graph without loops, params as constants. Nodes that are not `seen` are numbers of which nothing is known. */
export function following(elements: Elements, seen: (node: Node) => boolean = () => true): Following {
  const stepsBefore = new Map<number, Steps | undefined>();
  const belowBefore = new Map<string, Formula>();
  let depth = 0;
  const deeper = <T>(f: () => T): T => {
    depth++;
    const found = f();
    depth--;
    return found;
  };
  const f: Following = {
    elements,
    nodeAt: (e) => {
      const node = typeof e === 'number' ? undefined : elements.nodeOf(e.value);
      return node && seen(node) ? node : undefined;
    },
    compared: new Set(),
    compares(list) {
      for (const e of list) if (typeof e !== 'number') f.compared.add(keyOf(e));
    },
    oneHot: new Set(),
    below(x, y, strict, more = 0) {
      const name = `${textOf(x)} ${textOf(y)} ${strict} ${more}`;
      const before = belowBefore.get(name);
      if (before) return before;
      const asked = { x, y, strict, more };
      const plain = plainly(asked);
      const own = depth < DEEPEST && plain.kind !== 'known' ? deeper(() => followed(f, asked)) : undefined;
      const found = own ? shortened(own, plain.kind === 'row' ? plain.row : undefined) : plain;
      belowBefore.set(name, found);
      return found;
    },
    stepsAt(e) {
      if (typeof e === 'number') return Number.isFinite(e) ? { levels: [e], reached: [] } : undefined;
      const key = keyOf(e);
      if (stepsBefore.has(key) || depth >= DEEPEST) return stepsBefore.get(key);
      const node = f.nodeAt(e);
      const found = node && deeper(() => stepsOf(f, node, e.at));
      stepsBefore.set(key, found);
      return found;
    },
  };
  return f;
}

interface Comparison {
  readonly x: Source;
  readonly y: Source;
  readonly strict: boolean;
  readonly more: number;
}

/** As one row, or two where its constant is rounded: one for where it may hold, one for where it may fail. */
function plainly({ x, y, strict, more }: Comparison, signs?: readonly [number, number]): Formula {
  if (Number.isNaN(x) || Number.isNaN(y)) return NEVER;
  if (typeof x === 'number' && typeof y === 'number' && more === 0 && !signs) return known(strict ? x < y : x <= y);
  const row = compared(x, y, strict, signs);
  const isGapExact = typeof x !== 'number' || typeof y !== 'number' || (row.at + y === x && x - row.at === y);
  const at = row.at - more;
  if (isGapExact && at + more === row.at && row.at - at === more) return rowOf({ ...row, at });
  const lower = rowOf({ ...row, at: down(down(row.at) - more) });
  const higher = rowOf({ ...row, at: up(up(row.at) - more) });
  return { kind: 'pair', holds: lower, fails: not(higher) };
}

function followed(f: Following, asked: Comparison): Formula | undefined {
  const { x, y, strict, more } = asked;
  const [xs, ys] = [f.stepsAt(x), f.stepsAt(y)];
  if (xs && ys && more === 0) return isBelow(xs, ys, strict);
  const gap = more === 0 ? differenceBelow(f, x, y, strict) : undefined;
  if (gap) return gap;
  return (
    (more === 0 ? ordered(f, x, y, strict) : undefined) ??
    opened(f, x, {
      largest: all,
      smallest: any,
      says: (one) => f.below(one, y, strict, more),
      saysOfNegative: (one) => plainly({ ...asked, x: one }, [-1, 1]),
    }) ??
    opened(f, y, {
      largest: any,
      smallest: all,
      says: (one) => f.below(x, one, strict, more),
      saysOfNegative: (one) => plainly({ ...asked, y: one }, [1, -1]),
    })
  );
}

/** a - b < 0 is a < b: float32 differences have the right sign. The difference is read all the same, for it may be no number where both are infinite. */
function differenceBelow(f: Following, x: Source, y: Source, strict: boolean): Formula | undefined {
  const difference = x === 0 ? y : y === 0 ? x : 0;
  if (typeof difference === 'number') return undefined;
  const node = f.nodeAt(difference);
  if (node?.op !== 'sub') return undefined;
  const [a, b] = operandsAt(f.elements, node, difference.at) as [Source, Source];
  const read = rowOf({ terms: [[keyOf(difference), 0]], at: 0, strict: false });
  return all([x === 0 ? f.below(b, a, strict) : f.below(a, b, strict), read]);
}

interface Side {
  readonly largest: typeof all;
  readonly smallest: typeof all;
  readonly says: (one: Source) => Formula;
  readonly saysOfNegative: (one: Source) => Formula;
}

/** A comparison of what is one of several numbers, by what it says of each. */
function opened(f: Following, e: Source, { largest, smallest, says, saysOfNegative }: Side): Formula | undefined {
  const node = f.nodeAt(e);
  if (!node || typeof e === 'number') return undefined;
  switch (node.op) {
    case 'max':
    case 'reduceMax':
      return largest(extremesAt(f.elements, node, e.at).map(says));
    case 'min':
    case 'reduceMin':
      return smallest(extremesAt(f.elements, node, e.at).map(says));
    case 'abs': {
      const [x] = operandsAt(f.elements, node, e.at) as [Source];
      return largest([says(x), saysOfNegative(x)]);
    }
    case 'neg':
      return saysOfNegative(must(operandsAt(f.elements, node, e.at)[0]));
    case 'select': {
      const [c, a, b] = operandsAt(f.elements, node, e.at) as [Source, Source, Source];
      const holds = f.below(0, c, true);
      return chosen([holds, not(holds)], [says(a), says(b)]);
    }
    case 'einsum': {
      const choice = choiceAt(f, node, e.at);
      return choice && chosen(choice.guards, choice.of.map(says));
    }
    default:
      return undefined;
  }
}

/*
Note [Following truths]

A bool is ±1, a mark of a case 0 or 1, a count a small whole number: numbers of which it is known when each is taken (`steps.ts`). Connectives are
min, max, negation and products of such numbers, so their steps are joined formulas, down to comparisons of numbers that are not such.
There a comparison is a row, exact: float32 numbers are compared as real numbers are. A maximum is below y where both its operands are, and a
number that is chosen by a condition is below y where the chosen one is; this is exact too, and it replaces steps, of which bounds know little, by
inequalities, of which they know much. A comparison with NaN is false, and formulas do not say so. Therefore a claim reads every number that the
program compares (`compares`, `questions.ts`) and every number of a row, and nothing is proved where one of them may be NaN.
*/
