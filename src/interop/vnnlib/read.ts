/**
 * The s-expressions of VNN-LIB: text to nested lists with places. Brackets (`X[0, 1]`) belong to the word before them.
 * Comments run from `;` to the end of the line. Not recursive: depth costs no stack.
 */
import { type Problem, problem } from '../../text/problem.ts';
import { type Source, type Span, span } from '../../text/span.ts';

export interface Word {
  readonly kind: 'word';
  readonly text: string;
  /** What stood in brackets behind it: `X[0,1]`, or alone: `[5]`. */
  readonly brackets?: string;
  readonly at: Span;
}
export interface List {
  readonly kind: 'list';
  readonly items: readonly Form[];
  readonly at: Span;
}
export type Form = Word | List;

/** Deeper nesting is refused. */
const MOST_DEPTH = 500;

const TOKEN = /\s+|;[^\n]*|[()]|\[[^[\]()\n]*\]|[^\s;()[\]]+(?:\[[^[\]()\n]*\])?/y;

/** The forms of a text, or the first mistake. */
export function readForms(source: Source): { readonly forms: readonly List[] } | { readonly problem: Problem } {
  const stack: { readonly start: number; readonly items: Form[] }[] = [];
  const forms: List[] = [];
  const { text } = source;
  const wrong = (start: number, end: number, why: string) => ({
    problem: problem('vnnlib-form', span(source, start, end), { why }),
  });
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return wrong(at, at + 1, `\`${text[at]}\` does not stand in the form that is read.`);
    const here = span(source, at, at + token.length);
    at += token.length;
    if (/^[\s;]/.test(token)) continue;
    if (token === '(') {
      if (stack.length >= MOST_DEPTH) return wrong(here.start, here.end, `More than ${MOST_DEPTH} brackets are open.`);
      stack.push({ start: here.start, items: [] });
      continue;
    }
    const top = stack.at(-1);
    if (!top) return wrong(here.start, here.end, 'A form begins with `(`.');
    if (token !== ')') {
      top.items.push(wordOf(token, here));
      continue;
    }
    stack.pop();
    const list: List = { kind: 'list', items: top.items, at: span(source, top.start, here.end) };
    const outer = stack.at(-1);
    if (outer) outer.items.push(list);
    else forms.push(list);
  }
  const open = stack.at(-1);
  return open ? wrong(open.start, open.start + 1, 'This bracket is never closed.') : { forms };
}

function wordOf(token: string, at: Span): Word {
  const bracket = token.indexOf('[');
  if (bracket < 0) return { kind: 'word', text: token, at };
  return { kind: 'word', text: token.slice(0, bracket), brackets: token.slice(bracket + 1, -1), at };
}
