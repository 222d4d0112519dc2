/** What holds for every text, and the parts of the abstract syntax that the golden trees do not show. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Decl, Expr } from '../../src/syntax/ast.ts';
import { MAX_CHAIN, MAX_LEVELS } from '../../src/syntax/cursor.ts';
import { format } from '../../src/syntax/format.ts';
import { lex, parse, tokensOf } from '../../src/syntax/index.ts';
import { textOf } from '../../src/text/span.ts';
import { mutate, randomFrom, wrongFormat, wrongWith } from '../fuzz/mutate.ts';

const FOLDER = fileURLToPath(new URL('./programs/', import.meta.url));
const PROGRAMS = ['every-form.su', 'iris.su'].map((name) => readFileSync(FOLDER + name, 'utf8'));

const read = (text: string) => parse({ name: 'test.su', text });
const ids = (text: string): string[] => read(text).problems.map((p) => p.id);

function decl<K extends Decl['kind']>(text: string, kind: K, at = 0): Extract<Decl, { kind: K }> {
  const found = read(text).module.decls[at];
  if (found?.kind !== kind) throw new Error(`${found?.kind} where ${kind} was expected`);
  return found as Extract<Decl, { kind: K }>;
}

/** The expression of `let r = ...;`. */
function expr<K extends Expr['kind']>(text: string, kind: K): Extract<Expr, { kind: K }> {
  const found = decl(`let r = ${text};`, 'let').value;
  if (found.kind !== kind) throw new Error(`${found.kind} where ${kind} was expected`);
  return found as Extract<Expr, { kind: K }>;
}

describe('every text', () => {
  it('of the programs here is read whole and without errors', () => {
    for (const text of PROGRAMS) {
      expect(wrongWith(text)).toBeUndefined();
      expect(read(text).problems.filter((p) => p.severity === 'error')).toEqual([]);
      expect(wrongFormat(text)).toBeUndefined();
    }
  });

  it('survives mutation: no throw, no hang, the joined tokens are the text, spans nest', () => {
    for (let i = 0; i < 2000; i++) {
      const text = mutate(randomFrom(i), PROGRAMS[i % PROGRAMS.length] ?? '');
      expect(wrongWith(text), `seed ${i}\n${text}`).toBeUndefined();
    }
  });

  it.each([
    '',
    ' ',
    '\n',
    '\ufeff',
    '"',
    '?',
    '.',
    '..',
    '{',
    '}',
    '(',
    '<',
    '\u0000',
    '\ud800',
    '//',
    '///',
    '= = =',
    'fn',
    'param fn',
  ])('as odd as %j is read', (text) => {
    expect(wrongWith(text)).toBeUndefined();
    expect(tokensOf(read(text).tree.root).at(-1)?.kind).toBe('end');
  });

  it('cut anywhere is read', () => {
    const text = PROGRAMS[0] ?? '';
    for (let end = 0; end < text.length; end += 11) expect(wrongWith(text.slice(0, end))).toBeUndefined();
  });
});

describe('depth', () => {
  const deep = (n: number, open: string, close: string): string => `let r = ${open.repeat(n)}x${close.repeat(n)};`;

  it.each([
    ['(', ')'],
    ['[', ']'],
    ['f(', ')'],
    ['!', ''],
    ['-(', ')'],
    ['{ a: ', ' }'],
    ['{ let y = ', '; y }'],
    ['if a { b } else { ', ' }'],
    ['x => ', ''],
    ['a ** ', ''],
    ['[for x in xs: ', ']'],
  ])('of %j is bounded, with one message and no crash', (open, close) => {
    expect(ids(deep(40, open, close)).filter((id) => id !== 'SU0124')).toEqual([]);
    const text = deep(20_000, open, close);
    expect(ids(text)).toContain('SU0118');
    expect(wrongWith(text)).toBeUndefined();
  });

  it('of chains is bounded', () => {
    const chain = (n: number): string =>
      `let r = x${' + x'.repeat(n)}; let s = x${'[0]'.repeat(n)}; let t = x${'.a'.repeat(n)};`;
    expect(ids(chain(MAX_CHAIN - 10))).toEqual([]);
    expect(ids(chain(100_000))).toEqual(['SU0118', 'SU0118', 'SU0118']);
    expect(format({ name: 'test.su', text: chain(MAX_CHAIN - 10) }).ok).toBe(true);
  });

  it('of types and patterns is bounded', () => {
    expect(ids(`fn f(x: ${'('.repeat(9000)}f32${')'.repeat(9000)}) -> f32 { x }`)).toContain('SU0118');
    expect(ids(`fn f(x: f32[${'('.repeat(9000)}n${')'.repeat(9000)}]) -> f32 { x }`)).toContain('SU0118');
    expect(ids(`let ${'('.repeat(9000)}x${')'.repeat(9000)} = y;`)).toContain('SU0118');
    expect(MAX_LEVELS).toBeGreaterThan(100);
  });
});

describe('tokens', () => {
  it('keep every character of a number and a string', () => {
    const text = 'let r = [1_0.50e+07, "a\\tb", ?-0.10];';
    expect(
      lex({ name: 't.su', text })
        .tokens.map((t) => t.text)
        .join(''),
    ).toBe(text);
  });

  it.each(['3', '3.0', '1e-5', '1e40', '1E+3', '0.30000001', 'inf', 'nan', '1_000'])('read the number %s', (text) => {
    expect(expr(text, 'number').text).toBe(text.replace('_', ''));
    expect(ids(`let r = ${text};`)).toEqual([]);
  });

  it.each(['.5', '1.', '1.e5', '3x', '0x10', '1__0', '1_', '1e'])('refuse %s as a number', (text) => {
    expect(ids(`let r = ${text};`)).toEqual(['SU0112']);
  });

  it('say which number is whole', () => {
    expect(expr('3', 'number').isInt).toBe(true);
    for (const text of ['3.0', '3e1', 'inf', 'nan']) expect(expr(text, 'number').isInt).toBe(false);
  });

  it('read ranges and places in tuples, not numbers with two points', () => {
    expect(ids('let r = x[1..4] + t.0.1;')).toEqual([]);
    const field = expr('t.0.1', 'field');
    expect([field.field.text, field.of.kind]).toEqual(['1', 'field']);
  });
});

describe('the abstract syntax', () => {
  it('gives the place of a learned number with its sign, without its mark', () => {
    const hole = expr('?-0.5', 'hole');
    expect([hole.text, textOf(hole.numberAt), textOf(hole.at)]).toEqual(['-0.5', '-0.5', '?-0.5']);
  });

  it('reads strings', () => {
    expect(expr('"a\\n\\"b\\" \\\\ \\u{1F600}"', 'string').value).toBe('a\n"b" \\ \u{1F600}');
  });

  it('has no brackets, and places without the space around', () => {
    const sum = expr(' ( /* */ ', 'error');
    expect(sum.kind).toBe('error');
    const product = expr('(a + b) * c', 'binary');
    expect([product.op, textOf(product.left.at), textOf(product.opAt)]).toEqual(['*', 'a + b', '*']);
  });

  it('takes a lone field for a value of its name', () => {
    const { fields, spread } = expr('{ ...r, x }', 'record');
    expect(fields.map((f) => [f.name.text, f.value.kind])).toEqual([['x', 'name']]);
    expect(spread?.kind).toBe('name');
  });

  it('allows words of the language as names of fields', () => {
    expect(ids('record R { test: f32, in: f32 } let a = R { test: 1.0, in: 2.0 }.test;')).toEqual([]);
    expect(ids('let table = 1;')).toEqual(['SU0120']);
  });

  it('gives documentation to what follows it without an empty line, the rest of the head to the module', () => {
    const { module } = read('/// the file\n\n/// a\n///  b\nfn f() -> f32 { 1.0 }\n/// lost\n\nfn g() -> f32 { 1.0 }');
    expect(module.doc).toBe('the file');
    expect(module.decls.map((d) => d.doc)).toEqual(['a\n b', undefined]);
    expect(read('/// the file\nimport { a } from "b";').module.doc).toBe('the file');
    expect(read('/// only this').module.doc).toBe('only this');
    const { fields } = decl('record R {\n  /// first\n  a: f32,\n  b: f32, // not this\n}', 'record');
    expect(fields.map((f) => f.doc)).toEqual(['first', undefined]);
  });

  it('says of a lone type argument that it may be a size', () => {
    const { type } = decl('param x: Dense<n, f32[2], 3, m + 1> = y;', 'param');
    const args = type?.kind === 'named' ? type.args : [];
    expect(args.map((a) => [a.type?.kind, a.size?.kind])).toEqual([
      ['named', 'name'],
      ['array', undefined],
      [undefined, 'number'],
      [undefined, 'binary'],
    ]);
  });

  it('keeps the ranges and the words of parameters', () => {
    const made = decl('frozen param w: f32 in [0, 10] = 1.0;', 'param');
    expect([made.frozen, made.range?.length, made.value.kind]).toEqual([true, 2, 'number']);
  });

  it('marks a comprehension that stands in a call', () => {
    expect(expr('[for x in xs: x]', 'comprehension').inCall).toBe(false);
    const argument = expr('sum(for x in xs: x)', 'call').args[0]?.value;
    expect(argument?.kind === 'comprehension' && argument.inCall).toBe(true);
  });

  it('has every declaration after a broken one', () => {
    const { module, problems } = read('fn f( { }\nrecord { }\nfn g() -> f32 { 1.0 }\nparam = ;\nenum E { a }');
    expect(module.decls.map((d) => d.kind)).toEqual(['fn', 'record', 'fn', 'param', 'enum']);
    expect(problems.length).toBeGreaterThan(2);
  });
});
