/**
 * The forms of expressions that begin with a word or a bracket: `if`, `match`, loops, `choose`, blocks,
 * records, arrays, lambdas. Operators, calls and the choice between the forms are in `parse-expressions.ts`,
 * reached through `c.expression`.
 */
import type { Cursor, Mark } from './cursor.ts';
import { startsDeclaration } from './cursor.ts';
import { FOREIGN_WORDS } from './foreign.ts';
import { close, list } from './parse-lists.ts';
import { casePattern, fieldName, isWord, name, pattern, startsCasePattern, type } from './parse-types.ts';
import type { Token, TokenKind } from './token.ts';

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
  if (startsExpression(c.kind())) return c.expression();
  if (c.at('unknown')) {
    c.unexpected('a value');
    c.skipOne();
    return startsExpression(c.kind()) ? c.expression() : c.missing();
  }
  const found = c.atEnd ? 'the end of the file' : `\`${c.token().text}\``;
  c.report('missing-expression', c.here(), { place, found });
  c.missing();
}

/** The head of `if`, `match` and loops: braces after a name are not a record here. */
const head = (c: Cursor, place: string): void => c.withRecords(false, () => value(c, place));

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

// --- if and match ----------------------------------------------------------------------------------------

export function ifForm(c: Cursor, mark: Mark): void {
  const word = c.spanOf(c.bump());
  c.withRecords(false, () => condition(c, 'after `if`'));
  if (c.atWord('then')) foreign(c, 'Braces follow the condition: `if c { a } else { b }`.');
  block(c, '`if`');
  if (c.eat('else')) {
    if (c.at('if')) c.deeper(() => ifForm(c, c.mark()));
    else block(c, '`else`');
  } else if (c.atWord('elif') || c.atWord('elsif') || c.atWord('elseif')) {
    const fix = { title: 'write `else if`', at: c.here(), insert: 'else if' };
    c.report('elif', c.here(), { word: c.token().text }, { fix });
    c.deeper(() => ifForm(c, c.mark()));
  } else {
    const also = [{ at: word, text: 'the `if`' }];
    c.report('missing-else', c.after(), {}, { label: '`else { ... }` is missing here', also });
    c.missing();
  }
  c.finish(mark, 'if');
}

export function matchForm(c: Cursor, mark: Mark): void {
  c.bump();
  head(c, 'after `match`');
  if (c.at('{')) {
    list(c, { close: '}', what: 'arms', one: 'a pattern', starts: startsCasePattern, item: () => arm(c) });
  } else c.unexpected('`{`', 'The arms of a `match` stand in braces: `match e { a => 1.0, _ => 0.0 }`.');
  c.finish(mark, 'match');
}

function arm(c: Cursor): void {
  const mark = c.mark();
  casePattern(c);
  if (c.at('->') || c.at(':') || c.at('=')) {
    c.unexpected('`=>`', 'An arm is a pattern, `=>` and a value.');
    c.skipOne();
  } else c.expect('=>', 'An arm is a pattern, `=>` and a value.');
  c.withRecords(true, () => value(c, 'after `=>`'));
  c.finish(mark, 'arm');
}

// --- loops -----------------------------------------------------------------------------------------------

/** `x in xs, y in ys`; the current token is `for`. */
export function binders(c: Cursor): void {
  c.bump();
  do {
    const mark = c.mark();
    pattern(c, 'a loop variable');
    c.expect('in', 'A loop names what it runs over: `for x in xs`, `for i in 0..n`.');
    head(c, 'after `in`');
    c.finish(mark, 'binder');
  } while (c.eat(','));
}

/** `fold s = init for x in xs { next }` and `scan`. */
export function foldForm(c: Cursor, mark: Mark): void {
  const { text } = c.bump();
  state(c);
  if (c.at('for')) binders(c);
  else c.unexpected('`for`', `A loop with a state is \`${text} s = 0.0 for x in xs { s + x }\`.`);
  block(c, 'a loop');
  c.finish(mark, 'fold');
}

/** `iterate s = init while cond max 64 { next }`. */
export function iterateForm(c: Cursor, mark: Mark): void {
  c.bump();
  state(c);
  const hint = 'It is `iterate s = 1.0 while s < 100.0 max 64 { s * 2.0 }`; the bound is always stated.';
  if (c.expect('while', hint)) c.withRecords(false, () => condition(c, 'after `while`'));
  else c.missing();
  if (c.atWord('max')) {
    c.bump();
    head(c, 'after `max`');
  } else {
    c.unexpected('`max`', hint);
    c.missing();
  }
  block(c, 'a loop');
  c.finish(mark, 'iterate');
}

function state(c: Cursor): void {
  pattern(c, 'the state of a loop');
  if (c.expect('=', 'The state of a loop begins with a value: `fold s = 0.0 for ...`.')) head(c, 'after `=`');
  else c.missing();
}

/** `choose { a, b }`, `pick 1 { x, y }`. */
export function chooseForm(c: Cursor, mark: Mark): void {
  c.bump();
  c.eat('number');
  if (c.at('{')) {
    list(c, { close: '}', what: 'options', one: 'a value', starts: startsExpression, item: () => inside(c) });
  } else c.unexpected('`{`', 'The options stand in braces: `choose { a + b, a * b }`.');
  c.finish(mark, 'choose');
}

/** An expression inside of brackets, where records may begin with their name again. */
const inside = (c: Cursor): void => c.withRecords(true, () => c.expression());

// --- arrays and comprehensions ---------------------------------------------------------------------------

const startsItem = (kind: TokenKind): boolean => kind === 'for' || startsExpression(kind);

export function arrayForm(c: Cursor, mark: Mark): void {
  list(c, { close: ']', what: 'elements', one: 'a value', starts: startsItem, item: () => element(c) });
  c.finish(mark, 'array');
}

/** One element of an array or one argument: an expression, or `for x in xs: e`. */
export function element(c: Cursor): void {
  c.withRecords(true, () => {
    const mark = c.mark();
    if (c.at('for')) return comprehension(c, mark);
    c.expression();
    if (c.at('for')) backwards(c, mark);
  });
}

function comprehension(c: Cursor, mark: Mark): void {
  binders(c);
  if (c.expect(':', 'A comprehension is `for x in xs: value`.')) value(c, 'after `:`');
  else if (c.at('{')) block(c, 'a loop');
  else c.missing();
  c.finish(mark, 'comprehension');
}

/** `x * 2 for x in xs`, as other languages write it. */
function backwards(c: Cursor, mark: Mark): void {
  const body = c.textSince(mark);
  const start = c.startOf(mark);
  const word = c.here();
  const loop = c.mark();
  binders(c);
  const at = c.spanOf({ start, end: c.after().end });
  const insert = `${c.textSince(loop)}: ${body}`;
  c.note('comprehension-order', word, {}, { fix: { title: `write \`${insert}\``, at, insert } });
  c.finish(mark, 'error');
}

// --- records and lambdas ---------------------------------------------------------------------------------

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

export function lambdaForm(c: Cursor, mark: Mark): void {
  if (c.at('(')) {
    const starts = (kind: TokenKind): boolean => kind === 'name';
    list(c, { close: ')', what: 'parameters', one: 'the name of a parameter', starts, item: () => lambdaParam(c) });
  } else lambdaParam(c);
  c.expect('=>');
  value(c, 'after `=>`');
  c.finish(mark, 'lambda');
}

function lambdaParam(c: Cursor): void {
  const mark = c.mark();
  name(c, 'a parameter');
  if (c.eat(':')) type(c);
  c.finish(mark, 'lambdaParam');
}

// --- blocks ----------------------------------------------------------------------------------------------

/** A block where nothing but a block may stand: after `if`, a loop or a signature. */
export function block(c: Cursor, place: string): void {
  if (!c.at('{')) {
    c.unexpected('`{`', `After ${place} comes a block in braces.`);
    c.missing();
    return;
  }
  const isRecord = opensRecord(c);
  if (isRecord) c.note('record-as-block', c.here(), { place });
  c.deeper(() => (isRecord ? c.withRecords(true, () => recordForm(c, c.mark())) : blockForm(c, c.mark())));
}

export function blockForm(c: Cursor, mark: Mark): void {
  const open = c.bump();
  c.withRecords(true, () => statements(c));
  close(c, open, '}');
  c.finish(mark, 'block');
}

/** Lets and then the value; everything else is reported and kept in error nodes. */
function statements(c: Cursor): void {
  for (;;) {
    const before = c.position;
    if (c.at('let') || isForeignLet(c)) letStatement(c);
    else if (c.at('}')) return noValue(c);
    else if (c.atEnd || startsDeclaration(c.kind())) return c.missing();
    else if (c.at('for') || c.at('while')) loopStatement(c);
    else if (c.atWord('return') && startsExpression(c.kind(1))) {
      if (returnStatement(c)) return;
    }
    else if (startsExpression(c.kind())) {
      if (valueStatement(c)) return;
    } else {
      c.unexpected('`let` or the value of the block');
      c.skip((kind) => kind === 'let');
      c.eat(';');
    }
    if (c.position === before) c.skipOne();
  }
}

function noValue(c: Cursor): void {
  c.report('block-without-value', c.here(), {}, { label: 'a value is missing before this' });
  c.missing();
}

const isForeignLet = (c: Cursor): boolean =>
  c.at('name') && c.kind(1) === 'name' && FOREIGN_WORDS.get(c.token().text)?.instead === 'let';

export function letStatement(c: Cursor): void {
  const mark = c.mark();
  if (!c.eat('let')) foreign(c);
  if (c.atWord('mut') && c.kind(1) === 'name')
    foreign(c, 'No value changes; the same name may be given again with `let`.');
  pattern(c);
  if (c.eat(':')) type(c);
  assigned(c, 'let', 'A `let` gives a name to a value: `let y = x * x;`.');
  semicolon(c, 'a `let`');
  c.finish(mark, 'let');
}

/** `= value` of a `let` or a `param`; `:=` is taken for it. */
export function assigned(c: Cursor, what: string, hint: string): void {
  if (c.token().text === ':=') {
    const fix = { title: 'write `=`', at: c.here(), insert: '=' };
    c.report('foreign-sign', c.here(), { sign: ':=', hint: `A ${what} is written with \`=\`.` }, { fix });
    c.skipOne();
    value(c, 'after `:=`');
  } else if (c.at('==')) {
    c.unexpected('`=`', hint);
    c.skipOne();
    value(c, 'after `=`');
  } else if (c.expect('=', hint)) value(c, 'after `=`');
  else {
    c.missing();
    c.skip((kind) => kind === 'let');
  }
}

/** A `;`; where it is missing and the next line begins something new, that is all that is said. */
export function semicolon(c: Cursor, what: string): void {
  if (c.eat(';')) return;
  if (c.onNewLine || c.at('}') || c.at('let') || c.atEnd || startsDeclaration(c.kind())) {
    const at = c.after();
    c.report('missing-semicolon', at, { what }, { fix: { title: 'put a semicolon', at, insert: ';' } });
    return;
  }
  c.unexpected(
    '`;`',
    'Before the `;` one expression ends here and another seems to begin: an operator or a bracket may be missing.',
  );
  c.skip((kind) => kind === 'let');
  c.eat(';');
}

/** True when this was the block's value. */
function valueStatement(c: Cursor): boolean {
  const mark = c.mark();
  const first = c.token();
  c.expression();
  if (c.at('}') || c.atEnd || startsDeclaration(c.kind())) return true;
  if (isAssignment(c)) return assignment(c, mark, first);
  if (!c.at(';')) {
    strayAfterValue(c);
    c.finish(mark, 'error');
    return false;
  }
  const last = c.kind(1) === '}';
  const fix = { title: 'take the `;` away', at: c.here(), insert: '' };
  c.report('value-thrown-away', c.spanOf(c.top ?? first), {}, last ? { fix } : {});
  if (last) c.skipOne();
  else {
    c.bump();
    c.finish(mark, 'error');
  }
  return last;
}

function strayAfterValue(c: Cursor): void {
  if (c.onNewLine && (startsExpression(c.kind()) || c.at('let'))) {
    c.report('value-thrown-away', c.after(), {}, { label: 'the block goes on after this value' });
    return;
  }
  c.unexpected('an operator or `}`');
  c.skip((kind) => kind === 'let');
  c.eat(';');
}

const isAssignment = (c: Cursor): boolean =>
  c.at('=') || (c.at('unknown') && /^([-+*/%:]=|\+\+)$/.test(c.token().text));

function assignment(c: Cursor, mark: Mark, first: Token): boolean {
  const isName = first.kind === 'name' && first === c.previous;
  const sign = c.token().text;
  const plain = isName && sign === '=';
  const at = c.spanOf({ start: first.start, end: first.start });
  c.report(
    'no-assignment',
    c.here(),
    { sign, name: isName ? first.text : 'x' },
    plain ? { fix: { title: 'put `let` before it', at, insert: 'let ' } } : {},
  );
  c.bump();
  if (startsExpression(c.kind())) c.expression();
  c.eat(';');
  c.finish(mark, 'error');
  return false;
}

/** True when this was the block's last line: then what is returned is its value. */
function returnStatement(c: Cursor): boolean {
  const at = c.spanOf({ start: c.token().start, end: c.token(1).start });
  c.report('no-return', c.here(), {}, { fix: { title: 'take `return` away', at, insert: '' } });
  c.skipOne();
  const mark = c.mark();
  c.expression();
  if (c.at(';')) c.skipOne();
  if (c.at('}')) return true;
  c.finish(mark, 'error');
  return false;
}

function loopStatement(c: Cursor): void {
  const word = c.token().text;
  const hint =
    word === 'for'
      ? 'A loop is a value: `[for x in xs: x * 2.0]` builds an array, `fold s = 0.0 for x in xs { s + x }` carries a state.'
      : 'A loop is a value: `iterate s = 1.0 while s < 100.0 max 64 { s * 2.0 }`.';
  c.report('loop-as-statement', c.here(), { word, hint });
  const mark = c.mark();
  c.bump();
  while (!c.at('{') && !c.at('}') && !c.at(';') && !c.atEnd && !startsDeclaration(c.kind())) c.bump();
  if (c.at('{')) balanced(c);
  c.eat(';');
  c.finish(mark, 'error');
}

/** Skips a pair of braces and what is in it. */
function balanced(c: Cursor): void {
  let depth = 0;
  do {
    if (c.at('{')) depth++;
    if (c.at('}')) depth--;
    c.bump();
  } while (depth > 0 && !c.atEnd && !startsDeclaration(c.kind()));
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
