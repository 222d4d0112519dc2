/** Where a training stands: everything that, with the program and its data, decides all further bits. A checkpoint holds this. */
import type { EpochReport } from './report.ts';

export interface Kept {
  /** 0: before training. */
  readonly epoch: number;
  /** Holdout loss, or training loss without a holdout. */
  readonly score: number;
  readonly flat: Float32Array;
  readonly final: Readonly<Record<string, number>>;
}

export interface Progress {
  /** Epochs finished. */
  epoch: number;
  /** Steps finished of the running epoch. */
  step: number;
  /** Optimiser steps in all. */
  t: number;
  /** Σ loss · rows over the finished steps of the running epoch, and the rows. */
  lossSum: number;
  rowsSeen: number;
  best: Kept | undefined;
  readonly reports: EpochReport[];
  /** Runs on which an alarm fired, by its message, and the first epoch. */
  readonly alarms: Map<number, { count: number; readonly epoch: number }>;
}

export const startOfTraining = (): Progress => ({
  epoch: 0,
  step: 0,
  t: 0,
  lossSum: 0,
  rowsSeen: 0,
  best: undefined,
  reports: [],
  alarms: new Map(),
});
