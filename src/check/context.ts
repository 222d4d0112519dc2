/**
 * What the rules of the checker share: the world of modules, the module, and the definition being checked.
 * Rules are functions over a `Checker`; they call back through `infer` and `check` and so need not import each other.
 */
import type { Expr } from '../syntax/ast.ts';
import type { Label, Problem, ProblemData, ProblemExtras, ProblemName } from '../text/problem.ts';
import type { Source, Span } from '../text/span.ts';
import type { Core, FnDecl, HoleDecl, LetDecl, Logic, ParamDecl } from './core.ts';
import type { Intrinsic } from './intrinsics/table.ts';
import type { Scope } from './scope.ts';
import type { Solver } from './solve.ts';
import type { EnumDecl, RecordDecl, Type } from './types.ts';

/** What a name of a module stands for. Values are looked at when first needed, so their order is free. */
export type Meaning =
  | { readonly kind: 'fn'; readonly decl: FnDecl }
  | { readonly kind: 'value'; readonly decl: () => ParamDecl | LetDecl | undefined }
  | { readonly kind: 'enum'; readonly decl: EnumDecl }
  | { readonly kind: 'record'; readonly decl: RecordDecl }
  | { readonly kind: 'intrinsic'; readonly intrinsic: Intrinsic }
  /** Something that the compiler does not do yet (already reported), or a broken declaration. */
  | { readonly kind: 'error' };

export interface NameEntry {
  readonly meaning: Meaning;
  readonly at: Span;
  readonly imported: boolean;
  used: boolean;
}

/** The names of one module as the rules see them. */
export interface ModuleScope {
  readonly source: Source;
  /** Its text has errors of syntax, so parts of it were not read. */
  readonly broken: boolean;
  readonly logic: Logic;
  /** The width of surrogates where the train block says none. */
  readonly surrogate: number | undefined;
  /** Own names, then those that are always in scope. */
  find(name: string): Meaning | undefined;
  /** Names that the module declares or imports itself. */
  findOwn(name: string): Meaning | undefined;
  /** Enums in reach that have a case of this name. */
  ownersOf(caseName: string): readonly EnumDecl[];
  /** Everything in reach, for "did you mean". */
  names(): Iterable<string>;
  /** The library module that exports a name which is not in scope. */
  exporterOf(name: string): string | undefined;
  /** Where a new import line may be inserted. */
  readonly importAt: Span;
}

export type Definition = FnDecl | ParamDecl | LetDecl;

/** The definition that is being checked. */
export interface Frame {
  /** `classify`, for the names of its learned numbers. */
  readonly name: string;
  readonly holes: 'allowed' | 'forbidden';
  /** Random initialisers and `load`: in a param's value, or in a function that only such values call. */
  readonly creates: 'param' | 'fn' | 'no';
  readonly found: HoleDecl[];
  /** Names that mean something in a `train` block only; in a claim about the program. */
  readonly ofTraining?: ReadonlySet<string>;
  /** Set when a random initialiser or `load` stands in it. */
  createdAt?: Span;
  /** Other definitions it reads, with the first place. */
  readonly reads: Map<Definition, Span>;
}

/** Where a wanted type comes from; read only when it is not met. */
export type Because = () => Label | readonly Label[];

export interface Checker {
  readonly module: ModuleScope;
  readonly frame: Frame;
  readonly solver: Solver;
  readonly scope: Scope;
  readonly problems: Problem[];
  /** Finds the type of an expression. `hint` helps to read it (case names, lambdas, shapes) and demands nothing. */
  infer(e: Expr, hint?: Type): Core;
  /** The expression as a value of type `want`, coerced where the language allows; else a problem. `because`: where `want` comes from. */
  check(e: Expr, want: Type, because?: Because): Core;
  /** Reports, and gives the core expression that agrees with everything. */
  fail<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras?: ProblemExtras): Core;
  warn<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras?: ProblemExtras): void;
}
