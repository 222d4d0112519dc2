/**
 * `sutra freeze FILE -o OUT.su`: the program with its learned marks as plain code, equal in every bit. Every change with its reason and evidence
 * stands in OUT.freeze.json, for `sutra certify --against`.
 */
import { basename, dirname, relative } from 'node:path';
import { type Frozen, printFreezeCertificate } from '../../decompile/freeze/index.ts';
import { compile, freeze } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { span } from '../../text/span.ts';
import { replaceFiles } from '../disk.ts';
import { EXIT, Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { plural } from '../report.ts';
import type { Session } from '../session.ts';

export const verb: Verb<'freeze'> = async ({ args: [file = ''], options: { out } }, session) => {
  if (out === undefined || !out.endsWith('.su')) throw new Usage('`sutra freeze` needs `-o OUT.su`');
  if (relative(file, out) === '')
    throw new Usage('the certificate is about FILE, so it must stay: give another OUT.su');
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const original = compile(source.value, session.files);
  if (!original.ok) return session.refuse(original.problems);
  // under the name of the result, which is where its imports and weights files are looked for
  const compiled = compile({ ...source.value, name: out }, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  const frozen = freeze(compiled.value, session.files, [relative(dirname(out), file), basename(out)]);
  if (!frozen.ok) return session.refuse(frozen.problems);
  return write(frozen.value, out, session);
};

/** `div7.frozen.freeze.json` of `div7.frozen.su`. */
const certificateFile = (out: string): string => out.replace(/\.su$/, '.freeze.json');

function write(frozen: Frozen, out: string, session: Session) {
  const { text, certificate, left } = frozen;
  session.warn(
    left.map(({ at, reason, after }) =>
      problem('not-frozen', span(at.source, at.start, at.end), { reason, after: after.trim() }),
    ),
  );
  const done = replaceFiles([
    { path: certificateFile(out), content: printFreezeCertificate(certificate) },
    { path: out, content: text },
  ]);
  if (!done.ok) return session.refuse(done.problems);
  if (session.options.json) session.json(jsonOf(frozen, out));
  else session.terminal.out(`${shown(frozen)}${lastLine(frozen)}`);
  return EXIT.done;
}

const jsonOf = ({ certificate, left }: Frozen, out: string): object => ({
  done: true,
  changes: certificate.stages.flatMap(({ rule, changes }) =>
    changes.map(({ before, after, reason }) => ({ rule, before, after, reason })),
  ),
  evidence: certificate.stages.at(-1)?.evidence.map(({ entry, by }) => ({ function: entry, by })) ?? [],
  left: left.length,
  file: out,
  certificate: certificateFile(out),
});

/** A line per change: the rule, what is written now, why. */
function shown({ certificate }: Frozen): string {
  const lines = certificate.stages.flatMap(({ rule, changes }) =>
    changes.map(
      ({ before, after, reason }) => `${rule.padEnd(8)} ${brief(after) || `- ${brief(before)}`}: ${reason}\n`,
    ),
  );
  return lines.join('');
}

const brief = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
};

function lastLine({ certificate: { stages } }: Frozen): string {
  const changes = stages.reduce((n, s) => n + s.changes.length, 0);
  const last = stages.at(-1)?.evidence.length ?? 0;
  return `${plural(changes, 'change')} in ${plural(stages.length, 'stage')}, ${plural(last, 'function')} equal, 0 bits differ\n`;
}
