/**
 * The runtime: loads and runs what `sutra build` made, and nothing else; it knows no op, no gradient and no compiler. `model.js` has
 * it inside; a program of one's own can call `openModel` on any `model.wasm`.
 */
export { fieldsOf, ModelError, type ModelErrorCode, outOfRange, refuse } from './error.ts';
export { copyTo, largest } from './get.ts';
export { type Conversions, type Convert, type Model, modelOf } from './model.ts';
export { type About, type Block, type ModelSource, type Opened, openModel, type Place } from './open.ts';
export {
  checkLength,
  checkRange,
  checkWeights,
  noWeight,
  putCase,
  putNumbers,
  putTruths,
  type Spot,
  truthOf,
} from './put.ts';
