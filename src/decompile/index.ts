/** The way back: trained numbers into the source text, and the proof that the text has them. */
export { type Certificate, makeCertificate, printCertificate, readCertificate } from './certificate.ts';
export { type CertifyReport, certifyProgram, certifyWeights } from './certify.ts';
export { type Checked, type Compiled, checkText, compileSource, type Host } from './compile.ts';
export { diffParams, type ParamDiff } from './diff.ts';
export { weightsInto } from './into.ts';
export { printValue } from './print.ts';
export { type Raised, type RaiseOptions, raise } from './raise/index.ts';
export { skeletonOf } from './skeleton.ts';
export { countChanged, type WriteBack, writeBack } from './writeback.ts';
