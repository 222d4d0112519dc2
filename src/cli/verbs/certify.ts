/**
 * `sutra certify FILE`: recompiles from nothing and compares the graph and every bit of every parameter. With `--proof` proofs are replayed
 * instead. Against a claim of `simplify` both programs are recompiled and their difference is bounded again; against a certificate of `freeze`
 * the program is made again from its original.
 */
import { dirname, join } from 'node:path';
import { type FreezeCertificate, readFreezeCertificate } from '../../decompile/freeze/index.ts';
import { type Claim, checkClaim, readClaim } from '../../decompile/simplify/index.ts';
import { certify, certifyFrozen, compile } from '../../road.ts';
import type { Problem } from '../../text/problem.ts';
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { replayProofs } from '../proving/replay.ts';
import { problemJson } from '../report.ts';
import { lastCertificate, runsFolder } from '../runs.ts';
import type { Session } from '../session.ts';

type Against =
  | Parameters<typeof certify>[2]
  | { readonly claim: Claim; readonly folder: string }
  | { readonly frozen: FreezeCertificate; readonly folder: string };

export const verb: Verb<'certify'> = async ({ args, options }, session) => {
  const [file = '', ...more] = args;
  if (options.proof !== undefined) return replayProofs(options.proof, args, session);
  if (more.length > 0) throw new Usage('`sutra certify` takes one program');
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const against = readAgainst(file, options.against, session);
  if (!against.ok) return session.refuse(against.problems);
  if ('claim' in against.value) return certifyClaim(source.value, against.value, session);
  if ('frozen' in against.value) return certifyFreeze(source.value, against.value, session);
  const report = certify(source.value, session.files, against.value);
  if (!report.ok) return refused(report.problems, session);
  const { parameters, bitsDiffer, graph } = report.value;
  if (options.json) session.json({ equal: true, parameters, bits_differ: bitsDiffer, graph });
  else session.terminal.out('equal\n');
  return EXIT.done;
};

function certifyClaim(
  source: Source,
  { claim, folder }: { readonly claim: Claim; readonly folder: string },
  session: Session,
): ExitCode {
  const [original, result] = [session.files.source(join(folder, claim.original.file)), ok(source)].map((read) =>
    read.ok ? compile(read.value, session.files) : read,
  );
  if (!original?.ok || !result?.ok)
    return session.refuse([original, result].flatMap((r) => (r && !r.ok ? r.problems : [])));
  const report = checkClaim(claim, original.value, result.value);
  if (!report.ok) return refused(report.problems, session);
  const { bound, function: name, over } = claim;
  const { boxes } = report.value;
  if (session.options.json) session.json({ equal: false, proved: true, function: name, bound, over, boxes });
  else
    session.terminal.out(
      `proved (S1 S2 S3): outputs of ${name} differ by at most ${bound} over ${boxes} ${boxes === 1 ? 'box' : 'boxes'}\n`,
    );
  return EXIT.done;
}

function certifyFreeze(
  source: Source,
  { frozen, folder }: { readonly frozen: FreezeCertificate; readonly folder: string },
  session: Session,
): ExitCode {
  const original = session.files.source(join(folder, frozen.original.file));
  if (!original.ok) return session.refuse(original.problems);
  const report = certifyFrozen(frozen, original.value, source, session.files);
  if (!report.ok) return refused(report.problems, session);
  const { changes, stages } = report.value;
  if (session.options.json) session.json({ equal: true, changes, stages, original: frozen.original.file });
  else session.terminal.out(`equal: ${changes} changes in ${stages} stages lead from ${frozen.original.file} to it\n`);
  return EXIT.done;
}

const refused = (problems: readonly Problem[], session: Session): ExitCode =>
  problems.every(isDifference) ? differs(problems, session) : session.refuse(problems);

/** Everything that write-back and certificates say is a difference; the rest are errors of the program. */
const isDifference = (p: Problem): boolean => p.id.startsWith('SU07');

function readAgainst(file: string, named: string | undefined, session: Session): Result<Against> {
  const path = named ?? lastCertificate(file);
  if (path === undefined) return fail([problem('nothing-to-compare', undefined, { file, folder: runsFolder(file) })]);
  if (path.endsWith('.safetensors')) {
    const bytes = session.files.bytes(path);
    return bytes.ok ? ok({ weights: bytes.value, file: path }) : bytes;
  }
  const text = session.files.source(path);
  if (!text.ok) return text;
  const claim = readClaim(text.value.text);
  if (claim) return claim.ok ? ok({ claim: claim.value, folder: dirname(path) }) : claim;
  const frozen = readFreezeCertificate(text.value.text);
  if (frozen) return frozen.ok ? ok({ frozen: frozen.value, folder: dirname(path) }) : frozen;
  return ok({ certificate: text.value.text });
}

function differs(problems: readonly Problem[], session: Session) {
  if (session.options.json) session.json({ equal: false, problems: problems.map(problemJson) });
  else session.warn(problems);
  return EXIT.untrue;
}
