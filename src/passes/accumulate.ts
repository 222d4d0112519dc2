/**
 * Accumulation: a state that begins at zero and to which each turn of a loop adds an outer product is one matrix product after the
 * loop, over the turns in their order. The sums are the same ones; begun at +0 or with the first term, they differ only where all
 * terms are -0, and adding +0 at the end makes up for that. A gradient's loop keeps no matrix this way.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { withNodes } from '../ir/prune.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, rebuild } from './copy.ts';
import { removeDead } from './dce.ts';
import type { Pass } from './pass.ts';

type Product = NodeOf<'einsum'>;

/** State `at` adds `product` in each turn. */
interface Accumulator {
  readonly at: number;
  readonly product: Product;
}

/** The accumulators of a scan among its states that begin at zero. */
function accumulatorsOf({ attrs }: NodeOf<'scan'>, isZero: (state: number) => boolean): Accumulator[] {
  const { body, carries } = attrs;
  const makers = new Map(body.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  return body.inputs.slice(0, carries).flatMap((state, at) => {
    const next = must(body.outputs[at]).value;
    const sum = makers.get(next);
    if (!isZero(at) || sum?.op !== 'add' || readersOf(body, state) !== 1 || readersOf(body, next) !== 1) return [];
    const product = makers.get(must(sum.inputs.find((v) => v !== state)));
    return product?.op === 'einsum' && sum.inputs.includes(state) && isOuter(body, product) ? [{ at, product }] : [];
  });
}

const readersOf = (body: Graph, v: ValueId): number =>
  body.nodes.flatMap((n) => n.inputs).filter((x) => x === v).length + body.outputs.filter((o) => o.value === v).length;

/** One term for each result, and more results than the two factors have elements. */
function isOuter(body: Graph, { attrs, inputs, results }: Product): boolean {
  const size = (v: ValueId): number => sizeOf(must(body.types[v]).shape);
  const [l, r] = [must(inputs[0]), must(inputs[1])];
  const { shape } = must(body.types[l]);
  const oneTerm = attrs.lhs.every((label, i) => attrs.out.includes(label) || shape[i] === 1);
  return attrs.order === 'sequential' && oneTerm && size(must(results[0])) > size(l) + size(r);
}

/** The body without these states and the sums that they were for, stacking `stacked`. */
function withoutStates(body: Graph, states: ReadonlySet<number>, stacked: readonly ValueId[]): Graph {
  const isKept = (_: unknown, i: number): boolean => !states.has(i);
  const gone = new Set([...states].map((i) => must(body.inputs[i])));
  const nodes = body.nodes.filter((n) => !(n.op === 'input' ? n.results : n.inputs).some((v) => gone.has(v)));
  const outputs = [...body.outputs.filter(isKept), ...stacked.map((value, i) => ({ name: `factor${i}`, value }))];
  return withNodes({ ...body, inputs: body.inputs.filter(isKept), outputs }, nodes);
}

function afterwards(
  b: GraphBuilder,
  node: NodeOf<'scan'>,
  inputs: readonly ValueId[],
  found: readonly Accumulator[],
): readonly ValueId[] {
  const { body, carries, mapped, length, reverse } = node.attrs;
  const states = new Set(found.map((f) => f.at));
  const mappedAt = (v: ValueId): number => body.inputs.indexOf(v, carries);
  const isMapped = (v: ValueId): boolean => mappedAt(v) >= carries && mappedAt(v) < carries + mapped;
  const factors = new Set(found.flatMap((f) => [...f.product.inputs]));
  const stacked = [...factors].filter((v) => !isMapped(v));
  const attrs = { ...node.attrs, body: withoutStates(body, states, stacked), carries: carries - states.size };
  const results =
    attrs.body.outputs.length === 0
      ? []
      : b.node(
          'scan',
          inputs.filter((_, i) => !states.has(i)),
          attrs,
        );
  const rest = results.slice(0, body.outputs.length - states.size);
  const stacks = results.slice(rest.length);
  const backwards = Array.from({ length }, (_, turn) => length - 1 - turn);
  const byTurns = (v: ValueId): ValueId => {
    const stack = must(isMapped(v) ? inputs[mappedAt(v)] : stacks[stacked.indexOf(v)]);
    return reverse ? must(b.node('take', [stack], { axis: 0, indices: backwards })[0]) : stack;
  };
  return body.outputs.map((_, i) => {
    const own = found.find((f) => f.at === i);
    return own ? productOver(b, own.product, byTurns) : must(rest.shift());
  });
}

/** The sum of an outer product over all turns. */
function productOver(b: GraphBuilder, { attrs, inputs }: Product, byTurns: (v: ValueId) => ValueId): ValueId {
  const turn = 1 + Math.max(0, ...attrs.lhs, ...attrs.rhs);
  const all = { ...attrs, lhs: [turn, ...attrs.lhs], rhs: [turn, ...attrs.rhs] };
  const sum = b.einsum(byTurns(must(inputs[0])), byTurns(must(inputs[1])), all);
  return b.add(sum, b.broadcast(b.full([], 0), b.shapeOf(sum), []));
}

/** Whether a value is +0 everywhere, as far as the graph says so plainly. */
function isZero(makers: ReadonlyMap<ValueId, Node>, v: ValueId): boolean {
  const node = must(makers.get(v));
  if (node.op === 'broadcast' || node.op === 'reshape') return isZero(makers, must(node.inputs[0]));
  return node.op === 'const' && node.attrs.data.every((x) => Object.is(x, 0));
}

/** The graph with its loops, the inner ones first, freed of matrices that they only add to. */
function accumulated(graph: Graph): Graph {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  return rebuild(graph, (b, old, inputs) => {
    const node = mapBodies({ ...old, inputs } as Node, accumulated);
    if (node.op !== 'scan' || node.attrs.length === 0) return copyNode(b, node, inputs);
    const found = accumulatorsOf(node, (state) => isZero(makers, must(old.inputs[state])));
    return found.length === 0 ? copyNode(b, node, inputs) : afterwards(b, node, inputs, found);
  });
}

export const accumulate: Pass = {
  name: 'accumulate',
  promise: 'bits',
  run: (graph) => removeDead(accumulated(graph)),
};
