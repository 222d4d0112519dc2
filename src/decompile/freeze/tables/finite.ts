/**
 * Functions on finite types as columns of results: what recognition reads and what every description is checked against, row by row.
 * Rows are in the order of the arguments, the last one running fastest; a result of -1 is a row that cannot occur.
 */
import { must } from '../../../text/result.ts';

export type FiniteType =
  | { readonly kind: 'index'; readonly size: number }
  | { readonly kind: 'bool' }
  | { readonly kind: 'enum'; readonly name: string; readonly cases: readonly string[] };

export interface FiniteArg {
  readonly name: string;
  readonly type: FiniteType;
}

export interface Table {
  readonly args: readonly FiniteArg[];
  readonly result: FiniteType;
  /** Per row the number of the result's value (`false` is 0, `true` 1), or `FREE`. */
  readonly values: Int32Array;
}

/** The result of a row that cannot occur: any will do. */
export const FREE = -1;

export function casesOf(type: FiniteType): number {
  if (type.kind === 'bool') return 2;
  return type.kind === 'index' ? type.size : type.cases.length;
}

export const rowsOf = (args: readonly FiniteArg[]): number => args.reduce((n, a) => n * casesOf(a.type), 1);

export const isSameType = (a: FiniteType, b: FiniteType): boolean =>
  a.kind === b.kind && casesOf(a) === casesOf(b) && (a.kind !== 'enum' || b.kind !== 'enum' || a.name === b.name);

/** Per argument, its value in every row. */
export function columnsOf(args: readonly FiniteArg[]): Int32Array[] {
  const rows = rowsOf(args);
  let stride = rows;
  return args.map(({ type }) => {
    const cases = casesOf(type);
    stride /= cases;
    const step = stride;
    return Int32Array.from({ length: rows }, (_, row) => Math.floor(row / step) % cases);
  });
}

/** The values of the arguments in a row. */
export function rowOf(args: readonly FiniteArg[], row: number): number[] {
  let rest = row;
  return [...args]
    .reverse()
    .map(({ type }) => {
      const cases = casesOf(type);
      const value = rest % cases;
      rest = Math.floor(rest / cases);
      return value;
    })
    .reverse();
}

/** A table of a function. `tableOf([{ name: 'a', type }], result, ([a]) => a)` is the identity. */
export function tableOf(
  args: readonly FiniteArg[],
  result: FiniteType,
  at: (values: readonly number[]) => number,
): Table {
  return { args, result, values: Int32Array.from({ length: rowsOf(args) }, (_, row) => at(rowOf(args, row))) };
}

/** Whether a column gives what the table wants, in every row that can occur. */
export const agrees = (values: Int32Array, wanted: Int32Array): boolean =>
  wanted.every((w, row) => w === FREE || w === values[row]);

/** A value as it is written. */
export function valueText(type: FiniteType, value: number): string {
  if (type.kind === 'bool') return value === 1 ? 'true' : 'false';
  return type.kind === 'index' ? String(value) : must(type.cases[value]);
}
