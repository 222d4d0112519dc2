/** A property with some of its inputs fixed: a graph of the others alone, and its assumptions and asserts as formulas over the numbers of that graph. */
import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { commuted, ready, withNumbers } from '../passes/index.ts';
import { unrolled, unrolledSize } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import type { Ends } from '../verify/index.ts';
import { endsOf, type Range } from './domain.ts';
import { type Elements, elementsOf, type Key } from './elements.ts';
import { all, type Formula } from './formula.ts';
import type { Stated } from './property.ts';
import { sidesOf } from './trial.ts';
import { type Following, following } from './truths.ts';

export interface Opened {
  /** Without loops; its inputs are those that are not fixed. */
  readonly graph: Graph;
  readonly box: readonly Ends[];
  /** Which inputs of the property they are. */
  readonly inputs: readonly number[];
  readonly assumes: readonly Formula[];
  readonly asserts: readonly Formula[];
  /** Follows more comparisons of the graph's numbers, from the start each time, so that one question is the same whatever was asked before. */
  readonly follow: () => Following;
  /** What the program compares on the way to them. */
  readonly compared: readonly Key[];
}

/** Graphs of more nodes are not followed. */
export const MOST_NODES = 200_000;

/** `fixed`: per input of the property its numbers, or nothing where it ranges. Undefined where its loops are too long. */
export function opened(
  { graph, assumes, asserts, relation }: Stated,
  params: ReadonlyMap<string, Float32Array>,
  ranges: readonly Range[],
  fixed: readonly (Float32Array | undefined)[],
): Opened | undefined {
  const own = commuted(ready(withNumbers(graph, params, fixed)));
  if (unrolledSize(own) > MOST_NODES) return undefined;
  const flat = unrolled(own);
  const elements = elementsOf(flat);
  const f = following(elements);
  const formulas = relation ? [] : flat.outputs.map(({ value }) => f.below(0, elements.source(value, 0), true));
  const inputs = ranges.map((_, i) => i).filter((i) => !fixed[i]);
  const stated = relation
    ? [isNear(elements, f, relation.within ?? 0)]
    : formulas.slice(assumes.length, assumes.length + asserts.length);
  return {
    graph: flat,
    box: inputs.map((i) => endsOf(must(ranges[i]))),
    inputs,
    assumes: formulas.slice(0, assumes.length),
    asserts: stated,
    follow: () => following(elements),
    compared: [...f.compared],
  };
}

/** All numbers of the left side of a relation are as near to those of the right side. */
function isNear({ graph, shapeOf, source }: Elements, f: Following, within: number): Formula {
  const pairs = sidesOf(graph.outputs).flatMap(([left, right]) =>
    Array.from(
      { length: sizeOf(shapeOf(left.value)) },
      (_, at) => [source(left.value, at), source(right.value, at)] as const,
    ),
  );
  for (const pair of pairs) f.compares(pair);
  return all(pairs.flatMap(([l, r]) => [f.below(l, r, false, within), f.below(r, l, false, within)]));
}
