/**
 * Declarations about a program: `train`, `test`, `prove`.
 */
import type { Cursor, Mark } from './cursor.ts';
import { startsDeclaration } from './cursor.ts';
import { letStatement, semicolon } from './parse-blocks.ts';
import { ABOVE_COMPARISON, expression } from './parse-expressions.ts';
import { interval, typed } from './parse-functions.ts';
import { close, list } from './parse-lists.ts';
import { isWord, name } from './parse-types.ts';
import { condition, fieldInit, startsExpression, value } from './parse-values.ts';

export function trainDecl(c: Cursor, mark: Mark): void {
  c.bump();
  name(c, 'a function to train');
  if (c.at('{')) {
    list(c, { close: '}', what: 'settings', one: 'a setting', starts: isWord, item: () => fieldInit(c) });
  } else
    c.unexpected(
      '`{`',
      'The settings stand in braces: `train f { data: csv("data.csv", label = "y"), loss: squared_error }`.',
    );
  c.finish(mark, 'trainDecl');
}

export function testDecl(c: Cursor, mark: Mark): void {
  c.bump();
  if (!c.eat('string'))
    c.unexpected('a title in quotes', 'A test says what it shows: `test "zero stays zero" { ... }`.');
  if (c.at('{')) lines(c, testLine);
  else c.unexpected('`{`', 'The lines of a test stand in braces: `test "title" { assert f(0.0) == 0.0; }`.');
  c.finish(mark, 'testDecl');
}

/** The lines between braces; `line` consumes one, or says false. */
function lines(c: Cursor, line: (c: Cursor) => boolean): void {
  const open = c.bump();
  while (!c.at('}') && !c.atEnd && !startsDeclaration(c.kind())) {
    const before = c.position;
    if (c.at('let')) letStatement(c);
    else if (!line(c)) {
      c.skip((kind) => kind === 'let' || kind === 'assert' || kind === 'assume' || kind === 'forall');
      c.eat(';');
    }
    if (c.position === before) c.skipOne();
  }
  close(c, open, '}');
}

function testLine(c: Cursor): boolean {
  if (c.at('assert')) return assertion(c, 'assert');
  c.unexpected('`assert` or `let`', 'A test has `let` lines and `assert` lines: `assert f(0.0) == 0.0;`.');
  return false;
}

function assertion(c: Cursor, kind: 'assert' | 'assume'): boolean {
  const mark = c.mark();
  c.bump();
  condition(c, `after \`${kind}\``);
  semicolon(c, `an \`${kind}\``);
  c.finish(mark, kind);
  return true;
}

export function proveDecl(c: Cursor, mark: Mark): void {
  c.bump();
  c.eat('string');
  if (c.at('{')) lines(c, proveLine);
  else {
    relation(c);
    semicolon(c, 'a `prove`');
  }
  c.finish(mark, 'proveDecl');
}

function proveLine(c: Cursor): boolean {
  if (c.at('forall')) return forall(c);
  if (c.at('assert')) return assertion(c, 'assert');
  if (c.at('assume')) return assertion(c, 'assume');
  c.unexpected(
    '`forall`, `assume`, `assert` or `let`',
    'A property has these lines only: `forall x: f32 in [0.0, 1.0];`, `assert f(x) >= 0.0;`.',
  );
  return false;
}

function forall(c: Cursor): boolean {
  const mark = c.mark();
  c.bump();
  const { text } = c.token();
  name(c, 'an input');
  typed(c, 'the input', text);
  if (c.at('in')) interval(c);
  semicolon(c, 'a `forall`');
  c.finish(mark, 'forall');
  return true;
}

/** `a == b`, `a ~= b within 1e-3`. */
function relation(c: Cursor): void {
  side(c, 'after `prove`');
  if (!c.eat('==') && !c.eat('~=')) {
    c.unexpected(
      '`==` or `~=`',
      'Write `prove a == b;`, `prove a ~= b within 1e-3;`, or a block: `prove "title" { ... }`.',
    );
    return;
  }
  side(c, 'after the sign');
  if (c.atWord('within')) {
    c.bump();
    side(c, 'after `within`');
  }
}

function side(c: Cursor, place: string): void {
  if (startsExpression(c.kind())) expression(c, ABOVE_COMPARISON);
  else value(c, place);
}
