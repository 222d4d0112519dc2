/**
 * `sutra explain`: a stage of the compilation as text, the steps of one evaluation, or the page of an error.
 * Each stage prints what the compiler itself holds at that point.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { compile, run, type Value } from '../../road.ts';
import { parse, printTokens, printTree, tokensOf } from '../../syntax/index.ts';
import { nearest } from '../../text/nearest.ts';
import { problem } from '../../text/problem.ts';
import { ok, type Result } from '../../text/result.ts';
import { type Source, textOf } from '../../text/span.ts';
import { findEntry } from '../../train/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { shipped, splitTarget } from '../files.ts';
import { readInputs } from '../inputs.ts';
import type { Verb } from '../main.ts';
import { isModel, modelText } from '../model.ts';
import type { OptionsOf } from '../options.ts';
import { brief, columns, jsonNumber, jsonValue } from '../print.ts';
import { lineOf } from '../report.ts';
import { type Session, threadsOf } from '../session.ts';
import { type Stage, stageText } from '../stages.ts';
import { type Rule, rulesJson, type TraceStep, tensorText, traceJson } from '../trace.ts';

export const verb: Verb<'explain'> = async ({ args: [word = ''], options }, session) => {
  if (/^su\d+$/i.test(word) && !existsSync(word)) return page(word.toUpperCase(), session);
  const { file, fn } = splitTarget(word);
  if (isModel(file)) return show(modelText(file, options.stage ?? 'source', session.files), options, session);
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  if (options.in.length > 0) return steps(source.value, fn, options, session);
  return show(textOfStage(source.value, fn, options.stage ?? 'types', session), options, session, 'types');
};

function show(
  text: Result<string>,
  options: OptionsOf<'explain'>,
  session: Session,
  usual: Stage = 'source',
): ExitCode {
  if (!text.ok) return session.refuse(text.problems);
  if (options.json) session.json({ stage: options.stage ?? usual, text: text.value });
  else session.terminal.out(text.value.endsWith('\n') ? text.value : `${text.value}\n`);
  return EXIT.done;
}

/** The page of an error, from the documentation that is shipped with the package. */
function page(code: string, session: Session): ExitCode {
  const path = shipped('docs', 'errors', `${code}.md`);
  if (!existsSync(path)) {
    const codes = readdirSync(shipped('docs', 'errors')).map((name) => name.replace('.md', ''));
    const near = nearest(code, codes);
    const hint = near === undefined ? 'Codes are SU and four digits.' : `Did you mean ${near}?`;
    return session.refuse([problem('unknown-code', undefined, { code, hint })]);
  }
  const text = readFileSync(path, 'utf8');
  if (session.options.json) session.json({ code, text });
  else session.terminal.out(text);
  return EXIT.done;
}

function textOfStage(source: Source, fn: string | undefined, stage: Stage, session: Session): Result<string> {
  if (stage === 'tokens') return ok(printTokens(tokensOf(parse(source).tree.root)));
  if (stage === 'tree') return ok(printTree(parse(source).tree.root));
  const compiled = compile(source, session.files);
  if (!compiled.ok) return compiled;
  const { entries, source: named } = compiled.value;
  const found = fn === undefined ? ok(entries) : only(findEntry(entries, fn, named.name, undefined));
  if (!found.ok) return found;
  return stageText(compiled.value, found.value, { stage, threads: threadsOf(session.options) ?? 1 });
}

const only = <T>(found: Result<T>): Result<readonly T[]> => (found.ok ? ok([found.value]) : found);

/** One evaluation: every named intermediate value, the comparisons that were made, then the result and how clear it is. */
function steps(source: Source, fn: string | undefined, options: OptionsOf<'explain'>, session: Session): ExitCode {
  const compiled = compile(source, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  const inputs = readInputs(options.in);
  if (!inputs.ok) return session.refuse(inputs.problems);
  const traced: TraceStep[] = [];
  const rules: Rule[] = [];
  const report = run(compiled.value, fn, inputs.value, {
    trace: ({ name, at, shape, data }) => traced.push({ name, line: lineOf(at), shape, data: [...data] }),
    decide: ({ at, holds, by }) => rules.push({ line: lineOf(at), text: textOf(at).replace(/\s+/g, ' '), holds, by }),
  });
  if (!report.ok) return session.refuse(report.problems);
  session.warn(report.value.alarms);
  const { value, text, type } = report.value;
  const margin = marginOf(value);
  if (options.json) {
    const clear = margin ? `,"margin":${jsonNumber(margin.by)}` : '';
    const parts = `"trace":${traceJson(traced)},"rules":${rulesJson(rules)}`;
    session.terminal.out(`{"v":1,"value":${jsonValue(value)},${parts}${clear}}\n`);
  } else {
    session.terminal.out(columns(traced.map((s) => [s.line, s.name, tensorText(s)])));
    session.terminal.out(
      columns(rules.map((r) => [r.line, r.text, `${r.holds ? 'holds' : 'fails'} by ${brief(r.by)}`])),
    );
    session.terminal.out(`${text} : ${type}\n`);
    if (margin) session.terminal.out(`${margin.first} leads ${margin.second} by ${brief(margin.by)}\n`);
  }
  return EXIT.done;
}

/** The two likeliest cases of a distribution and how far they are apart. */
function marginOf(value: Value) {
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const weights = Object.entries(value).filter((e): e is [string, number] => typeof e[1] === 'number');
  const [first, second] = weights.sort((a, b) => b[1] - a[1]);
  if (!first || !second || weights.length < Object.keys(value).length) return undefined;
  return { first: first[0], second: second[0], by: first[1] - second[1] };
}
