/**
 * The plan of a scope, a graph or the body of a loop, as data: how each node is to be written, what kind its values are, where lowering
 * would put them, and how often the text names them. Made by `forms.ts`, read by `write.ts`.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { OpName, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { canBe, type Kind, sameKind } from './kinds.ts';
import type { Expression, Operand } from './template.ts';

/** An operand of a form. */
export interface Use {
  readonly value: ValueId;
  /** As what it is, and not as its numbers. */
  readonly asIs?: boolean;
  /** The number that is repeated over the shape of the other operands. */
  readonly scalar?: boolean;
  /** A constant number, written as a value of this kind. */
  readonly as?: Kind;
  /** Where it stands its type is wanted, so it need not be stated. */
  readonly isHinted?: boolean;
}

export interface ExpressionForm {
  readonly kind: 'expression';
  readonly of: Kind;
  readonly uses: readonly Use[];
  /** Written by `op(...)`, so it stays in the loop where it stands. */
  readonly isLiteral?: boolean;
  /** What it is called where it has no name. */
  readonly wish?: string;
  make(x: readonly Operand[], own: Own): Expression;
}

/** What an expression may say of its own value. */
export interface Own {
  readonly shape: Shape;
  /** The name of an enum, which its cases are written with. */
  /** A case as it is written. */
  caseText(kind: Kind, at: number): string;
  typeText(kind: Kind, shape: Shape): string;
}

export type Form = ExpressionForm | LoopForm | { readonly kind: 'leaf' };

export interface Scope {
  /** The width of surrogates that the file chooses. */
  readonly width: number;
  readonly graph: Graph;
  /** How many loops are around it. */
  readonly depth: number;
  readonly literal: ReadonlySet<Node>;
  readonly params: ReadonlyMap<string, Kind>;
  readonly makers: ReadonlyMap<ValueId, Node>;
  /** What values are wanted as, where it is known. */
  readonly wanted: ReadonlyMap<ValueId, Kind>;
  readonly kinds: Map<ValueId, Kind>;
  /** The depth at which lowering would put a value: of the innermost loop that it depends on. */
  readonly homes: Map<ValueId, number>;
  readonly forms: Map<Node, Form>;
  /** How often the text names a value; what is not in it is not written. */
  readonly uses: Map<ValueId, number>;
  /** Plans the body of a loop. */
  plan(graph: Graph, p: Planning): Scope;
  /** Alarms that the loops written by `iterate` raise themselves. */
  readonly raised: Set<ValueId>;
}

export interface ScopeInputs {
  readonly kinds: readonly Kind[];
  readonly homes: readonly number[];
}

export interface Planning {
  readonly width: number;
  readonly depth: number;
  readonly literal: ReadonlySet<Node>;
  readonly params: ReadonlyMap<string, Kind>;
  readonly inputs: ScopeInputs;
  /** Per output. */
  readonly wanted: readonly (Kind | undefined)[];
}

export const shapeIn = (s: Scope, v: ValueId): Shape => must(s.graph.types[v]).shape;
export const kindIn = (s: Scope, v: ValueId): Kind => must(s.kinds.get(v), () => `value ${v} has no kind`);
export const makerIn = (s: Scope, v: ValueId): Node => must(s.makers.get(v), () => `nothing makes value ${v}`);

export interface LoopForm {
  readonly kind: 'loop';
  /** `fold`: the last states. `scan`: the states after each step. Else `op(...)`. */
  readonly word: 'fold' | 'scan' | 'iterate' | 'op';
  readonly isLiteral: boolean;
  /** Per result. */
  readonly kinds: readonly Kind[];
  readonly uses: readonly Use[];
  readonly body: Scope;
  readonly cond?: Scope;
  /** Of `scan`: which state each stacked result is. */
  readonly stacks: readonly number[];
}

/** The node that made a value, when it is of this op. */
export function madeBy<K extends OpName>(s: Scope, v: ValueId | undefined, op: K): NodeOf<K> | undefined {
  const node = v === undefined ? undefined : makerIn(s, v);
  return node?.op === op ? (node as unknown as NodeOf<K>) : undefined;
}

/** A reshape that puts an axis of size 1 in front or takes it away. */
export function isUnfolded(graph: Graph, node: Node): boolean {
  if (node.op !== 'reshape') return false;
  const [a, b] = [must(graph.types[must(node.inputs[0])]).shape, node.attrs.shape];
  return [1, ...a].join() === b.join() || [1, ...b].join() === a.join();
}

/** A constant or one spread: lowering writes such down where they are used. */
export function isConstant(s: Scope, v: ValueId): boolean {
  const node = makerIn(s, v);
  return node.op === 'const' || (node.op === 'broadcast' && makerIn(s, must(node.inputs[0])).op === 'const');
}

/** A value where one of this kind is wanted: it is one, or a constant number that can be written so. */
export function useAs(s: Scope, v: ValueId, kind: Kind): Use | undefined {
  const own = kindIn(s, v);
  if (sameKind(own, kind) || (kind.kind === 'truth' && own.kind === 'bool')) return { value: v, asIs: true };
  const node = makerIn(s, v);
  const form = s.forms.get(node);
  const isPlain = node.op === 'const' && form?.kind === 'expression' && !form.isLiteral && node.attrs.data.length === 1;
  return isPlain && node.attrs.shape.length === 0 && canBe(kind, node.attrs.data) ? { value: v, as: kind } : undefined;
}

/** One number, repeated. */
export function isSplat(s: Scope, v: ValueId): boolean {
  const node = makerIn(s, v);
  return (
    node.op === 'broadcast' &&
    makerIn(s, must(node.inputs[0])).op === 'const' &&
    shapeIn(s, must(node.inputs[0])).length === 0
  );
}
