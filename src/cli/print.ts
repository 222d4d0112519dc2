/** Values and numbers on the way out: exact float32 decimals in JSON, CSV cells, and tables of parameters. */
import { printF32 } from '../num/literal.ts';
import type { Value } from '../road.ts';

/** A number as JSON: the shortest decimal of its float32; what JSON has no number for is a string. */
export function jsonNumber(x: number): string {
  const text = printF32(x);
  return /^-?\d/.test(text) ? text.replace(/\.0(?=e|$)/, '') : JSON.stringify(text);
}

/** A value as JSON text. */
export function jsonValue(value: Value): string {
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonValue).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${jsonValue(part)}`)
    .join(',')}}`;
}

/** The columns that a result makes in a table: one per number, bool or case, named by path. */
export function cellsOf(value: Value, path: string): [string, string][] {
  if (typeof value === 'number') return [[path, printF32(value).replace(/\.0$/, '')]];
  if (typeof value === 'string' || typeof value === 'boolean') return [[path, String(value)]];
  const parts = Array.isArray(value)
    ? value.map((v: Value, i): [string, Value] => [String(i), v])
    : Object.entries(value);
  return parts.flatMap(([name, part]) => cellsOf(part, `${path}.${name}`));
}

/** A measure for people: up to four significant digits, never losing the point that it is a number. */
export function brief(x: number): string {
  if (!Number.isFinite(x)) return printF32(x);
  return String(Number(x.toPrecision(4)));
}

/** `1 h 5 min`, `12 s`, `0.4 s`. */
export function duration(seconds: number): string {
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  if (seconds >= 10) return `${Math.floor(seconds)} s`;
  return `${Number(seconds.toPrecision(2))} s`;
}

/** Rows in aligned columns; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
