/**
 * What lowering returns: graphs, and the way back. Everything the trainer, the backends and write-back need is here,
 * so none of them sees the text's tree or the checker.
 */
import type { SearchMode } from '../check/core.ts';
import type { Graph } from '../ir/graph.ts';
import type { Layout, LeafLayout } from '../ir/layout.ts';
import type { Shape } from '../ir/vocabulary.ts';
import type { Problem } from '../text/problem.ts';
import type { Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';

/**
 * One tensor that a program carries: a leaf of a `param`, a `?number`, a `choose`. Its layout says how it is learned: numbers
 * (`number`, `truth`) by gradients, crisp leaves (`bool`, and `cases` that are not soft) as choices, one per cell, by search.
 */
export interface ParamSpec {
  /** `short_petal`, `hidden.w`, `classify?1`. Unique in the program; the same text gives the same names. */
  readonly name: string;
  readonly shape: Shape;
  readonly layout: LeafLayout;
  readonly frozen: boolean;
  /** Projected onto this after each step. */
  readonly range?: readonly [number, number];
  /** Its value in this source: read from literals, computed from an initialiser, or loaded. */
  readonly value: Float32Array;
  readonly at: Span;
  /** Of a `param table`: its name, and what its first axes are looked up by. */
  readonly table?: { readonly root: string; readonly keys: readonly LeafLayout[] };
  /** Of a choice between pieces of source, case by case: the bits that writing it takes. What `price` weighs. */
  readonly bits?: readonly number[];
}

/**
 * A place in the text that write-back may replace.
 * `number`: one literal (sign and digits) holding element `index` of `param` (a `bool` or a case name likewise; a case is one element, whatever its one-hot width).
 * Where none is written (the number of a `choose`) the span is empty, and `lead` is written in front of it.
 * `value`: a whole initialiser expression that is replaced by the printed value of a declaration's leaves.
 * `load`: a `load("file", "tensor", sha256 = "...")` call; the file is rewritten and the span replaced by the call with the new hash.
 * `row`: a row of a table that number sites do not cover, because it stands for several cells or its value is computed. The value is replaced while
 * the cells agree, the whole row by one for each cell where they do not.
 * `rows`: where a table without rows would have them.
 */
export type Site =
  | {
      readonly kind: 'number';
      readonly at: Span;
      readonly param: string;
      readonly index: number;
      readonly lead?: string;
    }
  | { readonly kind: 'value'; readonly at: Span; readonly root: string; readonly layout: Layout }
  | {
      readonly kind: 'load';
      readonly at: Span;
      readonly param: string;
      readonly file: string;
      readonly tensor: string;
    }
  | ({
      readonly kind: 'row';
      /** Pattern and value. */
      readonly at: Span;
      readonly valueAt: Span;
      readonly cells: readonly number[];
      /** The literals of the value as those of the first cell; absent when it is computed. */
      readonly literals?: readonly NumberSite[];
    } & TableSite)
  | ({ readonly kind: 'rows'; readonly at: Span } & TableSite);

export type NumberSite = Extract<Site, { kind: 'number' }>;

/** The table that a row belongs to: its cells lie row-major over the crisp parts of the arguments. */
export interface TableSite {
  readonly root: string;
  readonly arguments: readonly Layout[];
  readonly result: Layout;
}

/** A callable function of the program: a graph with structured inputs and one structured output. */
export interface Entry {
  readonly name: string;
  /** Graph inputs are the leaves of the parameters in order, named by path; outputs the leaves of the result under the root name `result`. */
  readonly graph: Graph;
  readonly inputs: readonly {
    readonly name: string;
    readonly layout: Layout;
    readonly range?: readonly [number, number];
  }[];
  readonly output: Layout;
  readonly at: Span;
}

/** A function of one size that its inputs say: `fn f<n>(xs: Bit[n]) -> Bit[n]`. */
export interface Sized {
  readonly name: string;
  /** What it takes at a size. */
  inputs(size: number): Entry['inputs'];
  at(size: number): Result<Entry>;
}

export interface LoweredTest {
  readonly title: string;
  readonly at: Span;
  /** Outputs `assert.0`, ...: bools; then, for each assert that compares, the leaves of its left and of its right side. No inputs. */
  readonly graph: Graph;
  readonly asserts: readonly Span[];
  /** Per assert: the layouts of what it compares, so that a failure can show them; undefined when it is no comparison. */
  readonly sides: readonly (readonly [Layout, Layout] | undefined)[];
}

/** A `prove` block or relation. */
export interface LoweredProperty {
  readonly title: string;
  readonly at: Span;
  /** Its `forall` lines in order; of a relation between functions, their parameters. */
  readonly inputs: readonly Quantified[];
  /**
   * Inputs are the leaves of `inputs` in order. Outputs: `assume.0`, ..., `assert.0`, ...: bools; of a relation instead the leaves of its sides under
   * the roots `left` and `right`.
   */
  readonly graph: Graph;
  readonly assumes: readonly Span[];
  readonly asserts: readonly Span[];
  readonly relation?: {
    /** Absent for `==`. */
    readonly within?: number;
    readonly sides: Layout;
  };
  /** Of a relation that is stated for every length; all else here is of length 1. */
  readonly lengths?: Lengths;
  readonly shown: Shown;
  /** What is wrong with a box whose ends depend on params: told when the property is to be proved, for the program runs without it. */
  readonly problems: readonly Problem[];
}

/** A property that is stated for every value of a size. */
export interface Lengths {
  /** The size parameter. */
  readonly name: string;
  /**
   * Where the program looks at the length or at a position otherwise than by taking the elements of arrays one by one. Without such a place,
   * the graphs of all lengths but 0 differ in the size of axes alone.
   */
  readonly leak?: { readonly at: Span; readonly why: string };
  /** The property at one length. What is wrong at that length is in its `problems`. */
  at(length: number): LoweredProperty;
}

/** What a property speaks of: every value of an enum, an index or a bool; of numbers the box between two values. */
export interface Quantified {
  readonly name: string;
  readonly layout: Layout;
  readonly at: Span;
  /**
   * Per leaf, its lowest and highest numbers. Leaves that are cases have all of them, from 0 to 1 (bools from -1 to 1), or where both ends are
   * equal that case alone; a leaf of numbers without a range has infinite ends.
   */
  readonly box: readonly { readonly lo: Float32Array; readonly hi: Float32Array }[];
}

/** What is told of a point: the sides of its comparisons, and the calls by which it can be run again. */
export interface Shown {
  /** Inputs and first outputs as those of the property; then the leaves of all comparisons' sides, left and right, and of all calls' arguments. */
  readonly graph: Graph;
  readonly comparisons: readonly {
    /** Which assert it is part of. */
    readonly assert: number;
    readonly at: Span;
    readonly sides: readonly [Layout, Layout];
  }[];
  /** Calls of entries whose arguments depend on the inputs alone; `assert` is absent where a `let` or a relation calls. */
  readonly calls: readonly {
    readonly assert?: number;
    readonly entry: string;
    readonly args: Entry['inputs'];
  }[];
}

/** A `train` block as graphs, all per example; the trainer batches them. */
export interface TrainTask {
  readonly at: Span;
  readonly target: string;
  readonly data: {
    readonly kind: 'csv' | 'safetensors';
    readonly file: string;
    readonly label: string;
    readonly at: Span;
  };
  /** The target's inputs (columns are found by these) and the label. */
  readonly inputs: readonly { readonly name: string; readonly layout: Layout }[];
  readonly label: Layout;
  /** Inputs: the leaves of `inputs`, then those of the label. Output `loss`, then one per metric by name. */
  readonly loss: Graph;
  /** What the target gives. Inputs: the leaves of `inputs`. Outputs: the leaves of the result under the root name `result`. */
  readonly prediction: Graph;
  readonly metrics: readonly string[];
  /** Elementwise step for one number: inputs `w`, `g`, the state leaves, `t` (from 1), `rate`; outputs `w`, then the state leaves. All scalars. */
  readonly optimizer: {
    readonly name: string;
    readonly step: Graph | null;
    readonly state: readonly string[];
    readonly numbers: Readonly<Record<string, number>>;
  };
  readonly schedule?: { readonly name: string; readonly numbers: Readonly<Record<string, number>> };
  readonly epochs: number;
  readonly batch?: number;
  readonly holdout: number;
  readonly seed: number;
  readonly clip?: number;
  readonly patience?: number;
  readonly classWeights?: 'balanced' | readonly number[];
  /** How choices are found; without choices only `gradient` is left. */
  readonly search: SearchMode;
  /** Loss that one bit of written-back source is worth. */
  readonly price: number;
  /** Beginnings that a search may make at most. */
  readonly restarts: number;
}

export interface Program {
  /** The file whose sites these are. */
  readonly name: string;
  /** Parameters of this program in order of declaration. Those of imported user modules come too; their sites are in their own files. */
  readonly params: readonly ParamSpec[];
  readonly sites: readonly Site[];
  /** Every function of the module that can be called from outside (no generics, no function arguments). */
  readonly entries: readonly Entry[];
  readonly sized: readonly Sized[];
  readonly tests: readonly LoweredTest[];
  /** The `prove` blocks of the module. */
  readonly properties: readonly LoweredProperty[];
  readonly train?: TrainTask;
}
