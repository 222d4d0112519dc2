/**
 * The abstract syntax: what the checker reads. Plain tagged unions over the lossless tree, each node with
 * the span it came from (without surrounding trivia). Where the text is broken the parser has reported a
 * Problem and the tree holds an `error` node; the checker treats it as having every type.
 */
import type { Span } from '../text/span.ts';

export interface Name {
  readonly text: string;
  readonly at: Span;
}

// --- types -----------------------------------------------------------------------------------------

export type TypeExpr =
  /** `f32`, `Dense<4, n>`, `Soft<E>`, `T`. Arguments are types or sizes; a lone name may be either. */
  | { readonly kind: 'named'; readonly at: Span; readonly name: Name; readonly args: readonly TypeArg[] }
  /** `T[n, m]`, `T[n][m]` (the same type). */
  | { readonly kind: 'array'; readonly at: Span; readonly of: TypeExpr; readonly sizes: readonly SizeExpr[] }
  | { readonly kind: 'tuple'; readonly at: Span; readonly items: readonly TypeExpr[] }
  | { readonly kind: 'fn'; readonly at: Span; readonly params: readonly TypeExpr[]; readonly result: TypeExpr }
  | { readonly kind: 'error'; readonly at: Span };

export type TypeArg = { readonly at: Span; readonly type?: TypeExpr; readonly size?: SizeExpr };

export type SizeExpr =
  | { readonly kind: 'number'; readonly at: Span; readonly value: number }
  | { readonly kind: 'name'; readonly at: Span; readonly name: Name }
  | {
      readonly kind: 'binary';
      readonly at: Span;
      readonly op: '+' | '-' | '*';
      readonly left: SizeExpr;
      readonly right: SizeExpr;
    }
  | { readonly kind: 'error'; readonly at: Span };

// --- expressions -----------------------------------------------------------------------------------

export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '@'
  | '**'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||'
  | '^^'
  | '==>'
  | '|>';

export type Expr =
  /** A number as written. `text` has no sign; `isInt` when it has neither point nor exponent (`3`). */
  | { readonly kind: 'number'; readonly at: Span; readonly text: string; readonly isInt: boolean }
  /** `?36.6`, `?-0.5`: a number that is learned. `numberAt` covers sign and digits: what write-back replaces. */
  | { readonly kind: 'hole'; readonly at: Span; readonly text: string; readonly numberAt: Span }
  | { readonly kind: 'bool'; readonly at: Span; readonly value: boolean }
  | { readonly kind: 'string'; readonly at: Span; readonly value: string }
  | { readonly kind: 'name'; readonly at: Span; readonly name: Name }
  | { readonly kind: 'unary'; readonly at: Span; readonly op: '-' | '!'; readonly value: Expr }
  | {
      readonly kind: 'binary';
      readonly at: Span;
      readonly op: BinaryOp;
      readonly opAt: Span;
      readonly left: Expr;
      readonly right: Expr;
    }
  /** `a..b`, only as a loop source, an index, or a data column range. */
  | { readonly kind: 'range'; readonly at: Span; readonly from: Expr; readonly to: Expr }
  | { readonly kind: 'call'; readonly at: Span; readonly fn: Expr; readonly args: readonly Arg[] }
  | { readonly kind: 'field'; readonly at: Span; readonly of: Expr; readonly field: Name }
  /** `x[i]`, `x[i, j]`, `x[1..4]`: several indices are the same as several brackets. */
  | { readonly kind: 'index'; readonly at: Span; readonly of: Expr; readonly indices: readonly Expr[] }
  | { readonly kind: 'tuple'; readonly at: Span; readonly items: readonly Expr[] }
  | { readonly kind: 'array'; readonly at: Span; readonly items: readonly Expr[] }
  /** `[for i in 0..n, y in ys: e]` (array), `sum(for ...)` is a call whose single argument is this with `inCall`. */
  | {
      readonly kind: 'comprehension';
      readonly at: Span;
      readonly binders: readonly Binder[];
      readonly body: Expr;
      readonly inCall: boolean;
    }
  /** `Flower { a: 1.0 }`, `{ setosa: 0.2 }`, `{ ...r, a: 1.0 }`. A lone name `x` in it stands for `x: x`. */
  | {
      readonly kind: 'record';
      readonly at: Span;
      readonly name?: Name;
      readonly typeArgs: readonly TypeArg[];
      readonly spread?: Expr;
      readonly fields: readonly FieldInit[];
    }
  | { readonly kind: 'block'; readonly at: Span; readonly lets: readonly Let[]; readonly value: Expr }
  | { readonly kind: 'lambda'; readonly at: Span; readonly params: readonly LambdaParam[]; readonly body: Expr }
  | { readonly kind: 'if'; readonly at: Span; readonly cond: Expr; readonly then: Expr; readonly else: Expr }
  | { readonly kind: 'match'; readonly at: Span; readonly of: Expr; readonly arms: readonly Arm[] }
  | {
      readonly kind: 'fold';
      readonly at: Span;
      readonly all: boolean;
      readonly state: Pattern;
      readonly init: Expr;
      readonly binders: readonly Binder[];
      readonly next: Expr;
    }
  | {
      readonly kind: 'iterate';
      readonly at: Span;
      readonly state: Pattern;
      readonly init: Expr;
      readonly cond: Expr;
      readonly max: Expr;
      readonly next: Expr;
    }
  /** `choose { a, b }`, `choose 1 { a, b }`, `pick 1 { x, y }`. */
  | {
      readonly kind: 'choose';
      readonly at: Span;
      readonly pick: boolean;
      readonly wordAt: Span;
      readonly chosen?: { readonly value: number; readonly at: Span };
      readonly options: readonly Expr[];
    }
  | { readonly kind: 'error'; readonly at: Span };

export interface Arg {
  readonly at: Span;
  readonly name?: Name;
  readonly value: Expr;
}

export interface FieldInit {
  readonly at: Span;
  readonly name: Name;
  readonly value: Expr;
}

export interface LambdaParam {
  readonly name: Name;
  readonly type?: TypeExpr;
}

/** `x`, `_`, `(a, b)`. */
export type Pattern =
  | { readonly kind: 'name'; readonly at: Span; readonly name: Name }
  | { readonly kind: 'wildcard'; readonly at: Span }
  | { readonly kind: 'tuple'; readonly at: Span; readonly items: readonly Pattern[] };

export interface Binder {
  readonly at: Span;
  readonly pattern: Pattern;
  readonly source: Expr;
}

export interface Let {
  readonly at: Span;
  readonly pattern: Pattern;
  readonly type?: TypeExpr;
  readonly value: Expr;
}

/** A pattern of `match`: a case, `true`/`false`, an integer (`Index`), `_`, a tuple of those, or alternatives `a | b`. */
export type CasePattern =
  | { readonly kind: 'case'; readonly at: Span; readonly name: Name }
  | { readonly kind: 'bool'; readonly at: Span; readonly value: boolean }
  | { readonly kind: 'number'; readonly at: Span; readonly value: number }
  | { readonly kind: 'wildcard'; readonly at: Span }
  | { readonly kind: 'tuple'; readonly at: Span; readonly items: readonly CasePattern[] }
  | { readonly kind: 'or'; readonly at: Span; readonly items: readonly CasePattern[] };

export interface Arm {
  readonly at: Span;
  readonly pattern: CasePattern;
  readonly value: Expr;
}

// --- declarations ----------------------------------------------------------------------------------

/** A generic parameter: a type (capital first letter) or a size (small first letter). */
export interface Generic {
  readonly name: Name;
  readonly kind: 'type' | 'size';
}

export interface FnParam {
  readonly name: Name;
  readonly type: TypeExpr;
  /** `x: f32 in [-3, 3]`: the range an argument is promised to lie in. */
  readonly range?: readonly [Expr, Expr];
  readonly default?: Expr;
}

/** An argument of a table; it may have a name. */
export interface TableParam {
  readonly name?: Name;
  readonly type: TypeExpr;
}

export interface TableRow {
  readonly at: Span;
  readonly pattern: CasePattern;
  readonly value: Expr;
}

interface DeclBase {
  readonly at: Span;
  /** The text of the `///` lines before it, joined by newlines. */
  readonly doc?: string;
}

export type Decl = DeclBase &
  (
    | {
        readonly kind: 'import';
        readonly names: readonly { readonly name: Name; readonly alias?: Name }[];
        readonly from: string;
        readonly fromAt: Span;
      }
    /** `use logic kleene;` */
    | { readonly kind: 'use'; readonly topic: Name; readonly choice: Name }
    | { readonly kind: 'enum'; readonly name: Name; readonly cases: readonly Name[] }
    | {
        readonly kind: 'record';
        readonly name: Name;
        readonly generics: readonly Generic[];
        readonly fields: readonly { readonly name: Name; readonly type: TypeExpr; readonly doc?: string }[];
      }
    | {
        readonly kind: 'fn';
        readonly name: Name;
        readonly generics: readonly Generic[];
        readonly params: readonly FnParam[];
        readonly result: TypeExpr;
        readonly body: Expr;
      }
    | { readonly kind: 'let'; readonly name: Name; readonly type?: TypeExpr; readonly value: Expr }
    | {
        readonly kind: 'param';
        readonly frozen: boolean;
        readonly name: Name;
        readonly type?: TypeExpr;
        readonly range?: readonly [Expr, Expr];
        readonly value: Expr;
      }
    /** `[param] table next(State, bit: Index<2>) -> State { (even, 1) -> odd }`; `rows` absent while unlearned. */
    | {
        readonly kind: 'table';
        readonly learned: boolean;
        readonly frozen: boolean;
        readonly name: Name;
        readonly params: readonly TableParam[];
        readonly result: TypeExpr;
        readonly rows?: readonly TableRow[];
        /** `= value`, an array of the cells, instead of rows. */
        readonly value?: Expr;
        /** What rows would replace: from `=` or, without a value, the `;` alone. */
        readonly endAt: Span;
      }
    /** `param fn f(x: f32 in [-3, 3]) -> f32 = spline(8);` */
    | {
        readonly kind: 'paramFn';
        readonly name: Name;
        readonly params: readonly FnParam[];
        readonly result: TypeExpr;
        readonly value: Expr;
      }
    | { readonly kind: 'train'; readonly target: Name; readonly settings: readonly FieldInit[] }
    | {
        readonly kind: 'test';
        readonly title: string;
        readonly lets: readonly Let[];
        readonly asserts: readonly { readonly at: Span; readonly value: Expr }[];
      }
    | {
        readonly kind: 'prove';
        readonly title?: string;
        readonly foralls: readonly {
          readonly at: Span;
          readonly name: Name;
          readonly type: TypeExpr;
          readonly range?: readonly [Expr, Expr];
        }[];
        readonly lets: readonly Let[];
        readonly assumes: readonly Expr[];
        readonly asserts: readonly Expr[];
        readonly relation?: {
          readonly op: '==' | '~=';
          readonly left: Expr;
          readonly right: Expr;
          readonly within?: Expr;
        };
      }
    | { readonly kind: 'error' }
  );

export interface Module {
  readonly at: Span;
  /** The `///` lines at the head of the file that belong to no declaration. */
  readonly doc?: string;
  readonly decls: readonly Decl[];
}
