/** When a number of a graph is which of its few levels: by the node that computes it. */
import type { Node, NodeOf } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { choiceAt } from './choices.ts';
import { keyOf, type Source } from './elements.ts';
import { all, not, shortened } from './formula.ts';
import { markOfLargest } from './marks.ts';
import { extremesAt, factorsAt, operandsAt, putAt, reducedAt } from './parts.ts';
import { larger, mapped, picked, product, type Steps, smaller, total, twoSteps } from './steps.ts';
import type { Following } from './truths.ts';

/** Undefined where it is not one of a few, or arithmetic on the way may round. */
export function stepsOf(f: Following, node: Node, at: number): Steps | undefined {
  const operands = (): Source[] => operandsAt(f.elements, node, at);
  switch (node.op) {
    case 'lt':
    case 'le':
    case 'eq':
      return comparison(f, node, at);
    case 'argmax': {
      const row = { terms: [[keyOf({ value: must(node.results[0]), at }), -1] as const], at: 0, strict: true };
      return twoSteps(0, 1, shortened(markOfLargest(f, node, at), row));
    }
    case 'neg':
      return negative(f.stepsAt(must(operands()[0])));
    case 'add':
      return added(f, operands());
    case 'sub':
      return difference(f, operands());
    case 'mul':
      return joined(f, operands(), product);
    case 'min':
    case 'max':
    case 'reduceMin':
    case 'reduceMax':
      return joined(
        f,
        extremesAt(f.elements, node, at),
        node.op === 'min' || node.op === 'reduceMin' ? smaller : larger,
      );
    case 'sum':
      return added(f, reducedAt(f.elements, node, at));
    case 'put':
      return added(f, putAt(f.elements, node, at));
    case 'select':
      return selection(f, operands());
    case 'einsum':
      return contraction(f, node, at);
    default:
      return undefined;
  }
}

function comparison(f: Following, node: NodeOf<'lt' | 'le' | 'eq'>, at: number): Steps {
  const [x, y] = operandsAt(f.elements, node, at) as [Source, Source];
  f.compares([x, y]);
  const holds = node.op === 'eq' ? all([f.below(x, y, false), f.below(y, x, false)]) : f.below(x, y, node.op === 'lt');
  return twoSteps(-1, 1, holds);
}

const negative = (x: Steps | undefined): Steps | undefined => x && mapped(x, (v) => -v || 0);

/** The steps of all, or nothing where one has none. */
function stepsOfAll(f: Following, list: readonly Source[]): Steps[] | undefined {
  const found: Steps[] = [];
  for (const e of list) {
    const own = f.stepsAt(e);
    if (!own) return undefined;
    found.push(own);
  }
  return found;
}

function joined(
  f: Following,
  list: readonly Source[],
  join: (x: Steps, y: Steps) => Steps | undefined,
): Steps | undefined {
  const [first, ...rest] = stepsOfAll(f, list) ?? [];
  return rest.reduce<Steps | undefined>((x, y) => x && join(x, y), first);
}

function added(f: Following, list: readonly Source[]): Steps | undefined {
  const steps = stepsOfAll(f, list);
  return steps && total(steps);
}

function difference(f: Following, list: readonly Source[]): Steps | undefined {
  const [x, y] = stepsOfAll(f, list) ?? [];
  const less = negative(y);
  return x && less && total([x, less]);
}

function selection(f: Following, [c, x, y]: readonly Source[]): Steps | undefined {
  const of = stepsOfAll(f, [must(x), must(y)]);
  if (!of) return undefined;
  const holds = f.below(0, must(c), true);
  return picked([holds, not(holds)], of);
}

function contraction(f: Following, node: NodeOf<'einsum'>, at: number): Steps | undefined {
  const choice = choiceAt(f, node, at);
  const of = choice && stepsOfAll(f, choice.of);
  if (choice && of) return picked(choice.guards, of);
  if (node.attrs.order === 'pick') return undefined;
  const products: Steps[] = [];
  for (const pair of factorsAt(f.elements, node, at)) {
    const own = joined(f, pair, product);
    if (!own) return undefined;
    products.push(own);
  }
  return total(products);
}
