/** Proofs of specifications: networks and a VNN-LIB text to a verdict. */
export { type PropertyProof, proveProperty, type Tier } from './property.ts';
export {
  type Answer,
  type CaseProgress,
  type Named,
  type Proof,
  type ProveOptions,
  proveSpecification,
} from './prove.ts';
export { hexF32, printWitness, type Witness } from './witness.ts';
