/** The value after `--in name=`: JSON, or as it is written in Sutra (`setosa`, `Flower { a: 1.0 }`, `[1, 2]`, `(a, 2)`). */
import type { Value } from '../road.ts';

/** The value, or what is wrong with the text. */
export type Literal = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

class Unreadable extends Error {}

const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|([+-]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\.)*")|(-\s*(?:inf|nan))|([[\](){},:]))/y;

type Token = { readonly kind: 'word' | 'number' | 'string' | 'mark'; readonly text: string };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const rest = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(rest);
    if (!match) throw new Unreadable(`\`${rest.slice(from).trim()}\` is no value`);
    const [, word, number, string, negative, mark] = match;
    if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (number !== undefined) found.push({ kind: 'number', text: number.replaceAll('_', '') });
    else if (negative !== undefined) found.push({ kind: 'word', text: negative.replace(/\s/g, '') });
    else if (string !== undefined) found.push({ kind: 'string', text: JSON.parse(string) as string });
    else found.push({ kind: 'mark', text: mark ?? '' });
  }
  return found;
}

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);

/** Reads one value; the whole text must be it. */
export function readLiteral(text: string): Literal {
  try {
    const list = tokens(text);
    let at = 0;
    const peek = (): string | undefined => list[at]?.text;
    const isMark = (mark: string): boolean => list[at]?.kind === 'mark' && peek() === mark;
    const expect = (mark: string): void => {
      if (!isMark(mark))
        throw new Unreadable(`\`${mark}\` is missing before ${at < list.length ? `\`${peek()}\`` : 'the end'}`);
      at += 1;
    };
    const items = (close: string): Value[] => {
      const values: Value[] = [];
      while (!isMark(close)) {
        values.push(value());
        if (!isMark(close)) expect(',');
      }
      at += 1;
      return values;
    };
    const fields = (): Value => {
      const entries: [string, Value][] = [];
      while (!isMark('}')) {
        const name = list[at];
        if (name === undefined || name.kind === 'mark') throw new Unreadable('a field needs a name');
        at += 1;
        expect(':');
        entries.push([name.text, value()]);
        if (!isMark('}')) expect(',');
      }
      at += 1;
      return Object.fromEntries(entries);
    };
    const value = (): Value => {
      const token = list[at];
      if (token === undefined) throw new Unreadable('the value is missing');
      at += 1;
      if (token.kind === 'number') return Number(token.text);
      if (token.kind === 'string') return token.text;
      if (token.kind === 'word') {
        if (isMark('{')) {
          at += 1;
          return fields();
        }
        return WORDS.get(token.text) ?? token.text;
      }
      if (token.text === '[') return items(']');
      if (token.text === '(') return items(')');
      if (token.text === '{') return fields();
      throw new Unreadable(`\`${token.text}\` begins no value`);
    };
    const result = value();
    if (at < list.length) throw new Unreadable(`\`${peek()}\` follows the value`);
    return { ok: true, value: result };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: error.message };
    if (error instanceof SyntaxError) return { ok: false, reason: 'a string has an escape that JSON does not know' };
    throw error;
  }
}
