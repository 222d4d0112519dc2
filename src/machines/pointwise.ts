/** Which ops act on each row of the first axis by itself, and what they are on an axis of one row. `step.ts` asks it. */
import type { Node } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';

export interface Operand {
  readonly shape: Shape;
  /** Whether its first axis is that of the positions. */
  readonly isLong: boolean;
}

/** Of a node whose result has positions. Whatever is not known to be pointwise is not. */
export function isPointwise(node: Node, operands: readonly Operand[], result: Shape): boolean {
  const [x] = operands;
  const isAllLong = operands.every((o) => o.isLong);
  switch (node.op) {
    case 'input':
    case 'const':
      return true;
    case 'broadcast':
      return x?.isLong ? node.attrs.axes[0] === 0 : !node.attrs.axes.includes(0);
    case 'reshape':
      return isAllLong && result[0] === x?.shape[0];
    case 'transpose':
      return isAllLong && node.attrs.perm[0] === 0;
    case 'slice':
      return isAllLong && node.attrs.starts[0] === 0 && node.attrs.limits[0] === x?.shape[0];
    case 'pad':
      return isAllLong && node.attrs.low[0] === 0 && node.attrs.high[0] === 0;
    case 'concat':
    case 'take':
    case 'put':
    case 'argmax':
      return isAllLong && node.attrs.axis > 0;
    case 'sum':
    case 'reduceMax':
    case 'reduceMin':
      return isAllLong && !node.attrs.axes.includes(0);
    case 'einsum':
      return isRowByRow(node.attrs, operands);
    case 'param':
    case 'random':
    case 'scan':
    case 'iterate':
      return false;
    default:
      // elementwise: operands of one shape
      return isAllLong;
  }
}

/** The positions have one label, in front in the result and in each operand that has positions. */
function isRowByRow(
  { lhs, rhs, out }: Extract<Node, { op: 'einsum' }>['attrs'],
  operands: readonly Operand[],
): boolean {
  const [label] = out;
  return [lhs, rhs].every((labels, i) => {
    const isLong = operands[i]?.isLong === true;
    return isLong ? labels[0] === label : label === undefined || !labels.includes(label);
  });
}

const one = (shape: Shape): Shape => [1, ...shape.slice(1)];

/** A pointwise node on an axis of one position. */
export function atOne(node: Node): Node {
  switch (node.op) {
    case 'input':
    case 'reshape':
      return { ...node, attrs: { ...node.attrs, shape: one(node.attrs.shape) } } as Node;
    case 'broadcast':
      return { ...node, attrs: { ...node.attrs, shape: one(node.attrs.shape) } };
    case 'const': {
      const { shape, data } = node.attrs;
      return { ...node, attrs: { shape: one(shape), data: data.slice(0, data.length / (shape[0] ?? 1)) } };
    }
    case 'slice':
      return { ...node, attrs: { ...node.attrs, limits: one(node.attrs.limits) } };
    default:
      return node;
  }
}
