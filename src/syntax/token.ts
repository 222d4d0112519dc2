/**
 * Tokens: the words a text is made of, trivia included, so that the joined texts are the source. A keyword's
 * or a sign's kind is its own text (`let`, `==>`); the other kinds are named below.
 */

// biome-ignore format: a table reads better in rows
export const KEYWORDS = [
  'import', 'use', 'enum', 'record', 'fn', 'let', 'param', 'frozen', 'table', 'train', 'test', 'prove',
  'forall', 'assume', 'assert', 'if', 'else', 'match', 'for', 'in', 'fold', 'scan', 'iterate', 'while',
  'choose', 'pick', 'true', 'false',
] as const;

/** Longest first, so that the first that fits is the longest that fits. */
// biome-ignore format: a table reads better in rows
export const SIGNS = [
  '==>', '...', '|>', '||', '&&', '^^', '==', '!=', '<=', '>=', '=>', '->', '**', '..', '~=',
  '(', ')', '[', ']', '{', '}', ',', ';', ':', '.', '=', '<', '>', '+', '-', '*', '/', '%', '@', '!', '|',
] as const;

export type Keyword = (typeof KEYWORDS)[number];
export type Sign = (typeof SIGNS)[number];

/** `doc` is a `///` line, `comment` any other; `unknown` is text that is no token (a Problem stands for it). */
export type TriviaKind = 'space' | 'comment' | 'doc';
export type TokenKind = TriviaKind | 'name' | 'number' | 'hole' | 'string' | 'unknown' | 'end' | Keyword | Sign;

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Never there: tells a token from a tree node. */
  readonly children?: undefined;
}

const KEYWORDS_BY_TEXT: ReadonlyMap<string, Keyword> = new Map(KEYWORDS.map((word) => [word, word]));

export const isKeyword = (word: string): word is Keyword => KEYWORDS_BY_TEXT.has(word);
/** The keyword a word is, if it is one. */
export const keywordOf = (word: string): Keyword | undefined => KEYWORDS_BY_TEXT.get(word);
export const isTrivia = (kind: TokenKind): kind is TriviaKind =>
  kind === 'space' || kind === 'comment' || kind === 'doc';

/** How a token is called in a message: `` `let` ``, ``the name `x` ``, `the end of the file`. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'name':
      return `the name \`${token.text}\``;
    case 'number':
    case 'hole':
      return `the number \`${token.text}\``;
    case 'string':
      return 'a string';
    case 'end':
      return 'the end of the file';
    default:
      return `\`${token.text}\``;
  }
}

/** The text of a number without the `_` between its digits. */
export const numberText = (text: string): string => text.replace(/_/g, '');
