/**
 * Rows of learned tables as text: all of them where there were none, and the row that stands for several cells, which is
 * divided when training made the cells unequal. A row is `pattern -> value`, formatted as `sutra fmt` does.
 */
import { sizeOf } from '../ir/graph.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import type { TableSite } from '../lower/program.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { must } from '../text/result.ts';
import { printValue } from './print.ts';

/** Tables of more cells than this do not stand in the text when they were not written there. */
export const MOST_ROWS = 4096;

const WIDTH = 100;
const STEP = '  ';

/** The numbers of a table: one tensor per leaf of its result, all cells behind one another. */
export type TableData = readonly Float32Array[];

/** How many cases each crisp part of the arguments has. */
export function partSizes(layout: Layout): readonly number[] {
  switch (layout.kind) {
    case 'bool':
      return [2];
    case 'cases':
      return [layout.size];
    case 'tuple':
      return layout.items.flatMap(partSizes);
    case 'record':
      return layout.fields.flatMap((f) => partSizes(f.layout));
    default:
      return [];
  }
}

export const cellCount = (of: TableSite): number => sizeOf(of.arguments.flatMap(partSizes));

/** The pattern that fits one cell: `(even, 0)`. */
function patternOf(of: TableSite, cell: number): string {
  const digits: number[] = [];
  let rest = cell;
  for (const size of [...of.arguments.flatMap(partSizes)].reverse()) {
    digits.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const parts = of.arguments.map((a) => printPattern(a, digits));
  return parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`;
}

/** Takes its digits from the front. */
function printPattern(layout: Layout, digits: number[]): string {
  if (layout.kind === 'tuple') return `(${layout.items.map((l) => printPattern(l, digits)).join(', ')})`;
  if (layout.kind === 'record') return `(${layout.fields.map((f) => printPattern(f.layout, digits)).join(', ')})`;
  const digit = must(digits.shift());
  if (layout.kind === 'bool') return digit === 1 ? 'true' : 'false';
  return (layout.kind === 'cases' ? layout.cases?.[digit] : undefined) ?? String(digit);
}

/** The numbers of one cell. */
const cellData = (of: TableSite, data: TableData, cell: number): Float32Array[] =>
  leavesOf(of.result, of.root).map((leaf, k) => {
    const width = sizeOf(leaf.shape);
    return must(data[k]).subarray(cell * width, (cell + 1) * width);
  });

export const printCell = (of: TableSite, data: TableData, cell: number, indent: string): string =>
  printValue(of.result, cellData(of, data, cell), { indent, anonymous: true });

/** Whether some cells hold the same bits. */
export function cellsAgree(of: TableSite, data: TableData, cells: readonly number[]): boolean {
  const [first, ...others] = cells.map((cell) => cellData(of, data, cell));
  return others.every((leaves) =>
    leaves.every((leaf, k) => leaf.every((x, i) => bitsOfF32(x) === bitsOfF32(must(must(first?.[k])[i])))),
  );
}

export const printRow = (of: TableSite, data: TableData, cell: number, indent: string): string =>
  `${patternOf(of, cell)} -> ${printCell(of, data, cell, indent)}`;

/** All rows in braces: on the line that they begin in when they fit there, else one per line. */
export function printRows(
  of: TableSite,
  data: TableData,
  place: { readonly indent: string; readonly column: number },
): string {
  const inner = place.indent + STEP;
  const rows = Array.from({ length: cellCount(of) }, (_, cell) => printRow(of, data, cell, inner));
  const line = `{ ${rows.join(', ')} }`;
  if (place.column + line.length <= WIDTH && !line.includes('\n')) return line;
  return `{\n${rows.map((row) => `${inner}${row},\n`).join('')}${place.indent}}`;
}
