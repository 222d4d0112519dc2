/**
 * Places in source text. Every token, tree node, core expression and graph node carries one,
 * so that an error or a learned number can always be shown where it stands in somebody's file.
 */

/** A named text. `name` is a path as the user wrote it (`iris.su`) or a library name (`std/loss`). */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets in one source. Spans of one tree nest. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export const span = (source: Source, start: number, end: number): Span => ({ source, start, end });

/** The text a span covers. */
export const textOf = (s: Span): string => s.source.text.slice(s.start, s.end);

/** The smallest span that covers both; both must lie in one source. */
export const cover = (a: Span, b: Span): Span => ({
  source: a.source,
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});
