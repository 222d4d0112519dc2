/**
 * `sutra prove FILE.su [TITLE]`: the `prove` blocks of a program, one line each. What is refuted comes with inputs that were run, what is
 * false there, and commands that run it again.
 */
import type { Backend } from '../../backends/backend.ts';
import { type Compiled, compile, type PropertyReport, prove, proveAt } from '../../road.ts';
import { ok, type Result } from '../../text/result.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readInputs } from '../inputs.ts';
import { brief, duration } from '../print.ts';
import { lineOf, placeOf, plural } from '../report.ts';
import { backendOf, type Session } from '../session.ts';
import { fileProofs } from './certificate.ts';
import { type Clock, progressOf } from './progress.ts';
import { musterOf } from './seats.ts';
import { type Asked, claimOf, toldJson, toldLines } from './told.ts';

export interface ProgramRequest {
  readonly file: string;
  readonly title: string | undefined;
  /** For each property. */
  readonly limitMs: number;
  readonly certificate: string | undefined;
}

export async function decideProgram(
  { file, title, limitMs, certificate }: ProgramRequest,
  session: Session,
): Promise<ExitCode> {
  const opened = await open(file, session);
  if (!opened.ok) return session.refuse(opened.problems);
  const { compiled, backend } = opened.value;
  const clock: Clock = { start: session.now(), limitMs };
  const { seed = 0 } = session.options;
  const goOn = progressOf(session, clock);
  const told: Result<PropertyReport>[] = [];
  for (const report of prove(compiled, title, { backend, seed, goOn, muster: musterOf(session) })) {
    session.terminal.progress('');
    tell(report, Math.round(session.now() - clock.start) / 1000, { file, session });
    told.push(report);
    clock.start = session.now();
  }
  if (title === undefined && told.length === 0) session.terminal.error(`${file} has no \`prove\` block\n`);
  const code = conclude(told, session);
  if (certificate === undefined) return code;
  const shown = told.flatMap((r) =>
    r.ok && r.value.proof.verdict === 'proved' ? [{ title: r.value.title, ...r.value.proof }] : [],
  );
  return fileProofs(certificate, [file], shown, session) ?? code;
}

/** The program and what runs it. */
async function open(
  file: string,
  session: Session,
): Promise<Result<{ readonly compiled: Compiled; readonly backend: Backend }>> {
  const source = session.files.source(file);
  if (!source.ok) return source;
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return compiled;
  session.warn(compiled.notes);
  const backend = await backendOf(session);
  return backend.ok ? ok({ compiled: compiled.value, backend: backend.value }) : backend;
}

/** `--in`: what a property says at one point. It is false there (exit code 3), or nothing is said about other points. */
export async function decidePoint(
  { file, title, inputs }: Asked & { readonly inputs: readonly string[] },
  session: Session,
): Promise<ExitCode> {
  const opened = await open(file, session);
  if (!opened.ok) return session.refuse(opened.problems);
  const given = readInputs(inputs);
  if (!given.ok) return session.refuse(given.problems);
  const report = proveAt(opened.value.compiled, title, given.value, opened.value.backend);
  if (!report.ok) return session.refuse(report.problems);
  const { told, at } = report.value;
  const isOutside = told.outside.length > 0 || told.assumes.some((a) => !a.holds);
  const isFalse = told.asserts.some((a) => !a.holds);
  const verdict = isOutside ? 'outside' : isFalse ? 'false' : 'true';
  if (session.options.json) {
    const head = JSON.stringify({ name: title, ...placeOf(at), here: verdict }).slice(1, -1);
    session.terminal.out(`{"v":1${session.mark.text},${head},${toldJson(told, { file, title }, 'inputs')}}\n`);
  } else session.terminal.out(`${[HERE[verdict], ...toldLines(told, { file, title })].join('\n')}\n`);
  return verdict === 'false' ? EXIT.untrue : EXIT.done;
}

const HERE = {
  true: 'true here; of other inputs nothing is said',
  false: 'false here',
  outside: 'the property does not speak of these inputs',
} as const;

type Proof = PropertyReport['proof'];
type Verdict = Proof['verdict'];

/** The last line, and the worst of all: an error, then what is refuted, then what is not decided of the program that runs (S1). */
function conclude(reports: readonly Result<PropertyReport>[], session: Session): ExitCode {
  const verdicts = reports.flatMap((r) => (r.ok ? [r.value.proof.verdict] : []));
  const count = (verdict: Verdict): number => verdicts.filter((v) => v === verdict).length;
  const failed = reports.length - verdicts.length;
  const vacuous = count('vacuous');
  const rest = `${vacuous > 0 ? `, ${vacuous} vacuous` : ''}${failed > 0 ? `, ${plural(failed, 'error')}` : ''}`;
  const line = `${count('proved')} proved, ${count('refuted')} refuted, ${count('unknown')} unknown${rest}\n`;
  if (!session.options.json && (verdicts.length > 0 || failed === 0)) session.terminal.out(line);
  if (failed > 0) return EXIT.problems;
  if (count('refuted') > 0) return EXIT.untrue;
  const isRun = reports.every((r) => r.ok && r.value.proof.verdict === 'proved' && r.value.proof.tiers.includes('S1'));
  return isRun && reports.length > 0 ? EXIT.done : EXIT.undecided;
}

interface Place {
  readonly file: string;
  readonly session: Session;
}

function tell(report: Result<PropertyReport>, seconds: number, { file, session }: Place): void {
  if (!report.ok) {
    session.refuse(report.problems);
    return;
  }
  session.warn(report.notes);
  const { value } = report;
  if (session.options.json) session.terminal.out(`${jsonOf(value, seconds, { file, session })}\n`);
  else session.terminal.out(`${textLines(value, seconds, file).join('\n')}\n`);
}

// --- text --------------------------------------------------------------------------------------------------

function textLines(report: PropertyReport, seconds: number, file: string): readonly string[] {
  const { title, proof, told } = report;
  const tiers = proof.tiers.length > 0 ? ` (${proof.tiers.join(' ')})` : '';
  const parts = [...reasonsOf(proof), ...workOf(proof), duration(seconds)];
  const head = `${proof.verdict} ${JSON.stringify(title)}${tiers}: ${parts.join(', ')}`;
  if (told) return [head, ...toldLines(told, { file, title })];
  const advice = adviceOf(proof);
  return [head, ...idleLines(report), ...(advice === undefined ? [] : [`  ${advice}`])];
}

/** How much was done, and how it was shown where that was not by bounds. */
function workOf({ kind, boxes, verdict, states = 0 }: Proof): readonly string[] {
  if (kind === 'bounds') return [`${boxes} ${boxes === 1 ? 'box' : 'boxes'}`];
  if (verdict !== 'proved') return [];
  if (kind === 'machine') return [`every length, ${plural(states, 'state')} and ${plural(boxes, 'step')}`];
  if (kind === 'induction') return ['every length, by induction'];
  return [kind === 'cases' ? `exhaustive, ${plural(boxes, 'case')}` : kind];
}

function reasonsOf({ verdict, reason, bound, open }: Proof): readonly string[] {
  const why = reason === undefined ? [] : [reason];
  const best = bound === undefined ? [] : [`best bound ${brief(bound)}`];
  return verdict === 'unknown' ? [...why, ...best, `${open} open`] : why;
}

/** Asserts that hold of every program, beside others that do not. */
const idleLines = ({ proof, asserts }: PropertyReport): readonly string[] =>
  (proof.idle ?? []).flatMap((i) => {
    const at = proof.verdict === 'proved' ? asserts[i] : undefined;
    return at ? [`  ${lineOf(at)}: ${claimOf(at)} would hold of any program`] : [];
  });

/** What to try where nothing was decided. */
function adviceOf({ verdict, bound, kind }: Proof): string | undefined {
  if (verdict !== 'unknown' || kind === 'machine') return undefined;
  if (bound !== undefined && bound <= 0 && bound > -1e-3)
    return `The sides come within ${brief(-bound)} of each other: an assert with some room (\`+ 1e-5\`) is easier to show.`;
  return 'Give it more time (`--timeout 10min`), or split its box into two properties.';
}

// --- JSON --------------------------------------------------------------------------------------------------

/** One line; the numbers of a counterexample are the shortest decimals of their float32. */
function jsonOf(report: PropertyReport, seconds: number, { file, session }: Place): string {
  const { title, at, proof, told } = report;
  const { verdict, tiers, kind, boxes, open, bound, reason, states, length, idle = [] } = proof;
  const known = { name: title, ...placeOf(at), verdict, tiers, kind, seconds, splits: boxes, boxes, open };
  const rest = {
    ...(bound !== undefined && { bound }),
    ...(reason !== undefined && { reason }),
    ...(states !== undefined && { states }),
    ...(length !== undefined && { length }),
    ...(idle.length > 0 && { idle }),
  };
  const head = JSON.stringify({ v: 1, ...known, ...rest }).replace('"v":1', `"v":1${session.mark.text}`);
  if (!told) return head;
  return `${head.slice(0, -1)},${toldJson(told, { file, title }, 'counterexample')}}`;
}
