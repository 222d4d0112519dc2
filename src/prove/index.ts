/** Proofs: networks and a VNN-LIB text to a verdict, and the properties of a program. */
export type { Stated, Told } from './counterexample.ts';
export { type PropertyReport, proveProgram } from './program.ts';
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
