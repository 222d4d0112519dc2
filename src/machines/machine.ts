/**
 * Mealy machines as tables: what a program with a finite carried state is, what a table of states is learned from, and what
 * two programs are compared by for inputs of every length.
 */

/** A complete, deterministic machine. State 0 is where it starts. */
export interface Machine {
  readonly states: number;
  /** Inputs of a step are 0 to `symbols` - 1. */
  readonly symbols: number;
  /** The next state of state `s` at symbol `x` is `next[s * symbols + x]`. */
  readonly next: Int32Array;
  /** What the step gives, likewise: equal numbers mean equal outputs. */
  readonly out: Int32Array;
}
