/** `sutra prove MODEL.onnx SPEC.vnnlib`: proves or refutes a property of a network. */
import { readVnnlib } from '../../interop/index.ts';
import { randomStream } from '../../num/random.ts';
import { hexF32, type Named, type Proof, printWitness, proveSpecification, type Witness } from '../../prove/index.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readModel } from '../model.ts';
import { brief, duration, jsonNumber } from '../print.ts';
import { plural } from '../report.ts';
import { backendOf, type Session } from '../session.ts';
import { fileProofs } from './certificate.ts';
import { progressOf } from './progress.ts';
import { musterOf } from './seats.ts';

export interface ModelsRequest {
  readonly models: readonly string[];
  readonly specification: string;
  readonly limitMs: number;
  readonly certificate: string | undefined;
}

export async function decideModels(
  { models, specification, limitMs, certificate }: ModelsRequest,
  session: Session,
): Promise<ExitCode> {
  const start = session.now();
  const text = session.files.source(specification);
  if (!text.ok) return session.refuse(text.problems);
  const spec = readVnnlib(text.value);
  if (!spec.ok) return session.refuse(spec.problems);
  const networks: Named[] = [];
  for (const file of models) {
    const network = readModel(file, session.files);
    if (!network.ok) return session.refuse(network.problems);
    networks.push({ ...network.value, file });
  }
  session.warn(spec.notes);
  const backend = await backendOf(session);
  if (!backend.ok) return session.refuse(backend.problems);
  const { uniform: random } = randomStream(session.options.seed ?? 0, 0);
  const goOn = progressOf(session, { start, limitMs });
  const proof = proveSpecification(spec.value, networks, {
    backend: backend.value,
    random,
    goOn,
    muster: musterOf(session),
  });
  session.terminal.progress('');
  if (!proof.ok) return session.refuse(proof.problems);
  tell(proof.value, { name: specification, seconds: Math.round(session.now() - start) / 1000 }, session);
  const failed = certificate && fileProof(proof.value, { certificate, models, specification }, session);
  return failed || CODES[proof.value.answer];
}

/** What is proved is one property: the specification. */
function fileProof(
  { answer, parts }: Proof,
  { certificate, models, specification }: Pick<ModelsRequest, 'models' | 'specification'> & { certificate: string },
  session: Session,
): ExitCode | undefined {
  const shown =
    answer === 'unsat' ? [{ title: specification, tiers: TIERS.unsat, kind: 'bounds', parts } as const] : [];
  return fileProofs(certificate, [...models, specification], shown, session);
}

const CODES: Readonly<Record<Proof['answer'], ExitCode>> = {
  unsat: EXIT.done,
  sat: EXIT.untrue,
  unknown: EXIT.undecided,
  vacuous: EXIT.undecided,
};

const WORDS = { unsat: 'proved', sat: 'refuted', unknown: 'unknown', vacuous: 'vacuous' } as const;

/** What a verdict covers: the compiled program bit for bit (S1), any order of its sums (S2), the real function (S3). */
const TIERS = { unsat: ['S1', 'S2', 'S3'], sat: ['S1'], unknown: [], vacuous: [] } as const;

interface Run {
  readonly name: string;
  readonly seconds: number;
}

function tell(proof: Proof, run: Run, session: Session): void {
  if (session.options.json) session.terminal.out(`${jsonOf(proof, run, session.mark.text)}\n`);
  else session.terminal.out(textOf(proof, run));
}

function textOf(proof: Proof, { seconds }: Run): string {
  const { answer, boxes, witness } = proof;
  const found = witness ? `${printWitness(witness)}\n` : '';
  const where = witness ? placeOf(witness) : '';
  const cover = TIERS[answer].length > 0 ? ` (${TIERS[answer].join(' ')})` : '';
  return `${answer}\n${found}${WORDS[answer]}${cover}: ${where}${detail(proof)}${boxes} ${boxes === 1 ? 'box' : 'boxes'}, ${duration(seconds)}\n`;
}

function placeOf({ inside, isHollow }: Witness): string {
  if (inside === 'box') return '';
  const why = isHollow ? 'the stated box holds no float32 point' : 'outside of the stated box';
  return `at rounding (${why}; inside of the one rounded to float32), `;
}

function detail({ answer, open, bound, reason, cases, vacuous }: Proof): string {
  const empty = vacuous > 0 ? `${vacuous} of ${plural(cases, 'case')} vacuous, ` : '';
  if (answer !== 'unknown') return empty;
  const best = bound === undefined ? '' : `best bound ${brief(bound)}, `;
  return `${empty}${reason === undefined ? '' : `${reason}, `}${open} open, ${best}`;
}

/** One line; the numbers of a counterexample are shortest float32 decimals, and bit by bit in `hex`. */
function jsonOf(proof: Proof, { name, seconds }: Run, mark: string): string {
  const { answer, boxes, open, cases, proved, vacuous, bound, reason, witness } = proof;
  const known = { name, verdict: WORDS[answer], answer, tiers: TIERS[answer], seconds, splits: boxes, boxes, open };
  const rest = {
    cases: { all: cases, proved, vacuous },
    ...(bound !== undefined && { bound }),
    ...(reason && { reason }),
  };
  const head = JSON.stringify({ v: 1, ...known, ...rest }).slice(0, -1);
  if (!witness) return `${head.replace('"v":1', `"v":1${mark}`)}}`;
  const point = witness.values.map((v) => `${JSON.stringify(v.name)}:${jsonNumber(v.value)}`).join(',');
  const hex = JSON.stringify(Object.fromEntries(witness.values.map((v) => [v.name, hexF32(v.value)])));
  const text = JSON.stringify(printWitness(witness));
  return `${head.replace('"v":1', `"v":1${mark}`)},"counterexample":{${point}},"inside":"${witness.inside}","hex":${hex},"vnnlib":${text}}`;
}
