/**
 * The lexer: text to tokens, trivia included; the joined token texts are the text, whatever it is. Text that
 * is no token becomes an `unknown` token and a Problem, so the parser always has something to go on with.
 * Words, numbers and signs only; what beginners of other languages write is recognised in `foreign.ts`.
 */
import type { Problem } from '../text/problem.ts';
import { problem } from '../text/problem.ts';
import type { Source, Span } from '../text/span.ts';
import { span } from '../text/span.ts';
import { ASSIGNMENTS, FOREIGN_SIGNS, LOOK_ALIKES } from './foreign.ts';
import type { Token, TokenKind } from './token.ts';
import { isTrivia, keywordOf, SIGNS } from './token.ts';

export interface Lexed {
  /** All tokens in order; the last is `end`, with no text. */
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === 0xfeff || c === 0xa0;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isNameStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
const isNamePart = (c: number): boolean => isNameStart(c) || isDigit(c);
const isNewline = (c: number): boolean => c === 10 || c === 13;

const SLASH = 47;
const DOT = 46;
const QUOTE = 34;
const APOSTROPHE = 39;
const MINUS = 45;
const BACKSLASH = 92;
const QUESTION = 63;
const HASH = 35;

/** Signs by their first character, longest first. */
const SIGNS_BY_START: ReadonlyMap<number, readonly string[]> = (() => {
  const table = new Map<number, string[]>();
  for (const sign of [...FOREIGN_SIGNS.keys(), ...ASSIGNMENTS, ...SIGNS]) {
    const row = table.get(sign.charCodeAt(0));
    if (row === undefined) table.set(sign.charCodeAt(0), [sign]);
    else row.push(sign);
  }
  for (const row of table.values()) row.sort((a, b) => b.length - a.length);
  return table;
})();

/** Tokens after which `.0` is a dot and a place in a tuple. */
const VALUE_ENDS: ReadonlySet<TokenKind> = new Set<TokenKind>(['name', ')', ']', '}', '.']);

const SIGN_KINDS: ReadonlySet<string> = new Set(SIGNS);

/** A well-formed number; `_` may stand between digits. */
const NUMBER = /^(\d+(_\d+)*(\.\d+(_\d+)*)?([eE][+-]?\d+)?|inf|nan)$/;

class Lexer {
  readonly tokens: Token[] = [];
  readonly problems: Problem[] = [];
  private pos = 0;
  /** The last token that is not trivia: decides what a `.` before a digit is. */
  private last: Token | undefined;
  /** The last number that is a place in a tuple. */
  private place: Token | undefined;

  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  run(): Lexed {
    const { text } = this.source;
    while (this.pos < text.length) this.next(text, text.charCodeAt(this.pos));
    this.push('end', this.pos);
    return { tokens: this.tokens, problems: this.problems };
  }

  private next(text: string, c: number): Token {
    if (isSpace(c)) return this.space(text, c);
    if (isNameStart(c)) return this.word(text);
    if (isDigit(c)) return this.number(text, this.pos);
    if (c === SLASH && text.charCodeAt(this.pos + 1) === SLASH) return this.lineComment(text);
    if (c === QUOTE) return this.string(text);
    if (c === QUESTION) return this.hole(text);
    if (c === DOT && isDigit(text.charCodeAt(this.pos + 1))) return this.dotDigit(text);
    return this.signOrForeign(text, c);
  }

  private push(kind: TokenKind, end: number, text = this.source.text.slice(this.pos, end)): Token {
    const token: Token = { kind, text, start: this.pos, end };
    this.tokens.push(token);
    this.pos = end;
    if (!isTrivia(kind)) this.last = token;
    return token;
  }

  private skip(while_: (c: number) => boolean, from = this.pos): number {
    const { text } = this.source;
    let end = from;
    while (end < text.length && while_(text.charCodeAt(end))) end++;
    return end;
  }

  private at(start: number, end: number): Span {
    return span(this.source, start, end);
  }

  private space(text: string, first: number): Token {
    let end = this.pos + 1;
    while (isSpace(text.charCodeAt(end))) end++;
    return first === 32 && end === this.pos + 1 ? this.push('space', end, ' ') : this.push('space', end);
  }

  private word(text: string): Token {
    let end = this.pos + 1;
    while (isNamePart(text.charCodeAt(end))) end++;
    if (end < text.length && text.charCodeAt(end) > 127 && isLetter(text, end)) return this.foreignWord(text);
    const word = text.slice(this.pos, end);
    if (word === 'inf' || word === 'nan') return this.push('number', end, word);
    return this.push(keywordOf(word) ?? 'name', end, word);
  }

  // --- numbers -----------------------------------------------------------------------------------------

  /**
   * A number from `from`; the token begins at `pos` (before it, at the `?`, for a hole). After a dot it is a
   * place in a tuple: `t.0.1` has two of them.
   */
  private number(text: string, from: number, kind: TokenKind = 'number'): Token {
    if (this.last?.kind === '.' && from === this.pos) {
      this.place = this.push('number', this.skip(isDigit, from));
      return this.place;
    }
    const end = this.numberEnd(text, from);
    const written = text.slice(from, end);
    if (!NUMBER.test(written)) this.malformed(written, from, end);
    return this.push(kind, end);
  }

  /** Takes in all that a reader would see as one number, well-formed or not: `1_000.5e-3`, `1.`, `3px`. */
  private numberEnd(text: string, from: number): number {
    let end = this.skip(isDigitOrUnderscore, from);
    const afterDot = text.charCodeAt(end + 1);
    if (text.charCodeAt(end) === DOT && isDigit(afterDot)) end = this.skip(isDigitOrUnderscore, end + 1);
    else if (text.charCodeAt(end) === DOT && afterDot !== DOT && !this.fieldAt(text, end + 1)) end++;
    const c = text.charCodeAt(end);
    if (c === 101 || c === 69) {
      const sign = text.charCodeAt(end + 1);
      const digits = sign === MINUS || sign === 43 ? end + 2 : end + 1;
      if (isDigit(text.charCodeAt(digits))) end = this.skip(isDigit, digits);
    }
    return this.skip(isNamePart, end);
  }

  /** Whether the name of a field begins here; the exponent of `1.e5` is none. */
  private fieldAt(text: string, at: number): boolean {
    return isNameStart(text.charCodeAt(at)) && !/^[eE][+-]?\d/.test(text.slice(at, at + 3));
  }

  private malformed(written: string, from: number, end: number): void {
    const mended = mendNumber(written);
    const hint =
      mended === undefined
        ? 'A number has digits, may have a point with digits on both sides, and an exponent: `3`, `3.5`, `1e-5`. A name starts with a letter.'
        : `Write \`${mended}\`.`;
    const at = this.at(from, end);
    const fix = mended === undefined ? {} : { fix: { title: `write \`${mended}\``, at, insert: mended } };
    this.problems.push(problem('malformed-number', at, { text: written, hint }, fix));
  }

  /** `.5` where a value stands; after a value it is a place in a tuple (`t.0`). */
  private dotDigit(text: string): Token {
    const { last } = this;
    if (last !== undefined && (VALUE_ENDS.has(last.kind) || last === this.place)) return this.push('.', this.pos + 1);
    return this.number(text, this.pos);
  }

  private hole(text: string): Token {
    const signed = text.charCodeAt(this.pos + 1) === MINUS;
    const from = this.pos + (signed ? 2 : 1);
    const c = text.charCodeAt(from);
    const word = isNameStart(c) ? text.slice(from, this.skip(isNamePart, from)) : '';
    if (word === 'inf' || word === 'nan') return this.push('hole', from + word.length);
    if (isDigit(c) || (c === DOT && isDigit(text.charCodeAt(from + 1)))) return this.number(text, from, 'hole');
    this.problems.push(problem('learned-without-number', this.at(this.pos, this.pos + 1), {}));
    return this.push('unknown', this.pos + 1);
  }

  // --- comments and strings ----------------------------------------------------------------------------

  private lineComment(text: string): Token {
    const isDoc = text.charCodeAt(this.pos + 2) === SLASH && text.charCodeAt(this.pos + 3) !== SLASH;
    return this.push(isDoc ? 'doc' : 'comment', this.lineEnd());
  }

  private lineEnd(): number {
    return this.skip((c) => !isNewline(c));
  }

  private string(text: string): Token {
    const start = this.pos;
    let end = start + 1;
    for (; end < text.length; end++) {
      const c = text.charCodeAt(end);
      if (c === QUOTE || isNewline(c)) break;
      if (c === BACKSLASH) end = this.escape(text, end);
    }
    end = Math.min(end, text.length);
    if (text.charCodeAt(end) === QUOTE) return this.push('string', end + 1);
    const label = 'begins here';
    this.problems.push(problem('unclosed-string', this.at(start, end), {}, { label }));
    return this.push('string', end);
  }

  /** Checks the escape at `from` and gives the offset of its last character. */
  private escape(text: string, from: number): number {
    const c = text.charAt(from + 1);
    if (c !== '' && 'ntr"\\'.includes(c)) return from + 1;
    if (c === '' || isNewline(c.charCodeAt(0))) return from;
    const code = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(from, from + 10));
    if (code && Number.parseInt(code[1] ?? '', 16) <= 0x10ffff) return from + code[0].length - 1;
    this.problems.push(problem('unknown-escape', this.at(from, from + 2), { text: `\\${c}` }));
    return from + 1;
  }

  // --- signs, and what is none -------------------------------------------------------------------------

  private signOrForeign(text: string, c: number): Token {
    if (c === HASH) return this.foreignComment('#', this.lineEnd());
    if (c === SLASH && text.startsWith('/*', this.pos)) return this.foreignComment('/*', this.blockCommentEnd(text));
    if (c === APOSTROPHE || c === 96) return this.singleQuotes(text, c);
    const sign = SIGNS_BY_START.get(c)?.find((s) => text.startsWith(s, this.pos));
    if (sign === undefined) return c > 127 ? this.foreignWord(text) : this.unknown(this.pos + 1);
    const end = this.pos + sign.length;
    if (SIGN_KINDS.has(sign)) return this.push(sign as TokenKind, end, sign);
    // The parser says what to write for an assignment: it knows the name.
    if (!ASSIGNMENTS.includes(sign)) this.foreignSign(sign, end);
    return this.push('unknown', end);
  }

  private foreignSign(sign: string, end: number): void {
    const { instead, hint } = FOREIGN_SIGNS.get(sign) ?? { hint: '' };
    const at = this.at(this.pos, end);
    const fix = instead === undefined ? {} : { fix: { title: `write \`${instead}\``, at, insert: instead } };
    this.problems.push(problem('foreign-sign', at, { sign, hint }, fix));
  }

  private blockCommentEnd(text: string): number {
    const end = text.indexOf('*/', this.pos + 2);
    return end < 0 ? text.length : end + 2;
  }

  private foreignComment(sign: string, end: number): Token {
    const at = this.at(this.pos, this.pos + sign.length);
    const fix = sign === '#' ? { fix: { title: 'write `//`', at, insert: '//' } } : {};
    this.problems.push(problem('foreign-comment', at, { sign }, fix));
    return this.push('comment', end);
  }

  private singleQuotes(text: string, quote: number): Token {
    const close = this.skip((c) => c !== quote && !isNewline(c), this.pos + 1);
    if (text.charCodeAt(close) !== quote) return this.unknown(this.pos + 1);
    const at = this.at(this.pos, close + 1);
    const insert = `"${text.slice(this.pos + 1, close).replace(/"/g, '\\"')}"`;
    this.problems.push(problem('single-quotes', at, {}, { fix: { title: `write \`${insert}\``, at, insert } }));
    return this.push('string', close + 1);
  }

  /** Text with characters beyond ASCII: one sign that looks like one of ours, or a whole word. */
  private foreignWord(text: string): Token {
    const first = String.fromCodePoint(text.codePointAt(this.pos) ?? 0);
    const plain = LOOK_ALIKES.get(first);
    if (plain !== undefined) return this.lookAlike(first, plain);
    let end = this.pos;
    while (end < text.length && (isNamePart(text.charCodeAt(end)) || isLetter(text, end))) end += widthAt(text, end);
    if (end === this.pos) return this.unknown(this.pos + first.length);
    const at = this.at(this.pos, end);
    const hint = 'Names are made of the letters a-z and A-Z, digits and `_`.';
    this.problems.push(problem('unknown-character', at, { text: text.slice(this.pos, end), hint }));
    return this.push('name', end);
  }

  /** Read as the sign that was meant, so that one wrong character costs one message. */
  private lookAlike(found: string, plain: string): Token {
    const at = this.at(this.pos, this.pos + found.length);
    const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    const fix = { title: `write \`${plain}\``, at, insert: plain };
    this.problems.push(problem('look-alike', at, { text: found, code, plain }, { fix }));
    return this.push(SIGN_KINDS.has(plain) ? (plain as TokenKind) : 'unknown', at.end);
  }

  private unknown(end: number): Token {
    const at = this.at(this.pos, end);
    const hint = 'No expression, type or declaration uses this character; take it out.';
    this.problems.push(problem('unknown-character', at, { text: this.source.text.slice(at.start, end), hint }));
    return this.push('unknown', end);
  }
}

const isDigitOrUnderscore = (c: number): boolean => isDigit(c) || c === 95;
const widthAt = (text: string, i: number): number => ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1);
const isLetter = (text: string, i: number): boolean =>
  /^\p{L}|^\p{M}|^\p{N}/u.test(String.fromCodePoint(text.codePointAt(i) ?? 0));

/** The number that was certainly meant, if there is one: `.5`, `1.`, `1.e5`. */
function mendNumber(written: string): string | undefined {
  const mended = written.replace(/^\./, '0.').replace(/\.(?=$|[eE])/, '.0');
  return NUMBER.test(mended) ? mended : undefined;
}

export const lex = (source: Source): Lexed => new Lexer(source).run();
