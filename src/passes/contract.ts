/**
 * Contraction: a sum of products becomes one einsum of the same order, so that nothing of the product's size is made, and
 * einsums shed the broadcasts and transpositions around them. The rounded products and the order of the sum stay, hence
 * the bits. It stands before differentiation, where a contraction's gradient is again one contraction.
 */
import type { ValueId } from '../ir/graph.ts';
import type { Axes, OpAttrs } from '../ir/vocabulary.ts';
import type { Pass } from './pass.ts';
import { type Rewriting, type Rule, type Rules, rewrite } from './rewrite.ts';
import { exactRules, together } from './simplify/index.ts';
import { isIdentity, sameShape, spreadOver } from './simplify/uniform.ts';

/** A value with a label on each axis. */
interface Labelled {
  readonly value: ValueId;
  readonly labels: Axes;
}

/** The value one move further in, with its axes' labels; labels of repeated axes are gone. */
function beneath(c: Rewriting, { value, labels }: Labelled): Labelled | undefined {
  const spread = c.made(value, 'broadcast');
  const turned = c.made(value, 'transpose');
  const shaped = c.made(value, 'reshape');
  const [source] = (spread ?? turned ?? shaped)?.inputs ?? [];
  if (source === undefined) return undefined;
  if (spread) return { value: source, labels: spread.attrs.axes.flatMap((a) => labels[a] ?? []) };
  if (turned)
    return { value: source, labels: turned.attrs.perm.map((_, k) => labels[turned.attrs.perm.indexOf(k)] ?? -1) };
  return withoutOnes(c, { value, labels }, source);
}

/** Beneath a reshape that only put axes of size 1 between the others. */
function withoutOnes(c: Rewriting, { value, labels }: Labelled, source: ValueId): Labelled | undefined {
  const shape = c.shapeOf(value);
  const big = labels.filter((_, i) => shape[i] !== 1);
  const inner = c.shapeOf(source);
  return sameShape(
    inner,
    shape.filter((d) => d !== 1),
  ) && inner.length < shape.length
    ? { value: source, labels: big }
    : undefined;
}

/** As far in as `allowed` lets it go. */
function strip(c: Rewriting, from: Labelled, allowed: (next: Labelled) => boolean): Labelled {
  const next = beneath(c, from);
  return next && allowed(next) ? strip(c, next, allowed) : from;
}

const includesAll = (labels: Axes, wanted: Axes): boolean => wanted.every((l) => labels.includes(l));
const ascends = (labels: Axes): boolean => labels.every((l, i) => i === 0 || l > (labels[i - 1] ?? 0));

interface Product {
  readonly lhs: Labelled;
  readonly rhs: Labelled;
  readonly out: Axes;
  readonly order: OpAttrs['einsum']['order'];
}

/** The einsum of a product; axes of `out` that stand in neither operand repeat. */
function emitProduct(c: Rewriting, { lhs, rhs, out, order }: Product, sizeOfLabel: (label: number) => number): ValueId {
  const axes = out.map((_, i) => i).filter((i) => [...lhs.labels, ...rhs.labels].includes(out[i] ?? -1));
  const kept = axes.map((i) => out[i] ?? 0);
  const attrs = { lhs: lhs.labels, rhs: rhs.labels, out: kept, order };
  return spreadOver(c, { source: c.emit('einsum', [lhs.value, rhs.value], attrs), axes }, out.map(sizeOfLabel));
}

/** The operand with its labels ascending. */
function turnedUpward(c: Rewriting, { value, labels }: Labelled): Labelled {
  const perm = labels.map((_, k) => k).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0));
  return { value: c.emit('transpose', [value], { perm }), labels: perm.map((k) => labels[k] ?? 0) };
}

/**
 * sum(x · y) with every summed axis in both operands: an operand that repeats along one would have to be made as large as
 * the product. The product is commutative, so either may be the left one.
 */
const sumOfProducts: Rule<'sum'> = (c, [sum], { axes, order }) => {
  const [x, y] = c.made(sum, 'mul')?.inputs ?? [];
  if (sum === undefined || x === undefined || y === undefined || axes.length === 0) return undefined;
  const shape = c.shapeOf(sum);
  const labels = shape.map((_, i) => i);
  const keeps = (next: Labelled): boolean => includesAll(next.labels, axes);
  const [a, b] = [strip(c, { value: x, labels }, keeps), strip(c, { value: y, labels }, keeps)];
  if (c.made(a.value, 'broadcast') ?? c.made(b.value, 'broadcast')) return undefined;
  const runsRight = (v: Labelled): boolean => ascends(v.labels.filter((l) => axes.includes(l)));
  const [lhs, rhs] = runsRight(a) ? [a, b] : runsRight(b) ? [b, a] : [turnedUpward(c, a), b];
  const out = labels.filter((l) => !axes.includes(l));
  return emitProduct(c, { lhs, rhs, out, order }, (l) => shape[l] ?? 0);
};

/** Moves before an einsum are said by its labels; the summed labels keep their order in the left operand. */
const einsumOfMoves: Rule<'einsum'> = (c, [x, y], { lhs, rhs, out, order }) => {
  if (x === undefined || y === undefined) return undefined;
  const summed = lhs.filter((l) => !out.includes(l));
  const sizes = new Map([
    ...lhs.map((l, i) => [l, c.shapeOf(x)[i] ?? 0] as const),
    ...rhs.map((l, i) => [l, c.shapeOf(y)[i] ?? 0] as const),
  ]);
  const keepsOrder = (next: Labelled): boolean =>
    sameShape(
      next.labels.filter((l) => summed.includes(l)),
      summed,
    );
  const keeps = (next: Labelled): boolean => includesAll(next.labels, summed);
  const a = strip(c, { value: x, labels: lhs }, keepsOrder);
  const b = strip(c, { value: y, labels: rhs }, keeps);
  if (a.value === x && b.value === y) return undefined;
  return emitProduct(c, { lhs: a, rhs: b, out, order }, (l) => sizes.get(l) ?? 0);
};

/** A turned result is another order of `out`. */
const turnedEinsum: Rule<'transpose'> = (c, [x], { perm }) => {
  const inner = c.made(x, 'einsum');
  if (!inner || x === undefined || c.uses(x) > 1 || isIdentity(perm)) return undefined;
  return c.emit('einsum', inner.inputs, { ...inner.attrs, out: perm.map((k) => inner.attrs.out[k] ?? 0) });
};

const contractions: Rules = { sum: [sumOfProducts], einsum: [einsumOfMoves], transpose: [turnedEinsum] };

export const contract: Pass = {
  name: 'contract',
  promise: 'bits',
  run: (graph) => rewrite(graph, together(exactRules, contractions)),
};
