/**
 * `sutra certify --proof F.json FILE.su | MODEL.onnx... SPEC.vnnlib`: reads the program and the property again, and replays every proof.
 * Exit code 0 where all are accepted, 3 where one is refused, 1 where the file is no certificate.
 */
import { readVnnlib } from '../../interop/index.ts';
import {
  type CertifiedProperty,
  type ProofCertificate,
  questionsOfSpecification,
  type Replayed,
  readProofCertificate,
  replayed,
  replayProperty,
  sourceOf,
} from '../../prove/index.ts';
import { compile } from '../../road.ts';
import { ok, type Result } from '../../text/result.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import { isModel, readModel } from '../model.ts';
import { duration } from '../print.ts';
import { backendOf, type Session } from '../session.ts';

type Replayer = (property: CertifiedProperty) => Replayed;

export async function replayProofs(certificate: string, files: readonly string[], session: Session): Promise<ExitCode> {
  const start = session.now();
  const text = session.files.source(certificate);
  if (!text.ok) return session.refuse(text.problems);
  const read = readProofCertificate(text.value.text);
  if (!read.ok) return session.refuse(read.problems);
  const replayer = isModel(files[0] ?? '') ? ofModels(files, session) : await ofProgram(files, session);
  if (!replayer.ok) return session.refuse(replayer.problems);
  const { properties } = read.value;
  let leaves = 0;
  for (const property of properties) {
    const found = replayer.value(property);
    if (!found.ok) return refuse(property.title, found, changedOf(read.value, session), session);
    leaves += found.leaves;
  }
  if (properties.length === 0) return refuse('', { ok: false, why: 'it has no property' }, [], session);
  const tiers = (['S1', 'S2', 'S3'] as const).filter((tier) => properties.every((p) => p.tiers.includes(tier)));
  const seconds = Math.round(session.now() - start) / 1000;
  if (session.options.json) session.json({ accepted: true, properties: properties.length, leaves, tiers, seconds });
  else
    session.terminal.out(
      `accepted: ${properties.length} ${properties.length === 1 ? 'property' : 'properties'}, ${leaves} ${leaves === 1 ? 'leaf' : 'leaves'} (${tiers.join(' ')}), ${duration(seconds)}\n`,
    );
  return EXIT.done;
}

function ofModels(files: readonly string[], session: Session): Result<Replayer> {
  const specification = files.at(-1) ?? '';
  const models = files.slice(0, -1);
  if (models.length === 0 || !models.every(isModel) || isModel(specification))
    throw new Usage('`sutra certify --proof` takes a program, or models that end in .onnx and then a specification');
  const text = session.files.source(specification);
  if (!text.ok) return text;
  const spec = readVnnlib(text.value);
  if (!spec.ok) return spec;
  const networks = [];
  for (const file of models) {
    const network = readModel(file, session.files);
    if (!network.ok) return network;
    networks.push({ ...network.value, file });
  }
  const questions = questionsOfSpecification(spec.value, networks);
  return questions.ok ? ok((property) => replayed(property, questions.value)) : questions;
}

async function ofProgram(files: readonly string[], session: Session): Promise<Result<Replayer>> {
  const [file = '', ...more] = files;
  if (more.length > 0) throw new Usage('`sutra certify --proof` takes one program, or models and a specification');
  const source = session.files.source(file);
  if (!source.ok) return source;
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return compiled;
  const backend = await backendOf(session);
  if (!backend.ok) return backend;
  return ok((property) => replayProperty(property, compiled.value.program, backend.value));
}

/** Files that are not what they were when the certificate was made. */
const changedOf = ({ sources }: ProofCertificate, session: Session): string[] =>
  sources.flatMap(({ file, sha256 }) => {
    const bytes = session.files.bytes(file);
    return bytes.ok && sourceOf(file, bytes.value).sha256 !== sha256 ? [file] : [];
  });

function refuse(
  title: string,
  { why, refusal }: Extract<Replayed, { ok: false }>,
  changed: readonly string[],
  session: Session,
): ExitCode {
  const box = refusal?.box.map(({ lo, hi }) => Array.from(lo, (l, j) => [l, hi[j] ?? l] as const));
  if (session.options.json) session.json({ accepted: false, property: title, why, box, changed });
  else {
    const ranges = box?.flat().map(([l, h]) => `[${l}, ${h}]`);
    const where = ranges ? `  in the box ${ranges.join(' ')}\n` : '';
    const since = changed.length > 0 ? `  changed since: ${changed.join(', ')}\n` : '';
    session.terminal.out(`refused ${JSON.stringify(title)}: ${why}\n${where}${since}`);
  }
  return EXIT.untrue;
}
