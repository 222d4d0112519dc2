/**
 * Problems as text: code frames for people, one-line forms for tools. A frame shows the place under carets,
 * the other places that take part under dashes, one sentence why, and the proposed edit.
 */
import { applyEdits } from './edits.ts';
import { lineMap } from './lines.ts';
import type { Fix, Problem } from './problem.ts';
import type { Source, Span } from './span.ts';

export type MessageFormat = 'human' | 'short' | 'json' | 'github';

export interface RenderOptions {
  readonly color?: boolean;
}

/** Sorted by file and place and without repetitions: several roads may find one mistake. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const once = problems.filter((p) => {
    const key = JSON.stringify([p.id, p.title, p.at?.source.name, p.at?.start, p.at?.end]);
    return !seen.has(key) && seen.add(key);
  });
  const file = (p: Problem): string => p.at?.source.name ?? '';
  const byFile = (a: Problem, b: Problem): number => (file(a) < file(b) ? -1 : file(a) > file(b) ? 1 : 0);
  return once.sort((a, b) => byFile(a, b) || (a.at?.start ?? 0) - (b.at?.start ?? 0));
}

/** The problems, sorted, in one of the formats of `--message-format`; no newline at the end. */
export function renderProblems(
  problems: readonly Problem[],
  format: MessageFormat,
  options: RenderOptions = {},
): string {
  const list = sortProblems(problems);
  if (format === 'human') return list.map((p) => renderProblem(p, options)).join('\n\n');
  const line = { short: renderShort, json: renderJson, github: renderGithub }[format];
  return list.map(line).join('\n');
}

// --- for people ------------------------------------------------------------------------------------------

type Paint = (text: string) => string;
type Colour = 'red' | 'yellow' | 'blue' | 'green' | 'bold';

const CODES: Readonly<Record<Colour, number>> = { red: 31, yellow: 33, blue: 34, green: 32, bold: 1 };

const painter = (colour: Colour, on: boolean): Paint =>
  on ? (text) => (text === '' ? '' : `\u001b[${CODES[colour]}m${text}\u001b[0m`) : (text) => text;

interface Palette {
  readonly main: Paint;
  readonly also: Paint;
  readonly fix: Paint;
  readonly bold: Paint;
}

function palette(problem: Problem, color: boolean): Palette {
  const main = painter(problem.severity === 'error' ? 'red' : 'yellow', color);
  return { main, also: painter('blue', color), fix: painter('green', color), bold: painter('bold', color) };
}

/** One problem with its code frame. */
export function renderProblem(problem: Problem, options: RenderOptions = {}): string {
  const paint = palette(problem, options.color ?? false);
  const head = `${paint.main(`${problem.severity}[${problem.id}]`)}${paint.bold(`: ${problem.title}`)}`;
  const width = gutterWidth(problem);
  const pad = ' '.repeat(width);
  const lines = [head];
  if (problem.at !== undefined) lines.push(...frames(problem, problem.at, width, paint));
  const bar = paint.also(`${pad} =`);
  if (problem.help !== '') lines.push(`${bar} help: ${problem.help}`);
  if (problem.fix !== undefined) lines.push(...fixFrame(problem.fix, width, paint, bar));
  return lines.join('\n');
}

interface Mark {
  readonly at: Span;
  readonly text: string;
  readonly main: boolean;
}

function gutterWidth(problem: Problem): number {
  const spans = [problem.at, ...problem.also.map((l) => l.at), problem.fix?.at];
  const lines = spans.map((s) => (s === undefined ? 1 : lineMap(s.source).position(s.start).line));
  return Math.max(2, ...lines.map((n) => String(n).length));
}

/** A frame for each file that takes part, the problem's own first. */
function frames(problem: Problem, at: Span, width: number, paint: Palette): string[] {
  const marks: Mark[] = [
    { at, text: problem.label ?? '', main: true },
    ...problem.also.map((l) => ({ at: l.at, text: l.text, main: false })),
  ];
  const sources = [...new Set(marks.map((m) => m.at.source))];
  return sources.flatMap((source) =>
    frame(
      source,
      marks.filter((m) => m.at.source === source),
      width,
      paint,
    ),
  );
}

function frame(source: Source, marks: readonly Mark[], width: number, paint: Palette): string[] {
  const map = lineMap(source);
  const pad = ' '.repeat(width);
  const lead = marks.find((m) => m.main) ?? marks[0];
  if (lead === undefined) return [];
  const { line, column } = map.position(lead.at.start);
  const out = [`${pad}${paint.also('-->')} ${source.name}:${line}:${column}`, paint.also(`${pad} |`)];
  let previous = 0;
  for (const number of [...new Set(marks.map((m) => map.position(m.at.start).line))].sort((a, b) => a - b)) {
    const here = marks
      .filter((m) => map.position(m.at.start).line === number)
      .sort((a, b) => Number(b.main) - Number(a.main));
    if (previous > 0 && number > previous + 2) out.push(paint.also(`${pad}...`));
    else if (previous > 0 && number === previous + 2)
      out.push(sourceLine(clip(map.line(number - 1), 0).text, number - 1, width, paint));
    const first = (here[0]?.at.start ?? 0) - map.start(number);
    out.push(sourceLine(clip(map.line(number), first).text, number, width, paint));
    for (const mark of here) {
      const underlined = underline(mark, map.start(number), clip(map.line(number), first), paint);
      if (underlined !== undefined) out.push(`${paint.also(`${pad} |`)} ${underlined}`);
    }
    previous = number;
  }
  out.push(paint.also(`${pad} |`));
  return out;
}

const sourceLine = (text: string, number: number, width: number, paint: Palette): string =>
  `${paint.also(`${String(number).padStart(width)} |`)} ${expand(text)}`.trimEnd();

/** Longest part of a line that a frame shows, and how much of it stands before the first mark. */
const LINE_LIMIT = 240;
const BEFORE_MARK = 60;

interface Clipped {
  readonly text: string;
  /** Characters of the line that were left out in front, less the dots that stand for them. */
  readonly shift: number;
}

/** A long line cut down to what is around the character at `first`; a line of usual length as it is. */
function clip(line: string, first: number): Clipped {
  if (line.length <= LINE_LIMIT) return { text: line, shift: 0 };
  const from = first > BEFORE_MARK * 2 ? first - BEFORE_MARK : 0;
  const dots = from > 0 ? '...' : '';
  const part = line.slice(from, from + LINE_LIMIT);
  return { text: `${dots}${part}${from + LINE_LIMIT < line.length ? '...' : ''}`, shift: from - dots.length };
}

/** The carets under a mark; undefined where the mark begins outside of what is shown. */
function underline(mark: Mark, lineStart: number, line: Clipped, paint: Palette): string | undefined {
  const start = lineStart + line.shift;
  const from = mark.at.start - start;
  if (from < 0 || from > line.text.length) return undefined;
  const to = Math.min(mark.at.end - start, line.text.length);
  const indent = ' '.repeat(columns(line.text.slice(0, from)));
  const length = Math.max(1, columns(line.text.slice(from, to)));
  const dots = mark.at.end > start + line.text.length && mark.at.end > mark.at.start + length ? '...' : '';
  const text = `${(mark.main ? '^' : '-').repeat(length)}${dots}${mark.text === '' ? '' : ` ${mark.text}`}`;
  return `${indent}${(mark.main ? paint.main : paint.also)(text)}`;
}

function fixFrame(fix: Fix, width: number, paint: Palette, bar: string): string[] {
  const { source, start, end } = fix.at;
  const map = lineMap(source);
  const first = map.position(start).line;
  const title = `${bar} ${paint.fix(`fix: ${fix.title}`)}`;
  if (map.position(end).line !== first || fix.insert.includes('\n')) return [title];
  const from = map.start(first);
  const line = applyEdits(map.line(first), [{ at: { start: start - from, end: end - from }, insert: fix.insert }]);
  if (line.trim() === '') return [title];
  return [title, paint.also(`${' '.repeat(width)} |`), sourceLine(clip(line, start - from).text, first, width, paint)];
}

// --- how wide text is on a terminal ----------------------------------------------------------------------

const expand = (text: string): string => text.replace(/\t/g, '  ');

/** Columns a text takes: tabs two, wide characters two, joining ones none. */
function columns(text: string): number {
  let width = 0;
  for (const c of expand(text)) width += /\p{M}|\u200d|\ufe0f/u.test(c) ? 0 : WIDE.test(c) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

// --- for tools -------------------------------------------------------------------------------------------

/** `iris.su:3:5: error SU0101: expected a type, found `=`` */
export function renderShort(problem: Problem): string {
  const what = `${problem.severity} ${problem.id}: ${problem.title}`;
  if (problem.at === undefined) return what;
  const { line, column } = lineMap(problem.at.source).position(problem.at.start);
  return `${problem.at.source.name}:${line}:${column}: ${what}`;
}

interface JsonPlace {
  readonly file: string;
  readonly start: { readonly line: number; readonly column: number; readonly offset: number };
  readonly end: { readonly line: number; readonly column: number; readonly offset: number };
}

function place(at: Span): JsonPlace {
  const map = lineMap(at.source);
  return {
    file: at.source.name,
    start: { ...map.position(at.start), offset: at.start },
    end: { ...map.position(at.end), offset: at.end },
  };
}

/** A problem as plain data with `"v": 1`: what `--message-format json` and `--json` print. */
export function problemJson(problem: Problem): object {
  const { id, name, severity, title, help, at, label, also, fix } = problem;
  return {
    v: 1,
    code: id,
    name,
    severity,
    title,
    help,
    ...(at && { at: place(at) }),
    ...(label !== undefined && { label }),
    also: also.map((l) => ({ at: place(l.at), text: l.text })),
    ...(fix && { fix: { title: fix.title, at: place(fix.at), insert: fix.insert } }),
  };
}

export const renderJson = (problem: Problem): string => JSON.stringify(problemJson(problem));

/** A workflow command of GitHub Actions: an annotation at the line. */
export function renderGithub(problem: Problem): string {
  const encode = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (text: string): string => encode(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
  const message = encode(`${problem.title}\n${problem.help}`);
  const title = `title=${problem.id}`;
  if (problem.at === undefined) return `::${problem.severity} ${title}::${message}`;
  const { file, start, end } = place(problem.at);
  const where = `file=${property(file)},line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
  return `::${problem.severity} ${where},${title}::${message}`;
}
