/**
 * A certificate of freezing, made again from the original's text: every change is one that its rule allows in the text as it stands then, every stage
 * gives the text and the evidence that are filed, and what comes out is the frozen program byte for byte.
 */
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import type { Compiled, Host } from '../compile.ts';
import { identityOf } from '../simplify/claim.ts';
import type { FreezeCertificate } from './certificate.ts';
import { areInText } from './change.ts';
import { makeStage, rulesFor, type Stage, textHash } from './stages.ts';
import { type Subject, subjectOf } from './subject.ts';

export interface ReplayReport {
  readonly changes: number;
  readonly stages: number;
}

export const programOf = (c: Compiled): string => identityOf(c.graph, c.program.params);

/** `original` is compiled where it stands and `moved` is its text where the frozen program stands, which is `text`. */
export function replayFreeze(
  certificate: FreezeCertificate,
  { original, moved, text }: { readonly original: Compiled; readonly moved: Compiled; readonly text: string },
  host: Host,
): Result<ReplayReport> {
  const { original: was, frozen, stages } = certificate;
  const refuse = (reason: string): Result<never> => fail([problem('certificate-forged', undefined, { reason })]);
  if (textHash(original.source.text) !== was.text) return differs(was.file, original.source.text, was.text);
  if (textHash(text) !== frozen.text) return differs(frozen.file, text, frozen.text);
  if (programOf(original) !== was.program || programOf(moved) !== was.program)
    return refuse(`${was.file} is not the program that was frozen: what it imports is another.`);
  const start = subjectOf(moved, host);
  const rules = new Map(rulesFor(start).map((rule) => [rule.name, rule]));
  let s: Subject = start;
  for (const [i, stage] of stages.entries()) {
    const rule = rules.get(stage.rule);
    const where = `Stage ${i + 1} (${stage.rule})`;
    if (!rule) return refuse(`${where} is by a rule that is not known.`);
    if (!areInText(s.source.text, stage.changes)) return refuse(`${where} changes what is not in the text.`);
    const wrong = stage.changes.find((c) => !rule.allows(s, c));
    if (wrong)
      return refuse(`${where} replaces \`${wrong.before}\` by \`${wrong.after}\`, which its rule does not allow.`);
    const made = makeStage(s, rule, stage.changes);
    if (!made) return refuse(`${where} gives another program.`);
    if (!isSame(made.stage, stage)) return refuse(`${where} has other evidence than what is filed.`);
    s = made.after;
  }
  if (s.source.text !== text) return refuse('Its changes do not lead to the frozen program.');
  return ok({ changes: stages.reduce((n, stage) => n + stage.changes.length, 0), stages: stages.length });
}

const isSame = (a: Stage, b: Stage): boolean =>
  a.text === b.text && JSON.stringify(a.evidence) === JSON.stringify(b.evidence);

const differs = (file: string, text: string, expected: string): Result<never> =>
  fail([
    problem('claim-of-another', undefined, {
      file,
      found: textHash(text).slice(0, 19),
      expected: expected.slice(0, 19),
    }),
  ]);
