/**
 * The forms of expressions that begin with a word or a bracket: `if`, `match`, loops, `choose`, arrays,
 * lambdas. Operators, calls and the choice between the forms are in `parse-expressions.ts`, reached through
 * `c.expression`.
 */
import { type Cursor, isCloser, isSeparator, type Mark } from './cursor.ts';
import { block } from './parse-blocks.ts';
import { list } from './parse-lists.ts';
import { casePattern, name, pattern, startsCasePattern, type } from './parse-types.ts';
import { condition, foreign, startsExpression, value } from './parse-values.ts';
import type { TokenKind } from './token.ts';

/** The head of `if`, `match` and loops: braces after a name are not a record here. */
const head = (c: Cursor, place: string): void => c.withRecords(false, () => value(c, place));

// --- if and match ----------------------------------------------------------------------------------------

export function ifForm(c: Cursor, mark: Mark): void {
  const word = c.spanOf(c.bump());
  c.withRecords(false, () => condition(c, 'after `if`'));
  const then = c.atWord('then');
  if (then) foreign(c, 'Braces follow the condition: `if c { a } else { b }`.');
  branch(c, then, '`if`');
  if (c.eat('else')) {
    if (c.at('if')) c.deeper(() => ifForm(c, c.mark()));
    else branch(c, then, '`else`');
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

/** A branch in braces; after `then`, which has had its message, one without them is read too. */
function branch(c: Cursor, then: boolean, place: string): void {
  if (then && !c.at('{')) value(c, `after ${place}`);
  else block(c, place);
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
  if (c.expect('while', hint)) c.withRecords(true, () => condition(c, 'after `while`'));
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

/** A word follows (`for`, `while`), so braces after a name are a record here even inside the head of an `if`. */
function state(c: Cursor): void {
  pattern(c, 'the state of a loop');
  if (c.expect('=', 'The state of a loop begins with a value: `fold s = 0.0 for ...`.')) {
    c.withRecords(true, () => value(c, 'after `=`'));
  } else c.missing();
}

/** `choose { a, b }`, `pick 1 { x, y }`. */
export function chooseForm(c: Cursor, mark: Mark): void {
  const { text } = c.bump();
  const hint = `The options stand in braces: \`${text} { a + b, a * b }\`; a number in front says which is taken: \`${text} 1 { ... }\`.`;
  if (!c.eat('number') && !OPTION_BRACKETS.has(c.kind())) {
    c.unexpected('`{`', hint);
    while (!c.atEnd && !c.onNewLine && !c.at('{') && !isCloser(c.kind()) && !isSeparator(c.kind())) c.skipOne();
    if (!c.at('{')) {
      c.finish(mark, 'error');
      return;
    }
  }
  const close = OPTION_BRACKETS.get(c.kind());
  if (close !== '}') c.unexpected('`{`', hint);
  if (close) list(c, { close, what: 'options', one: 'a value', starts: startsExpression, item: () => inside(c) });
  c.finish(mark, 'choose');
}

/** Options stand in braces; those in other brackets are read too. */
const OPTION_BRACKETS: ReadonlyMap<TokenKind, '}' | ')' | ']'> = new Map([
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
]);

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

// --- lambdas ---------------------------------------------------------------------------------------------

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
