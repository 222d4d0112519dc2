/** Artefacts: a function of a program as files that run without the compiler. What `sutra build` prints and checks. */
export { type Artefact, buildArtefact, bytesOf, MANIFEST } from './build.ts';
export { trialLines, trialProgram } from './c-trial.ts';
export { differing, type Trial, trialsOf } from './check.ts';
export { MADE_BY } from './manifest.ts';
export { type Subject, subjectOf } from './subject.ts';
export { type ArtefactFile, LATER_TARGETS, TARGETS, type Target } from './targets.ts';
export { inputValue, leavesValue, type Value } from './values.ts';
