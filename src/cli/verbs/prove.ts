/**
 * `sutra prove MODEL.onnx SPEC.vnnlib`: proves or refutes a property of a network. `sutra prove FILE.su` says that its `prove` blocks
 * are not examined yet. Exit code 0 only for what is proved.
 */
import { readVnnlib } from '../../interop/index.ts';
import { randomStream } from '../../num/random.ts';
import {
  type CaseProgress,
  hexF32,
  type Named,
  type Proof,
  printWitness,
  proveSpecification,
  type Witness,
} from '../../prove/index.ts';
import { compile } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { isModel, readModel } from '../model.ts';
import { brief, duration, jsonNumber } from '../print.ts';
import { plural } from '../report.ts';
import { backendOf, type Session } from '../session.ts';

export const verb: Verb<'prove'> = async ({ args, options }, session) => {
  const limitMs = timeoutOf(options.timeout ?? '60s');
  const [file = '', ...more] = args;
  if (!isModel(file)) {
    if (more.length > 0) throw new Usage('`sutra prove` takes models that end in .onnx and then a specification');
    return notYet(file, session);
  }
  const models = args.slice(0, -1);
  const specification = args.at(-1) ?? '';
  if (models.length === 0 || !models.every(isModel) || isModel(specification))
    throw new Usage('`sutra prove` takes models that end in .onnx and then a specification');
  return decide(models, specification, limitMs, session);
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `60s`, `2min`; a number alone is seconds. */
function timeoutOf(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|min|h)?$/.exec(text);
  if (!parts) throw new Usage(`\`--timeout\` takes a time such as 500ms, 60s or 2min, not \`${text}\``);
  return Number(parts[1]) * (UNITS[parts[2] ?? 's'] ?? 0);
}

/** The blocks of a program: what there is of them. */
function notYet(file: string, session: Session): ExitCode {
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  const blocks = compiled.notes.filter((p) => p.name === 'property-not-examined');
  if (blocks.length > 0) session.insist([problem('prove-blocks', undefined, { file, count: blocks.length })]);
  else session.terminal.error(`${file} has no \`prove\` block\n`);
  if (session.options.json)
    session.json({ file, verdict: 'unknown', reason: 'prove blocks are not examined yet', blocks: blocks.length });
  else session.terminal.out(`0 proved, 0 refuted, ${blocks.length} unknown\n`);
  return EXIT.undecided;
}

async function decide(
  models: readonly string[],
  specification: string,
  limitMs: number,
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
  const goOn = progressOf(session, start + limitMs);
  const proof = proveSpecification(spec.value, networks, { backend: backend.value, random, goOn });
  session.terminal.progress('');
  if (!proof.ok) return session.refuse(proof.problems);
  tell(proof.value, { name: specification, seconds: Math.round(session.now() - start) / 1000 }, session);
  return CODES[proof.value.answer];
}

const CODES: Readonly<Record<Proof['answer'], ExitCode>> = {
  unsat: EXIT.done,
  sat: EXIT.untrue,
  unknown: EXIT.undecided,
  vacuous: EXIT.undecided,
};

/** Milliseconds between two drawings of the line. */
const DRAW_MS = 100;

/** Whether there is time left; draws where the search stands. */
function progressOf(session: Session, end: number): (progress: CaseProgress) => boolean {
  let drawn = Number.NEGATIVE_INFINITY;
  return ({ number, cases, boxes, open, proved }) => {
    const now = session.now();
    if (now - drawn > DRAW_MS) {
      drawn = now;
      const which = cases > 1 ? `case ${number}/${cases}  ` : '';
      session.terminal.progress(`${which}${boxes} boxes, ${open} open, ${brief(100 * proved)} % proved`);
    }
    return now < end;
  };
}

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
