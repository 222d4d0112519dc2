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
import { semicolon } from './parse-blocks.ts';
import { expression } from './parse-expressions.ts';
import { fnDecl, generics, keyword, letDecl, paramDecl, tableDecl, typed } from './parse-functions.ts';
import { list } from './parse-lists.ts';
import { proveDecl, testDecl, trainDecl } from './parse-properties.ts';
import { fieldName, isWord, name } from './parse-types.ts';
import { foreign, startsExpression } from './parse-values.ts';
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
  if (read !== undefined) {
    read(c, mark);
    return;
  }
  const word = c.at('name') && c.kind(1) === 'name' ? FOREIGN_WORDS.get(c.token().text) : undefined;
  const meant = DECLARATIONS.get(word?.instead ?? '');
  if (meant !== undefined) {
    meant(c, mark);
    return;
  }
  if (word === undefined) stray(c);
  else {
    foreign(c);
    // `from std import x`: the line has had its message.
    if (c.previous?.text === 'from') restOfLine(c);
  }
}

/** Something at the top of a file that begins no declaration. */
function stray(c: Cursor): void {
  if (isCloser(c.kind())) {
    c.report('nothing-to-close', c.here(), { close: c.token().text });
    c.skipOne();
    return;
  }
  if (c.at(';')) {
    c.unexpected('a declaration', 'A declaration that ends with `}` has no `;` behind it; take it away.');
    c.skipOne();
    return;
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

function restOfLine(c: Cursor): void {
  const mark = c.mark();
  while (!c.atEnd && !c.onNewLine) c.bump();
  c.finish(mark, 'error');
}

function importDecl(c: Cursor, mark: Mark): void {
  c.bump();
  if (importParts(c)) semicolon(c, 'an `import`');
  else {
    restOfLine(c);
    c.eat(';');
  }
  c.finish(mark, 'importDecl');
}

function importParts(c: Cursor): boolean {
  if (c.at('{')) {
    list(c, { close: '}', what: 'names', one: 'a name', starts: isWord, item: () => importName(c) });
    if (c.atWord('from')) {
      c.bump();
      if (c.eat('string')) return true;
      c.unexpected('the file in quotes', 'Library modules are `"std/nn"`, files of your own `"./layers.su"`.');
    } else c.unexpected('`from`', 'An import says where from: `import { relu } from "std/nn";`.');
  } else c.unexpected('`{`', 'An import names what it takes: `import { relu } from "std/nn";`.');
  return false;
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
  if (name(c, 'what is chosen')) {
    if (c.at('number')) c.bump();
    else name(c, 'the choice');
  }
  semicolon(c, 'a `use`');
  c.finish(mark, 'useDecl');
}

function enumDecl(c: Cursor, mark: Mark): void {
  c.bump();
  typeName(c, 'an enum');
  const item = (): void => {
    const one = c.mark();
    name(c, 'a case');
    c.finish(one, 'enumCase');
  };
  if (c.at('{')) {
    if (c.kind(1) === '}') c.note('empty-enum', c.here(), {});
    list(c, { close: '}', what: 'cases', one: 'the name of a case', starts: isWord, item });
  } else c.unexpected('`{`', 'The cases stand in braces: `enum Answer { yes, no }`.');
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
