/** Problems and places on the way out: a thin layer over `text/render` for what only the command line says. */
import { lineMap } from '../text/lines.ts';
import type { Problem } from '../text/problem.ts';
import { type MessageFormat, renderProblems } from '../text/render.ts';
import type { Span } from '../text/span.ts';

export { type MessageFormat, problemJson, sortProblems } from '../text/render.ts';

/** `iris.su:12`. */
export const lineOf = (at: Span): string => `${at.source.name}:${lineMap(at.source).position(at.start).line}`;

/** File, line and column, from 1: a place as JSON. */
export const placeOf = (at: Span): object => ({ file: at.source.name, ...lineMap(at.source).position(at.start) });

/** All problems, sorted, in one form, ended by a newline. */
export function printProblems(problems: readonly Problem[], format: MessageFormat, color: boolean): string {
  if (problems.length === 0) return '';
  return `${renderProblems(problems, format, { color })}${format === 'human' ? '\n\n' : '\n'}`;
}

/** `2 errors, 1 warning`. */
export function counted(problems: readonly Problem[]): string {
  const errors = problems.filter((p) => p.severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(problems.length - errors, 'warning')}`;
}

export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
