/**
 * Cells of text to float32 numbers by a RowPlan. Every cell that does not fit is a Problem with file, line and column;
 * nothing is guessed, filled in or rounded away silently.
 */
import type { LeafLayout } from '../ir/layout.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import type { Span } from '../text/span.ts';
import { type Cell, cellWidth, listed, type RowPlan } from './columns.ts';
import type { Row } from './rows.ts';

export interface Place {
  readonly file: string;
  readonly at: Span | undefined;
}

interface CellPlace extends Place {
  readonly line: number;
  readonly column: string;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** Writes one row's numbers at `start` of `out`; gives what is wrong with it. */
export function encodeRow(plan: RowPlan, row: Row, out: Float32Array, start: number, place: Place): Problem[] {
  if (row.cells.length !== plan.width) return [rowLength(plan, row, place)];
  const problems: Problem[] = [];
  const cellPlace = { ...place, line: row.line, column: '' };
  for (const cell of plan.cells) {
    const text = (row.cells[cell.index] ?? '').trim();
    cellPlace.column = cell.column;
    const found = encodeCell(cell, text, out, start + cell.offset, cellPlace);
    if (found) problems.push(found);
  }
  return problems;
}

/** A row of one empty cell under a wider header is a blank line. */
export const isBlank = (plan: RowPlan, row: Row): boolean =>
  plan.width > 1 && row.cells.length === 1 && (row.cells[0] ?? '').trim() === '';

function rowLength(plan: RowPlan, row: Row, place: Place): Problem {
  const short = row.cells.length < plan.width;
  const hint = short
    ? 'A cell is missing; an empty one still needs its comma.'
    : 'A comma too many? A cell that holds a comma stands in "double quotes".';
  const data = { file: place.file, line: row.line, found: row.cells.length, expected: plan.width, hint };
  return problem('row-length', place.at, data);
}

function encodeCell(cell: Cell, text: string, out: Float32Array, at: number, place: CellPlace): Problem | undefined {
  const l = cell.layout;
  switch (l.kind) {
    case 'number':
      return encodeNumber(text, out, at, place);
    case 'truth':
      return encodeTruth(text, out, at, place);
    case 'bool':
      return encodeBool(text, out, at, place);
    case 'cases':
      return encodeCase(l, text, out, at, place);
    default:
      return l satisfies never;
  }
}

function encodeNumber(text: string, out: Float32Array, at: number, place: CellPlace): Problem | undefined {
  if (!DECIMAL.test(text)) return notANumber(text, 'a number', place);
  const value = Math.fround(Number(text));
  if (!Number.isFinite(value)) return problem('not-finite', place.at, { ...whereOf(place), found: quoted(text) });
  out[at] = value;
  return undefined;
}

function notANumber(text: string, wanted: string, place: CellPlace): Problem {
  if (NOT_FINITE.test(text)) return problem('not-finite', place.at, { ...whereOf(place), found: quoted(text) });
  return problem('not-a-number', place.at, { ...whereOf(place), found: quoted(text), wanted });
}

const TRUTHS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', -1],
  ['unknown', 0],
]);

function encodeTruth(text: string, out: Float32Array, at: number, place: CellPlace): Problem | undefined {
  const word = TRUTHS.get(text.toLowerCase());
  if (word === undefined && !DECIMAL.test(text))
    return notANumber(text, 'a truth (-1 to 1, true, false, unknown)', place);
  const value = word ?? Math.fround(Number(text));
  if (value < -1 || value > 1) {
    const data = {
      ...whereOf(place),
      found: quoted(text),
      range: '-1 to 1',
      why: 'A truth lies between -1 (false) and 1 (true).',
    };
    return problem('out-of-range', place.at, data);
  }
  out[at] = value;
  return undefined;
}

const BOOLS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['1', 1],
  ['false', -1],
  ['0', -1],
]);

function encodeBool(text: string, out: Float32Array, at: number, place: CellPlace): Problem | undefined {
  const value = BOOLS.get(text.toLowerCase());
  if (value === undefined) {
    return problem('not-a-case', place.at, {
      ...whereOf(place),
      found: quoted(text),
      type: 'bool',
      hint: 'Write true or false, or 1 or 0.',
    });
  }
  out[at] = value;
  return undefined;
}

type CasesLayout = Extract<LeafLayout, { kind: 'cases' }>;

function encodeCase(
  l: CasesLayout,
  text: string,
  out: Float32Array,
  at: number,
  place: CellPlace,
): Problem | undefined {
  const index = l.cases ? l.cases.indexOf(text) : indexIn(text, l.size);
  if (index < 0)
    return problem('not-a-case', place.at, {
      ...whereOf(place),
      found: quoted(text),
      type: caseType(l),
      hint: caseHint(l, text),
    });
  out.fill(0, at, at + cellWidth(l));
  out[at + index] = 1;
  return undefined;
}

/** `7` or `7.0` as a number below `size`, else -1. */
function indexIn(text: string, size: number): number {
  const n = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isInteger(n) && n >= 0 && n < size ? n : -1;
}

export const caseType = (l: CasesLayout): string => (l.cases ? `\`${l.name}\`` : `Index<${l.size}>`);

export function caseHint(l: CasesLayout, text: string): string {
  if (!l.cases) return `The numbers are 0 to ${l.size - 1}.`;
  const near = nearest(text, l.cases);
  return `${near === undefined ? '' : `Did you mean \`${near}\`? `}The cases are ${listed(l.cases)}.`;
}

const whereOf = (p: CellPlace): { file: string; line: number; column: string } => ({
  file: p.file,
  line: p.line,
  column: p.column,
});

/** A cell as it is shown: quoted, cut, or "nothing". */
export function quoted(text: string): string {
  if (text === '') return 'nothing';
  return `"${text.length > 40 ? `${text.slice(0, 37)}...` : text}"`;
}
