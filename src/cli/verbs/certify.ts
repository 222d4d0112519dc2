/** `sutra certify FILE`: recompiles from nothing and compares the graph and every bit of every parameter; with `--proof` replays proofs instead. */
import { certify } from '../../road.ts';
import type { Problem } from '../../text/problem.ts';
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import { EXIT, Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { replayProofs } from '../proving/replay.ts';
import { problemJson } from '../report.ts';
import { lastCertificate, runsFolder } from '../runs.ts';
import type { Session } from '../session.ts';

type Against = Parameters<typeof certify>[2];

export const verb: Verb<'certify'> = async ({ args, options }, session) => {
  const [file = '', ...more] = args;
  if (options.proof !== undefined) return replayProofs(options.proof, args, session);
  if (more.length > 0) throw new Usage('`sutra certify` takes one program');
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const against = readAgainst(file, options.against, session);
  if (!against.ok) return session.refuse(against.problems);
  const report = certify(source.value, session.files, against.value);
  if (!report.ok)
    return report.problems.some((p) => !isDifference(p))
      ? session.refuse(report.problems)
      : differs(report.problems, session);
  const { parameters, bitsDiffer, graph } = report.value;
  if (options.json) session.json({ equal: true, parameters, bits_differ: bitsDiffer, graph });
  else session.terminal.out('equal\n');
  return EXIT.done;
};

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
  return text.ok ? ok({ certificate: text.value.text }) : text;
}

function differs(problems: readonly Problem[], session: Session) {
  if (session.options.json) session.json({ equal: false, problems: problems.map(problemJson) });
  else session.warn(problems);
  return EXIT.untrue;
}
