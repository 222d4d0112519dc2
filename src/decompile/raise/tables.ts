/** Arrays as their pieces: what a `concat` of rows or a constant is made of. */
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { printF32 } from '../../num/literal.ts';
import { must } from '../../text/result.ts';
import { axesAround, isOddNan, jointKind, type Kind, literalOf, NUMBER } from './kinds.ts';
import { isUnfolded, kindIn, madeBy, makerIn, type Own, type Scope, shapeIn, type Use } from './scope.ts';
import { LOOSE, type Operand } from './template.ts';

const resultOf = (node: Node): ValueId => must(node.results[0]);

type Piece = { readonly value: ValueId } | { readonly constant: NodeOf<'const'> };

/** What a new leading axis was put in front of, piece by piece. */
function piecesOf(s: Scope, node: Node): readonly Piece[] | undefined {
  if (node.op !== 'concat' || node.attrs.axis !== 0 || node.inputs.length < 2) return undefined;
  const pieces = node.inputs.map((v): Piece | undefined => {
    const maker = makerIn(s, v);
    if (shapeIn(s, v)[0] !== 1) return undefined;
    if (maker.op === 'const') return { constant: maker };
    const source = maker.inputs[0];
    const isRow = isUnfolded(s.graph, maker) && source !== undefined;
    return isRow && shapeIn(s, source).length === shapeIn(s, v).length - 1 ? { value: source } : undefined;
  });
  return pieces.every((p) => p !== undefined) && pieces.some((p) => 'value' in p) ? pieces : undefined;
}

/** The pieces of an array along its leading axis: their kind, and how each is written given the operands in order. */
export interface Arms {
  readonly kind: Kind;
  readonly uses: readonly Use[];
  texts(x: readonly Operand[], own: Own): readonly string[];
}

/** The rows of a constant. */
function rowsOf(s: Scope, value: ValueId, { attrs: { shape, data } }: NodeOf<'const'>): Arms | undefined {
  const kind = kindIn(s, value);
  const [count = 0, ...inner] = shape;
  const each = data.length / Math.max(1, count);
  const isOne = axesAround(kind, inner).length === 0;
  if (count === 0 || data.some(isOddNan) || (!isOne && kind.kind !== 'number')) return undefined;
  const row = (i: number, own: Own): string => {
    const numbers = data.subarray(i * each, (i + 1) * each);
    return kind.kind === 'number' ? nestedText(inner, numbers) : literalOf(kind, numbers, printF32, own.caseText);
  };
  return { kind, uses: [], texts: (_, own) => Array.from({ length: count }, (_row, i) => row(i, own)) };
}

export function armsOf(s: Scope, value: ValueId): Arms | undefined {
  const node = makerIn(s, value);
  if (node.op === 'const') return rowsOf(s, value, node);
  const pieces = piecesOf(s, node);
  if (!pieces) return undefined;
  const wanted = s.wanted.get(resultOf(node));
  const of =
    jointKind(pieces.flatMap((p) => ('value' in p ? [kindIn(s, p.value)] : [])).concat(wanted ?? [])) ?? NUMBER;
  const kind = of.kind === 'truth' || pieces.some((p) => 'constant' in p && !fitsIn(of, p.constant)) ? NUMBER : of;
  const uses = pieces.flatMap((p): Use[] => ('value' in p ? [{ value: p.value, asIs: kind.kind !== 'number' }] : []));
  const texts = (x: readonly Operand[], own: Own): string[] => {
    const rest = [...x];
    return pieces.map((p) => ('value' in p ? must(rest.shift()).at(LOOSE) : constantText(p.constant, kind, own)));
  };
  return { kind, uses, texts };
}

const fitsIn = (kind: Kind, node: NodeOf<'const'>): boolean =>
  kind.kind === 'number' ||
  (node.attrs.shape.length === (kind.kind === 'cases' ? 2 : 1) && node.attrs.data.length > 0 && wholeRow(kind, node));

const wholeRow = (kind: Kind, node: NodeOf<'const'>): boolean => {
  const { data } = node.attrs;
  if (kind.kind === 'bool') return data.every((x) => x === 1 || x === -1);
  if (kind.kind !== 'cases') return false;
  return data.length === kind.size && data.filter((x) => x === 1).length === 1 && data.every((x) => x === 0 || x === 1);
};

/** A constant of one row, without the axis in front. */
function constantText(node: NodeOf<'const'>, kind: Kind, own: Own): string {
  const { data, shape } = node.attrs;
  if (kind.kind !== 'number') return literalOf(kind, data, printF32, own.caseText);
  return nestedText(shape.slice(1), data);
}

/** Numbers of a shape as nested lists. */
export function nestedText(shape: Shape, data: ArrayLike<number>, text: (x: number) => string = printF32): string {
  const go = (axis: number, at: number): string => {
    if (axis === shape.length) return text(must(data[at]));
    const step = shape.slice(axis + 1).reduce((n, d) => n * d, 1);
    return `[${Array.from({ length: shape[axis] ?? 0 }, (_, i) => go(axis + 1, at + i * step)).join(', ')}]`;
  };
  return go(0, 0);
}

/** The number that a value is or repeats. */
export function numberIn(s: Scope, v: ValueId | undefined): number | undefined {
  const data = (madeBy(s, v, 'const') ?? madeBy(s, madeBy(s, v, 'broadcast')?.inputs[0], 'const'))?.attrs.data;
  return data?.length === 1 ? data[0] : undefined;
}
