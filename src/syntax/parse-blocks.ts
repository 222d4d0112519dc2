/**
 * Blocks and their lines: `{ let y = x * x; y + 1.0 }`. Much of this is recovery, since here beginners write
 * what their other languages have: `return`, assignments, loops as statements, semicolons after the value.
 */
import type { Cursor, Mark } from './cursor.ts';
import { startsDeclaration } from './cursor.ts';
import { FOREIGN_WORDS } from './foreign.ts';
import { close } from './parse-lists.ts';
import { pattern, type } from './parse-types.ts';
import { foreign, opensRecord, recordForm, startsExpression, value } from './parse-values.ts';
import type { Token } from './token.ts';

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
  let aside = false;
  for (;;) {
    const before = c.position;
    if (c.at('let') || isForeignLet(c)) letStatement(c);
    else if (c.at('}')) {
      // What was put aside was meant as the value, and has had its message.
      if (!aside) c.report('block-without-value', c.here(), {}, { label: 'a value is missing before this' });
      c.missing();
      return;
    } else if (c.atEnd || startsDeclaration(c.kind())) {
      c.missing();
      return;
    } else {
      if (otherStatement(c)) return;
      aside = true;
    }
    if (c.position === before) c.skipOne();
  }
}

/** True when this was the block's value. */
function otherStatement(c: Cursor): boolean {
  if (c.at('for') || c.at('while')) loopStatement(c);
  else if (c.atWord('return') && startsExpression(c.kind(1))) return returnStatement(c);
  else if (startsExpression(c.kind())) return valueStatement(c);
  else {
    c.unexpected('`let` or the value of the block');
    c.skip((kind) => kind === 'let');
    c.eat(';');
  }
  return false;
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
