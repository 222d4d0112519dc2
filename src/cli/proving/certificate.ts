/** `sutra prove --certificate F.json`: files what was proved, so that `sutra certify --proof` can replay it. Every proof is checked before. */

import { utf8Encode } from '../../num/bytes.ts';
import {
  type Certified,
  certified,
  makeProofCertificate,
  type PropertyProof,
  printProofCertificate,
  sourceOf,
} from '../../prove/index.ts';
import { problem } from '../../text/problem.ts';
import { replaceFiles } from '../disk.ts';
import type { ExitCode } from '../exit.ts';
import type { Session } from '../session.ts';

/** What was proved, by its title. */
export interface Shown extends Pick<PropertyProof, 'tiers' | 'kind' | 'parts'> {
  readonly title: string;
}

/** Writes the certificate of what the checker accepts; an exit code where that fails. `files` are the program and the property. */
export function fileProofs(
  out: string,
  files: readonly string[],
  shown: readonly Shown[],
  session: Session,
): ExitCode | undefined {
  const accepted: Certified[] = [];
  for (const { title, ...proof } of shown) {
    const found = certified(title, proof);
    if ('why' in found) session.insist([problem('proof-not-replayed', undefined, { title, why: found.why })]);
    else accepted.push(found);
  }
  if (accepted.length === 0) {
    session.terminal.error('nothing to certify: no certificate was written\n');
    return undefined;
  }
  const sources = files.flatMap((file) => {
    const bytes = session.files.bytes(file);
    return bytes.ok ? [sourceOf(file, bytes.value)] : [];
  });
  const certificate = makeProofCertificate(
    sources,
    accepted.map((a) => a.property),
  );
  const content = utf8Encode(printProofCertificate(certificate));
  const written = replaceFiles([{ path: out, content }]);
  if (!written.ok) return session.refuse(written.problems);
  const leaves = accepted.reduce((n, a) => n + a.leaves, 0);
  const cuts = accepted.reduce((n, a) => n + a.cuts, 0);
  const what = { certificate: out, properties: accepted.length, leaves, cuts, bytes: content.length };
  if (session.options.json) session.json(what);
  else
    session.terminal.out(
      `${out}: ${accepted.length} ${accepted.length === 1 ? 'property' : 'properties'}, ${leaves} ${leaves === 1 ? 'leaf' : 'leaves'}${cuts > 0 ? ` (${cuts} cut in two for the checker)` : ''}, ${content.length} bytes\n`,
    );
  return undefined;
}
