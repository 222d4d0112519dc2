/**
 * Bracketed lists, with recovery: every `(a, b)`, `[a, b]` and `{ a, b }` of the grammar is read here.
 */
import type { Cursor } from './cursor.ts';
import { isCloser, startsDeclaration } from './cursor.ts';
import type { Token, TokenKind } from './token.ts';
import { describeToken } from './token.ts';

export interface ListRule {
  readonly close: TokenKind;
  /** `arguments`, `fields`: for messages. */
  readonly what: string;
  /** What one item is called: `a field`. */
  readonly one: string;
  readonly starts: (kind: TokenKind) => boolean;
  readonly item: () => void;
}

/** Reads from the current token, which opens the list, to its closing bracket. */
export function list(c: Cursor, rule: ListRule): void {
  const open = c.bump();
  while (!atListEnd(c, rule)) {
    const before = c.position;
    if (rule.starts(c.kind())) rule.item();
    else skipToNext(c, rule);
    if (!atListEnd(c, rule)) separator(c, rule);
    if (c.position === before) c.skipOne();
  }
  close(c, open, rule.close);
}

function atListEnd(c: Cursor, rule: ListRule): boolean {
  const kind = c.kind();
  if (kind === rule.close || kind === 'end' || isCloser(kind)) return true;
  if (startsDeclaration(kind)) return !rule.starts(kind) || c.onNewLine;
  // What follows a list of parameters ends it when its bracket is missing.
  if (kind === '->' || kind === '=>' || (kind === '{' && !rule.starts(kind))) return true;
  // A `;` ends lists in round and square brackets; in braces it is taken for a comma.
  return kind === ';' && rule.close !== '}';
}

function skipToNext(c: Cursor, rule: ListRule): void {
  c.unexpected(rule.one);
  c.skip(() => false);
}

function separator(c: Cursor, rule: ListRule): void {
  if (c.eat(',')) return;
  const fix = { title: 'put a comma', at: c.after(), insert: ',' };
  const names = { what: rule.what, What: rule.what.charAt(0).toUpperCase() + rule.what.slice(1) };
  if (c.at(';')) {
    c.report('missing-comma', c.here(), names, { fix: { ...fix, at: c.here() }, label: 'a comma belongs here' });
    c.skipOne();
    return;
  }
  if (rule.starts(c.kind())) {
    c.report('missing-comma', c.after(), names, { fix });
    return;
  }
  c.unexpected(`\`,\` or \`${rule.close}\``);
  c.skip(() => false);
  c.eat(',');
}

/** Expects the bracket that closes `open`; where it is missing the problem shows both ends. */
export function close(c: Cursor, open: Token, kind: TokenKind): void {
  if (c.eat(kind)) return;
  const found = describeToken(c.token());
  const label = `\`${kind}\` expected before this`;
  const also = [{ at: c.spanOf(open), text: 'opened here' }];
  c.report('unclosed', c.here(), { open: open.text, close: kind, found }, { label, also });
}
