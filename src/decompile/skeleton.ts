/**
 * The skeleton of a source: its words without comments and spaces, `?` in place of every learned number. Two texts with
 * one skeleton differ only in what was learned and in layout; the first word that differs tells where another text begins.
 */
import { lex } from '../syntax/lexer.ts';
import { isTrivia, type Token } from '../syntax/token.ts';
import { lineMap } from '../text/lines.ts';
import { type Source, type Span, span } from '../text/span.ts';

export interface FileSkeleton {
  readonly name: string;
  /** One entry per line of text that has words. */
  readonly lines: readonly string[];
}

interface Word {
  readonly text: string;
  readonly at: Span;
  readonly line: number;
}

/** `sites` are the spans of learned numbers and values in this source. */
export function skeletonOf(source: Source, sites: readonly Span[]): FileSkeleton {
  const lines: string[] = [];
  let line = 0;
  for (const word of wordsOf(source, sites)) {
    if (word.line === line) lines[lines.length - 1] += ` ${word.text}`;
    else lines.push(word.text);
    line = word.line;
  }
  return { name: source.name, lines };
}

function wordsOf(source: Source, sites: readonly Span[]): Word[] {
  const sorted = sites
    .filter((s) => s.source.text === source.text && s.source.name === source.name)
    .sort((a, b) => a.start - b.start);
  const map = lineMap(source);
  const words: Word[] = [];
  let next = 0;
  for (const token of lex(source).tokens) {
    if (isTrivia(token.kind) || token.kind === 'end') continue;
    const site = sorted[next];
    if (site && token.end > site.start && token.start < site.end) {
      const isFirst = words[words.length - 1]?.at !== site;
      if (isFirst) words.push({ text: '?', at: site, line: map.position(token.start).line });
    } else words.push(wordOf(token, source, map.position(token.start).line));
    while (next < sorted.length && token.end >= (sorted[next]?.end ?? Infinity)) next++;
  }
  return words;
}

const wordOf = (token: Token, source: Source, line: number): Word => ({
  text: token.text,
  at: span(source, token.start, token.end),
  line,
});

export interface SkeletonDifference {
  readonly at: Span;
  readonly found: string;
  readonly expected: string;
}

/** The first word where a source differs from a filed skeleton. Line breaks do not count. */
export function firstDifference(
  source: Source,
  sites: readonly Span[],
  filed: FileSkeleton,
): SkeletonDifference | undefined {
  const expected = filed.lines.join(' ');
  const end = span(source, source.text.length, source.text.length);
  let at = 0;
  for (const word of wordsOf(source, sites)) {
    if (!expected.startsWith(`${word.text} `, at) && expected.slice(at) !== word.text) {
      return { at: word.at, found: word.text, expected: wordAt(expected, at) };
    }
    at += word.text.length + 1;
  }
  return at > expected.length || expected === ''
    ? undefined
    : { at: end, found: 'the end of the file', expected: wordAt(expected, at) };
}

const wordAt = (text: string, at: number): string =>
  at >= text.length ? 'the end of the file' : (text.slice(at).split(' ')[0] ?? '');
