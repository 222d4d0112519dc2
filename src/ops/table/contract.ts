/** The record of `einsum`: every product of tensors, and the exact lookup. Its gradients are einsums again. */
import type { ValueId } from '../../ir/graph.ts';
import type { Axes, OpAttrs, Shape } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../builder.ts';
import type { OpTable } from '../def.ts';
import { finite } from './compare.ts';
import { isSize, shapeAt, showShape } from './rules.ts';

type Einsum = OpAttrs['einsum'];

const distinct = (labels: Axes): boolean => new Set(labels).size === labels.length;

/** The labels that are summed, in the order they are run through. */
export const summedLabels = ({ lhs, out }: Einsum): number[] => lhs.filter((l) => !out.includes(l));

/** The size of every label, or a message. */
function labelSizes(lhs: Shape, rhs: Shape, attrs: Einsum): ReadonlyMap<number, number> | string {
  const sizes = new Map<number, number>();
  for (const [labels, shape] of [
    [attrs.lhs, lhs],
    [attrs.rhs, rhs],
  ] as const) {
    if (labels.length !== shape.length) return `labels ${showShape(labels)} do not fit ${showShape(shape)}`;
    for (const [i, label] of labels.entries()) {
      const size = shape[i] ?? 0;
      if (sizes.has(label) && sizes.get(label) !== size)
        return `label ${label} has sizes ${sizes.get(label)} and ${size}`;
      sizes.set(label, size);
    }
  }
  return sizes;
}

function misuse({ lhs, rhs, out, order }: Einsum): string | undefined {
  if (![...lhs, ...rhs, ...out].every(isSize)) return 'labels are whole numbers from 0';
  if (![lhs, rhs, out].every(distinct)) return 'a label stands twice in one list';
  const alone = [...lhs, ...rhs].find((l) => !out.includes(l) && !(lhs.includes(l) && rhs.includes(l)));
  if (alone !== undefined) return `label ${alone} is summed but stands in one operand only`;
  const unknown = out.find((l) => !lhs.includes(l) && !rhs.includes(l));
  if (unknown !== undefined) return `label ${unknown} stands in no operand`;
  return order === 'pick' && lhs.every((l) => out.includes(l)) ? 'a pick needs a summed label' : undefined;
}

/**
 * The gradient of one operand: a product of the cotangent and the other operand. Without a sum it is elementwise and
 * gated, so that a branch not taken does no harm; a contraction is not gated.
 */
function productInto(
  b: GraphBuilder,
  ct: ValueId,
  other: ValueId,
  labels: { readonly ct: Axes; readonly other: Axes; readonly into: Axes },
): ValueId {
  const sums = labels.ct.some((l) => !labels.into.includes(l));
  if (sums) return b.einsum(ct, other, { lhs: labels.ct, rhs: labels.other, out: labels.into, order: 'sequential' });
  const sizes = new Map<number, number>();
  for (const [i, l] of labels.ct.entries()) sizes.set(l, b.shapeOf(ct)[i] ?? 0);
  for (const [i, l] of labels.other.entries()) sizes.set(l, b.shapeOf(other)[i] ?? 0);
  const shape = labels.into.map((l) => sizes.get(l) ?? 0);
  return b.gate(spreadTo(b, ct, labels.ct, labels.into, shape), spreadTo(b, other, labels.other, labels.into, shape));
}

/** A tensor with labelled axes as one whose axes are `into`. */
function spreadTo(b: GraphBuilder, x: ValueId, labels: Axes, into: Axes, shape: Shape): ValueId {
  const kept = into.filter((l) => labels.includes(l));
  const turned = b.transpose(
    x,
    kept.map((l) => labels.indexOf(l)),
  );
  return b.broadcast(
    turned,
    shape,
    kept.map((l) => into.indexOf(l)),
  );
}

const fresh = ({ lhs, rhs }: Einsum): number => 1 + Math.max(-1, ...lhs, ...rhs);

export const contractions: Pick<OpTable, 'einsum'> = {
  einsum: {
    doc: 'Einstein sum of two operands over integer labels: `out` names the result axes, the other labels are summed in the stated order. With `pick` the summed labels of `lhs` are one-hot and select from `rhs`, exactly.',
    infer: (inputs, attrs) => {
      const sizes = labelSizes(shapeAt(inputs, 0), shapeAt(inputs, 1), attrs);
      if (typeof sizes === 'string') return sizes;
      const wrong = misuse(attrs);
      if (wrong !== undefined) return wrong;
      if (attrs.order === 'pick' && summedLabels(attrs).some((l) => sizes.get(l) === 0)) return 'a pick from nothing';
      return [{ shape: attrs.out.map((l) => sizes.get(l) ?? 0) }];
    },
    // dx[lhs] = Σ ct[out] · y[rhs], dy[rhs] = Σ ct[out] · x[lhs]; for a pick the same, with what is infinite in y (an arm not taken) as 0
    vjp: ({ b, attrs: { lhs, rhs, out, order }, inputs: [x, y] }, [ct]) =>
      ct == null || x === undefined || y === undefined
        ? [null, null]
        : [
            productInto(b, ct, order === 'pick' ? finite(b, y) : y, { ct: out, other: rhs, into: lhs }),
            productInto(b, ct, x, { ct: out, other: lhs, into: rhs }),
          ],
    // one more label, in front of what is batched and of the result
    batch: (c, attrs, [x, y]) => {
      if (!x || !y) return [];
      const l = fresh(attrs);
      const own = (operand: typeof x, labels: Axes): Axes => (operand.batched ? [l, ...labels] : labels);
      const { lhs, rhs, out, order } = attrs;
      return [c.b.einsum(x.value, y.value, { lhs: own(x, lhs), rhs: own(y, rhs), out: [l, ...out], order })];
    },
    bounds: { kind: 'contract' },
    domain: [-2, 2],
  },
};
