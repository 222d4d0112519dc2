/** What a node that joins numbers joins: the numbers of a reduction, of a place that is added into, the factors of an einsum's result. */
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { offsetsAlong } from '../ops/reference/offsets.ts';
import { must } from '../text/result.ts';
import { type Terms, termsOf } from '../verify/index.ts';
import type { Elements, Source } from './elements.ts';

type Among<K extends Node['op']> = Extract<Node, { readonly op: K }>;
export type Reduction = Among<'sum' | 'reduceMax' | 'reduceMin'>;
export type Extreme = Among<'min' | 'max' | 'reduceMin' | 'reduceMax'>;

/** The operands of an elementwise node at one place. */
export const operandsAt = ({ source }: Elements, node: Node, at: number): Source[] =>
  node.inputs.map((v) => source(v, at));

/** The numbers that a reduction takes together for one result. */
export function reducedAt({ shapeOf, source }: Elements, node: Reduction, at: number) {
  const [x] = node.inputs as readonly [ValueId];
  const shape = shapeOf(x);
  const kept = shape.map((_, i) => i).filter((i) => !node.attrs.axes.includes(i));
  const base = must(offsetsAlong(shape, kept)[at]);
  return Array.from(offsetsAlong(shape, node.attrs.axes), (o): Source => source(x, base + o));
}

/** The numbers among which an extreme is taken. */
export const extremesAt = (elements: Elements, node: Extreme, at: number) =>
  node.op === 'reduceMax' || node.op === 'reduceMin' ? reducedAt(elements, node, at) : operandsAt(elements, node, at);

/** The numbers that `put` adds into one place. */
export function putAt({ shapeOf, source }: Elements, node: NodeOf<'put'>, at: number): Source[] {
  const { axis, indices, size } = node.attrs;
  const [x] = node.inputs as readonly [ValueId];
  const inner = innerSize(shapeOf(x), axis);
  const [slice, rest] = [Math.floor(at / inner), at % inner];
  const [outer, place] = [Math.floor(slice / size), slice % size];
  return indices.flatMap((to, j) => (to === place ? [source(x, (outer * indices.length + j) * inner + rest)] : []));
}

const innerSize = (shape: readonly number[], axis: number): number => shape.slice(axis + 1).reduce((n, d) => n * d, 1);

const termsBefore = new WeakMap<Node, Terms>();

/** What is multiplied and summed for one result of an einsum. */
export function factorsAt(
  { shapeOf, source }: Elements,
  node: NodeOf<'einsum'>,
  at: number,
): readonly (readonly [Source, Source])[] {
  const terms = termsBefore.get(node) ?? termsOf(node, shapeOf);
  termsBefore.set(node, terms);
  const [l, r] = node.inputs as readonly [ValueId, ValueId];
  return Array.from({ length: terms.count }, (_, i) => {
    const k = at * terms.count + i;
    return [source(l, must(terms.lhs[k])), source(r, must(terms.rhs[k]))] as const;
  });
}

/** The places along one axis through a place, and which of them it is. */
export function lineThrough(shape: readonly number[], axis: number, at: number): { places: number[]; own: number } {
  const inner = innerSize(shape, axis);
  const size = must(shape[axis]);
  const own = Math.floor(at / inner) % size;
  return { places: Array.from({ length: size }, (_, j) => at + (j - own) * inner), own };
}
