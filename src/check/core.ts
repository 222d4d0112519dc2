/**
 * Core: the checked program, and all that `lower/` reads. Names are resolved, arguments stand in the
 * order of the parameters with defaults filled in, every coercion is explicit, operators and built-in
 * functions are `prim`s, and every expression has its type. Sizes may still mention the size parameters of
 * the function they stand in. Destructuring patterns are gone: a pattern binds one local, its parts are
 * `item` expressions bound by further lets.
 */
import type { OpName } from '../ir/vocabulary.ts';
import type { Span } from '../text/span.ts';
import type { HoleDecl } from './learned.ts';
import type { EnumDecl, GenericArg, GenericParam, RecordDecl, Size, Type } from './types.ts';

export type { Choice, HoleDecl } from './learned.ts';

/** A local variable; identity is the object. */
export interface Local {
  readonly name: string;
  readonly type: Type;
  readonly at: Span;
  /** The index of a range loop, `i` in `for i in 0..n`: known to the compiler, type `int`. */
  readonly isLoopIndex: boolean;
}

/**
 * Primitive operations. Elementwise ones take arrays and scalars mixed (a scalar broadcasts; arrays have one
 * shape), so their argument types are the scalar type or arrays of it, and the result has the array's shape.
 */
export type Prim =
  // numbers, elementwise
  | 'neg'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'min'
  | 'max'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'sqrt'
  | 'exp'
  | 'log'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'sin'
  | 'cos'
  | 'erf'
  | 'clamp'
  // comparisons to bool, elementwise: f32, bool; `eq`/`ne` also on crisp enum and index values (bool) and on soft ones (truth)
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'eq'
  | 'ne'
  // logic, elementwise; `logic` on the node says which (crisp operands: classical)
  | 'not'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies'
  // less(a, b, width): truth
  | 'less'
  // compile-time integers
  | 'int.add'
  | 'int.sub'
  | 'int.mul'
  | 'int.div'
  | 'int.mod'
  | 'int.neg'
  | 'int.lt'
  | 'int.le'
  | 'int.eq'
  // crisp Index values, exact: the result type's size is the range
  | 'index.add'
  | 'index.sub'
  | 'index.mul'
  | 'index.mod'
  // one argument, an array: the node's type says over what: a scalar type means all axes, an array type the leading axis alone
  // (`sum(for ... : row)`). `all`/`any` of bools are bool; of truths they are truth, `and`/`or` from the left with the node's `logic`.
  | 'sum'
  | 'mean'
  | 'maximum'
  | 'minimum'
  | 'product'
  | 'all'
  | 'any'
  | 'count'
  // vectors
  | 'softmax'
  | 'argmax'
  | 'matmul'
  | 'dot'
  | 'outer'
  | 'transpose'
  | 'reshape'
  | 'concat'
  | 'reverse'
  | 'stack'
  | 'norm'
  // soft value to its weights as f32[n]; f32[n] to Soft without change (used by std, checked by nobody: weights must be a distribution)
  | 'weights'
  | 'fromWeights'
  // probability(p, c): the weight that the distribution `p` gives to the case `c` (crisp or soft: the dot product of both vectors); f32.
  // Its operands may have the type `Soft<T>` and `T` of a type parameter, so the vector's length is known only at lowering.
  | 'probability'
  // a value without gradient
  | 'stopGradient'
  // creation: shape from the node's type. zeros, ones, full (1 argument: the number) and eye may stand anywhere (constants). normal (1: scale), uniform (2: low, high),
  // glorot, he, orthogonal stand only in a param's initialiser or in functions called from one (`dense_init`); the checker holds that.
  | 'init.normal'
  | 'init.uniform'
  | 'init.zeros'
  | 'init.ones'
  | 'init.full'
  | 'init.eye'
  | 'init.glorot'
  | 'init.he'
  | 'init.orthogonal';

export type Logic = 'godel' | 'kleene' | 'product' | 'lukasiewicz';

/** How a value changes its type. On an array (of any rank) the change is made element by element. */
export type CoerceHow =
  | 'int-to-f32'
  | 'bool-to-truth'
  | 'bool-to-f32'
  | 'truth-to-f32'
  | 'bool-to-index' // a crisp bool as an Index<2>: false is 0
  | 'truth-to-soft' // a truth as a Soft<Index<2>>: the weights (1 - t) / 2 and (1 + t) / 2
  | 'index-to-f32' // the number of a crisp index
  | 'case-to-soft' // E to Soft<E>: the one-hot vector itself
  | 'case-to-index' // E to Index<cases of E>, Soft<E> to Soft<Index<cases of E>>: the vector itself
  | 'int-to-index' // a compile-time number used as an Index<n>; lowering checks its range
  | 'vector-to-cases'; // f32[n] labelled with the cases of an enum, or the label dropped

export type Core = { readonly type: Type; readonly at: Span } & CoreKind;

export type CoreKind =
  /** An f32 literal (`value` is its float32) or an int literal, as the type says. */
  | { readonly kind: 'number'; readonly value: number }
  /** `?x`, a learned number, or the index of a learned choice. Each is a parameter of its own. */
  | { readonly kind: 'hole'; readonly value: number; readonly hole: HoleDecl }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'case'; readonly index: number }
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'param'; readonly decl: ParamDecl }
  | { readonly kind: 'global'; readonly decl: LetDecl }
  /** A size as an int value. */
  | { readonly kind: 'size'; readonly size: Size }
  | { readonly kind: 'prim'; readonly prim: Prim; readonly args: readonly Core[]; readonly logic?: Logic }
  | {
      readonly kind: 'call';
      readonly fn: FnDecl;
      readonly generics: readonly GenericArg[];
      readonly args: readonly Core[];
    }
  /** A scalar function applied element by element: every array argument has the node's shape, the others broadcast. */
  | {
      readonly kind: 'lift';
      readonly fn: FnDecl;
      readonly generics: readonly GenericArg[];
      readonly args: readonly Core[];
    }
  /** A function value called. */
  | { readonly kind: 'apply'; readonly fn: Core; readonly args: readonly Core[] }
  | { readonly kind: 'fnref'; readonly fn: FnDecl; readonly generics: readonly GenericArg[] }
  | { readonly kind: 'primref'; readonly prim: Prim; readonly logic?: Logic }
  | { readonly kind: 'lambda'; readonly params: readonly Local[]; readonly body: Core }
  | { readonly kind: 'let'; readonly local: Local; readonly value: Core; readonly body: Core }
  /** Crisp: `cond` is bool (or a comparison of ints). Soft: `cond` is truth. */
  | { readonly kind: 'if'; readonly soft: boolean; readonly cond: Core; readonly then: Core; readonly else: Core }
  /** Crisp: the first arm that fits. Soft (some scrutinee is soft): the mixture of the arms' values by weight. */
  | { readonly kind: 'match'; readonly soft: boolean; readonly of: readonly Core[]; readonly arms: readonly CoreArm[] }
  /** All fields, in the order of the declaration. */
  | { readonly kind: 'record'; readonly fields: readonly Core[] }
  | { readonly kind: 'field'; readonly of: Core; readonly index: number }
  /** `.a` on a soft value: the weight of one case. */
  | { readonly kind: 'weight'; readonly of: Core; readonly index: number }
  | { readonly kind: 'tuple'; readonly items: readonly Core[] }
  | { readonly kind: 'item'; readonly of: Core; readonly index: number }
  /** Also a record literal of an enum's cases: items in case order, type `array` with `cases`. */
  | { readonly kind: 'array'; readonly items: readonly Core[] }
  /** One axis per binder, the first outermost. */
  | { readonly kind: 'comprehension'; readonly binders: readonly CoreBinder[]; readonly body: Core }
  /** `index` is an int, a crisp Index, or a soft one. Removes the leading axis. */
  | { readonly kind: 'index'; readonly of: Core; readonly index: Core }
  /** `x[from..to]` on the leading axis. */
  | { readonly kind: 'slice'; readonly of: Core; readonly from: Size; readonly to: Size }
  /** `fold` (`all` false) gives the last state, `scan` (`all` true) the states after each step. */
  | {
      readonly kind: 'fold';
      readonly all: boolean;
      readonly state: Local;
      readonly init: Core;
      readonly binders: readonly CoreBinder[];
      readonly next: Core;
    }
  | {
      readonly kind: 'iterate';
      readonly state: Local;
      readonly init: Core;
      readonly cond: Core;
      readonly max: Size;
      readonly next: Core;
    }
  | { readonly kind: 'coerce'; readonly how: CoerceHow; readonly value: Core }
  /** `load("file.safetensors", "name", sha256 = "...")`, only as (part of) a param's value. */
  | {
      readonly kind: 'load';
      readonly file: string;
      readonly tensor: string;
      readonly sha256?: string;
      readonly sha256At?: Span;
    }
  /** An operation of the graph by its name. `bodies`: the functions of a loop, of its states and then of elements. */
  | {
      readonly kind: 'op';
      readonly op: OpName;
      /** All attributes but the shape, which is the type's. */
      readonly attributes: Readonly<Record<string, Attribute>>;
      readonly args: readonly Core[];
      readonly bodies: Readonly<Record<string, Core>>;
    }
  /** `value`; the message is told when `when` is above 0 in the end. */
  | { readonly kind: 'alarm'; readonly value: Core; readonly when: Core; readonly message: string }
  | { readonly kind: 'error' };

export type Attribute = number | boolean | string | readonly number[] | Float32Array;

export interface CoreBinder {
  readonly local: Local;
  readonly source:
    | { readonly kind: 'range'; readonly from: Size; readonly to: Size }
    | { readonly kind: 'values'; readonly value: Core };
}

export interface CoreArm {
  readonly at: Span;
  /** One entry per scrutinee: the set of case numbers that fit (bool: 0 false, 1 true), or null for any. */
  readonly cases: readonly (readonly number[] | null)[];
  readonly value: Core;
}

export interface ParamDecl {
  readonly kind: 'param';
  readonly name: string;
  readonly at: Span;
  readonly type: Type;
  readonly frozen: boolean;
  readonly range?: readonly [number, number];
  readonly value: Core;
  readonly doc?: string;
  /** Of the cells of a `param table`: how its rows are written. */
  readonly table?: TableText;
}

/** Where the rows of a `param table` stand, or would stand. */
export interface TableText {
  /** The types of its arguments: what patterns are made of. */
  readonly arguments: readonly Type[];
  readonly result: Type;
  /** Absent while there are none. Each row gives the value of some cells, which are numbered row-major over the arguments. */
  readonly rows?: readonly {
    readonly at: Span;
    readonly valueAt: Span;
    readonly value: Core;
    readonly cells: readonly number[];
  }[];
  /** What rows would replace: `;`, or a value from `=` on. */
  readonly endAt: Span;
}

export interface LetDecl {
  readonly kind: 'let';
  readonly name: string;
  readonly at: Span;
  readonly type: Type;
  readonly value: Core;
  readonly doc?: string;
}

export interface FnDecl {
  readonly kind: 'fn';
  readonly name: string;
  readonly at: Span;
  /** Where it is declared: `iris.su`, `std/loss`. */
  readonly module: string;
  readonly generics: readonly GenericParam[];
  readonly params: readonly Local[];
  /** Promised ranges of parameters, by position. */
  readonly ranges: readonly (readonly [number, number] | undefined)[];
  /** Values of parameters that a caller may leave out, by position. */
  readonly defaults: readonly (Core | undefined)[];
  readonly result: Type;
  /** Set once the body is checked; every body is checked before lowering. */
  body: Core | undefined;
  readonly doc?: string;
  /** Of a `table`: the array of its cells, one axis for each crisp part of its arguments. */
  readonly cells?: () => ParamDecl | LetDecl | undefined;
}

export interface TestDecl {
  readonly title: string;
  readonly at: Span;
  /** The test as an expression: lets around a tuple of bools, one per assert. */
  readonly body: Core;
  readonly asserts: readonly Span[];
}

/** A `prove` block or relation. */
export interface ProveDecl {
  readonly title: string;
  readonly at: Span;
  /** Its `forall` lines; of a relation between functions, their parameters. */
  readonly inputs: readonly ProveInput[];
  /** Lets around a tuple: the assumes and then the asserts, all bools; of a relation its two sides, of one type. */
  readonly body: Core;
  readonly assumes: readonly Span[];
  readonly asserts: readonly Span[];
  /** `within` is absent for `==`; `length` is the size parameter of both functions, where it is stated for every value of it. */
  readonly relation?: { readonly within?: number; readonly length?: string };
}

export interface ProveInput {
  readonly local: Local;
  /** Its lowest and its highest value: two of its type (a truth as a number), or two numbers that hold for all of its numbers. */
  readonly range?: readonly [Core, Core];
}

/**
 * A checked `train` block. Numbers are compile-time values already. `loss` takes (prediction, label) and gives f32;
 * `optimizer.step` is a Sutra function (w, g, state, t, ...hyperparameters), see std/optim; null for a built-in one (lbfgs).
 */
export interface TrainDecl {
  readonly at: Span;
  readonly target: FnDecl;
  readonly data: DataDecl;
  readonly loss: Core;
  readonly label: Type;
  readonly optimizer: {
    readonly name: string;
    readonly at: Span;
    readonly step: FnDecl | null;
    readonly numbers: Readonly<Record<string, number>>;
  };
  readonly schedule?: { readonly name: string; readonly numbers: Readonly<Record<string, number>> };
  /** Functions (prediction, label) -> f32, reported as their mean over the examples. */
  readonly metrics: readonly { readonly name: string; readonly fn: Core }[];
  readonly epochs: number;
  readonly batch?: number;
  readonly holdout: number;
  readonly seed: number;
  /** Width of the surrogate of crisp comparisons. */
  readonly surrogate: number;
  readonly clip?: number;
  /** Epochs without a better holdout loss (training loss when there is no holdout) before stopping. */
  readonly patience?: number;
  readonly classWeights?: 'balanced' | readonly number[];
  /** How choices are found. */
  readonly search: SearchMode;
  /** Loss that one bit of written-back source is worth. */
  readonly price: number;
  readonly restarts: number;
}

/** `auto` tries what applies in order of cost; `gradient` leaves choices as they are written. */
export const SEARCH_MODES = ['auto', 'gradient', 'anneal', 'enumerate', 'local'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export type DataDecl =
  | { readonly kind: 'csv'; readonly file: string; readonly at: Span; readonly label: string }
  | { readonly kind: 'safetensors'; readonly file: string; readonly at: Span; readonly label: string };

export interface CheckedModule {
  readonly name: string;
  readonly enums: readonly EnumDecl[];
  readonly records: readonly RecordDecl[];
  readonly lets: readonly LetDecl[];
  readonly params: readonly ParamDecl[];
  readonly fns: readonly FnDecl[];
  readonly tests: readonly TestDecl[];
  readonly properties: readonly ProveDecl[];
  readonly train?: TrainDecl;
  /** `use surrogate 0.5;`: the width without one in the train block. */
  readonly surrogate?: number;
  /** Everything else this module's functions reach in other modules (std or the user's): their params too. */
  readonly imports: readonly CheckedModule[];
}
