/** Training: data, the loop, optimisers, checkpoints; and evaluation over tables. */
export type { NamedLayout, Wanted } from './columns.ts';
export { type Batch, type Dataset, type DatasetOptions, openDataset } from './dataset.ts';
export { runTraining, type TrainJob, type TrainResult } from './loop.ts';
export { learnability } from './reach.ts';
export type { EpochReport, StepReport, TrainEvents, TrainOutcome } from './report.ts';
export { type DataSource, type Row, type RowSource, tableOf } from './rows.ts';
export { findEntry, type RowReport, runOnce, runRows, type TraceStep } from './run.ts';
export { SCHEDULES } from './schedule.ts';
export { openTensors } from './tensors.ts';
export { decodeValue, encodeValue, typeName, type Value } from './value.ts';
