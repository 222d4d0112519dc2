/**
 * What searches for choices have in common: the space of choices, what a strategy is given, and what it finds. A strategy may relax,
 * enumerate or infer; what it gives is always an assignment of crisp values, and only the crisp program judges it.
 */
import type { ParamSpec } from '../../lower/program.ts';
import type { Result } from '../../text/result.ts';
import type { Measured } from '../evaluate.ts';
import type { TrainJob } from '../loop.ts';

/** One cell of a crisp param that is not frozen. */
export interface Choice {
  readonly spec: ParamSpec;
  /** Which cell of its leaf: its numbers are `cell * width` and on, of width 1 (bool) or the number of cases. */
  readonly cell: number;
  /** At least 2. */
  readonly cases: number;
}

/** Everything that may be chosen, in order of declaration. */
export interface Space {
  readonly choices: readonly Choice[];
  /** The log2 of the number of assignments. */
  readonly bits: number;
}

/** The case of every choice. */
export type Assignment = Int32Array;

/** Names and numbers of all params of the program, crisp ones as one-hot vectors and signs. */
export type Values = ReadonlyMap<string, Float32Array>;

/** What a strategy is given. */
export interface SearchContext {
  readonly job: TrainJob;
  readonly space: Space;
  /** The values in the source. */
  readonly start: Values;
  /** The params with this assignment; numbers are those of `from` (default: `start`). */
  valuesOf(assignment: Assignment, from?: Values): Values;
  /** The crisp program over a part of the data. */
  measure(values: Values, part: 'train' | 'holdout'): Promise<Result<Measured>>;
  /** What a search makes small: the loss over the training part, plus the price of the source. Infinite where the loss is no number. */
  score(values: Values): Promise<Result<number>>;
  /**
   * The scores of many assignments at once, several times as fast; numbers are those of `from` (default: `start`). With `above`,
   * one that is sure to score higher than that may be given as infinite before all examples are seen: while no example has had a
   * loss below 0, which `isPositive` tells.
   */
  scores(
    assignments: readonly Assignment[],
    options?: { readonly from?: Values; readonly above?: number },
  ): Promise<Result<Float64Array>>;
  isPositive(): boolean;
  /** Whether there are numbers that `polish` trains. */
  readonly hasNumbers: boolean;
  /** What the bits of an assignment cost. */
  priceOf(assignment: Assignment): number;
  /**
   * Trains the numbers with the choices as they are: the gradient training of the `train` block, of fewer epochs if so wished.
   * Without numbers, and where a number stops being one, it gives `values`.
   */
  polish(values: Values, epochs?: number): Promise<Result<Values>>;
  /** Counts work that the context does not see, in evaluations of the loss over all training examples. */
  spend(evaluations: number): void;
  /** Awaited often; true when the search should end and give what it has. */
  isOver(): Promise<boolean>;
  /** Whether it was the user who ended it: what is found is then only kept, not used. */
  isAborted(): boolean;
}

export interface Found {
  readonly values: Values;
  /** The loss of the relaxation over the training part when it was hardened; strategies without a relaxation have none. */
  readonly relaxed?: number;
  /** Beginnings that were made, and assignments whose loss was measured. */
  readonly restarts: number;
  readonly measured: number;
}

/** A way to search. */
export interface Strategy {
  readonly name: string;
  /** Why it cannot be used here; undefined when it can. */
  unfit(context: SearchContext): Promise<string | undefined>;
  /** How many times it will evaluate the loss over all training examples, about. */
  cost(context: SearchContext): number;
  search(context: SearchContext): Promise<Result<Found>>;
}
