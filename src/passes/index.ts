/** The passes and their pipelines. */
export { accumulate } from './accumulate.ts';
export { batchedAlarm, batchInto, inEveryLane } from './batch.ts';
export { canonical, canonicalise } from './canonicalise.ts';
export { commute, commuted } from './commute.ts';
export { contract } from './contract.ts';
export { cse } from './cse.ts';
export { dce, removeDead } from './dce.ts';
export { fold } from './fold.ts';
export { forgetGradients } from './forget.ts';
export { settled, withNumbers } from './given.ts';
export { hoist } from './hoist.ts';
export { type Pass, type Promised, runPasses } from './pass.ts';
export { DEFAULT_PIPELINE, PREPARE_PIPELINE, ready, TRAIN_PIPELINE } from './pipelines.ts';
export { simplify } from './simplify/index.ts';
export { vectorise } from './vectorise.ts';
