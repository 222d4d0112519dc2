/**
 * Random mutations of a text and what must hold for each: reading never throws or hangs, the joined tokens
 * are the text, spans nest, and what can be read can be formatted. Driven by a seed, so that a failure can be
 * repeated from the text it prints.
 */
import { format } from '../../src/syntax/format.ts';
import { lex, parse, tokensOf } from '../../src/syntax/index.ts';
import { isTrivia } from '../../src/syntax/token.ts';
import type { Node } from '../../src/syntax/tree.ts';
import { isNode } from '../../src/syntax/tree.ts';
import { renderProblems } from '../../src/text/render.ts';

export type Random = () => number;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  ':',
  '=',
  '==',
  '=>',
  '->',
  '..',
  '...',
  '.',
  '?',
  '?1',
  '-',
  '!',
  '<',
  '>',
  '>=',
  'let',
  'fn',
  'if',
  'else',
  'match',
  'for',
  'in',
  'fold',
  'iterate',
  'while',
  'max',
  'param',
  'table',
  'x',
  'X',
  '1',
  '1.',
  '"',
  '"a"',
  "'",
  '//',
  '///',
  '/*',
  '#',
  '\\',
  '\n',
  '\t',
  '\u0000',
  'é',
  '≤',
  '\ud83d',
  '`',
  'return',
  'elif',
  ':=',
  '+=',
  'not',
  'and',
  '((((((((',
  '[[[[[[[[',
  '{{{{{{{{',
  '!!!!!!!!',
  '--------',
  'x(x(x(x(',
  'A<A<A<A<',
  ' => => ',
  '\r\n',
  '\ufeff',
];

const at = (random: Random, n: number): number => Math.floor(random() * n);
const oneOf = <T>(random: Random, from: readonly T[]): T => from[at(random, from.length)] as T;

/** The text with one to six small changes; one in three changes only comments and space, so it can be read. */
export function mutate(random: Random, text: string): string {
  if (random() < 0.33) return changeTrivia(random, text);
  let out = text;
  for (let n = 1 + at(random, 6); n > 0; n--) out = change(random, out);
  return out;
}

function change(random: Random, text: string): string {
  const start = at(random, text.length + 1);
  switch (at(random, 7)) {
    case 0:
      return text.slice(0, start) + text.slice(start + 1);
    case 1:
      return text.slice(0, start) + oneOf(random, PIECES) + text.slice(start);
    case 2:
      return text.slice(0, start);
    case 3: {
      const end = start + at(random, 80);
      return text.slice(0, end) + text.slice(start, end) + text.slice(end);
    }
    default:
      return changeTokens(random, text);
  }
}

const TRIVIA = [
  '// one\n',
  '\n',
  '\n\n\n',
  ' ',
  '  // two\n\n',
  '\n// three\n',
  '\n\n// four\n// five\n\n',
  '\t',
  '/// six\n',
  '////\n',
];

function changeTrivia(random: Random, text: string): string {
  const tokens = lex({ name: 'fuzz.su', text }).tokens;
  const rate = random() * 0.2;
  return tokens
    .map((t) => {
      if (t.kind === 'space' && random() < rate && !/\n/.test(t.text)) return oneOf(random, TRIVIA) + t.text;
      if (isTrivia(t.kind)) return t.text;
      return random() < rate ? oneOf(random, TRIVIA) + t.text : t.text;
    })
    .join('');
}

function changeTokens(random: Random, text: string): string {
  const tokens = lex({ name: 'fuzz.su', text }).tokens.map((t) => t.text);
  const i = at(random, tokens.length);
  const j = at(random, tokens.length);
  const kind = at(random, 4);
  if (kind === 0) tokens.splice(i, 1);
  else if (kind === 1) tokens.splice(i, 0, tokens[j] ?? '');
  else if (kind === 2) tokens.splice(i, 1, oneOf(random, PIECES));
  else [tokens[i], tokens[j]] = [tokens[j] ?? '', tokens[i] ?? ''];
  return tokens.join('');
}

/** What is wrong with how a text is read; `undefined` when all is well. */
export function wrongWith(text: string): string | undefined {
  const source = { name: 'fuzz.su', text };
  const { tree, problems } = parse(source);
  if (
    tokensOf(tree.root)
      .map((t) => t.text)
      .join('') !== text
  )
    return 'the joined tokens are not the text';
  const nesting = wrongNesting(tree.root);
  if (nesting !== undefined) return nesting;
  for (const p of problems) {
    if (p.at === undefined || p.at.start < 0 || p.at.end > text.length || p.at.end < p.at.start)
      return `${p.id} has no place`;
    if (/undefined|\{[a-z]\w*\}/.test(`${p.title} ${p.help}`)) return `${p.id} has a hole: ${p.title} ${p.help}`;
  }
  renderProblems(problems.slice(0, 3), 'human');
  return problems.some((p) => p.severity === 'error') ? undefined : wrongFormat(text);
}

function wrongNesting(node: Node): string | undefined {
  let last = node.start;
  for (const child of node.children) {
    if (child.start < last || child.end > node.end || child.end < child.start)
      return `spans do not nest in ${node.kind}`;
    last = child.end;
    const inner = isNode(child) ? wrongNesting(child) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The tokens and comments that formatting may not change: all but commas, comments sorted since some move. */
function essence(text: string): string {
  const tokens = lex({ name: 'fuzz.su', text }).tokens;
  const kept = tokens.filter((t) => !isTrivia(t.kind) && t.kind !== ',');
  // `Soft<E>= e` is written `Soft<E> = e`.
  const solid = kept.map((t) => (t.kind === '>=' ? '>\n=' : t.text));
  const comments = tokens.filter((t) => t.kind === 'comment' || t.kind === 'doc').map((t) => t.text.trimEnd());
  return [...solid, ...comments.sort()].join('\n');
}

/** What is wrong with the formatted form of a program that can be read. */
export function wrongFormat(text: string): string | undefined {
  const once = format({ name: 'fuzz.su', text });
  if (!once.ok) return 'a program without errors is not formatted';
  const twice = format({ name: 'fuzz.su', text: once.value });
  if (!twice.ok) return `the formatted text cannot be read: ${renderProblems(twice.problems.slice(0, 1), 'human')}`;
  if (twice.value !== once.value) return `formatting twice differs: ${firstDifference(once.value, twice.value)}`;
  const [before, after] = [essence(text), essence(once.value)];
  return before === after ? undefined : `formatting changed the tokens: ${firstDifference(before, after)}`;
}

function firstDifference(a: string, b: string): string {
  let i = 0;
  while (a[i] === b[i]) i++;
  return `${JSON.stringify(a.slice(Math.max(0, i - 60), i + 60))} and ${JSON.stringify(b.slice(Math.max(0, i - 60), i + 60))}`;
}
