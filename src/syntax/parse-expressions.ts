/**
 * Expressions: operators by precedence climbing, calls, indices and fields, and the choice between the forms
 * of `parse-forms.ts`. Where braces, brackets or a name may begin several things, the choice is made here.
 */
import type { Cursor, Mark } from './cursor.ts';
import { WORD_SIGNS } from './foreign.ts';
import { OPERATORS } from './operators.ts';
import { blockForm } from './parse-blocks.ts';
import { arrayForm, chooseForm, element, foldForm, ifForm, iterateForm, lambdaForm, matchForm } from './parse-forms.ts';
import { list } from './parse-lists.ts';
import { fieldName, typeArgs } from './parse-types.ts';
import { opensRecord, recordForm, startsExpression, value } from './parse-values.ts';
import type { TokenKind } from './token.ts';

/** The power above which no comparison is read: the sides of `prove a == b`. */
export const ABOVE_COMPARISON = 6;

export function expression(c: Cursor, above = 0): void {
  c.deeper(() => {
    const mark = c.mark();
    unary(c, above);
    operators(c, mark, above);
  });
}

function operators(c: Cursor, mark: Mark, above: number): void {
  for (;;) {
    const sign = wordSign(c) ?? c.kind();
    const operator = OPERATORS.get(sign);
    if (operator === undefined || operator.power <= above || c.chainTooLong()) return;
    if (sign === '**') warnOfMinus(c);
    const first = c.bump();
    operand(c, first.text, operator.right ? operator.power - 1 : operator.power);
    c.finish(mark, sign === '..' ? 'range' : 'binary');
    if (operator.single) refuseChain(c, first.text, operator.power);
  }
}

function operand(c: Cursor, sign: string, above: number): void {
  if (startsExpression(c.kind())) expression(c, above);
  else if (sign === '..') {
    c.report('open-range', c.after(), {}, { label: 'the end is missing' });
    c.missing();
  } else value(c, `after \`${sign}\``);
}

/** `a and b`: read as the sign that was meant. */
function wordSign(c: Cursor): string | undefined {
  if (!c.at('name') || c.onNewLine) return undefined;
  const sign = WORD_SIGNS.get(c.token().text);
  if (sign === undefined || !startsExpression(c.kind(1))) return undefined;
  const { text } = c.token();
  c.report(
    'word-for-sign',
    c.here(),
    { word: text, sign },
    { fix: { title: `write \`${sign}\``, at: c.here(), insert: sign } },
  );
  return sign;
}

function warnOfMinus(c: Cursor): void {
  const left = c.top;
  const minus = left?.kind === 'unary' ? left.children[0] : undefined;
  if (left === undefined || minus?.kind !== '-') return;
  const at = c.spanOf(left);
  const insert = `(${c.source.text.slice(left.start, left.end)})`;
  c.note('minus-before-power', at, {}, { fix: { title: `write \`${insert}\``, at, insert } });
}

function refuseChain(c: Cursor, first: string, power: number): void {
  const second = c.kind();
  if (OPERATORS.get(second)?.power !== power) return;
  if (second === '..') c.unexpected('one range', 'A range has two ends.');
  else c.report('chained-comparison', c.here(), { first, second });
}

function unary(c: Cursor, above: number): void {
  if (c.at('-') || c.at('!')) {
    c.deeper(() => {
      const mark = c.mark();
      const { text } = c.bump();
      if (startsExpression(c.kind())) unary(c, above);
      else value(c, `after \`${text}\``);
      c.finish(mark, 'unary');
    });
  } else if (c.atWord('not') && (c.kind(1) === 'name' || c.kind(1) === 'true' || c.kind(1) === 'false')) {
    c.note(
      'word-for-sign',
      c.here(),
      { word: 'not', sign: '!' },
      { fix: { title: 'write `!`', at: c.spanOf({ start: c.token().start, end: c.token(1).start }), insert: '!' } },
    );
    c.deeper(() => {
      const mark = c.mark();
      c.bump();
      unary(c, above);
      c.finish(mark, 'unary');
    });
  } else postfix(c);
}

// --- calls, indices, fields ------------------------------------------------------------------------------

function postfix(c: Cursor): void {
  const mark = c.mark();
  primary(c, mark);
  while (!c.chainTooLong()) {
    if (c.at('(')) call(c, mark);
    else if (c.at('[')) {
      const starts = (kind: TokenKind): boolean => kind === '..' || startsExpression(kind);
      list(c, { close: ']', what: 'indices', one: 'an index', starts, item: () => indexItem(c) });
      c.finish(mark, 'index');
    } else if (c.at('.')) field(c, mark);
    else return;
  }
}

function indexItem(c: Cursor): void {
  if (!c.at('..')) {
    element(c);
    return;
  }
  c.report('open-range', c.here(), {}, { label: 'the beginning is missing' });
  const mark = c.mark();
  c.missing();
  c.bump();
  if (startsExpression(c.kind())) element(c);
  c.finish(mark, 'range');
}

function call(c: Cursor, mark: Mark): void {
  const starts = (kind: TokenKind): boolean => kind === 'for' || startsExpression(kind);
  const args = c.mark();
  list(c, { close: ')', what: 'arguments', one: 'an argument', starts, item: () => arg(c) });
  c.finish(args, 'args');
  c.finish(mark, 'call');
}

function arg(c: Cursor): void {
  const mark = c.mark();
  if (c.at('name') && c.kind(1) === '=') {
    c.bump();
    c.bump();
    c.withRecords(true, () => value(c, 'after `=`'));
  } else {
    element(c);
    if (c.at(':')) {
      c.unexpected(
        '`,` or `)`',
        'An argument is named by `=`: `f(x, scale = 2.0)`; a record has braces: `Flower { a: 1.0 }`.',
      );
      c.skip(() => false);
    }
  }
  c.finish(mark, 'arg');
}

/** `.name`, or `.0` for a place in a tuple. */
function field(c: Cursor, mark: Mark): void {
  const of = c.top?.kind;
  if (of === 'number' || of === 'hole') c.unexpected('an operator', 'A number has no fields.');
  c.bump();
  if (!c.eat('number')) fieldName(c, 'a field');
  c.finish(mark, 'field');
}

// --- the forms -------------------------------------------------------------------------------------------

type Form = (c: Cursor, mark: Mark) => void;

const leaf =
  (kind: 'number' | 'hole' | 'bool' | 'string'): Form =>
  (c, mark) => {
    c.bump();
    c.finish(mark, kind);
  };

const FORMS: ReadonlyMap<TokenKind, Form> = new Map<TokenKind, Form>([
  ['number', leaf('number')],
  ['hole', leaf('hole')],
  ['string', leaf('string')],
  ['true', leaf('bool')],
  ['false', leaf('bool')],
  ['name', nameForm],
  ['(', parens],
  ['[', arrayForm],
  [
    '{',
    (c, mark) =>
      opensRecord(c) || c.kind(1) === '}' ? c.withRecords(true, () => recordForm(c, mark)) : blockForm(c, mark),
  ],
  ['if', ifForm],
  ['match', matchForm],
  ['fold', foldForm],
  ['scan', foldForm],
  ['iterate', iterateForm],
  ['choose', chooseForm],
  ['pick', chooseForm],
]);

function primary(c: Cursor, mark: Mark): void {
  const form = FORMS.get(c.kind());
  if (form === undefined) value(c, 'here');
  else form(c, mark);
}

/** A name, `x => e`, or a record that begins with its type: `Flower { a: 1.0 }`, `Dense<4, 8> { ... }`. */
function nameForm(c: Cursor, mark: Mark): void {
  if (c.kind(1) === '=>') {
    lambdaForm(c, mark);
    return;
  }
  const isType = /^[A-Z]/.test(c.token().text);
  c.bump();
  if (isType && !c.noRecord) {
    if (c.at('<') && typeArgsThenBrace(c)) typeArgs(c);
    if (c.at('{')) {
      c.withRecords(true, () => recordForm(c, mark));
      return;
    }
  }
  c.finish(mark, 'name');
}

const TYPE_ARG_TOKENS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'name',
  'number',
  ',',
  '<',
  '>',
  '[',
  ']',
  '(',
  ')',
  '+',
  '-',
  '*',
  '->',
]);
const MAX_TYPE_ARG_TOKENS = 200;

/** Whether the `<` here is closed by a `>` before a brace, with nothing but types and sizes between. */
function typeArgsThenBrace(c: Cursor): boolean {
  let depth = 0;
  for (let ahead = 0; ahead < MAX_TYPE_ARG_TOKENS; ahead++) {
    const kind = c.kind(ahead);
    if (!TYPE_ARG_TOKENS.has(kind)) return false;
    if (kind === '<') depth++;
    if (kind === '>' && --depth === 0) return c.kind(ahead + 1) === '{';
  }
  return false;
}

/** `(e)`, `(a, b)` or the parameters of a lambda. */
function parens(c: Cursor, mark: Mark): void {
  if (opensLambda(c)) {
    lambdaForm(c, mark);
    return;
  }
  if (c.kind(1) === ')') {
    c.bump();
    value(c, 'between the brackets');
    c.bump();
    c.finish(mark, 'paren');
    return;
  }
  let commas = 0;
  const item = (): void => {
    parenthesised(c);
    if (c.at(',')) commas++;
  };
  list(c, { close: ')', what: 'values', one: 'a value', starts: startsExpression, item });
  c.finish(mark, commas > 0 ? 'tuple' : 'paren');
}

function parenthesised(c: Cursor): void {
  const mark = c.mark();
  element(c);
  if (!c.at('=')) return;
  c.report('assign-for-equals', c.here(), {}, { fix: { title: 'write `==`', at: c.here(), insert: '==' } });
  c.bump();
  value(c, 'after `=`');
  c.finish(mark, 'binary');
}

/** Whether the bracket here is closed before a `=>`, with only names, types and commas in between. */
function opensLambda(c: Cursor): boolean {
  const first = c.kind(1);
  const second = c.kind(2);
  if (first === ')') return c.kind(2) === '=>';
  if (first !== 'name' || (second !== ',' && second !== ':' && second !== ')')) return false;
  if (second === ')') return c.kind(3) === '=>';
  let depth = 0;
  for (let ahead = 0; ahead < MAX_TYPE_ARG_TOKENS; ahead++) {
    const kind = c.kind(ahead);
    if (!TYPE_ARG_TOKENS.has(kind) && kind !== ':') return false;
    if (kind === '(') depth++;
    if (kind === ')' && --depth === 0) return c.kind(ahead + 1) === '=>';
  }
  return false;
}
