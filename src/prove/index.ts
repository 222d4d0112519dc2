/** Proofs: networks and a VNN-LIB text to a verdict, and the properties of a program. */
export type { Stated, Told } from './counterexample.ts';

export { type ExamineOptions, type PointReport, type PropertyReport, proveProgram, tellAt } from './program.ts';
export {
  type Certified,
  type CertifiedProperty,
  certified,
  makeProofCertificate,
  type ProofCertificate,
  printProofCertificate,
  type Replayed,
  readProofCertificate,
  replayed,
  type Source,
  sourceOf,
} from './proof-certificate.ts';
export { type PropertyProof, proveProperty } from './property.ts';
export {
  type Answer,
  type CaseProgress,
  type Proof,
  type ProveOptions,
  proveSpecification,
} from './prove.ts';
export { replayProperty } from './replay.ts';
export { type Named, questionsOfSpecification } from './specification.ts';
export { hexF32, printWitness, type Witness } from './witness.ts';
export { workOn } from './work.ts';
