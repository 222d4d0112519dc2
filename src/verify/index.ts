/** Proofs about graphs: bounds of boxes, and the search that splits boxes until a claim is proved or refuted. */
export { attack, inside, type Point, type Run } from './attack.ts';
export { boundsOf, type Ends } from './bounds.ts';
export { type Checked, check, type Refusal } from './checker.ts';
export { type Claim, type Conjunction, type Inequality, isUnsafe } from './claim.ts';
export {
  ALONE,
  type Crew,
  type Loose,
  type Muster,
  type Report,
  type Slice,
  type Task,
  type Work,
  type Worked,
  workOf,
} from './crew.ts';
export { type Apart, boundDifference, differenceOf, sideBySide } from './difference.ts';
export { idealOf } from './ideal.ts';
export { judge } from './judge.ts';
export { isMoveOp, sourcesOf, type Terms, termsOf } from './linear-ops.ts';
export { type Mended, mended } from './mend.ts';
export { fixedValues, type Net, openNet } from './net.ts';
export { parseProof } from './parse-proof.ts';
export { differenceOfPolynomials, type Polynomial, textOfPolynomial, variable } from './polynomial.ts';
export { printProof } from './print-proof.ts';
export type { Leaf, Proof, Question } from './question.ts';
export { questionHash } from './question-hash.ts';
export { type Recurrence, vanishes } from './recurrence.ts';
export { elementRule, widen } from './rules.ts';
export { type Progress, type SearchOptions, search, type Verdict } from './search.ts';
export { asItStands, type RunError, type Spread, spreadOut } from './spread.ts';
export { type Tier, tiersOf } from './tiers.ts';
