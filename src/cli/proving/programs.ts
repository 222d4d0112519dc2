/**
 * `sutra prove FILE.su [TITLE]`: the `prove` blocks of a program, one line each. What is refuted comes with inputs that were run, what is
 * false there, and commands that run it again.
 */
import { compile, type PropertyReport, prove, type Told } from '../../road.ts';
import type { Result } from '../../text/result.ts';
import { textOf } from '../../text/span.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { brief, duration, jsonValue } from '../print.ts';
import { lineOf, placeOf, plural } from '../report.ts';
import { backendOf, type Session } from '../session.ts';
import { progressOf } from './progress.ts';

export interface ProgramRequest {
  readonly file: string;
  readonly title: string | undefined;
  /** For each property. */
  readonly limitMs: number;
}

export async function decideProgram({ file, title, limitMs }: ProgramRequest, session: Session): Promise<ExitCode> {
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  session.warn(compiled.notes);
  const backend = await backendOf(session);
  if (!backend.ok) return session.refuse(backend.problems);
  let start = session.now();
  const { seed = 0 } = session.options;
  const goOn = progressOf(session, () => start + limitMs);
  const told: Result<PropertyReport>[] = [];
  for (const report of prove(compiled.value, title, { backend: backend.value, seed, goOn })) {
    session.terminal.progress('');
    tell(report, Math.round(session.now() - start) / 1000, { file, session });
    told.push(report);
    start = session.now();
  }
  if (title === undefined && told.length === 0) session.terminal.error(`${file} has no \`prove\` block\n`);
  return conclude(told, session);
}

type Verdict = PropertyReport['proof']['verdict'];

/** The last line, and the worst of all: an error, then what is refuted, then what is not decided. */
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
  return count('proved') === verdicts.length && verdicts.length > 0 ? EXIT.done : EXIT.undecided;
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
  const parts = [...reasonsOf(proof), workOf(proof), duration(seconds)];
  const head = `${proof.verdict} ${JSON.stringify(title)}${tiers}: ${parts.join(', ')}`;
  if (told) return [head, ...counterexampleLines(told, file)];
  const advice = adviceOf(proof);
  return advice === undefined ? [head] : [head, `  ${advice}`];
}

function workOf({ kind, boxes, verdict }: PropertyReport['proof']): string {
  if (kind === 'cases') return `exhaustive, ${plural(boxes, 'case')}`;
  if (kind === 'bounds' || verdict !== 'proved') return `${boxes} ${boxes === 1 ? 'box' : 'boxes'}`;
  return kind;
}

function reasonsOf({ verdict, reason, bound, open }: PropertyReport['proof']): readonly string[] {
  if (verdict !== 'unknown') return reason === undefined ? [] : [reason];
  const best = bound === undefined ? [] : [`best bound ${brief(bound)}`];
  return [...(reason === undefined ? [] : [reason]), ...best, `${open} open`];
}

/** What to try where nothing was decided. */
function adviceOf({ verdict, bound }: PropertyReport['proof']): string | undefined {
  if (verdict !== 'unknown') return undefined;
  if (bound !== undefined && bound <= 0 && bound > -1e-3)
    return `The sides come within ${brief(-bound)} of each other: an assert with some room (\`+ 1e-5\`) is easier to show.`;
  return 'Give it more time (`--timeout 10min`), or split its box into two properties.';
}

function counterexampleLines({ inputs, asserts, calls }: Told, file: string): readonly string[] {
  const given = inputs.map((i) => `  ${i.name} = ${i.text}`);
  const wrong = asserts.filter((a) => !a.holds).flatMap((a) => statedLines(a));
  const commands = calls.map((call) => `  ${commandOf(call, file)}`);
  return [...given, ...wrong, ...commands];
}

/** An assert that is false, and both sides of what it compares. */
function statedLines({ at, comparisons }: Told['asserts'][number]): readonly string[] {
  const line = `  ${lineOf(at)}: ${flat(textOf(at))} is false`;
  const [only, ...more] = comparisons;
  const sides = ([left, right]: readonly [string, string]): string => `${left} on the left, ${right} on the right`;
  if (only && more.length === 0) return [`${line}: ${sides(only.sides)}`];
  return [line, ...comparisons.map((c) => `    ${flat(textOf(c.at))}: ${sides(c.sides)}`)];
}

const flat = (text: string): string => text.replace(/\s+/g, ' ');

/** `sutra run iris.su:classify --in 'f=Flower { ... }'`, ready for a shell. */
const commandOf = ({ entry, inputs }: Told['calls'][number], file: string): string =>
  ['sutra', 'run', quoted(`${file}:${entry}`), ...inputs.flatMap((i) => ['--in', quoted(`${i.name}=${i.text}`)])].join(
    ' ',
  );

/** A word as POSIX shells read it. */
const quoted = (word: string): string => (/^[\w.,:=+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

// --- JSON --------------------------------------------------------------------------------------------------

/** One line; the numbers of a counterexample are the shortest decimals of their float32. */
function jsonOf(report: PropertyReport, seconds: number, { file, session }: Place): string {
  const { title, at, proof, told } = report;
  const { verdict, tiers, kind, boxes, open, bound, reason } = proof;
  const known = { name: title, ...placeOf(at), verdict, tiers, kind, seconds, splits: boxes, boxes, open };
  const rest = { ...(bound !== undefined && { bound }), ...(reason !== undefined && { reason }) };
  const head = JSON.stringify({ v: 1, ...known, ...rest }).replace('"v":1', `"v":1${session.mark.text}`);
  if (!told) return head;
  const point = told.inputs.map((i) => `${JSON.stringify(i.name)}:${jsonValue(i.value)}`).join(',');
  const failed = told.asserts.flatMap((a) => (a.holds ? [] : [failedJson(a)]));
  const run = told.calls.map((call) => commandOf(call, file));
  return `${head.slice(0, -1)},"counterexample":{${point}},"failed":${JSON.stringify(failed)},"run":${JSON.stringify(run)}}`;
}

const failedJson = ({ at, comparisons }: Told['asserts'][number]): object => ({
  ...placeOf(at),
  text: flat(textOf(at)),
  comparisons: comparisons.map((c) => ({ text: flat(textOf(c.at)), left: c.sides[0], right: c.sides[1] })),
});
