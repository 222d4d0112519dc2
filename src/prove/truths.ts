/**
 * What must hold of computed numbers for a bool of a graph to be true: comparisons, followed through everything that is exact on the way from
 * them to the bool. What cannot be followed stays as it is: the bool itself, > 0. Note [Following truths] at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { choiceAt } from './choices.ts';
import { type Elements, keyOf, type Source, textOf } from './elements.ts';
import { all, any, chosen, compared, type Formula, known, NEVER, not, rowOf, shortened } from './formula.ts';
import { extremesAt, operandsAt } from './parts.ts';
import { isBelow, type Steps } from './steps.ts';
import { stepsOf } from './steps-of.ts';

/** What is known so far of a graph that is followed. */
export interface Following {
  readonly elements: Elements;
  /** x < y, or x <= y where not strict. */
  below(x: Source, y: Source, strict: boolean): Formula;
  /** The few numbers that one can be, where it is so. */
  stepsAt(e: Source): Steps | undefined;
  /** Lists of marks of which exactly one is 1. */
  readonly oneHot: Set<string>;
}

/** Deeper chains are not followed. */
const DEEPEST = 300;

/** Opens a graph without loops, params as constants: where the number at a place of a value is > 0. */
export function truthsOf(elements: Elements): (value: ValueId, at: number) => Formula {
  const stepsBefore = new Map<number, Steps | undefined>();
  const belowBefore = new Map<string, Formula>();
  let depth = 0;
  const deeper = <T>(f: () => T): T => {
    depth++;
    const found = f();
    depth--;
    return found;
  };
  const following: Following = {
    elements,
    oneHot: new Set(),
    below(x, y, strict) {
      if (typeof x === 'number' && typeof y === 'number') return known(strict ? x < y : x <= y);
      if (Number.isNaN(x) || Number.isNaN(y)) return NEVER;
      const name = `${textOf(x)} ${textOf(y)} ${strict}`;
      const before = belowBefore.get(name);
      if (before) return before;
      const row = compared(x, y, strict);
      const own = depth < DEEPEST ? deeper(() => followed(following, x, y, strict)) : undefined;
      const found = own ? shortened(own, row) : rowOf(row);
      belowBefore.set(name, found);
      return found;
    },
    stepsAt(e) {
      if (typeof e === 'number') return Number.isFinite(e) ? { levels: [e], reached: [] } : undefined;
      const key = keyOf(e);
      if (stepsBefore.has(key) || depth >= DEEPEST) return stepsBefore.get(key);
      const found = deeper(() => stepsOf(following, elements.nodeOf(e.value), e.at));
      stepsBefore.set(key, found);
      return found;
    },
  };
  return (value, at) => following.below(0, elements.source(value, at), true);
}

function followed(f: Following, x: Source, y: Source, strict: boolean): Formula | undefined {
  const [xs, ys] = [f.stepsAt(x), f.stepsAt(y)];
  if (xs && ys) return isBelow(xs, ys, strict);
  return (
    opened(f, x, { largest: all, smallest: any, says: (one) => f.below(one, y, strict) }) ??
    opened(f, y, { largest: any, smallest: all, says: (one) => f.below(x, one, strict) })
  );
}

interface Side {
  readonly largest: typeof all;
  readonly smallest: typeof all;
  readonly says: (one: Source) => Formula;
}

/** A comparison of what is one of several numbers, by what it says of each. */
function opened(f: Following, e: Source, { largest, smallest, says }: Side): Formula | undefined {
  if (typeof e === 'number') return undefined;
  const node = f.elements.nodeOf(e.value);
  switch (node.op) {
    case 'max':
    case 'reduceMax':
      return largest(extremesAt(f.elements, node, e.at).map(says));
    case 'min':
    case 'reduceMin':
      return smallest(extremesAt(f.elements, node, e.at).map(says));
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
inequalities, of which they know much. A comparison with NaN is false, and rows do not say so. Therefore a claim reads every number that is
compared anywhere on the way (`questions.ts`), and nothing is proved where one of them may be NaN.
*/
