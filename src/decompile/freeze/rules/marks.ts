/**
 * Learned marks become plain code: `?x` is `x`, a `param` a `let` (one that is loaded from a file or still random a `frozen param`), a
 * `param table` a `table`, and the `train` block goes.
 */

import { showType } from '../../../check/show.ts';
import type { Decl, Expr } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { textOf } from '../../../text/span.ts';
import { type Change, plainRule } from '../change.ts';
import type { Subject } from '../subject.ts';
import { partsOf, SIGN, walk } from '../walk.ts';

/** `?36.6` is `36.6`, `?3` is `3.0`: it stays an f32. */
export const numbers = plainRule('number', (s) => {
  const found: Change[] = [];
  walk(s.module, ({ expr, power }) => {
    if (expr.kind !== 'hole') return true;
    const digits = textOf(expr.numberAt);
    const number = /[.eE]|nan|inf/.test(digits) ? digits : `${digits}.0`;
    const after = number.startsWith('-') && power >= SIGN ? `(${number})` : number;
    found.push({ start: expr.at.start, before: textOf(expr.at), after, reason: 'the learned number stays as it is' });
    return true;
  });
  return found;
});

export const params = plainRule('param', (s) =>
  s.module.decls.flatMap((d) => (d.kind === 'param' && !d.frozen ? [freezeParam(s, d)] : [])),
);

type ParamDecl = Extract<Decl, { kind: 'param' }>;

function freezeParam(s: Subject, d: ParamDecl): Change {
  const start = d.at.start;
  const before = s.source.text.slice(start, d.value.at.start);
  if (!isWritten(s, d.value)) {
    const reason = 'its numbers do not stand in the text, so it stays a `param`, and is frozen';
    return { start, before, after: `frozen ${before}`, reason };
  }
  const text = (from: number, to: number): string => s.source.text.slice(from, to);
  const head = text(start + 'param'.length, (d.type ?? d.name).at.end);
  const type = d.type ? '' : typeOf(s, d);
  const tail = text(d.range ? d.range[1].at.end : (d.type ?? d.name).at.end, d.value.at.start).replace(/^\s*\]/, '');
  const reason = d.range
    ? 'its value is written here; its range held it while it learned'
    : 'its value is written here';
  return { start, before, after: `let${head}${type}${tail}`, reason };
}

/** The type of a param that states none; that of a number with a point is plain. */
function typeOf(s: Subject, d: ParamDecl): string {
  const number = d.value.kind === 'unary' ? d.value.value : d.value;
  if (number.kind === 'hole' || (number.kind === 'number' && !number.isInt)) return '';
  const found = s.compiled.module.params.find((p) => p.name === d.name.text);
  return `: ${showType(must(found, d.name.text).type)}`;
}

const INITIALISERS: readonly string[] = ['load', 'normal', 'uniform', 'glorot', 'he', 'orthogonal'];

/** All of the value is in the text: no weights file, no random numbers. Functions of the library and of the program may make either. */
function isWritten(s: Subject, e: Expr): boolean {
  if (e.kind === 'call' && e.fn.kind === 'name') {
    const { text } = e.fn.name;
    const isOwn = s.module.decls.some((d) => (d.kind === 'fn' && d.name.text === text) || isImport(d, text));
    if (INITIALISERS.includes(text) || isOwn) return false;
  }
  return partsOf(e).every((part) => isWritten(s, part.expr));
}

const isImport = (d: Decl, name: string): boolean =>
  d.kind === 'import' && d.names.some((n) => (n.alias ?? n.name).text === name);

/** `param table` with its rows written is a `table`. */
export const tables = plainRule('table', (s) =>
  s.module.decls.flatMap((d): Change[] => {
    if (d.kind !== 'table' || !d.learned || d.frozen) return [];
    const { start } = d.at;
    const before = must(/^param\s+/.exec(s.source.text.slice(start)))[0];
    if (d.rows || (d.value && isWritten(s, d.value)))
      return [{ start, before, after: '', reason: 'its rows are written here' }];
    const reason = 'its rows do not stand in the text, so it stays a `param`, and is frozen';
    return [{ start, before, after: `frozen ${before}`, reason }];
  }),
);

/** The `train` block says how to learn, and there is nothing left to learn. */
export const training = plainRule('train', (s) =>
  s.module.decls.flatMap((d) => (d.kind === 'train' ? [removal(s, d, 'nothing is left to train')] : [])),
);

/** Takes out a declaration with its doc comment, its line and the blank lines after it. */
export function removal(s: Subject, d: Decl, reason: string): Change {
  const { text } = s.source;
  let start = d.at.start;
  // what stands over imports is about the file
  while (d.kind !== 'import') {
    const line = text.lastIndexOf('\n', start - 2) + 1;
    if (start === 0 || text[start - 1] !== '\n' || !text.slice(line, start).startsWith('///')) break;
    start = line;
  }
  // blank lines after it stay where they part what stood before it from what comes
  const stands = start === 0 || /\n[ \t]*\n$/.test(text.slice(0, start));
  const rest = (stands ? /^[ \t]*(\/\/[^\n]*)?\n?(?:[ \t]*\n)*/ : /^[ \t]*(\/\/[^\n]*)?\n?/).exec(text.slice(d.at.end));
  let end = d.at.end + (rest?.[0].length ?? 0);
  // a file does not end in blank lines
  if (end >= text.length) {
    const blank = /\n\s*$/.exec(text.slice(0, start));
    if (blank) [start, end] = [blank.index + 1, text.length];
  }
  return { start, before: text.slice(start, end), after: '', reason };
}
