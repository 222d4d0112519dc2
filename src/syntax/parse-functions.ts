/**
 * Declarations with a signature or a value: `fn`, `let`, `param`, `param fn`, `table`, and their parts.
 */
import type { Cursor, Mark } from './cursor.ts';
import { assigned, block, letStatement, semicolon } from './parse-blocks.ts';
import { close, list } from './parse-lists.ts';
import { casePattern, isWord, name, startsCasePattern, startsType, type } from './parse-types.ts';
import { foreign, startsExpression, value } from './parse-values.ts';

// --- parts -----------------------------------------------------------------------------------------------

/** The word a declaration begins with, or another language's word for it. */
export function keyword(c: Cursor): void {
  if (c.at('name')) foreign(c);
  else c.bump();
}

/** `: type`, which must be there. */
export function typed(c: Cursor, what: string, of: string): void {
  if (c.eat(':')) {
    type(c);
    return;
  }
  if (startsType(c.kind()) && !c.onNewLine) {
    c.unexpected('`:`', 'A type follows the name and a colon: `x: f32`.');
    type(c);
    return;
  }
  c.report('missing-type', c.after(), { what, name: of });
  c.missing();
}

export function generics(c: Cursor): void {
  const mark = c.mark();
  const open = c.bump();
  if (c.at('>')) c.unexpected('a type or size parameter', 'Without parameters there are no `<` and `>`.');
  while (c.at('name')) {
    const one = c.mark();
    c.bump();
    c.finish(one, 'generic');
    if (c.eat(',')) continue;
    if (!c.at('name')) break;
    const names = { what: 'type parameters', What: 'Type parameters' };
    c.report('missing-comma', c.after(), names, { fix: { title: 'put a comma', at: c.after(), insert: ',' } });
  }
  close(c, open, '>');
  c.finish(mark, 'generics');
}

/** `in [low, high]`; the current token is `in`. */
export function interval(c: Cursor): void {
  const mark = c.mark();
  c.bump();
  if (c.at('[')) {
    let ends = 0;
    const item = (): void => {
      if (++ends > 2) c.unexpected('`]`', 'A range has two ends.');
      c.withRecords(true, () => c.expression());
    };
    list(c, { close: ']', what: 'the two ends', one: 'a value', starts: startsExpression, item });
    if (ends < 2) c.report('open-range', c.after(), {});
  } else c.unexpected('`[`', 'A range of numbers is `in [0.0, 1.0]`.');
  c.finish(mark, 'interval');
}

// --- functions -------------------------------------------------------------------------------------------

export function fnDecl(c: Cursor, mark: Mark): void {
  keyword(c);
  signature(c);
  if (c.at('=')) {
    c.unexpected('`{`', 'The body of a function is a block: `fn twice(x: f32) -> f32 { x + x }`.');
    c.skip(() => false);
    c.eat(';');
  } else block(c, 'a signature');
  c.finish(mark, 'fnDecl');
}

function signature(c: Cursor): void {
  const { text } = c.token();
  const named = name(c, 'a function');
  if (c.at('<')) generics(c);
  if (c.at('(')) {
    const mark = c.mark();
    list(c, { close: ')', what: 'parameters', one: 'a parameter', starts: isWord, item: () => fnParam(c) });
    c.finish(mark, 'fnParams');
  } else c.unexpected('`(`', 'The parameters stand in brackets, also when there are none: `fn one() -> f32 { 1.0 }`.');
  result(c, named ? text : 'f');
}

function fnParam(c: Cursor): void {
  const mark = c.mark();
  const { text } = c.token();
  name(c, 'a parameter');
  typed(c, 'the parameter', text);
  if (c.at('in')) interval(c);
  if (c.eat('=')) {
    const start = c.mark();
    c.withRecords(true, () => value(c, 'after `=`'));
    c.finish(start, 'default');
  }
  c.finish(mark, 'fnParam');
}

function result(c: Cursor, of: string): void {
  const mark = c.mark();
  if (c.eat('->')) type(c);
  else if (c.at(':') || c.at('=>')) {
    c.unexpected('`->`', 'The type of the result follows `->`.');
    c.skipOne();
    type(c);
  } else {
    c.report('missing-result', c.after(), { name: of });
    c.missing();
  }
  c.finish(mark, 'result');
}

// --- values, parameters, tables --------------------------------------------------------------------------

export function letDecl(c: Cursor, mark: Mark): void {
  letStatement(c);
  c.finish(mark, 'letDecl');
}

export function paramDecl(c: Cursor, mark: Mark): void {
  if (c.eat('frozen') && !c.at('param')) {
    c.unexpected('`param`', '`frozen` stands before a `param` that training leaves as it is.');
  }
  if (c.at('name') || c.at('param')) keyword(c);
  if (c.at('table')) {
    tableDecl(c, mark);
    return;
  }
  if (c.at('fn')) {
    paramFnDecl(c, mark);
    return;
  }
  const { text } = c.token();
  name(c, 'a parameter');
  if (c.eat(':')) type(c);
  if (c.at('in')) interval(c);
  if (c.at(';')) {
    const hint = `Training begins somewhere: \`param ${text} = 1.0;\`, or for an array \`= normal(scale = 0.1);\`.`;
    c.report('missing-value', c.here(), { what: 'the parameter', name: text, hint });
    c.missing();
  } else if (c.at('(')) {
    assigned(
      c,
      'param',
      `A function whose rows are learned is \`param table ${text}(...) -> ...;\`, a learned curve is a \`param fn\`.`,
    );
  } else {
    const hint = c.at('name')
      ? 'Two names stand here: a learned table begins with `param table`, a learned function with `param fn`.'
      : 'A parameter begins with a value: `param threshold = 1.0;`.';
    assigned(c, 'param', hint);
  }
  semicolon(c, 'a `param`');
  c.finish(mark, 'paramDecl');
}

function paramFnDecl(c: Cursor, mark: Mark): void {
  c.bump();
  signature(c);
  assigned(c, 'param fn', 'A learned function names its family: `param fn f(x: f32 in [-3, 3]) -> f32 = spline(8);`.');
  semicolon(c, 'a `param fn`');
  c.finish(mark, 'paramFnDecl');
}

export function tableDecl(c: Cursor, mark: Mark): void {
  c.bump();
  const { text } = c.token();
  const named = name(c, 'a table');
  if (c.at('<')) {
    c.unexpected(
      '`(`',
      'A table has no parameters in `<>`: its arguments have types whose cases are known, such as `Index<4>`.',
    );
    generics(c);
  }
  if (c.at('(')) {
    const params = c.mark();
    list(c, { close: ')', what: 'types', one: 'a type', starts: startsType, item: () => tableParam(c) });
    c.finish(params, 'fnParams');
  } else c.unexpected('`(`', 'A table names the types it looks up: `table next(State, Bit) -> State { ... }`.');
  result(c, named ? text : 'next');
  if (c.at('=') && startsRows(c, 1)) {
    c.unexpected('`{`', 'Rows follow the type of the result without a sign in between.');
    c.skipOne();
  }
  if (c.at('{')) {
    list(c, { close: '}', what: 'rows', one: 'a pattern', starts: startsCasePattern, item: () => tableRow(c) });
  } else {
    if (c.at('=')) assigned(c, 'param table', 'It begins with the cells as an array: `= normal(scale = 0.1);`.');
    semicolon(c, 'a table without rows');
  }
  c.finish(mark, 'tableDecl');
}

/** Whether braces with a first row stand `ahead`. */
const startsRows = (c: Cursor, ahead: number): boolean =>
  c.kind(ahead) === '{' && (c.kind(ahead + 1) === '(' || c.kind(ahead + 2) === '->');

/** A type, or a name and a type. */
function tableParam(c: Cursor): void {
  const mark = c.mark();
  const isNamed = c.at('name') && c.kind(1) === ':';
  if (isNamed) {
    c.bump();
    c.bump();
  }
  type(c);
  if (isNamed) c.finish(mark, 'fnParam');
}

function tableRow(c: Cursor): void {
  const mark = c.mark();
  casePattern(c);
  const hint = c.at(',')
    ? 'The patterns of several arguments stand in brackets: `(even, 0) -> odd`.'
    : 'A row is a pattern, `->` and a value.';
  if (c.at('=>') || c.at(':') || c.at('=')) {
    c.unexpected('`->`', hint);
    c.skipOne();
  } else c.expect('->', hint);
  c.withRecords(true, () => value(c, 'after `->`'));
  c.finish(mark, 'tableRow');
}
