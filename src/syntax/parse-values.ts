/**
 * What several files of the grammar share: an expression where one must stand, conditions, the braces of
 * records and settings, and words of other languages.
 */
import type { Cursor, Mark } from './cursor.ts';
import { FOREIGN_WORDS } from './foreign.ts';
import { list } from './parse-lists.ts';
import { fieldName, isWord } from './parse-types.ts';
import type { TokenKind } from './token.ts';

// biome-ignore format: a table reads better in rows
const EXPRESSION_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'name',
  'number',
  'hole',
  'string',
  'true',
  'false',
  '(',
  '[',
  '{',
  '-',
  '!',
  'if',
  'match',
  'fold',
  'scan',
  'iterate',
  'choose',
  'pick',
]);

export const startsExpression = (kind: TokenKind): boolean => EXPRESSION_STARTS.has(kind);

/** An expression where one must stand; `place` completes "a value is missing ...". */
export function value(c: Cursor, place: string): void {
  if (startsExpression(c.kind())) {
    c.expression();
    return;
  }
  if (c.at('unknown')) {
    c.unexpected('a value');
    c.skipOne();
    startsExpression(c.kind()) ? c.expression() : c.missing();
    return;
  }
  const found = c.atEnd ? 'the end of the file' : `\`${c.token().text}\``;
  c.report('missing-expression', c.here(), { place, found });
  c.missing();
}

/** A condition, where `=` can only have been meant as `==`. */
export function condition(c: Cursor, place: string): void {
  const mark = c.mark();
  value(c, place);
  while (c.at('=')) {
    c.report('assign-for-equals', c.here(), {}, { fix: { title: 'write `==`', at: c.here(), insert: '==' } });
    c.bump();
    value(c, 'after `=`');
    c.finish(mark, 'binary');
  }
}

/** Whether the brace `ahead` begins a record without a name: `{ a: 1 }`, `{ ...r }`, `{ x, y }`. */
export function opensRecord(c: Cursor, ahead = 0): boolean {
  const first = c.kind(ahead + 1);
  if (first === '...') return true;
  if (!isWord(first)) return false;
  const second = c.kind(ahead + 2);
  return second === ':' || (first === 'name' && second === ',');
}

/** The braces of a record; a name and type arguments before them have been read since `mark`. */
export function recordForm(c: Cursor, mark: Mark): void {
  const starts = (kind: TokenKind): boolean => kind === '...' || isWord(kind);
  list(c, { close: '}', what: 'fields', one: 'a field', starts, item: () => fieldInit(c) });
  c.finish(mark, 'record');
}

/** `name: value`, `name`, `...record`; also the settings of `train`. */
export function fieldInit(c: Cursor): void {
  const mark = c.mark();
  if (c.eat('...')) {
    c.withRecords(true, () => value(c, 'after `...`'));
    c.finish(mark, 'spread');
    return;
  }
  fieldName(c, 'a field');
  if (c.at('=')) {
    c.unexpected('`:`', 'A field is a name, a colon and a value: `petal_width: 0.2`.');
    c.skipOne();
    c.withRecords(true, () => value(c, 'after `=`'));
  } else if (c.eat(':')) c.withRecords(true, () => value(c, 'after `:`'));
  c.finish(mark, 'fieldInit');
}

/** Reports the current word as one of another language and consumes it. */
export function foreign(c: Cursor, hint?: string): void {
  const { text } = c.token();
  const entry = FOREIGN_WORDS.get(text);
  const at = c.here();
  const fix =
    entry?.instead === undefined ? {} : { fix: { title: `write \`${entry.instead}\``, at, insert: entry.instead } };
  c.note('foreign-word', at, { word: text, hint: hint ?? entry?.hint ?? '' }, fix);
  c.skipOne();
}
