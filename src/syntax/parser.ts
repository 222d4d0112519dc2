/**
 * The parser: declarations, and the entry that turns a source into a lossless tree. Never throws; a mistake
 * is a Problem, an `error` node, and reading goes on at the next `;`, closing bracket or declaration.
 */
import type { Problem } from '../text/problem.ts';
import type { Source } from '../text/span.ts';
import type { Mark } from './cursor.ts';
import { Cursor, isCloser, startsDeclaration } from './cursor.ts';
import { FOREIGN_WORDS } from './foreign.ts';
import { lex } from './lexer.ts';
import { ABOVE_COMPARISON, expression } from './parse-expressions.ts';
import {
  assigned,
  block,
  condition,
  fieldInit,
  foreign,
  letStatement,
  semicolon,
  startsExpression,
  value,
} from './parse-forms.ts';
import { close, list } from './parse-lists.ts';
import { casePattern, fieldName, isWord, name, startsCasePattern, startsType, type } from './parse-types.ts';
import type { TokenKind } from './token.ts';
import type { Tree } from './tree.ts';

export interface ParsedTree {
  readonly tree: Tree;
  readonly problems: readonly Problem[];
}

export function parseTree(source: Source): ParsedTree {
  const { tokens, problems } = lex(source);
  const c = new Cursor(source, tokens);
  c.expression = () => expression(c);
  while (!c.atEnd) {
    const before = c.position;
    declaration(c);
    if (c.position === before) c.skipOne();
  }
  return { tree: { source, root: c.finishRoot() }, problems: [...problems, ...c.problems] };
}

// --- declarations ----------------------------------------------------------------------------------------

type Declaration = (c: Cursor, mark: Mark) => void;

const DECLARATIONS: ReadonlyMap<string, Declaration> = new Map<string, Declaration>([
  ['import', importDecl],
  ['use', useDecl],
  ['enum', enumDecl],
  ['record', recordDecl],
  ['fn', fnDecl],
  ['let', letDecl],
  ['param', paramDecl],
  ['frozen', paramDecl],
  ['table', tableDecl],
  ['train', trainDecl],
  ['test', testDecl],
  ['prove', proveDecl],
]);

function declaration(c: Cursor): void {
  const mark = c.mark();
  const read = DECLARATIONS.get(c.kind());
  if (read !== undefined) return read(c, mark);
  const word = c.at('name') && c.kind(1) === 'name' ? FOREIGN_WORDS.get(c.token().text) : undefined;
  const meant = DECLARATIONS.get(word?.instead ?? '');
  if (meant !== undefined) return meant(c, mark);
  if (word !== undefined) foreign(c);
  else stray(c);
}

/** Something at the top of a file that begins no declaration. */
function stray(c: Cursor): void {
  if (isCloser(c.kind())) {
    c.report('nothing-to-close', c.here(), { close: c.token().text });
    return c.skipOne();
  }
  const hint = startsExpression(c.kind())
    ? 'At the top of a file stand declarations only; give a value a name (`let x = ...;`), or put it into a `fn` or a `test`.'
    : 'A declaration begins with `fn`, `param`, `let`, `record`, `enum`, `import`, `train`, `test`, `prove`, `table` or `use`.';
  c.unexpected('a declaration', hint);
  const mark = c.mark();
  let depth = 0;
  while (!c.atEnd && !startsDeclaration(c.kind()) && !(depth === 0 && c.at('let'))) {
    if (c.at('{')) depth++;
    if (c.at('}') && depth > 0) depth--;
    const ends = depth === 0 && (c.at(';') || c.at('}'));
    c.bump();
    if (ends) break;
  }
  c.finish(mark, 'error');
}

/** The word a declaration begins with, or another language's word for it. */
function keyword(c: Cursor): void {
  if (c.at('name')) foreign(c);
  else c.bump();
}

function importDecl(c: Cursor, mark: Mark): void {
  c.bump();
  if (c.at('{')) {
    const starts = (kind: TokenKind): boolean => kind === 'name';
    list(c, { close: '}', what: 'names', one: 'a name', starts, item: () => importName(c) });
  } else c.unexpected('`{`', 'An import names what it takes: `import { relu } from "std/nn";`.');
  if (c.atWord('from')) c.bump();
  else c.unexpected('`from`', 'An import says where from: `import { relu } from "std/nn";`.');
  if (!c.eat('string')) {
    c.unexpected('the file in quotes', 'Library modules are `"std/nn"`, files of your own `"./layers.su"`.');
    c.skip(() => false);
  }
  semicolon(c, 'an `import`');
  c.finish(mark, 'importDecl');
}

function importName(c: Cursor): void {
  const mark = c.mark();
  name(c, 'what is imported');
  if (c.atWord('as')) {
    c.bump();
    name(c, 'what is imported');
  }
  c.finish(mark, 'importName');
}

function useDecl(c: Cursor, mark: Mark): void {
  c.bump();
  if (name(c, 'what is chosen')) name(c, 'the choice');
  semicolon(c, 'a `use`');
  c.finish(mark, 'useDecl');
}

function enumDecl(c: Cursor, mark: Mark): void {
  c.bump();
  typeName(c, 'an enum');
  const starts = (kind: TokenKind): boolean => kind === 'name';
  const item = (): void => {
    const one = c.mark();
    c.bump();
    c.finish(one, 'enumCase');
  };
  if (c.at('{')) list(c, { close: '}', what: 'cases', one: 'the name of a case', starts, item });
  else c.unexpected('`{`', 'The cases stand in braces: `enum Answer { yes, no }`.');
  c.finish(mark, 'enumDecl');
}

function typeName(c: Cursor, what: string): void {
  const { text } = c.token();
  if (c.at('name') && !/^[A-Z]/.test(text)) {
    const capital = text.charAt(0).toUpperCase() + text.slice(1);
    const fix = { title: `write \`${capital}\``, at: c.here(), insert: capital };
    c.note('type-name-small', c.here(), { what, capital }, { fix });
  }
  name(c, what);
}

function recordDecl(c: Cursor, mark: Mark): void {
  keyword(c);
  typeName(c, 'a record');
  if (c.at('<')) generics(c);
  if (c.at('{')) {
    list(c, { close: '}', what: 'fields', one: 'a field', starts: isWord, item: () => recordField(c) });
  } else c.unexpected('`{`', 'The fields stand in braces: `record Point { x: f32, y: f32 }`.');
  c.finish(mark, 'recordDecl');
}

function recordField(c: Cursor): void {
  const mark = c.mark();
  const { text } = c.token();
  fieldName(c, 'a field');
  typed(c, 'the field', text);
  c.finish(mark, 'recordField');
}

/** `: type`, which must be there. */
function typed(c: Cursor, what: string, of: string): void {
  if (c.eat(':')) return type(c);
  if (startsType(c.kind()) && !c.onNewLine) {
    c.unexpected('`:`', 'A type follows the name and a colon: `x: f32`.');
    return type(c);
  }
  c.report('missing-type', c.after(), { what, name: of });
  c.missing();
}

function generics(c: Cursor): void {
  const mark = c.mark();
  const open = c.bump();
  while (c.at('name')) {
    const one = c.mark();
    c.bump();
    c.finish(one, 'generic');
    if (!c.eat(',')) break;
  }
  close(c, open, '>');
  c.finish(mark, 'generics');
}

// --- functions -------------------------------------------------------------------------------------------

function fnDecl(c: Cursor, mark: Mark): void {
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
    const starts = (kind: TokenKind): boolean => kind === 'name';
    list(c, { close: ')', what: 'parameters', one: 'a parameter', starts, item: () => fnParam(c) });
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

/** `in [low, high]`; the current token is `in`. */
function interval(c: Cursor): void {
  const mark = c.mark();
  c.bump();
  if (c.at('[')) {
    const item = (): void => c.withRecords(true, () => c.expression());
    list(c, { close: ']', what: 'the two ends', one: 'a value', starts: startsExpression, item });
  } else c.unexpected('`[`', 'A range of numbers is `in [0.0, 1.0]`.');
  c.finish(mark, 'interval');
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

function letDecl(c: Cursor, mark: Mark): void {
  letStatement(c);
  c.finish(mark, 'letDecl');
}

function paramDecl(c: Cursor, mark: Mark): void {
  if (c.eat('frozen') && !c.at('param')) {
    c.unexpected('`param`', '`frozen` stands before a `param` that training leaves as it is.');
  }
  if (c.at('name') || c.at('param')) keyword(c);
  if (c.at('table')) return tableDecl(c, mark);
  if (c.at('fn')) return paramFnDecl(c, mark);
  const { text } = c.token();
  name(c, 'a parameter');
  if (c.eat(':')) type(c);
  if (c.at('in')) interval(c);
  if (c.at(';')) {
    const hint = `Training begins somewhere: \`param ${text} = 1.0;\`, or for an array \`= normal(scale = 0.1);\`.`;
    c.report('missing-value', c.here(), { what: 'the parameter', name: text, hint });
    c.missing();
  } else assigned(c, 'param', 'A parameter begins with a value: `param threshold = 1.0;`.');
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

function tableDecl(c: Cursor, mark: Mark): void {
  c.bump();
  const { text } = c.token();
  const named = name(c, 'a table');
  if (c.at('(')) {
    const params = c.mark();
    list(c, { close: ')', what: 'types', one: 'a type', starts: startsType, item: () => type(c) });
    c.finish(params, 'fnParams');
  } else c.unexpected('`(`', 'A table names the types it looks up: `table next(State, Bit) -> State { ... }`.');
  result(c, named ? text : 'next');
  if (c.at('{')) {
    list(c, { close: '}', what: 'rows', one: 'a pattern', starts: startsCasePattern, item: () => tableRow(c) });
  } else semicolon(c, 'a `param table` without rows');
  c.finish(mark, 'tableDecl');
}

function tableRow(c: Cursor): void {
  const mark = c.mark();
  casePattern(c);
  c.expect('->', 'A row is a pattern, `->` and a value.');
  c.withRecords(true, () => value(c, 'after `->`'));
  c.finish(mark, 'tableRow');
}

// --- train, test, prove ----------------------------------------------------------------------------------

function trainDecl(c: Cursor, mark: Mark): void {
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

function testDecl(c: Cursor, mark: Mark): void {
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

function proveDecl(c: Cursor, mark: Mark): void {
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
