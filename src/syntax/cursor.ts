/**
 * The parser's hands: looks at tokens, consumes them into a stack of finished elements, and closes nodes over
 * the top of that stack. Trivia is consumed with the token after it, so nodes hold none at their edges.
 * Reports at most one Problem per token, so that one mistake is not told twice.
 */
import type { Problem, ProblemData, ProblemExtras, ProblemName } from '../text/problem.ts';
import { problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Source, Span } from '../text/span.ts';
import { span } from '../text/span.ts';
import { ASSIGNMENTS } from './foreign.ts';
import type { Token, TokenKind } from './token.ts';
import { describeToken, isTrivia } from './token.ts';
import type { Element, Node, NodeKind } from './tree.ts';
import { isNode } from './tree.ts';

/** How many expressions, types or patterns may stand inside one another. */
export const MAX_LEVELS = 150;
/** How long a chain (`a + b + ...`, `x[0][0]...`) may grow; with the above it bounds the depth of the tree. */
export const MAX_CHAIN = 400;

export type Mark = number;

export class Cursor {
  readonly source: Source;
  readonly problems: Problem[] = [];
  /** Braces after a name are a block, not a record: in the head of `if`, `match`, `while` and loops. */
  noRecord = false;
  /** The grammar's entry point for expressions; set by `parser.ts`, so that the files of the grammar need no cycle. */
  expression: () => void = () => {};

  private readonly tokens: readonly Token[];
  /** Indices of the tokens that are not trivia. */
  private readonly solid: readonly number[];
  private current = 0;
  /** First token that is not yet in the tree. */
  private next = 0;
  /** What is left of the current token after its first part was consumed (`>=` as `>` and `=`). */
  private rest: Token | undefined;
  private readonly stack: Element[] = [];
  private offset = 0;
  private lastSolid: Token | undefined;
  private level = 0;
  private reportedAt = -1;

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.tokens = tokens;
    const solid: number[] = [];
    for (let i = 0; i < tokens.length; i++) if (!isTrivia(must(tokens[i]).kind)) solid.push(i);
    this.solid = solid;
  }

  // --- looking -----------------------------------------------------------------------------------------

  token(ahead = 0): Token {
    if (ahead === 0 && this.rest !== undefined) return this.rest;
    const last = this.solid.length - 1;
    return must(this.tokens[must(this.solid[Math.min(this.current + ahead, last)])]);
  }

  kind(ahead = 0): TokenKind {
    return this.token(ahead).kind;
  }

  at(kind: TokenKind): boolean {
    return this.token().kind === kind;
  }

  atWord(word: string, ahead = 0): boolean {
    const token = this.token(ahead);
    return token.kind === 'name' && token.text === word;
  }

  get atEnd(): boolean {
    return this.at('end');
  }

  /** Counts consumed tokens: two equal readings mean that nothing was consumed in between. */
  get position(): number {
    return this.current;
  }

  /** Whether the current token stands on a later line than the one before it. */
  get onNewLine(): boolean {
    const text = this.source.text;
    for (let i = this.lastSolid?.end ?? 0; i < this.token().start; i++) if (text.charCodeAt(i) === 10) return true;
    return false;
  }

  here(): Span {
    return this.spanOf(this.token());
  }

  /** The place just after the last token. */
  after(): Span {
    const end = this.lastSolid?.end ?? 0;
    return span(this.source, end, end);
  }

  spanOf(e: { readonly start: number; readonly end: number }): Span {
    return span(this.source, e.start, e.end);
  }

  /** The last token that was consumed. */
  get previous(): Token | undefined {
    return this.lastSolid;
  }

  /** The text of what was parsed since `mark`. */
  textSince(mark: Mark): string {
    const first = this.stack[mark];
    return first === undefined ? '' : this.source.text.slice(first.start, this.offset);
  }

  startOf(mark: Mark): number {
    return this.stack[mark]?.start ?? this.offset;
  }

  /** The node on top, if a node is. */
  get top(): Node | undefined {
    const top = this.stack[this.stack.length - 1];
    return top !== undefined && isNode(top) ? top : undefined;
  }

  // --- building ----------------------------------------------------------------------------------------

  /** Where a node begins: before the current token, after the trivia around it. */
  mark(): Mark {
    if (this.rest === undefined) this.takeTrivia();
    return this.stack.length;
  }

  private takeTrivia(): void {
    const until = must(this.solid[Math.min(this.current, this.solid.length - 1)]);
    for (; this.next < until; this.next++) this.take(must(this.tokens[this.next]));
  }

  private take(token: Token): void {
    this.stack.push(token);
    this.offset = token.end;
  }

  bump(): Token {
    const token = this.token();
    if (token.kind === 'end') return token;
    if (this.rest === undefined) this.takeTrivia();
    this.rest = undefined;
    this.take(token);
    this.lastSolid = token;
    this.next++;
    this.current++;
    return token;
  }

  eat(kind: TokenKind): boolean {
    if (!this.at(kind)) return false;
    this.bump();
    return true;
  }

  /** Consumes the first character of the current sign as a token of its own: the `>` of `>=`. */
  splitFirst(): void {
    const { text, start, end } = this.token();
    this.takeTrivia();
    const first: Token = { kind: text.charAt(0) as TokenKind, text: text.charAt(0), start, end: start + 1 };
    this.take(first);
    this.lastSolid = first;
    this.rest = { kind: text.slice(1) as TokenKind, text: text.slice(1), start: start + 1, end };
  }

  finish(mark: Mark, kind: NodeKind): Node {
    const children = this.stack.slice(mark);
    this.stack.length = mark;
    let depth = 0;
    for (const child of children) if (child.children !== undefined && child.depth > depth) depth = child.depth;
    const start = children[0]?.start ?? this.offset;
    const end = children[children.length - 1]?.end ?? this.offset;
    const node: Node = { kind, children, start, end, depth: depth + 1 };
    this.stack.push(node);
    return node;
  }

  /** An empty error node: something is missing here. */
  missing(): void {
    this.stack.push({ kind: 'error', children: [], start: this.offset, end: this.offset, depth: 1 });
  }

  /** Ends the tree: the trailing trivia and the `end` token go into the root. */
  finishRoot(): Node {
    this.takeTrivia();
    this.take(this.token());
    return this.finish(0, 'module');
  }

  /** Runs `f` with the meaning of braces after a name set, and restores it. */
  withRecords(allowed: boolean, f: () => void): void {
    const outer = this.noRecord;
    this.noRecord = !allowed;
    f();
    this.noRecord = outer;
  }

  // --- depth -------------------------------------------------------------------------------------------

  /** Goes one level down for `f`; where it is too deep, reports and skips what stands there. */
  deeper(f: () => void): void {
    if (this.level >= MAX_LEVELS) {
      this.tooDeep();
      return;
    }
    this.level++;
    f();
    this.level--;
  }

  /** Whether the node on top has grown into too long a chain; then the rest of it is skipped. */
  chainTooLong(): boolean {
    if ((this.top?.depth ?? 0) < MAX_CHAIN) return false;
    this.tooDeep();
    return true;
  }

  private tooDeep(): void {
    this.report('nested-too-deep', this.here(), { limit: MAX_LEVELS });
    this.skip(() => false);
  }

  // --- problems ----------------------------------------------------------------------------------------

  report<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras: ProblemExtras = {}): void {
    if (this.reportedAt === this.current) return;
    this.reportedAt = this.current;
    this.problems.push(problem(name, at, data, extras));
  }

  /** For warnings and for mistakes after which nothing is out of step: does not silence what follows. */
  note<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras: ProblemExtras = {}): void {
    this.problems.push(problem(name, at, data, extras));
  }

  unexpected(expected: string, hint = 'The text cannot be read on from here.'): void {
    if (this.at('unknown')) {
      const sign = this.token().text;
      if (ASSIGNMENTS.includes(sign)) this.report('no-assignment', this.here(), { sign, name: 'x' });
      // Of any other unknown token the lexer has said what is wrong.
      this.reportedAt = this.current;
    }
    this.report('unexpected-token', this.here(), { expected, found: describeToken(this.token()), hint });
  }

  expect(kind: TokenKind, hint?: string): boolean {
    if (this.eat(kind)) return true;
    this.unexpected(`\`${kind}\``, hint);
    return false;
  }

  // --- recovery ----------------------------------------------------------------------------------------

  /**
   * Puts tokens into an error node up to `stop`, a separator, a closing bracket or the start of a
   * declaration; brackets in between are skipped whole.
   */
  skip(stop: (kind: TokenKind) => boolean): void {
    const mark = this.mark();
    let depth = 0;
    while (!this.atEnd) {
      const kind = this.kind();
      if (startsDeclaration(kind)) break;
      if (depth === 0 && (isSeparator(kind) || isCloser(kind) || stop(kind))) break;
      if (isOpener(kind)) depth++;
      if (isCloser(kind)) depth--;
      this.bump();
    }
    this.finish(mark, 'error');
  }

  /** Puts the current token into an error node. */
  skipOne(): void {
    const mark = this.mark();
    this.bump();
    this.finish(mark, 'error');
  }
}

const DECLARATION_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'import',
  'use',
  'enum',
  'record',
  'fn',
  'param',
  'frozen',
  'table',
  'train',
  'test',
  'prove',
]);

/** Words that begin a declaration and stand nowhere else (`let` begins one too, but stands in blocks as well). */
export const startsDeclaration = (kind: TokenKind): boolean => DECLARATION_STARTS.has(kind);

export const isOpener = (kind: TokenKind): boolean => kind === '(' || kind === '[' || kind === '{';
export const isCloser = (kind: TokenKind): boolean => kind === ')' || kind === ']' || kind === '}';
export const isSeparator = (kind: TokenKind): boolean => kind === ';' || kind === ',';
