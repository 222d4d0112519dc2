/** What is learned inside an expression: numbers and choices, each a parameter of its own. `numbers` and `choices` make them, lowering names them. */
import type { Span } from '../text/span.ts';

/**
 * What is learned inside an expression: `?36.6`, called `<function or declaration>?<ordinal from 1>`, or the option of
 * `choose { a, b }` and `pick { x, y }`, an index called `...?choose<ordinal>` and `...?pick<ordinal>`.
 */
export interface HoleDecl {
  readonly name: string;
  readonly value: number;
  /** Sign and digits: what write-back replaces. Of a choice without a number, the place behind its word. */
  readonly at: Span;
  readonly choice?: Choice;
}

export interface Choice {
  readonly word: 'choose' | 'pick';
  readonly wordAt: Span;
  /** The number stands in the text. */
  readonly isWritten: boolean;
  /** Per option, the bits that writing it takes. */
  readonly bits: readonly number[];
}
