/** The text of a C file as it grows: lines with the indentation of the blocks they stand in. */

export interface Lines {
  /** One line; an empty one has no indentation. */
  line(text: string): void;
  /** `head {`, what `body` writes, `}`. No head is a block of its own. */
  block(head: string, body: () => void): void;
  text(): string;
}

export function newLines(): Lines {
  const lines: string[] = [];
  let depth = 0;
  const line = (text: string): void => {
    lines.push(text === '' ? '' : '  '.repeat(depth) + text);
  };
  return {
    line,
    block(head, body) {
      line(head === '' ? '{' : `${head} {`);
      depth++;
      body();
      depth--;
      line('}');
    },
    text: () => `${lines.join('\n')}\n`,
  };
}
