/** The pieces that expressions are made of: how tightly they bind, operands to be filled in, array expressions. */
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import type { Kind } from './kinds.ts';
import { INDEX_NAMES } from './names.ts';

/** How tightly an expression binds; larger is tighter. */
export const LOOSE = 0;
export const OR = 0.5;
export const AND = 0.7;
export const TEST = 1;
export const SUM = 2;
export const PRODUCT = 3;
export const UNARY = 4;
export const CALL = 5;

export interface Expression {
  readonly text: string;
  readonly binds: number;
  /** Its type must be stated where it is bound. */
  readonly typed?: boolean;
}

/** An operand as the templates see it. */
export interface Operand {
  readonly shape: Shape;
  readonly kind: Kind;
  /** Its text where at least this tightness is needed. */
  at(binds: number): string;
  /** Its name: it is bound first if it has none. */
  name(): string;
  /** The text of the single number that it repeats, where it is such. */
  readonly scalar?: string;
  /** The same between brackets of its own. */
  readonly loose?: string;
}

export const call = (name: string, ...args: readonly string[]): Expression => ({
  text: `${name}(${args.join(', ')})`,
  binds: CALL,
});

/** `[for i in 0..2, j in 0..3: element]`; without axes the element itself, which binds as stated. */
export function comprehension(
  shape: Shape,
  element: (index: readonly string[]) => string,
  binds: number = CALL,
): Expression {
  const index = shape.map((_, i) => must(INDEX_NAMES[i]));
  const text = element(index);
  if (shape.length === 0) return { text, binds };
  return { text: `[for ${shape.map((d, i) => `${index[i]} in 0..${d}`).join(', ')}: ${text}]`, binds: CALL };
}

/** `x[i, j]`, or `x` for no indices. */
export const element = (x: string, index: readonly string[]): string =>
  index.length === 0 ? x : `${x}[${index.join(', ')}]`;
