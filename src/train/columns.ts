/**
 * Which column feeds which number: from a table's header and the layouts of a program's inputs (and label) to a plan of cells.
 * A record reads columns by field name, a scalar by its parameter name, an array `p` of n things reads `p0 ... p{n-1}` row-major.
 * Used by training data and by `run --data`; gives Problems with the nearest column name.
 */

import type { Layout, Leaf, LeafLayout } from '../ir/layout.ts';
import { cellAxes, cellCount, leavesOf } from '../ir/layout.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';

export interface NamedLayout {
  readonly name: string;
  readonly layout: Layout;
}

/** One cell of a row: where it stands, what it means, where its numbers go in the encoded row. */
export interface Cell {
  readonly column: string;
  readonly index: number;
  readonly layout: LeafLayout;
  readonly offset: number;
}

/** How a row of text becomes one run of float32: the leaves one after the other. */
export interface RowPlan {
  readonly leaves: readonly Leaf[];
  /** Where each leaf starts in an encoded row. */
  readonly offsets: readonly number[];
  readonly cells: readonly Cell[];
  /** Cells a row must have. */
  readonly width: number;
  /** Numbers in an encoded row. */
  readonly floats: number;
}

/** Numbers that one cell stands for. */
export const cellWidth = (l: LeafLayout): number => (l.kind === 'cases' ? l.size : 1);

const isArray = (leaf: Leaf): boolean => cellAxes(leaf).length > 0;

/** Names a leaf may be read by, the plainest first: `petal_length`, then `f.petal_length`. */
export function columnNames(leaf: Leaf, all: readonly Leaf[]): readonly string[] {
  const short = lastPart(leaf.path);
  const shared = all.some((other) => other !== leaf && lastPart(other.path) === short);
  return shared || short === leaf.path ? [leaf.path] : [short, leaf.path];
}

function lastPart(path: string): string {
  const parts = path.split('.');
  const last = parts[parts.length - 1] ?? path;
  return /^\d+$/.test(last) ? path : last;
}

export interface Wanted {
  readonly file: string;
  /** Where the program names the data. */
  readonly at: Span | undefined;
  readonly inputs: readonly NamedLayout[];
  /** The label's column and layout. */
  readonly label?: NamedLayout;
}

/** The leaves of the inputs in order, then those of the label. */
export function wantedLeaves(wanted: Wanted): { readonly inputs: readonly Leaf[]; readonly label: readonly Leaf[] } {
  return {
    inputs: wanted.inputs.flatMap((i) => leavesOf(i.layout, i.name)),
    label: wanted.label ? leavesOf(wanted.label.layout, wanted.label.name) : [],
  };
}

/** Finds every column; all that are missing are reported at once. */
export function planRow(header: readonly string[], wanted: Wanted): Result<RowPlan> {
  const names = header.map((h, i) => (i === 0 ? h.replace(/^\uFEFF/, '') : h).trim());
  const { inputs, label } = wantedLeaves(wanted);
  const problems: Problem[] = [];
  const cells: Cell[] = [];
  const offsets: number[] = [];
  let floats = 0;
  for (const leaf of [...inputs, ...label]) {
    offsets.push(floats);
    const candidates = columnNames(leaf, label.includes(leaf) ? [...inputs, ...label] : inputs);
    const base = candidates.find((c) => names.includes(isArray(leaf) ? `${c}0` : c)) ?? candidates[0] ?? leaf.path;
    const width = cellWidth(leaf.layout);
    const missing: string[] = [];
    for (let k = 0; k < cellCount(leaf); k++) {
      const column = isArray(leaf) ? `${base}${k}` : base;
      const index = names.indexOf(column);
      if (index < 0) missing.push(column);
      const again = names.indexOf(column, index + 1);
      if (index >= 0 && again > 0) {
        const data = { file: wanted.file, column, first: index + 1, second: again + 1 };
        problems.push(problem('duplicate-column', wanted.at, data, { label: 'read from this table' }));
      }
      cells.push({ column, index, layout: leaf.layout, offset: floats });
      floats += width;
    }
    problems.push(...missingColumns(missing, names, wanted, label.includes(leaf)));
  }
  return problems.length > 0
    ? fail(problems)
    : ok({ leaves: [...inputs, ...label], offsets, cells, width: names.length, floats });
}

function missingColumns(
  missing: readonly string[],
  names: readonly string[],
  wanted: Wanted,
  isLabel: boolean,
): Problem[] {
  const shown = missing.slice(0, 3);
  return shown.map((column, i) => {
    const near = nearest(column, names);
    const meant = near === undefined ? '' : `Did you mean \`${near}\`? `;
    const role = isLabel ? 'It is the label. ' : '';
    const rest = i === 2 && missing.length > 3 ? ` ${missing.length - 3} more like it are missing.` : '';
    const hint = `${role}${meant}The columns are ${listed(names)}.${rest}`;
    return problem('missing-column', wanted.at, { file: wanted.file, column, hint }, { label: 'read from this table' });
  });
}

/** `a, b, c`, at most twenty, then how many more. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return '(none)';
  const head = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${head} and ${names.length - 20} more` : head;
}
