/** What training tells while it runs and when it is done. */

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss over the examples as the steps of this epoch met them (before each step). */
  readonly loss: number;
  /** Measured after the epoch's last step: `accuracy`, `holdout_accuracy`, `holdout_loss`, and the program's own metrics likewise. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly rate: number;
  /** Better than all before, by the measure that selects (holdout loss, else training loss). */
  readonly best: boolean;
}

export interface StepReport {
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, within the epoch. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Absent without a clock or before the first step is measured. */
  readonly secondsLeft?: number;
}

export interface TrainEvents {
  step?(report: StepReport): void;
  /** `checkpoint` gives the bytes to resume from after this epoch; it costs a copy of the parameters, so only when asked. */
  epoch?(report: EpochReport, checkpoint: () => Uint8Array): void;
  /** Often, while a strategy searches. */
  search?(step: SearchStep, checkpoint: () => Uint8Array): void;
  /** A strategy is done. */
  tried?(report: TriedReport): void;
}

export interface TrainOutcome {
  /** `finished` all epochs, `early` by patience, `interrupted` by the signal. */
  readonly end: 'finished' | 'early' | 'interrupted';
  readonly epochs: readonly EpochReport[];
  /** The epoch whose parameters are kept: that of the lowest holdout loss, or training loss without a holdout (0: the start). */
  readonly keptEpoch: number;
  /** Of the kept parameters: `loss`, the metrics, and the same with `holdout_`. */
  readonly final: Readonly<Record<string, number>>;
  readonly trainRows: number;
  readonly holdoutRows: number;
  readonly streamed: boolean;
  /** Of a program with choices that were searched. */
  readonly search?: SearchReport;
}

export interface SearchStep {
  readonly strategy: string;
  /** How much is spent of what it may spend, from 0 to 1. */
  readonly share: number;
  /** The score of the best that other strategies have found. */
  readonly best?: number;
}

/** How choices were found. */
export interface SearchReport {
  /** The strategy whose choices are kept. */
  readonly won: string;
  /** In the order in which they were tried. */
  readonly tried: readonly TriedReport[];
  /** Those that were not needed, for a program without mistakes was found before. */
  readonly untried: readonly string[];
  readonly unfit: readonly { readonly strategy: string; readonly why: string }[];
}

/** What a strategy found, with its numbers trained; losses are those of the crisp program. */
export interface TriedReport {
  readonly strategy: string;
  readonly loss: number;
  readonly holdout?: number;
  /** The loss of the relaxation when it was hardened, where there was one. */
  readonly relaxed?: number;
  /** Of the choices, in the written-back source. */
  readonly bits: number;
  readonly restarts: number;
  readonly measured: number;
}
