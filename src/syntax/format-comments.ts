/**
 * Where comments and empty lines stand, for the formatter: each token gets the comments on the lines above it
 * and the comment at the end of its line. Comments before a comma or semicolon move behind it.
 */
import type { Token } from './token.ts';
import { isTrivia } from './token.ts';

export interface Comment {
  readonly text: string;
  /** An empty line stands above. */
  readonly blank: boolean;
}

export interface Around {
  readonly leading: readonly Comment[];
  /** With the space before it: authors line such comments up. */
  readonly trailing?: string;
  /** An empty line stands between the token and what is above it (its last leading comment, if any). */
  readonly blank: boolean;
  /** The token stands on a later line than the one before it. */
  readonly newLine: boolean;
}

/** What stands around each token that is not trivia. */
export function comments(tokens: readonly Token[]): ReadonlyMap<Token, Around> {
  const found = new Map<Token, Around>();
  let above: Comment[] = [];
  let last: Token | undefined;
  let newlines = 0;
  let brokenSince = true;
  let gap = ' ';
  for (const token of tokens) {
    if (token.kind === 'space') {
      newlines += countNewlines(token.text);
      gap = /^ +$/.test(token.text) ? token.text : ' ';
      if (newlines > 0) brokenSince = true;
    } else if (isTrivia(token.kind)) {
      const text = token.text.trimEnd();
      const around = last && found.get(last);
      if (token.kind === 'comment' && last && around && !brokenSince)
        found.set(last, { ...around, trailing: gap + text });
      else above.push({ text, blank: newlines > 1 });
      newlines = 0;
      brokenSince = true;
    } else {
      const moves = token.kind === ',' || token.kind === ';';
      found.set(token, { leading: moves ? [] : above, blank: newlines > 1 && !moves, newLine: brokenSince });
      if (!moves) above = [];
      last = token;
      newlines = 0;
      brokenSince = false;
      gap = ' ';
    }
  }
  return found;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
