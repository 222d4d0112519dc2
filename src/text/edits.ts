/**
 * Edits as data: replacements of places in one text. All places of a list refer to the same text and do not
 * overlap; the order of the list matters only between insertions at one place. Lists compose and can be undone,
 * and what lies outside of the places stays byte for byte.
 */
import { invariant } from './result.ts';

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A `Fix` of a Problem is one; so is `{ at: span, insert }`. */
export interface Edit {
  readonly at: Place;
  readonly insert: string;
}

/** By place; a stable sort keeps insertions at one place in order. */
const sorted = (edits: readonly Edit[]): Edit[] =>
  [...edits].sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);

/** The text after the edits; `applyEdits('a = b', [{ at: { start: 2, end: 3 }, insert: '==' }])` is `'a == b'`. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { at, insert } of sorted(edits)) {
    invariant(
      at.start >= done && at.end >= at.start && at.end <= text.length,
      'edits overlap or lie outside of the text',
    );
    parts.push(text.slice(done, at.start), insert);
    done = at.end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** The edits that take the edited text back to `text`. */
export function undo(text: string, edits: readonly Edit[]): Edit[] {
  let shift = 0;
  return sorted(edits).map(({ at, insert }) => {
    const start = at.start + shift;
    shift += insert.length - (at.end - at.start);
    return { at: { start, end: start + insert.length }, insert: text.slice(at.start, at.end) };
  });
}

/** A piece of an edited text: a stretch of the old text, or new text. */
type Piece = Place | string;

/** One list that does what `first` and then `second` (whose places refer to the text after `first`) do. */
export function compose(first: readonly Edit[], second: readonly Edit[]): Edit[] {
  let rest = piecesOf(first);
  const out: Piece[] = [];
  let offset = 0;
  for (const { at, insert } of sorted(second)) {
    const [before, after] = split(rest, at.start - offset);
    const [, kept] = split(after, at.end - at.start);
    out.push(...before, insert);
    rest = kept;
    offset = at.end;
  }
  return editsOf([...out, ...rest]);
}

function piecesOf(edits: readonly Edit[]): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { at, insert } of sorted(edits)) {
    pieces.push({ start: done, end: at.start }, insert);
    done = at.end;
  }
  pieces.push({ start: done, end: Number.POSITIVE_INFINITY });
  return pieces;
}

const lengthOf = (p: Piece): number => (typeof p === 'string' ? p.length : p.end - p.start);

/** The pieces before and after the first `length` characters. */
function split(pieces: readonly Piece[], length: number): [Piece[], Piece[]] {
  const before: Piece[] = [];
  let left = length;
  let i = 0;
  for (; i < pieces.length; i++) {
    const piece = pieces[i];
    if (piece === undefined || lengthOf(piece) > left) break;
    before.push(piece);
    left -= lengthOf(piece);
  }
  const cut = pieces[i];
  if (cut === undefined || left === 0) return [before, pieces.slice(i)];
  const [a, b] =
    typeof cut === 'string'
      ? [cut.slice(0, left), cut.slice(left)]
      : [
          { start: cut.start, end: cut.start + left },
          { start: cut.start + left, end: cut.end },
        ];
  return [
    [...before, a],
    [b, ...pieces.slice(i + 1)],
  ];
}

function editsOf(pieces: readonly Piece[]): Edit[] {
  const edits: Edit[] = [];
  let done = 0;
  let insert = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') insert += piece;
    else if (piece.end > piece.start) {
      if (insert !== '' || piece.start > done) edits.push({ at: { start: done, end: piece.start }, insert });
      insert = '';
      done = piece.end;
    }
  }
  return edits;
}
