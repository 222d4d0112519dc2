/** The exit codes of `sutra`, in one place, and the two ways a verb ends early: wrong usage and interruption. */

export const EXIT = {
  /** Done. */
  done: 0,
  /** Errors in the program or its data. */
  problems: 1,
  /** Wrong usage: an unknown verb or option, a missing argument. */
  usage: 2,
  /** Checked and false: a failed test, a difference, `fmt --check`. */
  untrue: 3,
  /** Undecided: a time limit. */
  undecided: 4,
  /** A mistake of ours. */
  bug: 70,
  /** ^C; a checkpoint was written where there is one. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Wrong usage found after the options were parsed; `main` prints it and gives exit code 2. */
export class Usage extends Error {
  override name = 'Usage';
}
