/**
 * Offsets to lines and columns and back. Lines and columns count from 1; columns count UTF-16 code units, as
 * editors do. A line ends at `\n`, `\r\n` or `\r`.
 */
import type { Source } from './span.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LineMap {
  readonly lines: number;
  position(offset: number): Position;
  /** The text of a line without its end; empty outside of the text. */
  line(line: number): string;
  /** Where a line begins. */
  start(line: number): number;
}

const maps = new WeakMap<Source, LineMap>();

/** The line map of a source; made once per source. */
export function lineMap(source: Source): LineMap {
  const known = maps.get(source);
  if (known !== undefined) return known;
  const made = makeLineMap(source.text);
  maps.set(source, made);
  return made;
}

function makeLineMap(text: string): LineMap {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  const start = (line: number): number => starts[line - 1] ?? text.length;
  return {
    lines: starts.length,
    start,
    line: (line) => text.slice(start(line), start(line + 1)).replace(/\r?\n$|\r$/, ''),
    position: (offset) => {
      const line = lineAt(starts, offset);
      return { line, column: offset - start(line) + 1 };
    },
  };
}

/** The last line that begins at or before the offset (binary search). */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
