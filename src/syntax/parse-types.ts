/**
 * Types, sizes and patterns: the parts of the grammar that hold no expressions.
 */
import type { Cursor, Mark } from './cursor.ts';
import { close, list } from './parse-lists.ts';
import type { TokenKind } from './token.ts';
import { isKeyword, numberText } from './token.ts';

export const startsType = (kind: TokenKind): boolean => kind === 'name' || kind === '(';
const startsTypeArg = (kind: TokenKind): boolean => startsType(kind) || kind === 'number';
const startsSize = (kind: TokenKind): boolean => kind === 'name' || kind === 'number' || kind === '(';

// --- types -----------------------------------------------------------------------------------------------

export function type(c: Cursor): void {
  if (!startsType(c.kind())) {
    c.unexpected('a type', 'A type is a name (`f32`, `Species`), an array (`f32[3]`), a tuple or a function.');
    c.missing();
    return;
  }
  c.deeper(() => {
    const mark = c.mark();
    if (c.at('(')) tupleOrFunction(c, mark);
    else named(c, mark);
    while (c.at('[') && !c.chainTooLong()) {
      if (c.kind(1) === ']') c.report('array-without-size', c.here(), {});
      list(c, { close: ']', what: 'sizes', one: 'a size', starts: startsSize, item: () => size(c) });
      c.finish(mark, 'arrayType');
    }
  });
}

function tupleOrFunction(c: Cursor, mark: Mark): void {
  list(c, { close: ')', what: 'types', one: 'a type', starts: startsType, item: () => type(c) });
  if (c.eat('->')) {
    type(c);
    c.finish(mark, 'fnType');
  } else c.finish(mark, 'tupleType');
}

function named(c: Cursor, mark: Mark): void {
  c.bump();
  if (c.at('<')) typeArgs(c);
  c.finish(mark, 'namedType');
}

/** `<4, n + 1, T>`; the current token is `<`. */
export function typeArgs(c: Cursor): void {
  const mark = c.mark();
  const open = c.bump();
  if (!startsTypeArg(c.kind()))
    c.unexpected('a type or a size', 'Between `<` and `>` stand types and sizes: `Dense<4, 8>`.');
  while (startsTypeArg(c.kind())) {
    typeArg(c);
    if (!c.eat(',')) break;
  }
  // `>=` where a type ends before a `=`.
  if (c.at('>=')) c.splitFirst();
  else close(c, open, '>');
  c.finish(mark, 'typeArgs');
}

/** A type or a size; a lone name may be either, and is read as a type. */
function typeArg(c: Cursor): void {
  const mark = c.mark();
  if (c.at('number') || isSizeOperator(c.kind(1))) size(c);
  else type(c);
  c.finish(mark, 'typeArg');
}

const isSizeOperator = (kind: TokenKind): boolean => kind === '+' || kind === '-' || kind === '*';

// --- sizes -----------------------------------------------------------------------------------------------

const sizePower = (kind: TokenKind): number => (kind === '*' ? 2 : kind === '+' || kind === '-' ? 1 : 0);

export function size(c: Cursor, above = 0): void {
  c.deeper(() => {
    const mark = c.mark();
    sizeAtom(c, mark);
    for (;;) {
      const power = sizePower(c.kind());
      if (power <= above || c.chainTooLong()) return;
      c.bump();
      size(c, power);
      c.finish(mark, 'sizeBinary');
    }
  });
}

/** A number that can be read and is no size; of one that cannot be read the lexer has said so. */
const isNoSize = (text: string): boolean =>
  /^[\d_]+(\.[\d_]+)?([eE][+-]?\d+)?$/.test(text) &&
  !(/^[\d_]+$/.test(text) && Number.isSafeInteger(Number(numberText(text))));

function sizeAtom(c: Cursor, mark: Mark): void {
  if (c.at('number')) {
    if (isNoSize(c.token().text)) c.report('malformed-size', c.here(), { text: c.token().text });
    c.bump();
    c.finish(mark, 'sizeNumber');
  } else if (c.eat('name')) c.finish(mark, 'sizeName');
  else if (c.at('(')) {
    const open = c.bump();
    size(c);
    close(c, open, ')');
    c.finish(mark, 'sizeParen');
  } else {
    c.unexpected(
      'a size',
      'A size is a whole number, a size parameter, or a sum or product of them: `n`, `2 * n + 1`.',
    );
    c.missing();
  }
}

// --- patterns --------------------------------------------------------------------------------------------

/** What `what` may be called; reports a word of the language or something else that is no name. */
export function name(c: Cursor, what: string): boolean {
  if (c.eat('name')) return true;
  const { kind, text } = c.token();
  if (isKeyword(kind) && !c.onNewLine) {
    c.report('reserved-word', c.here(), { word: text, what: `the name of ${what}` });
    c.skipOne();
  } else c.unexpected(`the name of ${what}`, 'A name begins with a letter or `_`; digits may follow.');
  c.missing();
  return false;
}

/** The name of a field, where the words of the language are allowed too. */
export function fieldName(c: Cursor, what: string): boolean {
  if (isWord(c.kind())) {
    c.bump();
    return true;
  }
  return name(c, what);
}

/** Whether a token is a word: a name or a keyword. */
export const isWord = (kind: TokenKind): boolean => kind === 'name' || isKeyword(kind);

const startsPattern = (kind: TokenKind): boolean => kind === 'name' || kind === '(';

/** What `let`, `fold` and `for` bind: `x`, `_`, `(a, b)`. */
export function pattern(c: Cursor, what = 'a value'): void {
  const mark = c.mark();
  if (c.atWord('_')) {
    c.bump();
    c.finish(mark, 'wildcardPattern');
  } else if (c.at('(')) {
    c.deeper(() => {
      list(c, { close: ')', what: 'names', one: 'a name', starts: startsPattern, item: () => pattern(c) });
      c.finish(mark, 'tuplePattern');
    });
  } else if (name(c, what)) c.finish(mark, 'namePattern');
  else c.finish(mark, 'error');
}

export const startsCasePattern = (kind: TokenKind): boolean =>
  kind === 'name' || kind === '(' || kind === 'number' || kind === 'true' || kind === 'false';

/** What an arm of `match` or a row of a table begins with. */
export function casePattern(c: Cursor): void {
  c.deeper(() => {
    const mark = c.mark();
    oneCase(c, mark);
    if (!c.at('|')) return;
    while (c.eat('|')) oneCase(c, c.mark());
    c.finish(mark, 'orPattern');
  });
}

/** Steps over the enum of `Colour.red` and `Colour::red`: a case stands alone in a pattern. */
function ownerOfCase(c: Cursor): void {
  const sign = c.kind(1);
  if ((sign !== '.' && c.token(1).text !== '::') || c.kind(2) !== 'name') return;
  const [owner, cased] = [c.token().text, c.token(2).text];
  const at = { ...c.here(), end: c.spanOf(c.token(1)).end };
  // Of `::` the lexer has said that there is none.
  if (sign === '.')
    c.report('owner-of-case', at, { owner, cased }, { fix: { title: `write \`${cased}\``, at, insert: '' } });
  c.skipOne();
  c.skipOne();
}

function oneCase(c: Cursor, mark: Mark): void {
  if (c.atWord('_')) {
    c.bump();
    c.finish(mark, 'wildcardPattern');
  } else if (c.at('name')) {
    ownerOfCase(c);
    name(c, 'a case');
    c.finish(mark, 'casePattern');
  } else if (c.eat('number')) c.finish(mark, 'numberPattern');
  else if (c.eat('true') || c.eat('false')) c.finish(mark, 'boolPattern');
  else if (c.at('(')) {
    list(c, { close: ')', what: 'patterns', one: 'a pattern', starts: startsCasePattern, item: () => casePattern(c) });
    c.finish(mark, 'tuplePattern');
  } else {
    c.unexpected('a pattern', 'A pattern is a case, `true`, `false`, a whole number, `_`, or a tuple of those.');
    c.missing();
  }
}
