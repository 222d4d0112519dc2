/**
 * A graph as the layers that bounds go through: params and everything that does not depend on the inputs are numbers, loops are
 * unrolled, linear ops are rows. Opened once per claim.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { evaluate } from '../ops/reference.ts';
import { invariant, must } from '../text/result.ts';
import { joinedOps, type LinearOp, linearOf } from './linear-ops.ts';
import { isMove, withoutMoves } from './moves.ts';
import type { Spread } from './spread.ts';

export type Layer =
  | { readonly kind: 'linear'; readonly node: Node; readonly result: ValueId; readonly op: LinearOp }
  | { readonly kind: 'other'; readonly node: Node; readonly result: ValueId };

export interface Net {
  readonly graph: Graph;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  /** In order; only what depends on an input. */
  readonly layers: readonly Layer[];
  /** The numbers of values that depend on no input. */
  readonly fixed: ReadonlyMap<ValueId, Float32Array>;
  sizeOf(v: ValueId): number;
}

/** Opens a graph without loops (of others nothing can be said); `params` by name. */
export function openNet({ graph, errors }: Spread, params: ReadonlyMap<string, Float32Array>): Net {
  const fixed = fixedValues(graph, params);
  const moves = new Map<ValueId, LinearOp>();
  const layers = neededNodes(graph).flatMap((node): Layer[] => {
    const result = must(node.results[0]);
    if (node.op === 'input' || fixed.has(result)) return [];
    const linear = linearOf(graph, node, (v) => fixed.get(v));
    const error = errors.get(result);
    invariant(linear || !error, () => `value ${result} has an error of its own and is not linear`);
    if (!linear) return [{ kind: 'other', node, result }];
    const op = withoutMoves({ ...linear, ...error }, moves);
    if (isMove(op)) moves.set(result, op);
    return [{ kind: 'linear', node, result, op }];
  });
  return {
    graph,
    inputs: graph.inputs,
    outputs: graph.outputs.map((o) => o.value),
    layers: joinedLayers(graph, neededLayers(graph, layers)),
    fixed,
    sizeOf: (v) => sizeOf(must(graph.types[v]).shape),
  };
}

/** Without those that no output reads. */
function neededNodes(graph: Graph): Node[] {
  const wanted = new Set<ValueId>(graph.outputs.map((o) => o.value));
  const kept = [...graph.nodes].reverse().filter((node) => {
    if (!node.results.some((v) => wanted.has(v))) return false;
    for (const v of node.inputs) wanted.add(v);
    return true;
  });
  return kept.reverse();
}

/** What a layer reads. */
export const operandsOf = (layer: Layer): readonly ValueId[] =>
  layer.kind === 'linear' ? layer.op.parts.map((p) => p.operand) : layer.node.inputs;

/** Without moves that no layer reads any more. */
function neededLayers(graph: Graph, layers: readonly Layer[]): Layer[] {
  const wanted = new Set<ValueId>(graph.outputs.map((o) => o.value));
  const kept = [...layers].reverse().filter((layer) => {
    if (!wanted.has(layer.result)) return false;
    for (const v of operandsOf(layer)) wanted.add(v);
    return true;
  });
  return kept.reverse();
}

/**
 * Linear layers that only move, negate or shift what one linear layer gives become part of it, where nothing else reads that: an error
 * term for both together is as good, and there is less to carry back.
 */
function joinedLayers(graph: Graph, layers: readonly Layer[]): Layer[] {
  const readers = new Map<ValueId, number>();
  const read = (v: ValueId): void => void readers.set(v, (readers.get(v) ?? 0) + 1);
  for (const { value } of graph.outputs) read(value);
  for (const layer of layers) for (const v of new Set(operandsOf(layer))) read(v);
  const joined = new Map<ValueId, Layer>();
  for (const layer of layers) {
    const inner = layer.kind === 'linear' ? joined.get(layer.op.parts[0]?.operand as ValueId) : undefined;
    if (layer.kind === 'linear' && inner?.kind === 'linear' && readers.get(inner.result) === 1) {
      const op = joinedOps(layer.op, inner.op);
      if (op) {
        joined.delete(inner.result);
        joined.set(layer.result, { ...layer, op });
        continue;
      }
    }
    joined.set(layer.result, layer);
  }
  return [...joined.values()];
}

const LEAVES: ReadonlySet<OpName> = new Set<OpName>(['param', 'const', 'random']);

/** Runs the graph once, on zeros, and keeps what no input reaches. */
export function fixedValues(
  graph: Graph,
  params: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<ValueId, Float32Array> {
  const still = new Set<ValueId>();
  for (const node of graph.nodes) {
    const isFixed = LEAVES.has(node.op) || (node.op !== 'input' && node.inputs.every((v) => still.has(v)));
    if (isFixed) for (const v of node.results) still.add(v);
  }
  const kept = new Map<ValueId, Float32Array>();
  const own = new Set(graph.nodes);
  const zeros = graph.inputs.map((v) => new Float32Array(sizeOf(must(graph.types[v]).shape)));
  evaluate(graph, zeros, params, {
    watch: (node, values) => {
      if (!own.has(node)) return;
      for (const [i, v] of node.results.entries()) if (still.has(v)) kept.set(v, Float32Array.from(must(values[i])));
    },
  });
  return kept;
}
