/**
 * The types of the language as the checker sees them: sizes are linear in the size parameters in scope.
 * `lower/` replaces parameters by numbers and types, and then every size is a number.
 */
import type { Span } from '../text/span.ts';

/** A linear size: `constant + Σ coefficient · parameter`. Terms with coefficient 0 are absent; order by name. */
export interface Size {
  readonly constant: number;
  readonly terms: readonly { readonly param: string; readonly times: number }[];
}

export interface EnumDecl {
  readonly kind: 'enum';
  readonly name: string;
  readonly at: Span;
  readonly cases: readonly string[];
  readonly doc?: string;
}

export interface RecordDecl {
  readonly kind: 'record';
  readonly name: string;
  readonly at: Span;
  readonly generics: readonly GenericParam[];
  /** Types may mention the generics; instantiate with `substitute`. */
  readonly fields: readonly { readonly name: string; readonly at: Span; readonly type: Type; readonly doc?: string }[];
  readonly doc?: string;
}

export interface GenericParam {
  readonly kind: 'type' | 'size';
  readonly name: string;
}

/** An argument for a generic parameter, in the order of the declaration. */
export type GenericArg =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'size'; readonly size: Size };

export type Type =
  | { readonly kind: 'f32' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'truth' }
  /** Known while compiling: literals, size parameters, loop indices of ranges and arithmetic on them. */
  | { readonly kind: 'int' }
  | { readonly kind: 'string' }
  | { readonly kind: 'enum'; readonly decl: EnumDecl }
  | { readonly kind: 'index'; readonly size: Size }
  /** A distribution; `of` is an enum, an index, or a type variable that stands for one. */
  | { readonly kind: 'soft'; readonly of: Type }
  /** One axis. `cases` is set when the axis is the cases of an enum in order (a record literal of cases). */
  | { readonly kind: 'array'; readonly of: Type; readonly size: Size; readonly cases?: EnumDecl }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'record'; readonly decl: RecordDecl; readonly args: readonly GenericArg[] }
  | { readonly kind: 'fn'; readonly params: readonly Type[]; readonly result: Type }
  /** A type parameter of the function or record being checked. */
  | { readonly kind: 'var'; readonly name: string }
  /** Already reported; agrees with everything. */
  | { readonly kind: 'error' };
