/** Einsums with marks as choices: the other factor is taken where the mark is. Which lists of marks have exactly one 1. */
import type { NodeOf } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { type Element, type Source, textOf } from './elements.ts';
import { all, any, type Formula, not } from './formula.ts';
import { factorsAt, lineThrough, putAt } from './parts.ts';
import { atLeast } from './steps.ts';
import type { Following } from './truths.ts';

export interface Choice {
  /** Exactly one holds. */
  readonly guards: readonly Formula[];
  /** What is taken where it does. */
  readonly of: readonly Source[];
}

/** Nothing where no factor is marks of which exactly one is 1. A pick needs only marks: it goes by the first largest. */
export function choiceAt(f: Following, node: NodeOf<'einsum'>, at: number): Choice | undefined {
  const factors = factorsAt(f.elements, node, at);
  const [lefts, rights] = [factors.map(([l]) => l), factors.map(([, r]) => r)];
  if (node.attrs.order === 'pick') {
    const guards = guardsOf(f, lefts);
    return guards && { guards: isOneHot(f, lefts) ? guards : firstOf(guards), of: rights };
  }
  for (const [marks, of] of [
    [lefts, rights],
    [rights, lefts],
  ] as const) {
    const guards = guardsOf(f, marks);
    // 0 times an infinite number is not 0; numbers that are computed are read, and found to be finite
    const areFinite = of.every((e) => typeof e !== 'number' || Number.isFinite(e));
    if (guards && areFinite && isOneHot(f, marks)) return { guards, of };
  }
  return undefined;
}

/** Where each of these numbers is 1; nothing where some may be other than 0 and 1. */
function guardsOf(f: Following, marks: readonly Source[]): readonly Formula[] | undefined {
  const guards: Formula[] = [];
  for (const mark of marks) {
    const steps = f.stepsAt(mark);
    if (!steps?.levels.every((l) => l === 0 || l === 1)) return undefined;
    guards.push(atLeast(steps, 1));
  }
  return guards.length > 0 ? guards : undefined;
}

/** Where each is the first that holds; the first of all also where none does. */
function firstOf(guards: readonly Formula[]): readonly Formula[] {
  const none = all(guards.map(not));
  return guards.map((g, i) => {
    const first = all([g, ...guards.slice(0, i).map(not)]);
    return i === 0 ? any([first, none]) : first;
  });
}

function isOneHot(f: Following, marks: readonly Source[]): boolean {
  const open = marks.filter((m) => m !== 0);
  const name = open.map(textOf).sort().join(' ');
  if (f.oneHot.has(name)) return true;
  const found = open.length === 1 ? open[0] === 1 : isComplete(f, open);
  if (found) f.oneHot.add(name);
  return found;
}

/** All marks of one largest; all pairs of two such lists; all sums of such into places; a bool and its opposite. */
function isComplete(f: Following, marks: readonly Source[]): boolean {
  const list = marks.filter((m): m is Element => typeof m !== 'number');
  const [first] = list;
  if (!first || list.length < marks.length || new Set(list.map(textOf)).size < list.length) return false;
  const node = f.elements.nodeOf(first.value);
  if (list.every((m) => m.value === first.value)) {
    if (node.op === 'argmax') return isLine(f.elements.shapeOf(first.value), node.attrs.axis, list);
    if (node.op === 'put')
      return isOneHot(
        f,
        list.flatMap((m) => putAt(f.elements, node, m.at)),
      );
    if (node.op === 'einsum') return list.every((m) => isPair(f, node, m)) && isProduct(f, node, list);
  }
  return list.length === 2 && areOpposite(f, list);
}

/** All places along one axis. */
function isLine(shape: readonly number[], axis: number, list: readonly Element[]): boolean {
  const { places } = lineThrough(shape, axis, must(list[0]).at);
  const own = new Set(list.map((m) => m.at));
  return own.size === places.length && places.every((p) => own.has(p));
}

const isPair = (f: Following, node: NodeOf<'einsum'>, { at }: Element): boolean =>
  node.attrs.order !== 'pick' && factorsAt(f.elements, node, at).length === 1;

/** Every pair of two lists of marks, each once. */
function isProduct(f: Following, node: NodeOf<'einsum'>, list: readonly Element[]): boolean {
  const factors = list.map((m) => must(factorsAt(f.elements, node, m.at)[0]));
  const [ls, rs] = [factors.map(([l]) => l), factors.map(([, r]) => r)].map((side) => [
    ...new Map(side.map((e) => [textOf(e), e])).values(),
  ]) as [Source[], Source[]];
  const pairs = new Set(factors.map(([l, r]) => `${textOf(l)} ${textOf(r)}`));
  if (pairs.size !== list.length || ls.length * rs.length !== list.length) return false;
  return [ls, rs].every((side) => guardsOf(f, side) !== undefined && isOneHot(f, side));
}

function areOpposite(f: Following, list: readonly Element[]): boolean {
  const [p, q] = guardsOf(f, list) ?? [];
  return p !== undefined && q !== undefined && p === not(q);
}
