/** What a built-in function is: its name, its page in the reference, and its typing rule. */
import type { Expr } from '../../syntax/ast.ts';
import type { Span } from '../../text/span.ts';
import type { Checker } from '../context.ts';
import type { Core } from '../core.ts';
import type { Type } from '../types.ts';

export interface IntrinsicCall {
  readonly at: Span;
  readonly name: string;
  readonly args: readonly Expr[];
  readonly named: ReadonlyMap<string, Expr>;
}

export type Rule = (c: Checker, call: IntrinsicCall, hint?: Type) => Core;

export interface Intrinsic {
  readonly name: string;
  /** As in the reference: `min(a, b)`. Types in capitals stand for anything that fits. */
  readonly signature: string;
  /** One sentence for the reference. */
  readonly doc: string;
  /** How many arguments it takes when it is passed as a value. */
  readonly arity?: number;
  readonly rule: Rule;
}
