/**
 * A graph without loops, number by number: where each number of a value comes from, moves seen through, and which numbers are fixed. Proofs
 * of properties ask it, never the graph's nodes of moves.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import { fixedValues, isMoveOp, sourcesOf } from '../verify/index.ts';

/** One number of a value. */
export interface Element {
  readonly value: ValueId;
  readonly at: number;
}

/** A number that a node computes, or a number that is known. */
export type Source = Element | number;

/** An element as one number. */
export type Key = number;

/** More numbers than any tensor has. */
const MOST = 2 ** 26;

export const keyOf = ({ value, at }: Element): Key => value * MOST + at;
export const sourceOfKey = (key: Key): Element => ({
  value: Math.floor(key / MOST) as ValueId,
  at: key % MOST,
});

export const textOf = (e: Source): string => (typeof e === 'number' ? `#${e}` : `${e.value}.${e.at}`);

export interface Elements {
  readonly graph: Graph;
  nodeOf(value: ValueId): Node;
  shapeOf(value: ValueId): Shape;
  /** The number at a place of a value. */
  source(value: ValueId, at: number): Source;
}

type Fixed = ReadonlyMap<ValueId, Float32Array>;

/** Opens a graph without loops. `fixed` are the values whose numbers are known: where it is not said, all that depend on no input, params being constants. */
export function elementsOf(graph: Graph, fixed: Fixed = fixedValues(graph, new Map())): Elements {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const nodeOf = (v: ValueId): Node => must(makers.get(v));
  const shapeOf = (v: ValueId): Shape => must(graph.types[v]).shape;
  const moves = new Map<ValueId, Int32Array | undefined>();
  const movesOf = (v: ValueId): Int32Array | undefined => {
    const node = nodeOf(v);
    if (!isMoveOp(node.op)) return undefined;
    if (!moves.has(v)) moves.set(v, sourcesOf(node, node.inputs.map(shapeOf)));
    return moves.get(v);
  };
  const source = (first: ValueId, place: number): Source => {
    let [value, at] = [first, place];
    for (;;) {
      const known = fixed.get(value)?.[at];
      if (known !== undefined) return known;
      const sources = movesOf(value);
      if (!sources) return { value, at };
      let from = must(sources[at]);
      if (from < 0) return 0;
      for (const operand of nodeOf(value).inputs) {
        const size = sizeOf(shapeOf(operand));
        if (from < size) {
          value = operand;
          break;
        }
        from -= size;
      }
      at = from;
    }
  };
  return { graph, nodeOf, shapeOf, source };
}
