/**
 * Freezing: learned marks become plain code, exactly. The room's face: a program in, its frozen text and the certificate of every change out. Method and
 * rules: docs/notes/freezing.md.
 */
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import type { Compiled, Host } from '../compile.ts';
import { type FreezeCertificate, makeFreezeCertificate } from './certificate.ts';
import { hasMarks } from './learned.ts';
import { programOf } from './replay.ts';
import { type Left, runStages, textHash } from './stages.ts';
import { subjectOf } from './subject.ts';

export { type FreezeCertificate, printFreezeCertificate, readFreezeCertificate } from './certificate.ts';
export type { Change } from './change.ts';
export { type ReplayReport, replayFreeze } from './replay.ts';

export type { Left } from './stages.ts';

export interface Frozen {
  readonly text: string;
  readonly certificate: FreezeCertificate;
  /** What could not be frozen, with its place in the text of its stage. */
  readonly left: readonly Left[];
}

/** Freezes a program that was compiled under the name of the result. `files` are the names of the original and of the result for the certificate. */
export function freeze(compiled: Compiled, host: Host, files: readonly [string, string]): Result<Frozen> {
  const original = subjectOf(compiled, host);
  if (!hasMarks(original.module)) return fail([problem('nothing-to-freeze', undefined, { file: files[0] })]);
  const { stages, last, left } = runStages(original);
  const certificate = makeFreezeCertificate({
    original: { file: files[0], text: textHash(compiled.source.text), program: programOf(compiled) },
    frozen: { file: files[1], text: textHash(last.source.text) },
    stages,
  });
  return ok({ text: last.source.text, certificate, left });
}
