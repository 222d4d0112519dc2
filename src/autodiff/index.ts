/** Differentiation and batching of graphs. */
export {
  type BatchOptions,
  batchGraph,
  type LossOptions,
  lossGradient,
  lossOverBatch,
  plainLossGradient,
} from './batch.ts';
export { iterateAsScan } from './forward.ts';
export { type Gradient, type GradientOptions, gradient, reasonOf, type Unreached } from './gradient.ts';
